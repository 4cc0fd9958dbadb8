/**
 * ptrace(2) and wait4(2) as the tracer uses them. Both belong to the thread that calls: one Worker owns its tracees.
 *
 * @module
 */
import * as c from "../ffi/constants/trace.ts";
import { SIGINFO } from "../ffi/layout/process.ts";
import { PTRACE_SYSCALL_INFO, USER_REGS } from "../ffi/layout/trace.ts";
import { arch } from "../ffi/arch.ts";
import { allocate, ERRNO, errno, libc, SystemError } from "../ffi/mod.ts";
import { setMembers } from "./signal_set.ts";

/** Options of every tracee. */
export const OPTIONS =
  c.PTRACE_O_TRACESYSGOOD | c.PTRACE_O_TRACEFORK | c.PTRACE_O_TRACEVFORK | c.PTRACE_O_TRACECLONE | c.PTRACE_O_TRACEEXEC | c.PTRACE_O_TRACESECCOMP |
  c.PTRACE_O_EXITKILL;
export const OPTION_EXITKILL = c.PTRACE_O_EXITKILL;
/** Options of who was attached to: it goes on when the tracer dies. */
export const ATTACH_OPTIONS = OPTIONS & ~c.PTRACE_O_EXITKILL & ~c.PTRACE_O_TRACESECCOMP;

/** Events in the upper half of a stop's status. */
export const EVENT_FORK = c.PTRACE_EVENT_FORK;
export const EVENT_VFORK = c.PTRACE_EVENT_VFORK;
export const EVENT_CLONE = c.PTRACE_EVENT_CLONE;
export const EVENT_EXEC = c.PTRACE_EVENT_EXEC;
export const EVENT_SECCOMP = c.PTRACE_EVENT_SECCOMP;
export const EVENT_STOP = c.PTRACE_EVENT_STOP;
/** Signal number of a system call stop under PTRACE_O_TRACESYSGOOD. */
export const SYSCALL_STOP = 0x85;

const WNOHANG = 1;
const WALL = 0x40000000;
const WNOTHREAD = 0x20000000;

const NT_PRSTATUS = 1;
const PTRACE_GETSIGMASK = 0x420a;
/** The kernel's sigset_t. */
const SIGSET_SIZE = 8;
const INFO = PTRACE_SYSCALL_INFO.at;
const AUDIT_ARCH = { x86_64: c.AUDIT_ARCH_X86_64, aarch64: c.AUDIT_ARCH_AARCH64 }[arch];
/** Where the result of a call stands among the registers: rax, x0. */
const RESULT_AT = { x86_64: USER_REGS.x86_64.at.rax, aarch64: USER_REGS.aarch64.at.regs }[arch];
const room = { status: 0, message: 16, info: 64, signal: 256, vector: 400, registers: 512 };
let memory: ReturnType<typeof allocate> | undefined;
const block = () => (memory ??= allocate(1024));

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

/** Becomes the tracer without stopping it. */
export function seize(tid: number, options: number): void {
  if (libc().ptrace(c.PTRACE_SEIZE, tid, 0, options) === -1) throw new SystemError("ptrace(PTRACE_SEIZE)", errno(), [tid]);
}

/** How a stopped tracee goes on. */
export type How = "free" | "to-exit" | "listen" | "to-call";

/** Lets a stopped tracee go on, with a signal to be delivered. False: it died meanwhile (ESRCH). */
export function resume(tid: number, how: How, signal: number): boolean {
  const request = how === "free" ? c.PTRACE_CONT : how === "listen" ? c.PTRACE_LISTEN : c.PTRACE_SYSCALL;
  return libc().ptrace(request, tid, 0, signal) !== -1;
}

/** Stops a running tracee without a signal. */
export function interrupt(tid: number): void {
  libc().ptrace(c.PTRACE_INTERRUPT, tid, 0, 0);
}

/** The message of an event stop: the new child's tid, or the former tid after exec. */
export function eventMessage(tid: number): number {
  const { address } = block();
  return libc().ptrace(c.PTRACE_GETEVENTMSG, tid, 0, address + room.message) === -1 ? 0 : block().u32(room.message);
}

/** struct ptrace_syscall_info at a stop; `foreign`: of another machine's numbers: `call` and six arguments at entry, the result at exit. */
export const syscallInfo = { foreign: false, entry: false, number: 0, words: new Int32Array(12), ret: 0, failed: false };

