/**
 * Paths of a process under /proc, from checked numbers.
 *
 * @module
 */
import { checkFd, checkPid, checkString, wrongValue } from "../validate.ts";

/** "/proc/812/stat"; an empty `name` gives the directory. */
export function pidPath(call: string, pid: number, name: string): string {
  checkPid(call, pid);
  return name ? `/proc/${pid}/${name}` : `/proc/${pid}`;
}

/** "/proc/812/fdinfo/3". */
export function fdPath(call: string, pid: number, directory: "fd" | "fdinfo", fd: number): string {
  return `${pidPath(call, pid, directory)}/${checkFd(call, fd)}`;
}

/** "/proc/sys/kernel/pid_max" from a relative path without "..". */
export function procPath(call: string, path: string): string {
  checkString(call, path, "path", 4000);
  if (path.startsWith("/") || path.split("/").includes("..")) {
    throw wrongValue(call, "path", path, 'relative to /proc and without ".."');
  }
  return `/proc/${path}`;
}
