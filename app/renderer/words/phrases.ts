/**
 * One entry for each kind of happening; every language fills it. The first sentence says what happened,
 * the second what it means for the picture. Arguments are facts of the event and the world after it.
 *
 * @module
 */

/** Lead sentence (drawn bold) and the rest. */
export type Said = readonly [lead: string, rest: string];

/** What a signal meets; "nothing" is a default action that does nothing. */
export type Disposition = "handler" | "ignore" | "default" | "nothing" | "unknown";

export interface FdWords { fd: number; name: string }

export interface Phrases {
  start(processes: number): Said;
  fork(pid: number, child: number, copied: number, how: string): Said;
  thread(pid: number, tid: number): Said;
  exec(pid: number, name: string, closed: number[]): Said;
  block(pid: number, call: string): Said;
  blockOnFd(pid: number, call: string, on: FdWords): Said;
  blockOnChild(pid: number, call: string, child: number): Said;
  signal(pid: number, signal: string, from: number | undefined, disposition: Disposition): Said;
  stop(pid: number, signal: string): Said;
  continues(pid: number): Said;
  exit(pid: number, code: number, parent: number, zombie: boolean): Said;
  killed(pid: number, signal: string, core: boolean, parent: number): Said;
  threadExit(pid: number): Said;
  reap(pid: number, by: "kernel" | "outside" | "unseen"): Said;
  adopt(pid: number, ppid: number, from: number | undefined): Said;
  lost(count: number, why: string): Said;
  left(): Said;
  end(code: number | undefined, signal: string | undefined): Said;
  failed(pid: number, call: string, errno: string): Said;
  plainCall(pid: number, call: string, ret: number): Said;
  open(pid: number, what: FdWords): Said;
  socket(pid: number, what: FdWords): Said;
  pipe(pid: number, read: number, write: number): Said;
  socketpair(pid: number, a: FdWords, b: FdWords): Said;
  accept(pid: number, what: FdWords, listener: FdWords): Said;
  dup(pid: number, from: number, to: FdWords, count: number): Said;
  close(pid: number, what: FdWords, left: number): Said;
  unshare(pid: number): Said;
  closeRange(pid: number, first: number, last: number, marked: boolean): Said;
  cloexec(pid: number, what: FdWords, on: boolean): Said;
  flags(pid: number, what: FdWords, flags: string): Said;
  read(pid: number, bytes: number, what: FdWords, offset: string | undefined, sharers: number[]): Said;
  readEnd(pid: number, what: FdWords): Said;
  write(pid: number, bytes: number, what: FdWords, offset: string | undefined, sharers: number[]): Said;
  seek(pid: number, what: FdWords, offset: string): Said;
  send(pid: number, bytes: number, what: FdWords): Said;
  sendFds(pid: number, sent: FdWords[]): Said;
  receive(pid: number, bytes: number, what: FdWords): Said;
  receiveEnd(pid: number, what: FdWords): Said;
  receiveFd(pid: number, fd: FdWords, from: { pid: number; fd: number } | undefined): Said;
  receiveFds(pid: number, fds: FdWords[]): Said;
  truncated(pid: number): Said;
  bind(pid: number, what: FdWords, address: string): Said;
  listen(pid: number, what: FdWords): Said;
  connect(pid: number, what: FdWords, address: string): Said;
  waitNothing(pid: number): Said;
  wait(pid: number, child: number, status: string): Said;
  waitKept(pid: number, child: number, status: string): Said;
  waitOther(pid: number, child: number, status: string): Said;
  sigaction(pid: number, signal: string, disposition: "default" | "ignore" | "handler"): Said;
  sigmask(pid: number, blocked: string[]): Said;
  kill(pid: number, target: number, signal: string): Said;
  setpgid(pid: number, target: number, pgid: number): Said;
  setsid(pid: number): Said;
  chdir(pid: number, cwd: string): Said;
  name(pid: number, name: string): Said;
  subreaper(pid: number, on: boolean): Said;
  status: { exited(code: number): string; signaled(signal: string): string; stopped(signal: string): string; continued: string };
}
