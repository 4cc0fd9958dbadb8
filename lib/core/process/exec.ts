/** The exec family: replacing the program of this process. @module */
import { libc, type Scratch, scratch, SystemError, errno } from "../../ffi/mod.ts";
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { entering } from "../tap.ts";
import { checkFd, checkFlags, checkInteger, checkOptions, checkString, checkStrings, wrongSize, wrongType } from "../validate.ts";
import { suspendDeadline } from "./deadline.ts";
import { type Environment, environmentAddress, environmentEntries, ownPath } from "./environment.ts";

const AT_FDCWD = -100;
const AT_SYMLINK_NOFOLLOW = 0x100;
const AT_EMPTY_PATH = 0x1000;
const SIG_DFL = 0;
/** Both runtimes ignore these, and an ignored signal stays ignored over exec. */
const IGNORED_BY_RUNTIMES = [13, 25]; // SIGPIPE, SIGXFSZ

/** How to exec. */
export interface ExecOptions {
  /** Hand on that SIGPIPE and SIGXFSZ are ignored, as the runtime has them. Unless asked they get their default action back. */
  keepIgnored?: boolean;
}

/**
 * `int execve(const char *path, char *const argv[], char *const envp[])`: replaces the program of this process. Does not return.
 *
 * The pid, descriptors without close-on-exec, the directory, the umask, ignored signals and the signal mask stay; everything else,
 * other threads included, is gone. `argv[0]` is the name the program sees. The deadline of a forked child is taken away. When the
 * call fails the process goes on as it was.
 *
 * @throws {SystemError} ENOENT, EACCES, ENOEXEC, E2BIG, ENOTDIR, ELOOP, ETXTBSY...
 * @see https://man7.org/linux/man-pages/man2/execve.2.html
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { execve, fork, wait } from "forkscope";
 * if (fork() === 0) execve("/bin/sh", ["sh", "-c", "echo $GREETING"], { GREETING: "hello" });
 * wait();
 * ```
 */
export function execve(path: string, argv: readonly string[], env: Environment, options: ExecOptions = {}): never {
  entering("execve");
  checkOptions("execve", options);
  checkString("execve", path);
  if (env === undefined) throw wrongType("execve", "env", env, "an object of strings or an array of strings");
  return replace("execve", argv, env, options, (room, args, envp) => libc().execve(room.string(path), args, envp), [path, argv]);
}

/**
 * `int execv(const char *path, char *const argv[])`: as {@linkcode execve} with the program's own environment.
 *
 * @throws {SystemError} as {@linkcode execve}
 * @see https://man7.org/linux/man-pages/man3/exec.3.html
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { execv, forkRun } from "forkscope";
 * const child = forkRun(() => execv("/bin/sh", ["sh", "-c", "exit 3"]));
 * console.log(JSON.stringify(child.wait())); // {"kind":"exited","code":3,"raw":768}
 * ```
 */
export function execv(path: string, argv: readonly string[], options: ExecOptions = {}): never {
  entering("execv");
  checkOptions("execv", options);
  checkString("execv", path);
  return replace("execv", argv, undefined, options, (room, args, envp) => libc().execve(room.string(path), args, envp), [path, argv]);
}

/**
 * `int execvp(const char *file, char *const argv[])`: as {@linkcode execv}; a file without a slash is looked for in PATH, and a file
 * of no known format is run by /bin/sh.
 *
 * @throws {SystemError} as {@linkcode execve}
 * @see https://man7.org/linux/man-pages/man3/exec.3.html
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { execvp, forkRun } from "forkscope";
 * const child = forkRun(() => execvp("sh", ["sh", "-c", "exit 3"]));
 * console.log(JSON.stringify(child.wait())); // {"kind":"exited","code":3,"raw":768}
 * ```
 */
export function execvp(file: string, argv: readonly string[], options: ExecOptions = {}): never {
  entering("execvp");
  checkOptions("execvp", options);
  checkString("execvp", file, "file");
  return replace("execvp", argv, undefined, options, (room, args, envp) => searched(room, file, args, envp), [file, argv]);
}

