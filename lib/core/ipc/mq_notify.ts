/** mq_notify: a signal when a message comes into an empty queue. @module */
import { SIGEV_NONE, SIGEV_SIGNAL } from "../../ffi/constants/signal.ts";
import { SIGEVENT } from "../../ffi/layout/signal.ts";
import { check, scratch } from "../../ffi/mod.ts";
import { posixIpcFunctions } from "../../ffi/posix_ipc_symbols.ts";
import { explaining } from "../explain.ts";
import { type SignalName, signalNumber } from "../signal/signals.ts";
import { entering } from "../tap.ts";
import { checkFd, checkInteger, checkOptions } from "../validate.ts";

const BUSY = { EBUSY: () => "a process is to be told of this queue already, and there can be one" };

/** How to be told. */
export interface QueueNotice {
  /** Sent to this process, with `code` SI_MESGQ, the sender's pid and `value`. Without it: told of nothing, and nobody else may ask. */
  signal?: number | SignalName;
  /** -2147483648 to 2147483647, 0 unless given. */
  value?: number;
}

/**
 * `mq_notify(mqdes, sevp)`: has a signal sent to this process when a message comes into the queue while it is empty and nobody waits in
 * mq_receive. Once: ask again, then take what is there until nothing is left. One process may ask for a queue.
 *
 * Block the signal, or have a handler, before: most signals end a process by default. Closing any descriptor of the queue takes the request
 * back. A program with an event loop needs no signal: {@linkcode PosixQueue.receiveAsync}, or poll.
 *
 * @param notice undefined takes the request back
 * @throws {SystemError} EBUSY: a process has asked already; EBADF: no queue
 * @see https://man7.org/linux/man-pages/man3/mq_notify.3.html
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { forkRun, getpid, mq_unlink, PosixQueue, SIG_BLOCK, sigprocmask, sigwaitinfo } from "forkscope";
 * using queue = PosixQueue.create(`/demo-${getpid()}`);
 * mq_unlink(`/demo-${getpid()}`);
 * forkRun(() => {
 *   sigprocmask(SIG_BLOCK, ["SIGUSR1"]);
 *   queue.notify({ signal: "SIGUSR1", value: 7 });
 *   queue.send("hello");
 *   console.log(sigwaitinfo(["SIGUSR1"]).value); // 7
 * }).wait();
 * ```
 */
export function mq_notify(fd: number, notice?: QueueNotice): void {
  entering("mq_notify");
  checkFd("mq_notify", fd);
  checkOptions("mq_notify", notice);
  using room = scratch();
  const event = room.take(SIGEVENT.size);
  event.setI32(SIGEVENT.at.sigev_notify, notice?.signal === undefined ? SIGEV_NONE : SIGEV_SIGNAL);
  if (notice?.signal !== undefined) event.setI32(SIGEVENT.at.sigev_signo, signalNumber("mq_notify", notice.signal));
  event.setI32(SIGEVENT.at.sigev_value, checkInteger("mq_notify", "value", notice?.value ?? 0, -0x80000000, 0x7fffffff));
  explaining(BUSY, () => check(posixIpcFunctions().mq_notify(fd, notice ? event.address : 0), "mq_notify", [fd, notice]));
}
