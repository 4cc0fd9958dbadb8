/**
 * An event as a line of strace would give it, cut into pieces so that what is new can be marked.
 *
 * @module
 */
import { resultText } from "../../../lib/model/call_text.ts";
import type { Event } from "../../../lib/model/event.ts";
import { eventTitle } from "../figure/kinds.ts";

export interface Piece { text: string; kind: "name" | "value" | "mark" | "" }

const notable = /(SCM_RIGHTS|MSG_CTRUNC|WNOHANG|WNOWAIT|CLONE_FILES)|("(?:[^"\\]|\\.)*"|\b\d+\b)/g;

export function callPieces(event: Event): Piece[] {
  const [args, result] = partsOf(event);
  const pieces: Piece[] = [{ text: eventTitle(event), kind: "name" }, { text: "(", kind: "" }];
  args.forEach((arg, i) => {
    if (i > 0) pieces.push({ text: ", ", kind: "" });
    pieces.push(...inside(arg));
  });
  pieces.push({ text: ")", kind: "" });
  if (result !== undefined) pieces.push({ text: " = ", kind: "" }, { text: result, kind: "name" });
  return pieces;
}

function partsOf(event: Event): [string[], string | undefined] {
  switch (event.kind) {
    case "call": return [event.args, resultText(event)];
    case "block": return [event.args, "…"];
    case "fork": return [[], String(event.child)];
    case "exec": return [[`"${event.exe}"`, `[${event.argv.map((arg) => JSON.stringify(arg)).join(", ")}]`], "0"];
    case "exit": return [[event.status.kind === "exited" ? String(event.status.code) : ""], undefined];
    case "signal": return [[`si_code=${event.code}`, ...(event.from === undefined ? [] : [`si_pid=${event.from}`])], undefined];
    default: return [[], undefined];
  }
}

function inside(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(notable)) {
    if (match.index > end) pieces.push({ text: text.slice(end, match.index), kind: "" });
    pieces.push({ text: match[0], kind: match[1] === undefined ? "value" : "mark" });
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), kind: "" });
  return pieces;
}

/** Names of the arguments of the calls a story makes, as the manual pages name them. */
const parameters: Record<string, readonly string[]> = {
  open: ["pathname", "flags", "mode"], openat: ["dirfd", "pathname", "flags", "mode"], openat2: ["dirfd", "pathname", "how"],
  close: ["fd"], close_range: ["first", "last", "flags"], read: ["fd", "buf", "count"], write: ["fd", "buf", "count"],
  readv: ["fd", "iov", "iovcnt"], writev: ["fd", "iov", "iovcnt"], pread64: ["fd", "buf", "count", "offset"], pwrite64: ["fd", "buf", "count", "offset"],
  lseek: ["fd", "offset", "whence"], dup: ["oldfd"], dup2: ["oldfd", "newfd"], dup3: ["oldfd", "newfd", "flags"], fcntl: ["fd", "op", "arg"],
  pipe: ["pipefd"], pipe2: ["pipefd", "flags"], socket: ["domain", "type", "protocol"], socketpair: ["domain", "type", "protocol", "sv"],
  bind: ["sockfd", "addr", "addrlen"], listen: ["sockfd", "backlog"], accept: ["sockfd", "addr", "addrlen"], accept4: ["sockfd", "addr", "addrlen", "flags"],
  connect: ["sockfd", "addr", "addrlen"], sendmsg: ["sockfd", "msg", "flags"], recvmsg: ["sockfd", "msg", "flags"],
  sendto: ["sockfd", "buf", "len", "flags", "addr", "addrlen"], recvfrom: ["sockfd", "buf", "len", "flags", "addr", "addrlen"],
  wait4: ["pid", "wstatus", "options", "rusage"], waitid: ["idtype", "id", "infop", "options", "rusage"],
  kill: ["pid", "sig"], tgkill: ["tgid", "tid", "sig"], rt_sigaction: ["signum", "act", "oldact"], rt_sigprocmask: ["how", "set", "oldset"],
  prctl: ["op", "arg2", "arg3", "arg4", "arg5"], setpgid: ["pid", "pgid"], chdir: ["path"], unlink: ["pathname"], unlinkat: ["dirfd", "pathname", "flags"],
  kcmp: ["pid1", "pid2", "type", "idx1", "idx2"], ppoll: ["fds", "nfds", "timeout", "sigmask"], poll: ["fds", "nfds", "timeout"],
};

export function parameterName(call: string, index: number): string {
  return parameters[call]?.[index] ?? `arg ${index + 1}`;
}
