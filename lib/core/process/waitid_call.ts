/** waitid(2) as it is, and its constants. @module */
import { errno, ERRNO, libc, scratch, SystemError } from "../../ffi/mod.ts";
import { interruptible, safePoint } from "../safe_point.ts";
import { SIGINFO } from "../../ffi/layout/process.ts";

/**
 * Which children {@linkcode waitid} waits for.
 *
 * @see https://man7.org/linux/man-pages/man2/waitid.2.html
 */

/** Any. */
export const P_ALL = 0;
/** One, by its pid. */
export const P_PID = 1;
/** Those of a process group. */
export const P_PGID = 2;
/** One, by its pidfd. @since Linux 5.4 */
export const P_PIDFD = 3;

/**
 * Options of {@linkcode waitpid} and {@linkcode waitid}.
 *
 * @see https://man7.org/linux/man-pages/man2/wait.2.html
 */

/** Do not wait: say that nothing has changed. */
export const WNOHANG = 1;
/** waitpid: also tell of children that stopped. */
export const WUNTRACED = 2;
/** waitid: tell of children that stopped. */
export const WSTOPPED = 2;
/** waitid: tell of children that ended. */
export const WEXITED = 4;
/** Also tell of stopped children that went on. */
export const WCONTINUED = 8;
/** waitid: leave the child waitable. */
export const WNOWAIT = 0x01000000;

/** The child fields of a siginfo_t. */
export interface Peeked {
  pid: number;
  uid: number;
  code: number;
  value: number;
}

/** One waitid(2); an interrupted one is repeated. Undefined when WNOHANG found nothing. */
export function waitidCall(call: string, idtype: number, id: number, options: number): Peeked | undefined {
  using room = scratch();
  const info = room.take(SIGINFO.size);
  while (interruptible(() => libc().waitid(idtype, id, info.address, options)) === -1) {
    if (errno() !== ERRNO.EINTR) throw new SystemError(call, errno(), [idtype, id, options]);
    safePoint();
  }
  const { at } = SIGINFO;
  const pid = info.i32(at.si_pid);
  return pid === 0 ? undefined : { pid, uid: info.u32(at.si_uid), code: info.i32(at.si_code), value: info.i32(at.si_status) };
}
