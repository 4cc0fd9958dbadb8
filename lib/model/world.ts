/**
 * The picture as data: everything the figure draws, at one moment.
 *
 * A World is plain JSON-like data (Maps aside). `apply(world, event)` in apply.ts changes a draft;
 * `Timeline` in timeline.ts seeks to any event in both directions by keyframes.
 *
 * @module
 */
import type { InodeType, SignalSets, WaitsOn, WaitStatus } from "./event.ts";

/** Names a process for good: "pid@start". A pid alone may be used again. */
export type ProcessKey = string;

export type ProcessState = "running" | "sleeping" | "stopped" | "zombie" | "reaped";

export interface Process {
  key: ProcessKey;
  pid: number;
  start: number;
  /** Pid of the parent now. */
  ppid: number;
  /** Pid of the first parent, when it was adopted since. */
  bornTo?: number;
  pgid: number;
  sid: number;
  state: ProcessState;
  name: string;
  exe?: string;
  argv?: string[];
  cwd?: string;
  subreaper: boolean;
  /** It ran a 32-bit program, or descends from one that did: its calls were not seen, so what is drawn of it may be out of date. */
  unseen?: true;
  /** Call it sleeps in. */
  blockedIn?: { call: string; args: string[]; on?: WaitsOn };
  /** Signal that stopped it. */
  stopSignal?: number;
  /** Set from exit on. */
  status?: WaitStatus;
  /** Pid of who reaped it, when seen. */
  reapedBy?: number;
  /** Line of the script it stands on. */
  line?: number;
  /** Sets of the process; `blocked` is that of its first thread. Undefined: not known. */
  signals?: SignalSets;
  /** Signals whose handlers were entered and may still run, outermost first: until they return, the mask holds more than `signals.blocked` says. */
  handling?: number[];
  /** Signals whose handler is reset to the default as it is entered (SA_RESETHAND). */
  resetHand?: number[];
  threads: number[];
  /** Masks of the other threads, as far as they are known. */
  masks?: Map<number, number[]>;
  /** Descriptor table, by number. Empty for a zombie. */
  fds: Map<number, FdEntry>;
  /** Set while the table itself is shared (CLONE_FILES): processes with the same number have the same table. */
  table?: number;
  /** Event that made it, and that ended and reaped it. */
  bornAt: number;
  exitedAt?: number;
  reapedAt?: number;
  /** Order of birth: the order of the tree. */
  order: number;
}

export interface FdEntry {
  fd: number;
  /** Id of the open file description it refers to. */
  ofd: number;
  cloexec: boolean;
  /** How it came here: own call, or copied from another table at fork, or received. */
  origin: { how: "start" | "open" | "dup" | "fork" | "receive"; from?: { pid: number; fd: number } };
  /** Event that made the entry. */
  bornAt: number;
}

/** An open file description ("file table entry"). It has no number in user space: the id is the model's own. */
export interface Description {
  id: number;
  inode: string;
  /** What its descriptors name: path or "pipe:[...]". */
  link: string;
  flags: number;
  /** Bytes; undefined when it means nothing or is not known. */
  pos?: number;
  /** References from descriptor tables (a shared table counts once) plus those held by messages in flight. */
  refs: number;
  /** Of them, held by messages in flight. */
  inFlight: number;
  /** Opened by the runtime for itself. */
  runtime: boolean;
  bornAt: number;
}

export interface Inode {
  /** "dev:ino", or "anon:<description id>" for anonymous inodes, which share one number. */
  key: string;
  type: InodeType;
  link: string;
  size?: number;
  /** Number of open file descriptions that refer to it. */
  descriptions?: number;
  /** Pipe: bytes written and not yet read. Undefined when it stood before the recording. */
  fill?: number;
  /** Bytes whose reader was seen to return before their writer: the next ones written are these. */
  ahead?: number;
  socket?: string;
  address?: string;
  listening?: boolean;
  /**
   * Unix socket: key of the peer's inode. That of the listening socket while the connection waits to be accepted;
   * a key that no inode has any more when the peer hung up.
   */
  peer?: string;
  /** Listening socket: keys of the clients whose connections were seen to be made and not yet accepted, oldest first. */
  backlog?: string[];
  /** Bytes queued at this socket to be received from it. Undefined when it stood before the recording. */
  queued?: number;
  /** Descriptions that were received before their sender was seen to return, oldest set first. */
  early?: number[][];
}

/** A message sent and not yet received. */
export interface Message {
  id: number;
  /** Inode keys of the sending and the receiving socket (receiver undefined when not known). */
  from: string;
  to?: string;
  /** Bytes of it not yet received. */
  bytes: number;
  /** Descriptions it holds a reference to. */
  ofds: number[];
  /** Who sent it and by which numbers. */
  sender: { pid: number; fds: number[] };
  sentAt: number;
}

/** What the event just applied touched: the one orange of the figure. */
export interface Touched {
  pids: number[];
  /** Table entries as "pid/fd". */
  fds: string[];
  /** Entries that this event closed, kept for one step to be drawn struck. */
  closed: { pid: number; fd: number; ofd: number }[];
  ofds: number[];
  inodes: string[];
  messages: number[];
  /** Messages this event delivered, kept for one step. */
  delivered: Message[];
}

export interface World {
  /** Number of the last event applied; -1 before the first. */
  n: number;
  t: number;
  processes: Map<ProcessKey, Process>;
  /** Current holder of each pid. */
  byPid: Map<number, ProcessKey>;
  descriptions: Map<number, Description>;
  inodes: Map<string, Inode>;
  messages: Message[];
  touched: Touched;
  /** Events known to be lost so far. */
  lost: number;
  /** What could not be observed, in words. */
  unknown: string[];
  nextDescription: number;
  nextMessage: number;
  /** Order that the next process born gets. */
  nextOrder?: number;
  ended?: WaitStatus;
}
