/** A program that goes on without the one that started it. @module */
import { SystemError } from "../../ffi/mod.ts";
import { O_CLOEXEC, O_RDWR } from "../../ffi/constants/file.ts";
import { Fd } from "../fd/fd.ts";
import { writeAll } from "../fd/io.ts";
import { open } from "../fd/open.ts";
import { entering } from "../tap.ts";
import { checkInteger, checkOptions, checkString, checkStrings, wrongSize } from "../validate.ts";
import { forkRun } from "./fork.ts";
import { setsid } from "./ids.ts";
import { umask } from "./priority.ts";
import { spawn, type SpawnOptions } from "./spawn.ts";

/** How to start a daemon: as {@linkcode spawn}, but for its session and group, which are new. */
export interface DaemonOptions extends Omit<SpawnOptions, "setsid" | "pgroup"> {
  /** 0, 1 and 2 are /dev/null unless they stand here. */
  fds?: Readonly<Record<number, number>>;
  /** "/" unless given, so that no file system stays in use. */
  cwd?: string;
  /** Permission bits that its files do not get; those of this process unless given. */
  umask?: number;
}

/** What the process in the middle says: the daemon's pid, or why there is none. */
type Told = { pid: number } | { name: string; message: string; code?: string; errno?: number; syscall?: string; args?: readonly unknown[] };

/**
 * Starts a program as a daemon: fork, setsid, spawn, _exit. It is nobody's child (init or a subreaper adopts it), in a session without a
 * terminal that it does not lead, in "/", with /dev/null for its streams and nothing else open.
 *
 * The running program itself cannot become one and keep its event loop: start it anew, with `process.execPath`. The process in the middle
 * is forked, so import `forkscope/ready` first.
 *
 * @returns the daemon's pid; it may have ended already
 * @throws {SystemError} as {@linkcode fork} and {@linkcode spawn}: ENOENT, EACCES... of the program are told here
 * @see https://man7.org/linux/man-pages/man7/daemon.7.html
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { daemonize, getpid, getsid, kill } from "forkscope";
 * const pid = daemonize("sleep", ["sleep", "30"]);
 * console.log(getsid(pid) === getsid(getpid())); // false
 * kill(pid, "SIGTERM");
 * ```
 */
export function daemonize(file: string, argv: readonly string[], options: DaemonOptions = {}): number {
  entering("daemonize");
  checkString("daemonize", file, "file");
  if (checkStrings("daemonize", argv, "argv").length === 0) throw wrongSize("daemonize", "argv", "0 entries", "at least argv[0]");
  checkOptions("daemonize", options);
  if (options.umask !== undefined) checkInteger("daemonize", "umask", options.umask, 0, 0o777);

  using pipe = ends();
  using middle = forkRun(() => writeAll(pipe.write.number, JSON.stringify(told(() => start(file, argv, options)))));
  pipe.write.close();
  const answer = readAll(pipe.read);
  const status = middle.wait();
  if (answer === "") throw new Error(`Cannot daemonize: the process that starts it ended before, ${JSON.stringify(status)}`);
  return pidOf(JSON.parse(answer) as Told);
}

/** In the process in the middle. */
function start(file: string, argv: readonly string[], { umask: mask, ...options }: DaemonOptions): number {
  setsid();
  if (mask !== undefined) umask(mask);
  const nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  return spawn(file, argv, { cwd: "/", ...options, fds: { 0: nothing, 1: nothing, 2: nothing, ...options.fds } }).pid;
}

/** Both ends of a pipe, closed at the end of the scope. */
function ends(): { read: Fd; write: Fd } & Disposable {
  const { read, write } = Fd.pipe();
  return {
    read,
    write,
    [Symbol.dispose]() {
      read.close();
      write.close();
    },
  };
}

function readAll(from: Fd): string {
  const parts: number[] = [];
  const buffer = new Uint8Array(4096);
  for (let length = from.read(buffer); length > 0; length = from.read(buffer)) parts.push(...buffer.subarray(0, length));
  return new TextDecoder().decode(new Uint8Array(parts));
}

function told(run: () => number): Told {
  try {
    return { pid: run() };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { name, message } = error;
    return { name, message, ...(error as { code?: string; errno?: number; syscall?: string; args?: readonly unknown[] }) };
  }
}

function pidOf(said: Told): number {
  if ("pid" in said) return said.pid;
  if (said.errno !== undefined) throw new SystemError(said.syscall ?? "spawn", said.errno, said.args);
  const error = said.name === "RangeError" ? new RangeError(said.message) : new TypeError(said.message);
  throw Object.assign(error, { code: said.code });
}
