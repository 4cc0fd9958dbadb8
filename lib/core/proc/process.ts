/**
 * Processes under /proc: who is there, their children, threads, command line, program and directory.
 *
 * @module
 */
import { entering } from "../tap.ts";
import { isGone, link, numbers, ROOT, text } from "./file.ts";
import { pidPath, procPath } from "./pid.ts";

/**
 * Pids of all processes of this pid namespace (of the mounted /proc), ascending.
 *
 * @throws {SystemError} ENOENT: no /proc is mounted
 * @example
 * ```ts
 * import { getpid, proc } from "forkscope";
 * console.log(proc.pids().includes(getpid())); // true
 * ```
 */
export function pids(): number[] {
  entering("proc.pids");
  return numbers(ROOT, "/proc");
}

/**
 * True while the process is there, a zombie included. Never fails.
 *
 * @example
 * ```ts
 * import { getpid, proc } from "forkscope";
 * console.log(proc.exists(getpid())); // true
 * ```
 */
export function exists(pid: number): boolean {
  entering("proc.exists");
  try {
    text(ROOT, pidPath("proc.exists", pid, "comm"));
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

/**
 * Pids of the children of a process, of all its threads, oldest first within a thread; zombies included.
 *
 * Exact only while the process is stopped or quiet, says the manual page.
 *
 * @throws {SystemError} ENOENT, ESRCH: no such process
 * @see https://man7.org/linux/man-pages/man5/proc_pid_task.5.html
 * @example
 * ```ts
 * import { getpid, proc } from "forkscope";
 * console.log(proc.children(getpid())); // []
 * ```
 */
export function children(pid: number): number[] {
  entering("proc.children");
  return numbers(ROOT, pidPath("proc.children", pid, "task")).flatMap((tid) => childrenOfThread(pid, tid));
}

/**
 * Ids of the threads of a process, ascending; the leader's is the pid.
 *
 * @throws {SystemError} ENOENT, ESRCH: no such process
 * @see https://man7.org/linux/man-pages/man5/proc_pid_task.5.html
 * @example
 * ```ts
 * import { getpid, proc } from "forkscope";
 * console.log(proc.threads(getpid()).includes(getpid())); // true
 * ```
 */
export function threads(pid: number): number[] {
  entering("proc.threads");
  return numbers(ROOT, pidPath("proc.threads", pid, "task"));
}

/**
 * The argument vector; empty for a zombie or a kernel thread.
 *
 * @throws {SystemError} ENOENT, ESRCH: no such process
 * @see https://man7.org/linux/man-pages/man5/proc_pid_cmdline.5.html
 * @example
 * ```ts
 * import { getpid, proc } from "forkscope";
 * console.log(proc.cmdline(getpid()));
 * ```
 */
export function cmdline(pid: number): string[] {
  entering("proc.cmdline");
  return words(text(ROOT, pidPath("proc.cmdline", pid, "cmdline")));
}

/** The texts of /proc/pid/cmdline and its like: each ends with a NUL, the last one may lack it. */
export function words(content: string): string[] {
  if (content === "") return [];
  return (content.endsWith("\0") ? content.slice(0, -1) : content).split("\0");
}

/**
 * Name of a process or thread, at most 15 bytes.
 *
 * @throws {SystemError} ENOENT, ESRCH: no such process
 * @see https://man7.org/linux/man-pages/man5/proc_pid_comm.5.html
 * @example
 * ```ts
 * import { getpid, proc, setName } from "forkscope";
 * setName("worker");
 * console.log(proc.comm(getpid())); // "worker"
 * ```
 */
export function comm(pid: number): string {
  entering("proc.comm");
  return text(ROOT, pidPath("proc.comm", pid, "comm")).replace(/\n$/, "");
}

/**
 * Path of the program a process runs; " (deleted)" follows when it was unlinked.
 *
 * @throws {SystemError} ENOENT: no such process, or a zombie or kernel thread; EACCES: not allowed to look
 * @see https://man7.org/linux/man-pages/man5/proc_pid_exe.5.html
 * @example
 * ```ts
 * import { getpid, proc } from "forkscope";
 * console.log(proc.exe(getpid()));
 * ```
 */
export function exe(pid: number): string {
  entering("proc.exe");
  return link(ROOT, pidPath("proc.exe", pid, "exe"));
}

/**
 * Current directory of a process.
 *
 * @throws {SystemError} ENOENT: no such process, or a zombie; EACCES: not allowed to look
 * @see https://man7.org/linux/man-pages/man5/proc_pid_cwd.5.html
 * @example
 * ```ts
 * import { chdir, getpid, proc } from "forkscope";
 * chdir("/");
 * console.log(proc.cwd(getpid())); // "/"
 * ```
 */
export function cwd(pid: number): string {
  entering("proc.cwd");
  return link(ROOT, pidPath("proc.cwd", pid, "cwd"));
}

/**
 * Text of any file under /proc: "sys/kernel/pid_max", "812/wchan".
 *
 * @param path relative to /proc
 * @throws {SystemError} ENOENT, ESRCH, EACCES
 * @see https://man7.org/linux/man-pages/man5/proc.5.html
 * @example
 * ```ts
 * import { proc } from "forkscope";
 * console.log(proc.readFile("sys/kernel/ostype").trim()); // "Linux"
 * ```
 */
export function readFile(path: string): string {
  entering("proc.readFile");
  return text(ROOT, procPath("proc.readFile", path));
}

function childrenOfThread(pid: number, tid: number): number[] {
  try {
    return text(ROOT, `/proc/${pid}/task/${tid}/children`).split(" ").filter(Boolean).map(Number);
  } catch (error) {
    if (tid !== pid && isGone(error)) return [];
    throw error;
  }
}
