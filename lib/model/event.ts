/**
 * What the tracer saw, one observation an event, in the order it was seen.
 *
 * An event carries only facts the kernel gave in that run: arguments and results read at a ptrace stop,
 * /proc entries of a held process, or bytes the program itself published. What follows from them
 * (counts, sharing, who is a zombie) is computed by `apply` in world.ts, never stored here.
 *
 * @module
 */

import type { FdFacts, Snapshot } from "./facts.ts";

export type { FdFacts, InodeType, ProcessFacts, SignalSets, Snapshot } from "./facts.ts";

/** Version of the event and recording format. A reader refuses a higher one. */
export const FORMAT_VERSION = 1;

/** Fields every event has. */
export interface EventBase {
  /** Position in the recording: 0, 1, 2, ... without gaps. */
  n: number;
  /** Microseconds since the recording began (CLOCK_MONOTONIC). */
  t: number;
  /** Process id (thread group id) in the tracer's pid namespace. */
  pid: number;
  /** Thread id; absent when equal to `pid`. */
  tid?: number;
  /** Line of the story's source (1-based) that the process stands on, once it has announced one. */
  line?: number;
  /** True when the library or runtime did this for itself (preparing a forked child); folded away by default. */
  quiet?: true;
}

/** Wait status as the W* macros tell it. */
export type WaitStatus =
  | { kind: "exited"; code: number }
  | { kind: "signaled"; signal: number; core: boolean }
  | { kind: "stopped"; signal: number }
  | { kind: "continued" };

/** First event: what stood when the recording began. */
export interface StartEvent extends EventBase {
  kind: "start";
  snapshot: Snapshot;
}

/** A child came into being (fork, vfork, clone). Seen in the parent before the call returns. */
export interface ForkEvent extends EventBase {
  kind: "fork";
  child: number;
  /** Start time of the child, see ProcessFacts.start. */
  start: number;
  how: "fork" | "vfork" | "clone";
  /** The new task is a thread of `pid`, not a process. */
  thread?: true;
  /** CLONE_FILES: the descriptor table itself is shared. */
  sharesFiles?: true;
  /** Signals the child blocks, where it is born within a handler, whose mask is not that of its thread. */
  blocked?: number[];
  /** CLONE_PIDFD: the descriptor the parent got for it. */
  pidfd?: FdFacts;
  /** CLONE_PARENT: the child's parent is the caller's parent. */
  sibling?: true;
}

/** A new program image. Close-on-exec descriptors closed, handlers reset, other threads gone. */
export interface ExecEvent extends EventBase {
  kind: "exec";
  exe: string;
  name: string;
  argv: string[];
  /** A 32-bit program: its calls have other numbers, and are not seen. */
  bits?: 32;
}

/** A call returned (or, for one that never returns, was made). */
export interface CallEvent extends EventBase {
  kind: "call";
  /** Name of the system call: "openat", "wait4". */
  call: string;
  /** Arguments decoded for reading, in order: ["AT_FDCWD", "\"report.csv\"", "O_RDONLY"]. */
  args: string[];
  /** What it returned; on failure -1. */
  ret: number;
  /** Symbolic errno on failure: "ECHILD". */
  errno?: string;
  /** What the result means beside its number: "flags O_RDWR|O_NONBLOCK". */
  note?: string;
  /**
   * There is no result (`ret` is -1): the call ends its thread (`exits`), the thread ended within it (`cut`), or a signal
   * interrupted it and the kernel starts it again (`restarts`; `errno` is the rule, "ERESTARTSYS"). Level `all` tells of these.
   */
  unreturned?: "exits" | "cut" | "restarts";
  /** Microseconds between entry and return. */
  took?: number;
  /** What it did to the state, in a form the model applies. Absent: nothing the model tracks. */
  op?: Op;
}

/** The process sleeps inside a call that has not returned. */
export interface BlockEvent extends EventBase {
  kind: "block";
  call: string;
  args: string[];
  /** What it waits for, when that can be said. */
  on?: WaitsOn;
}

/** What a sleeping call waits for. */
export type WaitsOn =
  /** A descriptor of its own: data, room, a connection. */
  | { fd: number }
  /** Any of these descriptors (poll, select, epoll); `timed`: or for a time to pass. */
  | { fds: number[]; timed?: true }
  /** A child; -1: any. */
  | { child: number }
  /** A lock on the file behind a descriptor, held by these processes (from /proc/locks; none: not known). */
  | { lock: number; holders: number[] }
  /** A word of memory; equal texts are the same word. */
  | { futex: string }
  /** A System V object. */
  | { ipc: "sem" | "msg"; id: number }
  /** One of these signals; none named: any. */
  | { signals: number[] }
  | { time: true };

/** A signal was about to be delivered (ptrace signal-delivery-stop). */
export interface SignalEvent extends EventBase {
  kind: "signal";
  signal: number;
  /** si_code. */
  code: number;
  /** Sender's pid when the code carries one. */
  from?: number;
}

