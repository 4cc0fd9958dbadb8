/**
 * Call threads: each makes one raw system call after the other for this one, and sleeps in between.
 *
 * They block every signal but one, by which a call is ended early. They run no code of libc or the runtime's, but for the short callback
 * that tells of a result; a gate keeps them from that while this process forks.
 *
 * @module
 */
import { SA_SIGINFO, SIG_SETMASK } from "../../ffi/constants/process.ts";
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import type { Notifier } from "../../ffi/backend/types.ts";
import { check, ERRNO, libc, scratch, SystemError, usable } from "../../ffi/mod.ts";
import { CODE } from "../../ffi/native/call_thread/code.ts";
import { loadCode } from "../../ffi/native/code.ts";
import { nativeFunctions } from "../../ffi/native/functions.ts";
import { SIGACTION, SIGSET } from "../../ffi/layout/process.ts";
import { SIGRTMAX } from "../signal/signals.ts";
import { Job, STATE } from "./job.ts";

/** The signal that ends a call of a call thread early. The library's own from the first time it ends one. */
export const INTERRUPT_SIGNAL = SIGRTMAX;

/** So many calls may wait at once. */
export const MOST_THREADS = 1024;
/** So many threads are kept that have nothing to do. */
const MOST_IDLE = 8;
const STACK = 256 * 1024;
const ATTRIBUTES = 64; // sizeof(pthread_attr_t): 56 on x86_64
const PTHREAD_CREATE_DETACHED = 1;
const SIG_DFL = 0;

type Done = (result: number) => void;

interface Pool {
  code: { call_thread: number; interrupt: number };
  notifier: Notifier;
  /** By cookie. */
  jobs: Job[];
  idle: Job[];
  /** Blocks whose thread was told to end. */
  ended: Job[];
  running: Map<Job, Done>;
}

let pool: Pool | undefined;
let handling = false;

function open(): Pool {
  const code = loadCode(CODE);
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
  installHandler(pool.code.interrupt);
  libc().syscall(syscallNumber("tgkill"), libc().getpid(), job.tid, INTERRUPT_SIGNAL, 0, 0, 0);
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

/** In a forked child, where none of them exists: the signal means again what it meant before. */
export function forgetThreads(): void {
  pool = undefined;
  if (handling) libc().signal(INTERRUPT_SIGNAL, SIG_DFL);
  handling = false;
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

/** pthread_create with all signals blocked but one; gives its errno. */
function startThread(routine: number, job: Job): number {
  const { pthread_attr_init, pthread_attr_setdetachstate, pthread_attr_setstacksize, pthread_create } = nativeFunctions();
  using room = scratch();
  const attributes = room.take(ATTRIBUTES).address;
  pthread_attr_init(attributes);
  pthread_attr_setdetachstate(attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(attributes, STACK);
  const all = room.take(SIGSET.size);
  const before = room.take(SIGSET.size);
  all.bytes.fill(0xff);
  all.bytes[(INTERRUPT_SIGNAL - 1) >> 3] = 0xff & ~(1 << ((INTERRUPT_SIGNAL - 1) & 7));
  check(libc().sigprocmask(SIG_SETMASK, all.address, before.address), "sigprocmask");
  const failed = pthread_create(room.take(8).address, attributes, routine, job.address);
  check(libc().sigprocmask(SIG_SETMASK, before.address, 0), "sigprocmask");
  return failed;
}

/** Without SA_RESTART, so that it ends a call. Anew before each use: it must never do what it does by default. */
function installHandler(address: number): void {
  using room = scratch();
  const action = room.take(SIGACTION.size);
  action.setU64(SIGACTION.at.sa_handler, address);
  action.setU32(SIGACTION.at.sa_flags, SA_SIGINFO);
  check(libc().sigaction(INTERRUPT_SIGNAL, action.address, 0), "sigaction", [INTERRUPT_SIGNAL]);
  handling = true;
}
