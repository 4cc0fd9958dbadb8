/** A call as a line of strace would give it. @module */
import type { CallEvent } from "./event.ts";

/** Calls whose result is an address. */
const ADDRESSES: ReadonlySet<string> = new Set(["mmap", "mremap", "brk", "shmat"]);
const OCTAL: ReadonlySet<string> = new Set(["umask"]);

/** `openat(AT_FDCWD, "/nowhere", O_RDONLY) = -1 ENOENT`. */
export function callText(event: CallEvent): string {
  return `${event.call}(${event.args.join(", ")}${event.unreturned === "cut" ? " <unfinished ...>" : ""}) = ${resultText(event)}`;
}

/** What stands behind the equals sign: "3", "-1 ENOENT", "0x7f8a8792a000", "0x8002 (flags O_RDWR|O_LARGEFILE)", "?" for none. */
export function resultText({ call, ret, errno, note, unreturned }: CallEvent): string {
  if (unreturned !== undefined) return errno === undefined ? "?" : `? ${errno}`;
  if (errno !== undefined) return `-1 ${errno}`;
  const flags = note?.startsWith("flags ") === true;
  const number = ADDRESSES.has(call) || flags ? `0x${ret.toString(16)}` : OCTAL.has(call) ? `0${ret.toString(8)}` : String(ret);
  return note === undefined ? number : `${number} (${note})`;
}