/**
 * `int execvpe(const char *file, char *const argv[], char *const envp[])`: as {@linkcode execvp} with an environment. PATH is the
 * program's own, not that of `env`.
 *
 * @throws {SystemError} as {@linkcode execve}
 * @see https://man7.org/linux/man-pages/man3/exec.3.html
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { execvpe, forkRun } from "forkscope";
 * const child = forkRun(() => execvpe("sh", ["sh", "-c", "exit $STATUS"], { STATUS: "3" }));
 * console.log(JSON.stringify(child.wait())); // {"kind":"exited","code":3,"raw":768}
 * ```
 */
export function execvpe(file: string, argv: readonly string[], env: Environment, options: ExecOptions = {}): never {
  entering("execvpe");
  checkOptions("execvpe", options);
  checkString("execvpe", file, "file");
  if (env === undefined) throw wrongType("execvpe", "env", env, "an object of strings or an array of strings");
  return replace("execvpe", argv, env, options, (room, args, envp) => searched(room, file, args, envp), [file, argv]);
}

/**
 * `int execl(const char *path, const char *arg, ..., NULL)`: as {@linkcode execv}, the arguments one by one, `arg` 0 first.
 *
 * @throws {SystemError} as {@linkcode execve}
 * @see https://man7.org/linux/man-pages/man3/exec.3.html
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { execl, forkRun } from "forkscope";
 * const child = forkRun(() => execl("/bin/sh", "sh", "-c", "exit 3"));
 * console.log(JSON.stringify(child.wait())); // {"kind":"exited","code":3,"raw":768}
 * ```
 */
export function execl(path: string, ...argv: string[]): never {
  entering("execl");
  checkString("execl", path);
  return replace("execl", argv, undefined, {}, (room, args, envp) => libc().execve(room.string(path), args, envp), [path, ...argv]);
}

/**
 * `int execlp(const char *file, const char *arg, ..., NULL)`: as {@linkcode execvp}, the arguments one by one.
 *
 * @throws {SystemError} as {@linkcode execve}
 * @see https://man7.org/linux/man-pages/man3/exec.3.html
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { execlp, forkRun } from "forkscope";
 * const child = forkRun(() => execlp("sh", "sh", "-c", "exit 3"));
 * console.log(JSON.stringify(child.wait())); // {"kind":"exited","code":3,"raw":768}
 * ```
 */
export function execlp(file: string, ...argv: string[]): never {
  entering("execlp");
  checkString("execlp", file, "file");
  return replace("execlp", argv, undefined, {}, (room, args, envp) => searched(room, file, args, envp), [file, ...argv]);
}

/**
 * `int execle(const char *path, const char *arg, ..., NULL, char *const envp[])`: as {@linkcode execve}, the arguments one by one and
 * the environment last.
 *
 * @throws {SystemError} as {@linkcode execve}
 * @see https://man7.org/linux/man-pages/man3/exec.3.html
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { execle, forkRun } from "forkscope";
 * const child = forkRun(() => execle("/bin/sh", "sh", "-c", "exit $STATUS", { STATUS: "3" }));
 * console.log(JSON.stringify(child.wait())); // {"kind":"exited","code":3,"raw":768}
 * ```
 */
export function execle(path: string, ...argvAndEnv: [...argv: string[], env: Environment]): never {
  entering("execle");
  checkString("execle", path);
  const env: unknown = argvAndEnv.at(-1);
  if (typeof env !== "object" || env === null) throw wrongType("execle", "the last argument", env, "the environment");
  const argv = argvAndEnv.slice(0, -1) as string[];
  return replace("execle", argv, env as Environment, {}, (room, args, envp) => libc().execve(room.string(path), args, envp), [path, ...argv]);
}

