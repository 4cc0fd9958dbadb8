/**
 * What comes with a signal.
 *
 * @module
 */
import { SI_KERNEL, SI_QUEUE, SI_TKILL, SI_USER } from "../../ffi/constants/process.ts";
import { SI_ASYNCIO, SI_MESGQ, SI_TIMER } from "../../ffi/constants/signal.ts";
import type { Block } from "../../ffi/mod.ts";
import { SIGINFO } from "../../ffi/layout/process.ts";
import { SIGNALFD_SIGINFO } from "../../ffi/layout/signal.ts";
import { SIGNALS } from "./signals.ts";

/** A signal that was taken. Fields that its origin does not have are left out. */
export interface SignalInfo {
  /** Its number. */
  signal: number;
  /** Where it comes from: SI_USER (kill), SI_TKILL (tgkill, raise), SI_QUEUE (sigqueue), SI_KERNEL; for SIGCHLD CLD_EXITED and its kin. */
  code: number;
  /** Sender, or for SIGCHLD the child; 0 when that is outside this pid namespace. */
  pid?: number;
  /** Real user id of that process. */
  uid?: number;
  /** What came with sigqueue: a signed 32-bit number. */
  value?: number;
  /** SIGCHLD: exit code, or the signal that ended, stopped or continued the child; `code` says which. */
  status?: number;
}

/** The fields as they lie in memory, whichever the structure. */
interface Fields {
  signal: number;
  code: number;
  pid: number;
  uid: number;
  value: number;
  status: number;
}

/** Codes of a signal sent by a process, without and with a value. */
const SENT = [SI_USER, SI_TKILL, SI_QUEUE, SI_MESGQ, SI_ASYNCIO];
const WITH_VALUE = [SI_QUEUE, SI_MESGQ, SI_TIMER, SI_ASYNCIO];

/** From a siginfo_t. */
export function fromSiginfo(info: Block): SignalInfo {
  const { at } = SIGINFO;
  return meaningful({
    signal: info.i32(at.si_signo),
    code: info.i32(at.si_code),
    pid: info.i32(at.si_pid),
    uid: info.u32(at.si_uid),
    value: info.i32(at.si_value),
    status: info.i32(at.si_status),
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
  });
}

function meaningful({ signal, code, pid, uid, value, status }: Fields): SignalInfo {
  const ofChild = signal === SIGNALS.SIGCHLD && code > 0 && code < SI_KERNEL;
  return {
    signal,
    code,
    ...(ofChild || SENT.includes(code) ? { pid, uid } : {}),
    ...(WITH_VALUE.includes(code) ? { value } : {}),
    ...(ofChild ? { status } : {}),
  };
}
