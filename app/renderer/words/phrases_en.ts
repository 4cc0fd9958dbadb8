import { grouped } from "./format.ts";
import type { FdWords, Phrases } from "./phrases.ts";

const bytes = (n: number) => `${grouped(n)} ${n === 1 ? "byte" : "bytes"}`;
const fds = (list: readonly FdWords[]) => list.map((each) => `fd ${each.fd} (${each.name})`).join(", ");
const numbers = (list: readonly number[]) => list.join(", ");
const offsetWords = (offset: string | undefined, sharers: readonly number[]) => {
  if (offset === undefined) return "";
  return sharers.length === 0 ? `The offset is now ${offset}.` : `The offset is now ${offset}, for ${numbers(sharers)} too: they share the description.`;
};

export const phrasesEn: Phrases = {
  start: (n) => ["The recording begins.", n === 1 ? "One process stands before its first step." : `${n} processes stand before their next step.`],
  fork: (pid, child, copied, how) => [`${pid} forked ${child}.`, how === "vfork"
    ? `${pid} sleeps until ${child} executes a program or ends.`
    : copied === 0 ? "The child goes on from the same line." : `The child's table is a copy: ${copied} ${copied === 1 ? "row refers" : "rows refer"} to the same ${copied === 1 ? "description" : "descriptions"}.`],
  thread: (pid, tid) => [`${pid} started thread ${tid}.`, "It shares memory and the descriptor table."],
  exec: (pid, name, closed) => [`${pid} became ${name}.`, closed.length === 0
    ? "Same pid, new program; every descriptor stays open." : `Same pid, new program; close-on-exec closed fd ${numbers(closed)}.`],
  block: (pid, call) => [`${pid} sleeps in ${call}.`, "The call has not returned."],
  blockOnFd: (pid, call, on) => [`${pid} sleeps in ${call}.`, `It waits for fd ${on.fd}, ${on.name}.`],
  blockOnChild: (pid, call, child) => [`${pid} sleeps in ${call}.`, child > 0 ? `It waits until ${child} ends.` : "It waits until a child ends."],
  signal: (pid, signal, from, disposition) => [`${pid} got ${signal}${from === undefined ? "" : ` from ${from}`}.`, {
    handler: "Its handler runs.", ignore: "It ignores it.", default: "No handler is set: the default action applies.", nothing: "No handler is set, and by default it does nothing.", unknown: "",
  }[disposition]],
  stop: (pid, signal) => [`${pid} stopped.`, `${signal} stopped it; it stays until SIGCONT.`],
  continues: (pid) => [`${pid} goes on.`, "SIGCONT ended the stop."],
  exit: (pid, code, parent, zombie) => [`${pid} exited with status ${code}.`, zombie ? `Its descriptors are closed; it is a zombie until ${parent} waits for it.` : "Its descriptors are closed."],
  killed: (pid, signal, core, parent) => [`${pid} was killed by ${signal}.`, `${core ? "A core was dumped. " : ""}It is a zombie until ${parent} waits for it.`],
  threadExit: (pid) => [`A thread of ${pid} ended.`, "The process lives on."],
  reap: (pid, by) => [`${pid} is gone.`, by === "kernel" ? "Its parent ignores SIGCHLD, so the kernel reaped it at once." : by === "unseen" ? "At this level waits are not watched: who reaped it was not seen." : "A parent outside the tree waited for it."],
  adopt: (pid, ppid, from) => [`${pid} was adopted by ${ppid}.`, `${from === undefined ? "Its parent" : from} ended; ${ppid === 1 ? "init takes orphans that nobody nearer claims" : `${ppid} is the nearest subreaper`}.`],
  lost: (count, why) => [`${count} events were not recorded.`, why],
  left: () => ["The tracer left.", "The processes go on as they were."],
  end: (code, signal) => ["The traced command is gone.", signal === undefined ? `Its first process exited with status ${code ?? 0}.` : `${signal} killed its first process.`],
  failed: (pid, call, errno) => [`${call} failed in ${pid}: ${errno}.`, errnoWords[errno] ?? "It returned -1 and set errno; nothing changed."],
  plainCall: (pid, call, ret) => [`${pid} called ${call}.`, `It returned ${ret}.`],
  open: (pid, what) => [`${pid} opened ${what.name}.`, `fd ${what.fd} refers to a new description of it.`],
  socket: (pid, what) => [`${pid} created a socket.`, `fd ${what.fd} refers to ${what.name}; it is not connected.`],
  pipe: (pid, read, write) => [`${pid} made a pipe.`, `fd ${read} reads what fd ${write} writes: two descriptions, one pipe.`],
  socketpair: (pid, a, b) => [`${pid} made a pair of sockets.`, `fd ${a.fd} and fd ${b.fd} are its ends: what one sends the other receives.`],
  accept: (pid, what, listener) => [`${pid} accepted a connection.`, `fd ${what.fd} is a new socket; fd ${listener.fd} keeps listening.`],
  dup: (pid, from, to, count) => [`${pid} duplicated fd ${from}.`, `fd ${to.fd} refers to the same description: ${count} references now.`],
  close: (pid, what, left) => [`${pid} closed fd ${what.fd}, ${what.name}.`, left === 0
    ? "That was the last reference: the description is gone." : `The description stays: ${left} ${left === 1 ? "reference" : "references"} left.`],
  unshare: (pid) => [`${pid} has a descriptor table of its own now.`, "unshare(CLONE_FILES) copied the table that it shared."],
  closeRange: (pid, first, last, marked) => [`${pid} ${marked ? "marked" : "closed"} fd ${first} to ${last > 1e6 ? "the last" : last}.`, marked ? "They close at the next exec." : ""],
  cloexec: (pid, what, on) => [`${pid} ${on ? "set" : "cleared"} close-on-exec of fd ${what.fd}.`, `The mark belongs to this row, not to the description of ${what.name}.`],
  flags: (pid, what, flags) => [`${pid} set status flags of fd ${what.fd}.`, `The description now has ${flags}, for everyone who shares it.`],
  read: (pid, n, what, offset, sharers) => [`${pid} read ${bytes(n)} from ${what.name}.`, offsetWords(offset, sharers)],
  readEnd: (pid, what) => [`${pid} reached the end of ${what.name}.`, "read returned 0."],
  write: (pid, n, what, offset, sharers) => [`${pid} wrote ${bytes(n)} to ${what.name}.`, offsetWords(offset, sharers)],
  seek: (pid, what, offset) => [`${pid} moved the offset of ${what.name}.`, `The next read or write starts at ${offset}.`],
  send: (pid, n, what) => [`${pid} sent ${bytes(n)}.`, `They wait at the other end of ${what.name}.`],
  sendFds: (pid, sent) => [sent.length === 1 ? `${pid} sent a descriptor.` : `${pid} sent ${sent.length} descriptors.`, `Until it is received, the message holds a reference to what ${pid} calls ${fds(sent)}.`],
  receive: (pid, n, what) => [`${pid} received ${bytes(n)}.`, `They came through fd ${what.fd}, ${what.name}.`],
  receiveEnd: (pid, what) => [`${pid} sees the end of ${what.name}.`, "The other end is closed: recvmsg returned 0."],
  receiveFd: (pid, fd, from) => [`${pid} received a descriptor.`, from === undefined
    ? `Its new fd ${fd.fd} refers to the description of ${fd.name}.` : `Its new fd ${fd.fd} refers to the description that ${from.pid} calls fd ${from.fd}.`],
  receiveFds: (pid, list) => [`${pid} received ${list.length} descriptors.`, `New rows: ${fds(list)}.`],
  truncated: (pid) => [`${pid} received a truncated message.`, "MSG_CTRUNC: descriptors that did not fit are gone."],
  bind: (pid, what, address) => [`${pid} bound ${what.name}.`, `Its address is ${address}.`],
  listen: (pid, what) => [`${pid} listens on ${what.name}.`, "Others may connect to it now."],
  connect: (pid, what, address) => [`${pid} connected ${what.name}.`, address === "" ? "" : `It reached ${address}.`],
  waitNothing: (pid) => [`${pid} looked for an ended child: none yet.`, "WNOHANG: waitpid returned 0 at once."],
  wait: (pid, child, status) => [`${pid} reaped ${child}.`, `It read the status (${status}); pid and table entry are free.`],
  waitKept: (pid, child, status) => [`${pid} looked at ${child}.`, `WNOWAIT: it read the status (${status}) and left the zombie.`],
  waitOther: (pid, child, status) => [`${pid} learned about ${child}.`, `It is ${status}; it has not ended.`],
  sigaction: (pid, signal, disposition) => [{
    handler: `${pid} set a handler for ${signal}.`, ignore: `${pid} ignores ${signal} from now on.`, default: `${pid} reset ${signal} to its default.`,
  }[disposition], ""],
  sigmask: (pid, blocked) => [`${pid} set its signal mask.`, blocked.length === 0 ? "Nothing is blocked." : `Blocked: ${blocked.join(", ")}.`],
  kill: (pid, target, signal) => [target === pid ? `${pid} sent itself ${signal}.` : `${pid} sent ${signal} to ${target < 0 ? `group ${-target}` : target}.`, ""],
  setpgid: (pid, target, pgid) => [`${pid} put ${target === 0 || target === pid ? "itself" : target} into group ${pgid === 0 ? target || pid : pgid}.`, ""],
  setsid: (pid) => [`${pid} started a session.`, "It leads a new session and a new group, without a terminal."],
  chdir: (pid, cwd) => [`${pid} changed its directory.`, `It is ${cwd} now; other processes keep theirs.`],
  name: (pid, name) => [`${pid} is called ${name} now.`, ""],
  subreaper: (pid, on) => [`${pid} ${on ? "became a subreaper" : "is no longer a subreaper"}.`, on ? "Orphans below it will be adopted by it instead of init." : ""],
  status: {
    exited: (code) => `exited, status ${code}`, signaled: (signal) => `killed by ${signal}`,
    stopped: (signal) => `stopped by ${signal}`, continued: "continued",
  },
};

const errnoWords: Record<string, string> = {
  ECHILD: "It has no children left to wait for.",
  EAGAIN: "The call would have to wait, or a limit is reached; nothing changed.",
  EBADF: "That number is not open in this table.",
  ENOENT: "There is no such file.",
  EINTR: "A signal interrupted the call.",
  EPIPE: "Nobody reads the other end.",
  ECONNREFUSED: "Nobody listens at that address.",
  EACCES: "Permission is missing.",
  EPERM: "It is not allowed.",
  ESRCH: "There is no such process.",
};