/**
 * `int fexecve(int fd, char *const argv[], char *const envp[])`: as {@linkcode execve} for the file that a descriptor refers to. A
 * script behind a close-on-exec descriptor fails with ENOENT: its interpreter could not open it.
 *
 * @throws {SystemError} as {@linkcode execve}; EBADF
 * @see https://man7.org/linux/man-pages/man3/fexecve.3.html
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { fexecve, forkRun, O_RDONLY, open } from "forkscope";
 * const shell = open("/bin/sh", O_RDONLY);
 * const child = forkRun(() => fexecve(shell, ["sh", "-c", "exit 3"]));
 * console.log(JSON.stringify(child.wait())); // {"kind":"exited","code":3,"raw":768}
 * ```
 */
export function fexecve(fd: number, argv: readonly string[], env?: Environment, options: ExecOptions = {}): never {
  entering("fexecve");
  checkOptions("fexecve", options);
  checkFd("fexecve", fd);
  return replace("fexecve", argv, env, options, (_room, args, envp) => libc().fexecve(fd, args, envp), [fd, argv]);
}

/**
 * `int execveat(int dirfd, const char *path, char *const argv[], char *const envp[], int flags)`: as {@linkcode execve}; a relative
 * path starts at `dirfd` (AT_FDCWD, -100: the working directory). `flags`: AT_EMPTY_PATH (0x1000) with an empty path means `dirfd`
 * itself, AT_SYMLINK_NOFOLLOW (0x100).
 *
 * @throws {SystemError} as {@linkcode execve}; EBADF, ENOTDIR: `dirfd`
 * @see https://man7.org/linux/man-pages/man2/execveat.2.html
 * @since Linux 3.19
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { execveat, forkRun, O_DIRECTORY, O_RDONLY, open } from "forkscope";
 * const bin = open("/bin", O_RDONLY | O_DIRECTORY);
 * const child = forkRun(() => execveat(bin, "sh", ["sh", "-c", "exit 3"]));
 * console.log(JSON.stringify(child.wait())); // {"kind":"exited","code":3,"raw":768}
 * ```
 */
export function execveat(dirfd: number, path: string, argv: readonly string[], env?: Environment, flags = 0, options: ExecOptions = {}): never {
  entering("execveat");
  checkOptions("execveat", options);
  if (dirfd !== AT_FDCWD) checkInteger("execveat", "dirfd", dirfd, 0, 0x7fffffff);
  checkString("execveat", path);
  checkFlags("execveat", "flags", flags, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW);
  const call = (room: Scratch, args: number, envp: number): number => libc().syscall(syscallNumber("execveat"), dirfd, room.string(path), args, envp, flags, 0);
  return replace("execveat", argv, env, options, call, [dirfd, path, argv, flags]);
}

type Exec = (room: Scratch, argv: number, envp: number) => number;

/** Checks the lists, makes the call, and on failure leaves the process as it was. */
function replace(call: string, argv: readonly string[], env: Environment | undefined, options: ExecOptions, exec: Exec, shown: readonly unknown[]): never {
  const args = checkStrings(call, argv, "argv");
  if (args.length === 0) throw wrongSize(call, "argv", "0 entries", "at least argv[0]");
  const entries = environmentEntries(call, env);
  using room = scratch();
  const argvAddress = room.strings(args);
  const envpAddress = environmentAddress(room, entries);
  const resume = [suspendDeadline(), ...(options.keepIgnored ? [] : [restoreSignals()])];
  exec(room, argvAddress, envpAddress);
  const failed = errno();
  for (const step of resume) step();
  throw new SystemError(call, failed, shown);
}

/** libc looks through the PATH that it knows, so it is told the program's. */
function searched(room: Scratch, file: string, argv: number, envp: number): number {
  ownPath();
  return libc().execvpe(room.string(file), argv, envp);
}

/** Gives the signals that the runtime ignores their default action; the result undoes it. */
function restoreSignals(): () => void {
  const before = IGNORED_BY_RUNTIMES.map((signal) => libc().signal(signal, SIG_DFL));
  return () => IGNORED_BY_RUNTIMES.forEach((signal, i) => libc().signal(signal, before[i] ?? SIG_DFL));
}
