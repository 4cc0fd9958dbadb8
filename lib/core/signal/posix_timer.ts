/**
 * POSIX timers: as many as wanted, each with a signal, a value and a clock of its own.
 *
 * By the kernel's own calls: ids are the kernel's, as /proc/self/timers lists them, and SIGEV_THREAD, for which libc would start threads
 * that run C, is none of them.
 *
 * @module
 */
import { TIMER_ABSTIME } from "../../ffi/constants/event.ts";
import { SIGEV_NONE, SIGEV_SIGNAL, SIGEV_THREAD_ID } from "../../ffi/constants/signal.ts";
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { ITIMERSPEC } from "../../ffi/layout/event.ts";
import { SIGEVENT } from "../../ffi/layout/signal.ts";
import { type Block, check, ERRNO, libc, type Scratch, scratch, SystemError } from "../../ffi/mod.ts";
import { type ClockName, clockNumber } from "../clock.ts";
import { entering } from "../tap.ts";
import { settingIn, settingOf, type TimerSetting } from "../timer_setting.ts";
import { checkFlags, checkInteger, checkOptions, checkPid, outOfRange } from "../validate.ts";
import { signalNumbers } from "./set.ts";
import { type SignalName, SIGNALS } from "./signals.ts";

const MAX_INT = 0x7fffffff;
const WAYS: readonly unknown[] = [SIGEV_SIGNAL, SIGEV_NONE, SIGEV_THREAD_ID];

/** How a timer tells that it has expired: struct sigevent. */
export interface TimerEvent {
  /** SIGEV_SIGNAL, a signal to the process, unless given; SIGEV_THREAD_ID, to one thread; SIGEV_NONE: who wants to know asks. */
  notify?: number;
  /** SIGALRM unless given. */
  signal?: number | SignalName;
  /** Comes with the signal: -2147483648 to 2147483647; 0 unless given. */
  value?: number;
  /** The thread of SIGEV_THREAD_ID, one of this process; the calling one unless given. */
  tid?: number;
}

/** The process that made each timer: one that forked children do not have, and others of the library's own are no business of the program's. */
const makers = new Map<number, number>();

/**
 * `timer_create(clockid, sevp, timerid)`: a timer that is not set yet, and how it will tell that it has expired.
 *
 * However often it expires before its signal is taken, there is one signal for it, whose `overrun` counts the others. Not inherited by
 * fork, and gone with exec. In the main process of a runtime the signal is best handled ({@linkcode onSignal}) or sent to the calling
 * thread by SIGEV_THREAD_ID, where it can be blocked and taken; a signal to the process goes to any thread that does not block it.
 *
 * @param clockid by number or name: CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCK_BOOTTIME, CLOCK_TAI, or processor time, CLOCK_PROCESS_CPUTIME_ID
 * @param event without one: SIGALRM, with the timer's id as its value
 * @returns the timer's id
 * @throws {SystemError} EAGAIN: RLIMIT_SIGPENDING is met, since each timer keeps one signal's room. EINVAL: no such clock or thread. ENOTSUP,
 *   EOPNOTSUPP: the clock has no timers. EPERM: an alarm clock without CAP_WAKE_ALARM
 * @see https://man7.org/linux/man-pages/man2/timer_create.2.html
 * @example
 * ```ts
 * import { SIG_BLOCK, SIGEV_THREAD_ID, sigprocmask, sigwaitinfo, timer_create, timer_delete, timer_settime } from "forkscope";
 * sigprocmask(SIG_BLOCK, ["SIGUSR2"]);
 * const timer = timer_create("CLOCK_MONOTONIC", { notify: SIGEV_THREAD_ID, signal: "SIGUSR2", value: 7 });
 * timer_settime(timer, 0, { value: 2 });
 * console.log(sigwaitinfo(["SIGUSR2"]).value); // 7
 * timer_delete(timer);
 * ```
 */
export function timer_create(clockid: number | ClockName, event?: TimerEvent): number {
  entering("timer_create");
  const clock = clockNumber("timer_create", clockid);
  checkOptions("timer_create", event);
  using room = scratch();
  const told = event === undefined ? 0 : sigevent(room, event).address;
  const id = room.take(4);
  check(libc().syscall(syscallNumber("timer_create"), clock, told, id.address, 0, 0, 0), "timer_create", [clockid, event]);
  makers.set(id.i32(0), libc().getpid());
  return id.i32(0);
}

/**
 * `timer_settime(timerid, flags, new_value, old_value)`: sets a timer, or with `value` 0 unsets it.
 *
 * @param flags TIMER_ABSTIME: `value` is a time of the timer's clock; one that is over expires at once
 * @returns what was left of the setting before, `value` from now
 * @throws {SystemError} EINVAL: no timer that this process made
 * @see https://man7.org/linux/man-pages/man2/timer_settime.2.html
 * @example
 * ```ts
 * import { CLOCK_MONOTONIC, SIGEV_NONE, timer_create, timer_settime } from "forkscope";
 * const timer = timer_create(CLOCK_MONOTONIC, { notify: SIGEV_NONE });
 * timer_settime(timer, 0, { value: 60_000, interval: 500 });
 * console.log(timer_settime(timer, 0, { value: 0 }).interval); // 500
 * ```
 */
