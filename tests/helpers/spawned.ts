/**
 * Programs started by spawn, and what they print.
 *
 * @module
 */
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Fd, spawn, type SpawnOptions, type SystemError } from "../../lib/core/mod.ts";

/** Runs a program and gives what it wrote to descriptor 1. */
export function output(argv: readonly string[], options: SpawnOptions = {}, file: string | number | Fd = argv[0] ?? ""): string {
  const { read, write } = Fd.pipe();
  using reader = read;
  using writer = write;
  using child = spawn(file, argv, { ...options, fds: { 1: writer, ...options.fds } });
  writer.close();
  let text = "";
  const buffer = new Uint8Array(4096);
  for (let count = reader.read(buffer); count > 0; count = reader.read(buffer)) text += new TextDecoder().decode(buffer.subarray(0, count));
  child.wait();
  return text.trim();
}

/** A field of the child's /proc/self/status, as cat (which sets no handlers) shows it. */
export function status(field: string, options: SpawnOptions = {}): string {
  const line = output(["/bin/cat", "/proc/self/status"], options).split("\n").find((one) => one.startsWith(`${field}:`)) ?? "";
  return line.split(/\s+/).slice(1).join(" ");
}

/** Runs a shell command and gives what it wrote. */
export const say = (command: string, options: SpawnOptions = {}): string => output(["/bin/sh", "-c", command], options);

/** What a call gives, or the code of its error. */
export function outcome<T>(call: () => T): T | string {
  try {
    return call();
  } catch (error) {
    return (error as SystemError).code;
  }
}

/** Writes a program into a folder and gives its path. */
export function program(folder: string, name: string, text: string, mode = 0o755): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}
