/** Handlers of signals beside a runtime that has threads, and handlers, of its own. @module */
import { SI_QUEUE } from "../../ffi/constants/process.ts";
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { ERRNO, libc, scratch, SystemError, usable } from "../../ffi/mod.ts";
import { SIGINFO } from "../../ffi/layout/process.ts";
import { wrongValue } from "../validate.ts";
import { theInbox } from "./handlers.ts";
import { isForkedChild } from "../process/forked.ts";
import { receivers } from "./receivers.ts";
import { signalName, SIGNALS, SIGRTMIN } from "./signals.ts";

/** After its handler a fault happens again, at once: the handler in JavaScript would never run. */
const FAULTS: readonly number[] = [SIGNALS.SIGILL, SIGNALS.SIGTRAP, SIGNALS.SIGBUS, SIGNALS.SIGFPE, SIGNALS.SIGSEGV, SIGNALS.SIGSYS];
const UNCHANGEABLE: readonly number[] = [SIGNALS.SIGKILL, SIGNALS.SIGSTOP];
/** How long to wait for other threads, in ms, and the nap between two looks, in microseconds. */
const PATIENCE = 20;
const NAP = 50;

const claimed = new Set<number>();

/** Refuses handlers that could not run or would break the runtime. */
export function refuseHandlers(call: string, signals: readonly number[]): void {
  for (const signal of signals) {
    const name = signalName(signal);
    if (FAULTS.includes(signal)) throw wrongValue(call, "signal", name, "one after which the program can go on: a fault comes back as soon as its handler returns");
    if (usable().host.ownSignals.includes(name)) throw wrongValue(call, "signal", name, "one that the runtime does not use for its own threads");
    if (UNCHANGEABLE.includes(signal)) throw new SystemError(call, ERRNO.EINVAL, [name], "no process can handle this signal");
  }
  if (libc().gettid() === libc().getpid()) return;
  const why = `Cannot ${call}: this thread is a Worker's, must be the main thread, where handlers run`;
  throw Object.assign(new Error(why), { code: "ERR_NOT_MAIN_THREAD" });
}

/** Before a disposition changes: the runtime takes the signals that it handles by itself now, and not at some time afterwards. */
export function claimFromRuntime(signal: number): void {
  if (claimed.has(signal) || isForkedChild() || libc().gettid() !== libc().getpid()) return;
  claimed.add(signal);
  usable().host.claimSignal(signalName(signal));
}

/**
 * Has every other thread block a real-time signal, once its handler is set. Two threads that take such signals at the same time would mix
 * up their order. A thread that is started later does so at the first one it takes, and standard signals have no order to keep.
 */
export function keepFromOtherThreads(signal: number): void {
  if (signal < SIGRTMIN || isForkedChild()) return;
  const pid = libc().getpid();
  const others = (): number[] => receivers([signal]).map(({ tid }) => tid).filter((tid) => tid !== pid);
  const giveUp = performance.now() + PATIENCE;
  const asked = new Set<number>();
  for (let left = others(); left.length > 0 && performance.now() < giveUp; left = others()) {
    for (const tid of left) if (!asked.has(tid)) askToBlock(pid, tid, signal);
    for (const tid of left) asked.add(tid);
    libc().usleep(NAP);
  }
}

/** By the signal itself, with a value that the handler knows: the inbox's address. */
function askToBlock(pid: number, tid: number, signal: number): void {
  using room = scratch();
  const info = room.take(SIGINFO.size);
  info.setI32(SIGINFO.at.si_signo, signal);
  info.setI32(SIGINFO.at.si_code, SI_QUEUE);
  info.setU64(SIGINFO.at.si_value, theInbox().block.address);
  libc().syscall(syscallNumber("rt_tgsigqueueinfo"), pid, tid, signal, info.address, 0, 0);
}