/** Stopped by a signal (group stop), or going on again. */
export interface StopEvent extends EventBase {
  kind: "stop";
  signal: number;
}
export interface ContinueEvent extends EventBase {
  kind: "continue";
}

/** The process ended. It is a zombie from here until a `wait` op (or `reap` event) names it. */
export interface ExitEvent extends EventBase {
  kind: "exit";
  status: WaitStatus;
  /** A thread ended, not the process. */
  thread?: true;
}

/**
 * A zombie vanished without a wait the tracer saw: SIGCHLD ignored or SA_NOCLDWAIT (kernel), a parent outside the tree (outside),
 * or calls are not watched at this level (unseen).
 */
export interface ReapEvent extends EventBase {
  kind: "reap";
  by: "kernel" | "outside" | "unseen";
}

/** The parent died; /proc names a new one. */
export interface AdoptEvent extends EventBase {
  kind: "adopt";
  ppid: number;
}

/** Published by the program for the story: evidence, by name. */
export interface FactEvent extends EventBase {
  kind: "fact";
  name: string;
  value: unknown;
}

/** Events that were not recorded, counted. */
export interface LostEvent extends EventBase {
  kind: "lost";
  count: number;
  why: string;
}

/** Last event: the traced command is gone, `status` is that of its first process; or the tracer left it running. */
export interface EndEvent extends EventBase {
  kind: "end";
  status?: WaitStatus;
}

export type Event =
  | StartEvent | ForkEvent | ExecEvent | CallEvent | BlockEvent | SignalEvent | StopEvent | ContinueEvent
  | ExitEvent | ReapEvent | AdoptEvent | FactEvent | LostEvent | EndEvent;

/** What a call did. Numbers are those of the calling process's table. */
export type Op =
  /** A new description behind a new descriptor: open, socket, eventfd, epoll_create, memfd, pidfd_open... `of`: pidfd_getfd, which shares that of another process's descriptor. */
  | { op: "open"; file: FdFacts; of?: { pid: number; fd: number } }
  /** Two at once: pipe (read end, write end) or socketpair. */
  | { op: "pair"; a: FdFacts; b: FdFacts }
  /** accept: a new description, connected to `file.peer`. */
  | { op: "accept"; listener: number; file: FdFacts }
  /** dup, dup2, dup3, F_DUPFD: `to` refers to the description of `from`; what `to` was is closed first. */
  | { op: "dup"; from: number; to: number; cloexec: boolean }
  | { op: "close"; fd: number }
  /** close_range: closed, or with CLOSE_RANGE_CLOEXEC only marked; `unshare`: in a copy of the table, which is its own from then on. */
  | { op: "close_range"; first: number; last: number; cloexec: boolean; unshare?: true }
  /** unshare(CLONE_FILES): a table shared with other processes is now its own copy. */
  | { op: "unshare" }
  | { op: "cloexec"; fd: number; on: boolean }
  /** F_SETFL: the status flags the description now has. */
  | { op: "flags"; fd: number; flags: number }
  /**
   * read, write and kin: bytes moved; `pos` the offset afterwards where one means something; `size` of the file afterwards. Of these and of
   * messages `preview` is the beginning, for reading; `data` the bytes themselves, one character (0 to 255) each, fewer than `bytes` where a limit was met.
   */
  | { op: "read" | "write"; fd: number; bytes: number; pos?: number; size?: number; preview?: string; data?: string }
  | { op: "seek"; fd: number; pos: number }
  /** sendmsg: `fds` travel in SCM_RIGHTS. */
  | { op: "send"; fd: number; bytes: number; fds: number[]; preview?: string; data?: string; to?: string }
  /** recvmsg: `fds` are new table entries; truncated when MSG_CTRUNC was set. */
  | { op: "receive"; fd: number; bytes: number; fds: FdFacts[]; truncated: boolean; preview?: string; data?: string }
  | { op: "bind"; fd: number; address: string }
  | { op: "listen"; fd: number }
  /** connect: `peer` as for FdFacts, when the kernel told. */
  | { op: "connect"; fd: number; address: string; peer?: string }
  /** wait4, waitid: child 0 means nothing had ended (WNOHANG). `kept`: WNOWAIT left it. */
  | { op: "wait"; child: number; status?: WaitStatus; kept?: true; nohang?: true }
  | { op: "sigaction"; signal: number; disposition: "default" | "ignore" | "handler"; flags?: number }
  | { op: "sigmask"; blocked: number[] }
  | { op: "kill"; target: number; signal: number }
  | { op: "setpgid"; pid: number; pgid: number }
  | { op: "setsid" }
  | { op: "chdir"; cwd: string }
  | { op: "name"; name: string }
  | { op: "subreaper"; on: boolean };

/** First line of a recording. */
export interface RecordingHeader {
  forkscope: typeof FORMAT_VERSION;
  /** What was run. */
  command: string[];
  scenario?: string;
  runtime?: "bun" | "deno";
  runtimeVersion?: string;
  kernel: string;
  arch: string;
  /** ISO 8601, when it began. */
  date: string;
}