export function timer_settime(timerid: number, flags: number, setting: TimerSetting): Required<TimerSetting> {
  entering("timer_settime");
  checkInteger("timer_settime", "timerid", timerid, 0, MAX_INT);
  checkFlags("timer_settime", "flags", flags, TIMER_ABSTIME);
  using room = scratch();
  const next = settingIn(room, "timer_settime", setting);
  const before = room.take(ITIMERSPEC.size);
  checkTimer("timer_settime", timerid);
  check(libc().syscall(syscallNumber("timer_settime"), timerid, flags, next.address, before.address, 0, 0), "timer_settime", [timerid, flags, setting]);
  return settingOf(before);
}

/**
 * `timer_gettime(timerid, curr_value)`: what is left until the next expiry (0: not set, or expired for good), and the interval.
 *
 * @throws {SystemError} EINVAL: no timer that this process made
 * @see https://man7.org/linux/man-pages/man2/timer_settime.2.html
 * @example
 * ```ts
 * import { SIGEV_NONE, timer_create, timer_gettime } from "forkscope";
 * console.log(timer_gettime(timer_create("CLOCK_BOOTTIME", { notify: SIGEV_NONE })).value); // 0
 * ```
 */
export function timer_gettime(timerid: number): Required<TimerSetting> {
  entering("timer_gettime");
  using room = scratch();
  const now = room.take(ITIMERSPEC.size);
  make("timer_gettime", timerid, now.address);
  return settingOf(now);
}

/**
 * `timer_getoverrun(timerid)`: how many further times the timer had expired when its signal was last taken or handled.
 *
 * @throws {SystemError} EINVAL: no timer that this process made
 * @see https://man7.org/linux/man-pages/man2/timer_getoverrun.2.html
 * @example
 * ```ts
 * import { timer_create, timer_getoverrun } from "forkscope";
 * console.log(timer_getoverrun(timer_create("CLOCK_MONOTONIC"))); // 0
 * ```
 */
export function timer_getoverrun(timerid: number): number {
  entering("timer_getoverrun");
  return make("timer_getoverrun", timerid);
}

/**
 * `timer_delete(timerid)`: takes a timer away. A signal of it that is pending already goes with it since Linux 6.13, and comes before.
 *
 * @throws {SystemError} EINVAL: no timer that this process made
 * @see https://man7.org/linux/man-pages/man2/timer_delete.2.html
 * @example
 * ```ts
 * import { timer_create, timer_delete } from "forkscope";
 * timer_delete(timer_create("CLOCK_MONOTONIC"));
 * ```
 */
export function timer_delete(timerid: number): void {
  entering("timer_delete");
  make("timer_delete", timerid);
  makers.delete(timerid);
}

/** What every call of a timer fails with that this process does not have. */
export function refuseForeign(call: string, timerid: number): never {
  throw new SystemError(call, ERRNO.EINVAL, [timerid], "no timer that timer_create made in this process: a forked child inherits none");
}

function sigevent(room: Scratch, { notify = SIGEV_SIGNAL, signal = SIGNALS.SIGALRM, value = 0, tid }: TimerEvent): Block {
  if (!WAYS.includes(notify)) throw outOfRange("timer_create", "notify", notify, "SIGEV_SIGNAL, SIGEV_NONE or SIGEV_THREAD_ID");
  const [number = 0] = signalNumbers("timer_create", [signal]);
  const event = room.take(SIGEVENT.size);
  event.setI32(SIGEVENT.at.sigev_value, checkInteger("timer_create", "value", value, -MAX_INT - 1, MAX_INT));
  event.setI32(SIGEVENT.at.sigev_signo, number);
  event.setI32(SIGEVENT.at.sigev_notify, notify);
  const thread = tid === undefined ? libc().gettid() : checkPid("timer_create", tid, "tid");
  if (notify === SIGEV_THREAD_ID) event.setI32(SIGEVENT.at["_sigev_un._tid"], thread);
  return event;
}

/** Makes one of the calls that take a timer and at most an address. */
function make(call: "timer_gettime" | "timer_getoverrun" | "timer_delete", timerid: number, address = 0): number {
  checkTimer(call, timerid);
  return check(libc().syscall(syscallNumber(call), timerid, address, 0, 0, 0, 0), call, [timerid]);
}

function checkTimer(call: string, timerid: number): void {
  checkInteger(call, "timerid", timerid, 0, MAX_INT);
  if (makers.get(timerid) !== libc().getpid()) refuseForeign(call, timerid);
}
