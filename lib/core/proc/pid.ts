/**
 * Paths of a process under /proc, from checked numbers.
 *
 * @module
 */
import { cstring, descriptor, integer, wrongValue } from "../validate.ts";

/** Highest pid a 64-bit kernel hands out. */
const PID_MAX = 2 ** 22;

/** A pid that can name a process. */
export function pidNumber(call: string, name: string, value: unknown): number {
  return integer(call, name, value, 1, PID_MAX);
}

/** "/proc/812/stat"; an empty `name` gives the directory. */
export function pidPath(call: string, pid: number, name: string): string {
  pidNumber(call, "pid", pid);
  return name ? `/proc/${pid}/${name}` : `/proc/${pid}`;
}

/** "/proc/812/fdinfo/3". */
export function fdPath(call: string, pid: number, directory: "fd" | "fdinfo", fd: number): string {
  return `${pidPath(call, pid, directory)}/${descriptor(call, "fd", fd)}`;
}

/** "/proc/sys/kernel/pid_max" from a relative path without "..". */
export function procPath(call: string, path: string): string {
  cstring(call, "path", path, 4000);
  if (path.startsWith("/") || path.split("/").includes("..")) {
    throw wrongValue(call, "path", path, 'relative to /proc and without ".."');
  }
  return `/proc/${path}`;
}
