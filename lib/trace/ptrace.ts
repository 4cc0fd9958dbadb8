/**
 * ptrace(2) and wait4(2) as the tracer uses them. Both belong to the thread that calls: one Worker owns its tracees.
 *
 * @module
 */
import { allocate, ERRNO, errno, libc, SystemError } from "../ffi/mod.ts";

const PTRACE_CONT = 7;
const PTRACE_SYSCALL = 24;
const PTRACE_GETEVENTMSG = 0x4201;
const PTRACE_GETSIGINFO = 0x4202;
const PTRACE_SEIZE = 0x4206;
const PTRACE_INTERRUPT = 0x4207;
const PTRACE_LISTEN = 0x4208;
const PTRACE_GET_SYSCALL_INFO = 0x420e;

/** PTRACE_O_*: SYSGOOD, FORK, VFORK, CLONE, EXEC, SECCOMP, EXITKILL. */
export const OPTIONS = 0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x80 | 0x100000;
export const OPTION_EXITKILL = 0x100000;

/** Events in the upper half of a stop's status. */
export const EVENT_FORK = 1;
export const EVENT_VFORK = 2;
export const EVENT_CLONE = 3;
export const EVENT_EXEC = 4;
export const EVENT_SECCOMP = 7;
export const EVENT_STOP = 128;
/** Signal number of a system call stop under PTRACE_O_TRACESYSGOOD. */
export const SYSCALL_STOP = 0x85;

const WNOHANG = 1;
const WALL = 0x40000000;
const WNOTHREAD = 0x20000000;

const INFO_SIZE = 88;
const room = { status: 0, message: 16, info: 64, signal: 256 };
let memory: ReturnType<typeof allocate> | undefined;
const block = () => (memory ??= allocate(512));

/** What wait4 found; the same object at every call. */
export const found = { tid: 0, status: 0 };

/**
 * Waits for a tracee of this thread, and for no other child of the process. False: none has anything to say (`hang` false).
 *
 * @throws {SystemError} ECHILD: no tracee is left
 */
export function waitAny(hang: boolean): boolean {
  return waitFor(-1, hang);
}

/** As {@linkcode waitAny}, for one child. */
export function waitFor(pid: number, hang: boolean): boolean {
  const { address } = block();
  for (;;) {
    const tid = libc().wait4(pid, address + room.status, WALL | WNOTHREAD | (hang ? 0 : WNOHANG), 0);
    if (tid < 0 && errno() === ERRNO.EINTR) continue;
    if (tid < 0) throw new SystemError("wait4", errno(), [pid]);
    found.tid = tid;
    found.status = block().i32(room.status);
    return tid > 0;
  }
}

/** Waits for an untraced child to stop itself. */
export function waitStopped(pid: number): number {
  const { address } = block();
  while (libc().wait4(pid, address + room.status, 2 | WALL, 0) !== pid) {
    if (errno() !== ERRNO.EINTR) throw new SystemError("wait4", errno(), [pid]);
  }
  return block().i32(room.status);
}

/** Becomes the tracer without stopping it. */
export function seize(tid: number, options: number): void {
  if (libc().ptrace(PTRACE_SEIZE, tid, 0, options) === -1) throw new SystemError("ptrace(PTRACE_SEIZE)", errno(), [tid]);
}

/** How a stopped tracee goes on. */
export type How = "free" | "to-exit" | "listen";

/** Lets a stopped tracee go on, with a signal to be delivered. False: it died meanwhile (ESRCH). */
export function resume(tid: number, how: How, signal: number): boolean {
  const request = how === "free" ? PTRACE_CONT : how === "to-exit" ? PTRACE_SYSCALL : PTRACE_LISTEN;
  return libc().ptrace(request, tid, 0, signal) !== -1;
}

/** Stops a running tracee without a signal. */
export function interrupt(tid: number): void {
  libc().ptrace(PTRACE_INTERRUPT, tid, 0, 0);
}

/** The message of an event stop: the new child's tid, or the former tid after exec. */
export function eventMessage(tid: number): number {
  const { address } = block();
  return libc().ptrace(PTRACE_GETEVENTMSG, tid, 0, address + room.message) === -1 ? 0 : block().u32(room.message);
}

/** struct ptrace_syscall_info at a stop: `call` and six arguments at entry, the result at exit. */
export const syscallInfo = { entry: false, number: 0, words: new Int32Array(12), ret: 0, failed: false };

/** Reads {@linkcode syscallInfo}; false when the tracee died meanwhile or stands at no call. */
export function readSyscall(tid: number): boolean {
  const m = block();
  if (libc().ptrace(PTRACE_GET_SYSCALL_INFO, tid, INFO_SIZE, m.address + room.info) === -1) return false;
  const op = m.bytes[room.info] ?? 0;
  syscallInfo.entry = op === 1 || op === 3;
  if (syscallInfo.entry) {
    syscallInfo.number = m.u32(room.info + 24);
    for (let i = 0; i < 12; i++) syscallInfo.words[i] = m.i32(room.info + 32 + 4 * i);
  } else if (op === 2) {
    syscallInfo.ret = m.i64(room.info + 24);
    syscallInfo.failed = m.bytes[room.info + 32] === 1;
  }
  return op !== 0;
}

/** si_code and si_pid of the signal a tracee is about to get. */
export const signalInfo = { code: 0, pid: 0 };

/** Reads {@linkcode signalInfo}; false when there is none (a group stop) or the tracee died. */
export function readSignal(tid: number): boolean {
  const m = block();
  if (libc().ptrace(PTRACE_GETSIGINFO, tid, 0, m.address + room.signal) === -1) return false;
  signalInfo.code = m.i32(room.signal + 8);
  signalInfo.pid = m.i32(room.signal + 16);
  return true;
}
