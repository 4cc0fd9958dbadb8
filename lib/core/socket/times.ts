/** Socket options whose values are times. @module */
import { type Block, scratch } from "../../ffi/mod.ts";
import { SO_LINGER, SO_RCVTIMEO, SO_SNDTIMEO, SOL_SOCKET } from "../../ffi/constants/socket.ts";
import { LINGER, TIMEVAL } from "../../ffi/layout/socket.ts";
import { entering } from "../tap.ts";
import { checkMilliseconds } from "../time.ts";
import { checkFd, checkInteger, checkObject } from "../validate.ts";
import { readOptionBytes, writeOption } from "./options.ts";

const MICROS = 1000;
const MAX_LINGER = 0x7fffffff;

/** How long calls on a socket wait, in milliseconds; 0: without end. */
export interface SocketTimeouts {
  /** Of what receives, and of accept (SO_RCVTIMEO). */
  receive?: number;
  /** Of what sends, and of connect (SO_SNDTIMEO). */
  send?: number;
}

/**
 * SO_RCVTIMEO and SO_SNDTIMEO: how long calls on the socket wait before they fail with EAGAIN, a connect with EINPROGRESS. In every process
 * that has the socket.
 *
 * @param timeouts in milliseconds, a microsecond at the least; 0 for no end; what is left out stays
 * @throws {SystemError} EBADF, ENOTSOCK
 * @see https://man7.org/linux/man-pages/man7/socket.7.html
 * @example
 * ```ts
 * import { recvmsg, setSocketTimeouts, socketpair, SystemError } from "forkscope";
 * const [a] = socketpair();
 * setSocketTimeouts(a, { receive: 5 });
 * try {
 *   recvmsg(a);
 * } catch (error) {
 *   console.log(error instanceof SystemError && error.code); // "EAGAIN"
 * }
 * ```
 */
export function setSocketTimeouts(fd: number, timeouts: SocketTimeouts): void {
  entering("setSocketTimeouts");
  checkFd("setSocketTimeouts", fd);
  checkObject("setSocketTimeouts", timeouts, "timeouts");
  const { receive, send } = timeouts;
  if (receive !== undefined) checkMilliseconds("setSocketTimeouts", "receive", receive);
  if (send !== undefined) checkMilliseconds("setSocketTimeouts", "send", send);
  if (receive !== undefined) setTime(fd, SO_RCVTIMEO, receive);
  if (send !== undefined) setTime(fd, SO_SNDTIMEO, send);
}

/**
 * SO_RCVTIMEO and SO_SNDTIMEO as {@linkcode setSocketTimeouts} set them, in milliseconds; 0: no end.
 *
 * @throws {SystemError} EBADF, ENOTSOCK
 * @see https://man7.org/linux/man-pages/man7/socket.7.html
 * @example
 * ```ts
 * import { getSocketTimeouts, setSocketTimeouts, socketpair } from "forkscope";
 * const [a] = socketpair();
 * setSocketTimeouts(a, { send: 1500 });
 * console.log(getSocketTimeouts(a).send); // 1500
 * ```
 */
export function getSocketTimeouts(fd: number): Required<SocketTimeouts> {
  entering("getSocketTimeouts");
  checkFd("getSocketTimeouts", fd);
  return { receive: timeOf(fd, SO_RCVTIMEO), send: timeOf(fd, SO_SNDTIMEO) };
}

/**
 * SO_LINGER: how long close and shutdown wait until what was sent has been acknowledged. At 0 a TCP connection is closed by a reset.
 *
 * @param seconds whole seconds; undefined: they do not wait
 * @throws {SystemError} EBADF, ENOTSOCK
 * @see https://man7.org/linux/man-pages/man7/socket.7.html
 * @example
 * ```ts
 * import { AF_INET, close, getLinger, setLinger, SOCK_STREAM, socket } from "forkscope";
 * const fd = socket(AF_INET, SOCK_STREAM);
 * setLinger(fd, 5);
 * console.log(getLinger(fd)); // 5
 * close(fd);
 * ```
 */
export function setLinger(fd: number, seconds: number | undefined): void {
  entering("setLinger");
  checkFd("setLinger", fd);
  if (seconds !== undefined) checkInteger("setLinger", "seconds", seconds, 0, MAX_LINGER);
  using room = scratch();
  const block = room.take(LINGER.size);
  block.setI32(LINGER.at.l_onoff, seconds === undefined ? 0 : 1);
  block.setI32(LINGER.at.l_linger, seconds ?? 0);
  writeOption(fd, SOL_SOCKET, SO_LINGER, block, seconds);
}

/**
 * SO_LINGER as {@linkcode setLinger} set it, in seconds; undefined when close and shutdown do not wait.
 *
 * @throws {SystemError} EBADF, ENOTSOCK
 * @see https://man7.org/linux/man-pages/man7/socket.7.html
 * @example
 * ```ts
 * import { AF_INET, getLinger, SOCK_STREAM, socket } from "forkscope";
 * console.log(getLinger(socket(AF_INET, SOCK_STREAM)) === undefined); // true
 * ```
 */
export function getLinger(fd: number): number | undefined {
  entering("getLinger");
  checkFd("getLinger", fd);
  const view = viewOf(readOptionBytes(fd, SOL_SOCKET, SO_LINGER, LINGER.size));
  return view.getInt32(LINGER.at.l_onoff, true) === 0 ? undefined : view.getInt32(LINGER.at.l_linger, true);
}

/** The kernel takes whole microseconds; what is more than nothing stays so. */
function setTime(fd: number, name: number, milliseconds: number): void {
  using room = scratch();
  const block: Block = room.take(TIMEVAL.size);
  const micros = milliseconds > 0 ? Math.max(1, Math.round(milliseconds * MICROS)) : 0;
  block.setU64(TIMEVAL.at.tv_sec, Math.floor(micros / 1e6));
  block.setU64(TIMEVAL.at.tv_usec, micros % 1e6);
  writeOption(fd, SOL_SOCKET, name, block, milliseconds);
}

function timeOf(fd: number, name: number): number {
  const view = viewOf(readOptionBytes(fd, SOL_SOCKET, name, TIMEVAL.size));
  return Number(view.getBigInt64(TIMEVAL.at.tv_sec, true)) * 1000 + Number(view.getBigInt64(TIMEVAL.at.tv_usec, true)) / MICROS;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