/** Reads {@linkcode syscallInfo}; false when the tracee died meanwhile or stands at no call. */
export function readSyscall(tid: number): boolean {
  const m = block();
  if (libc().ptrace(c.PTRACE_GET_SYSCALL_INFO, tid, PTRACE_SYSCALL_INFO.size, m.address + room.info) === -1) return false;
  const op = m.bytes[room.info] ?? 0;
  syscallInfo.foreign = m.u32(room.info + INFO.arch) !== AUDIT_ARCH;
  syscallInfo.entry = op === c.PTRACE_SYSCALL_INFO_ENTRY || op === c.PTRACE_SYSCALL_INFO_SECCOMP;
  if (syscallInfo.entry) {
    syscallInfo.number = m.u32(room.info + INFO["entry.nr"]);
    for (let i = 0; i < 12; i++) syscallInfo.words[i] = m.i32(room.info + INFO["entry.args"] + 4 * i);
  } else if (op === c.PTRACE_SYSCALL_INFO_EXIT) {
    syscallInfo.ret = m.i64(room.info + INFO["exit.rval"]);
    syscallInfo.failed = m.bytes[room.info + INFO["exit.is_error"]] === 1;
  }
  return op !== c.PTRACE_SYSCALL_INFO_NONE;
}

/** A held thread's calls are those of another machine, with other numbers: its program is a 32-bit one. */
export function isForeign(tid: number): boolean {
  readSyscall(tid);
  return syscallInfo.foreign;
}

/** si_code and si_pid of the signal a tracee is about to get. */
export const signalInfo = { code: 0, pid: 0 };

/** Reads {@linkcode signalInfo}; false when there is none (a group stop) or the tracee died. */
export function readSignal(tid: number): boolean {
  const m = block();
  if (libc().ptrace(c.PTRACE_GETSIGINFO, tid, 0, m.address + room.signal) === -1) return false;
  signalInfo.code = m.i32(room.signal + SIGINFO.at.si_code);
  signalInfo.pid = m.i32(room.signal + SIGINFO.at.si_pid);
  return true;
}

/** Signals that a stopped thread blocks, ascending. */
export function blockedSignals(tid: number): number[] {
  const m = block();
  if (libc().ptrace(PTRACE_GETSIGMASK, tid, SIGSET_SIZE, m.address + room.message) === -1) return [];
  return setMembers(m.u32(room.message), m.u32(room.message + 4));
}

const EINTR = 4;
/** Where the number of the call under way, its result and the place in the program stand; and how long the instruction is that makes a call. */
const AT = {
  x86_64: { number: USER_REGS.x86_64.at.orig_rax, result: USER_REGS.x86_64.at.rax, place: USER_REGS.x86_64.at.rip, instruction: 2 },
  aarch64: { number: USER_REGS.aarch64.at.regs + 8 * 8, result: USER_REGS.aarch64.at.regs, place: USER_REGS.aarch64.at.pc, instruction: 4 },
}[arch];

/** A call that an interruption made fail with EINTR is put back, as the kernel does with others by itself. */
export function restartInterrupted(tid: number): void {
  const m = block();
  if (resultRegister(tid) !== -EINTR || m.i64(room.registers + AT.number) < 0) return;
  // On aarch64 the first argument is lost with the result: the call is left as it is.
  if (arch !== "x86_64") return;
  m.setU64(room.registers + AT.result, m.u64(room.registers + AT.number));
  m.setU64(room.registers + AT.place, m.u64(room.registers + AT.place) - AT.instruction);
  libc().ptrace(c.PTRACE_SETREGSET, tid, NT_PRSTATUS, m.address + room.vector);
}

/** A call that returns with EINTR because the thread was told to stop, and that is put back: the program never sees it. */
export function isSpuriousReturn(task: { tid: number; asleepInto: boolean }, status: number): boolean {
  if (!task.asleepInto || (status & 0xff) !== 0x7f || status >>> 8 !== SYSCALL_STOP || !readSyscall(task.tid)) return false;
  return !syscallInfo.entry && syscallInfo.failed && syscallInfo.ret === -EINTR;
}

/** Stops tracing a stopped thread. */
export function detach(tid: number, signal: number): void {
  libc().ptrace(c.PTRACE_DETACH, tid, 0, signal);
}

/** What the call that made a new child returns in it: its result register at its first stop. */
export function resultRegister(tid: number): number | undefined {
  const m = block();
  m.setU64(room.vector, m.address + room.registers);
  m.setU64(room.vector + 8, USER_REGS[arch].size);
  if (libc().ptrace(c.PTRACE_GETREGSET, tid, NT_PRSTATUS, m.address + room.vector) === -1) return undefined;
  return m.i64(room.registers + RESULT_AT);
}
