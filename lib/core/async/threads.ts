/**
 * Call threads: each makes one raw system call after the other for this one, and sleeps in between.
 *
 * They block every signal but the library's own, by which a call is ended early. They run no code of libc or the runtime's, but for the short callback
 * that tells of a result; a gate keeps them from that while this process forks.
 *
 * @module
 */
import { SIG_SETMASK } from "../../ffi/constants/process.ts";
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import type { Notifier } from "../../ffi/backend/types.ts";
import { check, ERRNO, libc, scratch, SystemError, usable } from "../../ffi/mod.ts";
import { CODE } from "../../ffi/native/call_thread/code.ts";
import { PRIVATE_SIGNAL, setPrivateHandler } from "../../ffi/private_signal.ts";
import { loadCode } from "../../ffi/native/code.ts";
import { nativeFunctions } from "../../ffi/native/functions.ts";
import { SIGSET } from "../../ffi/layout/process.ts";
import { threadState } from "../process/self.ts";
import { GATE, gateWord, Job, STATE, staying } from "./job.ts";

/** So many calls may wait at once. */
export const MOST_THREADS = 1024;
/** So many threads are kept that have nothing to do. */
const MOST_IDLE = 8;
const STACK = 256 * 1024;
const ATTRIBUTES = 64; // sizeof(pthread_attr_t): 56 on x86_64
const PTHREAD_CREATE_DETACHED = 1;
/** How long the end of the program waits for threads, in ms, and the nap between two looks, in microseconds. */
const PATIENCE = 20;
const NAP = 20;

type Done = (result: number) => void;

interface Pool {
  code: Record<"call_thread" | "interrupt" | "restorer", number>;
  notifier: Notifier;
  /** By cookie. */
  jobs: Job[];
  idle: Job[];
  /** Blocks whose thread was told to end. */
  ended: Job[];
  running: Map<Job, Done>;
}

let pool: Pool | undefined;

function open(): Pool {
  const code = loadCode(CODE, { gate: gateWord().address });
  if (libc().gettid() === libc().getpid()) usable().host.atEnd(keepOut);
  const notifier = usable().notifier((cookie) => finished(cookie));
  return { code, notifier, jobs: [], idle: [], ended: [], running: new Map() };
}

/** What keeps the event loop alive. */
export function keepLoopAlive(on: boolean): void {
  (pool ??= open()).notifier.keepAlive(on);
}

/**
 * Has a thread make a system call; `done` hears of the kernel's answer from the event loop.
 *
 * @throws {SystemError} in the name of `call`. EAGAIN: too many wait, or the system gives no further thread
 */
export function startCall(call: string, number: number, args: readonly number[], done: Done): Job {
  pool ??= open();
  const job = pool.idle.pop() ?? begin(pool, call);
  pool.running.set(job, done);
  job.run(number, args);
  return job;
}

/** Ends a call early: its answer is then -EINTR, unless it had another one before. */
export function interruptCall(job: Job): void {
  if (!pool?.running.has(job)) return;
  job.abort();
  if (job.tid === 0) return; // it will see that it was aborted before it makes the call
  interrupt(pool, job);
}

/** True for the id of a call thread. */
export function isCallThread(thread: number): boolean {
  return pool?.jobs.some(({ state, tid }) => tid === thread && state !== STATE.gone) ?? false;
}

/** Those that are making a call, or telling of its result. */
export function busyThreads(): number[] {
  return [...(pool?.running.keys() ?? [])].map(({ tid }) => tid);
}

/** True once a call was made by a thread. */
export function hasThreads(): boolean {
  return pool !== undefined;
}

/** In a forked child, where none of them exists. */
export function forgetThreads(): void {
  pool = undefined;
}

/** The program ends, not a Worker alone: no thread calls back into a runtime that is going down, nor stays in a callback that it will not run. */
function keepOut(): void {
  if (!pool || pool.running.size === 0) return;
  const jobs = [...pool.running.keys()].filter(({ tid }) => tid > 0); // one that has not begun will find the gate closed
  gateWord().value = GATE.ended;
  const giveUp = performance.now() + PATIENCE;
  for (const { tid } of jobs) while (threadState(tid) === "R" && performance.now() < giveUp) libc().usleep(NAP);
  for (const job of jobs) interrupt(pool, job);
  while (staying().value < jobs.length && performance.now() < giveUp) libc().usleep(NAP);
}

/** Anew before each use, since a Worker's threads have a handler of their own. */
function interrupt({ code }: Pool, { tid }: Job): void {
  setPrivateHandler(code.interrupt, code.restorer);
  libc().syscall(syscallNumber("tgkill"), libc().getpid(), tid, PRIVATE_SIGNAL, 0, 0, 0);
}

function finished(cookie: number): void {
  const job = pool?.jobs[cookie];
  const done = job && pool?.running.get(job);
  if (!pool || !job || !done) return;
  const { result } = job;
  pool.running.delete(job);
  if (pool.idle.length < MOST_IDLE) pool.idle.push(job);
  else {
    job.quit();
    pool.ended.push(job);
  }
  done(result);
}

/** A further thread, on the block of one that has ended if there is any. */
function begin(into: Pool, call: string): Job {
  if (into.running.size + into.idle.length >= MOST_THREADS) {
    throw new SystemError(call, ERRNO.EAGAIN, [], `${MOST_THREADS} calls wait already, each on a thread of its own`);
  }
  const at = into.ended.findIndex(({ state }) => state === STATE.gone);
  const [old] = at < 0 ? [] : into.ended.splice(at, 1);
  old?.reset();
  const job = old ?? new Job(into.jobs.length, into.notifier.address);
  if (!old) into.jobs.push(job);
  const failed = startThread(into.code.call_thread, job);
  if (failed === 0) return job;
  job.quit();
  into.ended.push(job);
  throw new SystemError(call, failed, [], "no further thread can be started to wait on");
}

/** pthread_create with all signals blocked but the library's own; gives its errno. */
function startThread(routine: number, job: Job): number {
  const { pthread_attr_init, pthread_attr_setdetachstate, pthread_attr_setstacksize, pthread_create } = nativeFunctions();
  using room = scratch();
  const attributes = room.take(ATTRIBUTES).address;
  pthread_attr_init(attributes);
  pthread_attr_setdetachstate(attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(attributes, STACK);
  const all = room.take(SIGSET.size);
  const before = room.take(SIGSET.size);
  all.bytes.fill(0xff); // libc leaves its own two out
  check(libc().sigprocmask(SIG_SETMASK, all.address, before.address), "sigprocmask");
  const failed = pthread_create(room.take(8).address, attributes, routine, job.address);
  check(libc().sigprocmask(SIG_SETMASK, before.address, 0), "sigprocmask");
  return failed;
}
