/**
 * What comes with a signal.
 *
 * @module
 */
import { SI_KERNEL, SI_QUEUE, SI_TKILL, SI_USER } from "../../ffi/constants/process.ts";
import { POLL_HUP, SI_ASYNCIO, SI_MESGQ, SI_TIMER } from "../../ffi/constants/signal.ts";
import type { Block } from "../../ffi/mod.ts";
import { SIGINFO } from "../../ffi/layout/process.ts";
import { SIGNALFD_SIGINFO } from "../../ffi/layout/signal.ts";
import { SIGNALS } from "./signals.ts";

/** A signal that was taken or handled. Fields that its origin does not have are left out. */
export interface SignalInfo {
  /** Its number. */
  signal: number;
  /** Where it comes from: SI_USER (kill), SI_TKILL (tgkill, raise), SI_QUEUE (sigqueue), SI_KERNEL; for SIGCHLD CLD_EXITED and its kin. {@linkcode signalCodeName} tells its name. */
  code: number;
  /** Sender, or for SIGCHLD the child; 0 when that is outside this pid namespace. */
  pid?: number;
  /** Real user id of that process. */
  uid?: number;
  /** What came with sigqueue, or what timer_create was given: a signed 32-bit number. */
  value?: number;
  /** SIGCHLD: exit code, or the signal that ended, stopped or continued the child; `code` says which. */
  status?: number;
  /** SI_TIMER: how many further times the timer expired before the signal was taken. */
  overrun?: number;
  /** SIGIO and what F_SETSIG chose: the descriptor. */
  fd?: number;
  /** SIGIO and what F_SETSIG chose: its events, as poll has them. */
  band?: number;
  /** A fault (SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP): the address. */
  address?: number;
  /** For a handler: so many signals were lost since one was last told so; left out while there are none. See {@linkcode lostSignals}. */
  lost?: number;
}

/** The fields as they lie in memory, whichever the structure. */
type Fields = Required<Omit<SignalInfo, "lost">>;

/** Codes of a signal sent by a process, without and with a value. */
const SENT = [SI_USER, SI_TKILL, SI_QUEUE, SI_MESGQ, SI_ASYNCIO];
const WITH_VALUE = [SI_QUEUE, SI_MESGQ, SI_TIMER, SI_ASYNCIO];
const FAULTS: readonly number[] = [SIGNALS.SIGILL, SIGNALS.SIGTRAP, SIGNALS.SIGBUS, SIGNALS.SIGFPE, SIGNALS.SIGSEGV];

/** From a siginfo_t. */
export function fromSiginfo(info: Block, offset = 0): SignalInfo {
  const { at } = SIGINFO;
  return meaningful({
    signal: info.i32(offset + at.si_signo),
    code: info.i32(offset + at.si_code),
    pid: info.i32(offset + at.si_pid),
    uid: info.u32(offset + at.si_uid),
    value: info.i32(offset + at.si_value),
    status: info.i32(offset + at.si_status),
    overrun: info.i32(offset + at.si_overrun),
    fd: info.i32(offset + at.si_fd),
    band: info.u32(offset + at.si_band),
    address: info.u64(offset + at.si_addr),
  });
}

/** From a struct signalfd_siginfo. */
export function fromSignalfd(info: DataView, offset: number): SignalInfo {
  const { at } = SIGNALFD_SIGINFO;
  return meaningful({
    signal: info.getUint32(offset + at.ssi_signo, true),
    code: info.getInt32(offset + at.ssi_code, true),
    pid: info.getUint32(offset + at.ssi_pid, true),
    uid: info.getUint32(offset + at.ssi_uid, true),
    value: info.getInt32(offset + at.ssi_int, true),
    status: info.getInt32(offset + at.ssi_status, true),
    overrun: info.getUint32(offset + at.ssi_overrun, true),
    fd: info.getInt32(offset + at.ssi_fd, true),
    band: info.getUint32(offset + at.ssi_band, true),
    address: Number(info.getBigUint64(offset + at.ssi_addr, true)),
  });
}

function meaningful({ signal, code, pid, uid, value, status, overrun, fd, band, address }: Fields): SignalInfo {
  const ofKernel = code > 0 && code < SI_KERNEL;
  const ofChild = signal === SIGNALS.SIGCHLD && ofKernel;
  const ofFault = FAULTS.includes(signal) && ofKernel;
  const ofDescriptor = ofKernel && !ofChild && !ofFault && signal !== SIGNALS.SIGSYS && code <= POLL_HUP;
  return {
    signal,
    code,
    ...(ofChild || SENT.includes(code) ? { pid, uid } : {}),
    ...(WITH_VALUE.includes(code) ? { value } : {}),
    ...(ofChild ? { status } : {}),
    ...(code === SI_TIMER ? { overrun } : {}),
    ...(ofDescriptor ? { fd, band } : {}),
    ...(ofFault ? { address } : {}),
  };
}
