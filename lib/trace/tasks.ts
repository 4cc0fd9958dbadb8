/** Who is traced: processes, and their threads as the tracer holds and releases them. @module */
import { allocate, type Block, libc } from "../ffi/mod.ts";
import type { Call } from "./decode/call.ts";
import type { How } from "./ptrace.ts";

const O_RDONLY_CLOEXEC = 0o2000000;
const ROOM_SIZE = 512;
const UNOPENED = -2;
const LETTER_R = 114;
/** So many files in /proc stay open, over all threads: a limit of 1,024 descriptors is usual, and a tree may have more threads. */
const MOST_OPEN = 400;
let opened = 0;
const encoder = new TextEncoder();
let block: Block | undefined;
const room = (): Block => (block ??= allocate(ROOM_SIZE));
/** Bytes the last read gave. */
let size = 0;

/** A process of the tree, from birth until it is reaped. */
export class Process {
  readonly pid: number;
  readonly start: number;
  /** Order of birth. */
  readonly order: number;
  ppid: number;
  readonly threads = new Set<Task>();
  line: number | undefined;
  /** What it does is housekeeping of the library or start-up of the runtime. */
  quiet = false;
  /** It ended and was not reaped yet. */
  zombie = false;
  /** Its parent wants to hear of no child's end. */
  unawaited = false;
  /** A zombie that nobody outside the tree reaps. */
  lingers = false;
  /** In a group stop. */
  stopped = false;
  /** It started the story and waits for it: traced with the rest, but no part of what is told. */
  outside = false;
  exe: string | undefined;
  /** It ran a 32-bit program, or descends from one that did: what that called is not seen. */
  foreign = false;
  /** Flags of the handlers it has set, by signal. */
  handlers = new Map<number, number>();

  constructor(pid: number, start: number, ppid: number, order: number) {
    this.pid = pid;
    this.start = start;
    this.ppid = ppid;
    this.order = order;
  }
}

/**
 * - `running`: released; it may be asleep.
 * - `held`: in a ptrace stop, to be released.
 * - `queued`: in a ptrace stop that was not looked at yet.
 * - `ended`: its end was not looked at yet.
 * - `stopped`: in a group stop, listening for SIGCONT.
 */
export type TaskState = "running" | "held" | "queued" | "ended" | "stopped";

/** One thread under ptrace. */
export class Task {
  readonly tid: number;
  readonly process: Process;
  readonly order: number;
  state: TaskState = "running";
  /** How to go on when released, and with which signal. */
  how: How = "free";
  signal = 0;
  /** The call it is in. */
  call: Call | undefined;
  /** A call that a signal interrupted and that the kernel may start again. */
  interrupted: Call | undefined;
  /** So many handlers run before that, one on top of the other: what they call is no answer to whether the call is started again. */
  handling = 0;
  /** Handlers it was seen to enter, less those that returned: until then its mask is not its own. */
  entered = 0;
  /** Its sleep in the call was told. */
  blocked = false;
  /** Asleep when last looked at. */
  asleep = false;
  /** May run on to its next event. */
  leave = false;
  /** Runs in user mode without an end: not waited for. */
  spinning = false;
  /** Processor time when it was first found computing since its last release. */
  since: number | undefined;
  /** A helper thread of the language runtime. */
  quiet = false;
  /** It slept in a call when it was told to stop, and is to go on with that. */
  asleepInto = false;
  /** It has not come to its first stop yet. */
  fresh = true;
  /** The call that made it; it returns in the child too. */
  bornBy: Call | undefined;
  #stat = UNOPENED;
  #syscall = UNOPENED;

  constructor(tid: number, process: Process, order: number) {
    this.tid = tid;
    this.process = process;
    this.order = order;
  }

  get pid(): number {
    return this.process.pid;
  }

  /** It runs a new image: it is in no call and no handler. */
  renew(): void {
    this.call = undefined;
    this.interrupted = undefined;
    this.handling = 0;
    this.entered = 0;
    this.bornBy = undefined;
    this.blocked = false;
  }

  /** State letter and processor time in ticks, from /proc; "" when it is gone. */
  look(): { state: string; ticks: number } {
    this.#stat = this.#read(this.#stat, "stat");
    if (size <= 0) return { state: "", ticks: 0 };
    const { bytes } = room();
    const after = bytes.lastIndexOf(41, size - 1) + 2;
    return { state: String.fromCharCode(bytes[after] ?? 0), ticks: number(bytes, after, 11) + number(bytes, after, 12) };
  }

  /**
   * It is off the processor. State S alone does not say so: a call that looks for what it would wait for marks its
   * thread as sleeping before it looks. /proc/tid/syscall reads "running" until the thread has left the processor, to sleep
   * or to stop: so look, ask this, and look again.
   */
  rests(): boolean {
    this.#syscall = this.#read(this.#syscall, "syscall");
    return size > 0 && room().bytes[0] !== LETTER_R;
  }

  #read(fd: number, name: string): number {
    const open = fd === UNOPENED ? openFile(this.pid, this.tid, name) : fd;
    size = open < 0 ? 0 : libc().pread(open, room().address, ROOM_SIZE, 0);
    if (fd !== UNOPENED || open < 0) return open;
    if (opened++ < MOST_OPEN) return open;
    shut(open);
    return UNOPENED;
  }

  /** Gives back the descriptors of its files in /proc. */
  forget(): void {
    for (const fd of [this.#stat, this.#syscall]) if (fd >= 0) shut(fd);
    this.#stat = -1;
    this.#syscall = -1;
  }
}

function shut(fd: number): void {
  opened--;
  libc().close(fd);
}

function openFile(pid: number, tid: number, name: string): number {
  const { bytes, address } = room();
  const { written } = encoder.encodeInto(`/proc/${pid}/task/${tid}/${name}\0`, bytes);
  return written > 0 ? libc().open(address, O_RDONLY_CLOEXEC, 0) : -1;
}

/** The `skip`th space-separated decimal after `from`. */
function number(bytes: Uint8Array, from: number, skip: number): number {
  let at = from;
  for (let k = 0; k < skip; k++) at = bytes.indexOf(32, at) + 1;
  let value = 0;
  for (let digit = bytes[at] ?? 0; digit >= 48 && digit <= 57; digit = bytes[++at] ?? 0) value = value * 10 + digit - 48;
  return value;
}

/** All that is traced. */
export class Tree {
  readonly processes = new Map<number, Process>();
  readonly tasks = new Map<number, Task>();
  /** Stops of threads whose parent's event has not come yet: the kernel gives them in either order. */
  readonly early = new Map<number, number>();
  /** Such a thread is known now, and held. */
  bornHeld = false;
  #born = 0;

  addProcess(pid: number, start: number, ppid: number): Process {
    const process = new Process(pid, start, ppid, this.#born++);
    this.processes.set(pid, process);
    return process;
  }

  addTask(tid: number, process: Process): Task {
    const task = new Task(tid, process, this.#born++);
    process.threads.add(task);
    this.tasks.set(tid, task);
    if (this.early.delete(tid)) {
      this.bornHeld = true;
      task.state = "held";
      task.fresh = false;
    }
    return task;
  }

  removeTask(task: Task): void {
    task.forget();
    task.process.threads.delete(task);
    if (this.tasks.get(task.tid) === task) this.tasks.delete(task.tid);
  }

  /** Threads in order of birth. */
  inOrder(): Task[] {
    return [...this.tasks.values()].sort((a, b) => a.order - b.order);
  }

  leader(process: Process): Task | undefined {
    return this.tasks.get(process.pid);
  }
}
