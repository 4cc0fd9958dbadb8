/** timerfd: a timer behind a descriptor. @module */
import { check, scratch } from "../../ffi/mod.ts";
import {
  CLOCK_BOOTTIME, CLOCK_BOOTTIME_ALARM, CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCK_REALTIME_ALARM, TFD_CLOEXEC, TFD_NONBLOCK, TFD_TIMER_ABSTIME, TFD_TIMER_CANCEL_ON_SET,
} from "../../ffi/constants/event.ts";
import { POLLIN } from "../../ffi/constants/file.ts";
import { eventFunctions } from "../../ffi/event_symbols.ts";
import { ITIMERSPEC } from "../../ffi/layout/event.ts";
import { type AsyncOptions, asyncSignal } from "../async/pending.ts";
import { type ClockName, clockNumber } from "../clock.ts";
import { entering } from "../tap.ts";
import { settingIn, settingOf, type TimerSetting } from "../timer_setting.ts";
import { checkFd, checkFlags, checkOptions, outOfRange } from "../validate.ts";
import { counter } from "./counter_async.ts";
import { type Fd, ownNew } from "./fd.ts";
import { read } from "./io.ts";
import { polled } from "./poll.ts";
import { made } from "./registry.ts";

const CLOCKS: readonly number[] = [CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME, CLOCK_REALTIME_ALARM, CLOCK_BOOTTIME_ALARM];

/**
 * `timerfd_create(clockid, flags)`: a timer that is not set. Its descriptor is readable when it has expired; a read of 8 bytes gives how
 * often. A forked child shares it.
 *
 * @param clockid CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCK_BOOTTIME, the two alarm clocks; by number or name
 * @param flags of TFD_CLOEXEC, TFD_NONBLOCK
 * @throws {SystemError} EMFILE, ENFILE, ENOMEM; EPERM: an alarm clock without CAP_WAKE_ALARM
 * @see https://man7.org/linux/man-pages/man2/timerfd_create.2.html
 * @example
 * ```ts
 * import { CLOCK_MONOTONIC, read, timerfd_create, timerfd_settime } from "forkscope";
 * const timer = timerfd_create(CLOCK_MONOTONIC);
 * timerfd_settime(timer, 0, { value: 1 });
 * console.log(read(timer, new Uint8Array(8))); // 8
 * ```
 */
export function timerfd_create(clockid: number | ClockName, flags = 0): number {
  entering("timerfd_create");
  const clock = clockNumber("timerfd_create", clockid);
  if (!CLOCKS.includes(clock)) throw outOfRange("timerfd_create", "clockid", clock, "CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME or an alarm clock");
  checkFlags("timerfd_create", "flags", flags, TFD_CLOEXEC | TFD_NONBLOCK);
  const fd = check(eventFunctions().timerfd_create(clock, flags), "timerfd_create", [clockid, flags]);
  made(fd);
  return fd;
}

/**
 * `timerfd_settime(fd, flags, new_value, old_value)`: sets the timer, or with `value` 0 unsets it.
 *
 * @param flags of TFD_TIMER_ABSTIME (`value` is a time of the clock) and TFD_TIMER_CANCEL_ON_SET (a jump of CLOCK_REALTIME makes reads
 *   fail with ECANCELED)
 * @returns what was left of the setting before, `value` from now
 * @throws {SystemError} EBADF; EINVAL: no timerfd
 * @see https://man7.org/linux/man-pages/man2/timerfd_create.2.html
 * @example
 * ```ts
 * import { CLOCK_MONOTONIC, timerfd_create, timerfd_settime } from "forkscope";
 * const timer = timerfd_create(CLOCK_MONOTONIC);
 * timerfd_settime(timer, 0, { value: 60_000, interval: 500 });
 * console.log(timerfd_settime(timer, 0, { value: 0 }).interval); // 500
 * ```
 */
export function timerfd_settime(fd: number, flags: number, setting: TimerSetting): Required<TimerSetting> {
  entering("timerfd_settime");
  checkFd("timerfd_settime", fd);
  checkFlags("timerfd_settime", "flags", flags, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET);
  using room = scratch();
  const next = settingIn(room, "timerfd_settime", setting);
  const before = room.take(ITIMERSPEC.size);
  check(eventFunctions().timerfd_settime(fd, flags, next.address, before.address), "timerfd_settime", [fd, flags, setting]);
  return settingOf(before);
}

/**
 * `timerfd_gettime(fd, curr_value)`: what is left until the next expiry (0: not set), and the interval.
 *
 * @throws {SystemError} EBADF; EINVAL: no timerfd
 * @see https://man7.org/linux/man-pages/man2/timerfd_create.2.html
 * @example
 * ```ts
 * import { CLOCK_MONOTONIC, timerfd_create, timerfd_gettime } from "forkscope";
 * console.log(timerfd_gettime(timerfd_create(CLOCK_MONOTONIC)).value); // 0
 * ```
 */
export function timerfd_gettime(fd: number): Required<TimerSetting> {
  entering("timerfd_gettime");
  checkFd("timerfd_gettime", fd);
  using room = scratch();
  const now = room.take(ITIMERSPEC.size);
  check(eventFunctions().timerfd_gettime(fd, now.address), "timerfd_gettime", [fd]);
  return settingOf(now);
}

/** How a {@linkcode TimerFd} behaves. */
export interface TimerFdOptions {
  /** By number or name; CLOCK_MONOTONIC unless given. */
  clock?: number | ClockName;
  /** {@linkcode TimerFd.expirations} fails with EAGAIN before the first and does not wait. */
  nonblocking?: boolean;
}

/**
 * An owned timerfd, close-on-exec.
 *
 * @example
 * ```ts
 * import { TimerFd } from "forkscope";
 * using timer = new TimerFd();
 * timer.set({ value: 2 });
 * console.log(timer.expirations()); // 1
 * timer.set({ value: 1, interval: 1 });
 * let expired = 0;
 * for await (const count of timer) if ((expired += count) >= 3) break;
 * ```
 */
export class TimerFd {
  /** Its descriptor. */
  readonly fd: Fd;

  constructor(options: TimerFdOptions = {}) {
    checkOptions("timerfd_create", options);
    const { clock = CLOCK_MONOTONIC, nonblocking = false } = options;
    this.fd = ownNew(timerfd_create(clock, TFD_CLOEXEC | (nonblocking ? TFD_NONBLOCK : 0)));
  }

  /** Sets it from now, or to a time of its clock; gives what was left of the setting before. See {@linkcode timerfd_settime}. */
  set(setting: TimerSetting, absolute = false): Required<TimerSetting> {
    return timerfd_settime(this.fd.number, absolute ? TFD_TIMER_ABSTIME : 0, setting);
  }

  /** What is left; see {@linkcode timerfd_gettime}. */
  get left(): Required<TimerSetting> {
    return timerfd_gettime(this.fd.number);
  }

  /** How often it has expired since this was last asked; waits for the first. */
  expirations(): number {
    const count = new BigUint64Array(1);
    read(this.fd.number, count);
    return Number(count[0]);
  }

  /** {@linkcode TimerFd.expirations} without blocking the event loop. */
  async expirationsAsync(options?: AsyncOptions): Promise<number> {
    entering("TimerFd.expirationsAsync");
    return counter("read", this.fd.number, asyncSignal("wait for a timer", options));
  }

  /**
   * How often it has expired, time after time, until it is closed or no longer set: `for await (const count of timer.each({ signal }))`.
   * More than 1 when the program came late.
   */
  async *each(options?: AsyncOptions): AsyncGenerator<number, void, undefined> {
    const signal = asyncSignal("wait for a timer", options);
    for (;;) {
      const count = this.#goesOn() ? await this.#next(signal) : 0;
      if (count === 0) return;
      yield count;
      signal?.throwIfAborted();
    }
  }
  [Symbol.asyncIterator](): AsyncGenerator<number, void, undefined> {
    return this.each();
  }

  /** Closes it; a setting ends with its last descriptor. */
  [Symbol.dispose](): void {
    this.fd.close();
  }

  /** True while it is open and has expired or will. */
  #goesOn(): boolean {
    return this.fd.isOpen && (this.left.value > 0 || polled([{ fd: this.fd.number, events: POLLIN }], 0, []).length > 0);
  }

  /** The next count; 0 when it was closed meanwhile. */
  async #next(signal: AbortSignal | undefined): Promise<number> {
    try {
      return await counter("read", this.fd.number, signal);
    } catch (error) {
      if (this.fd.isOpen || signal?.aborted) throw error;
      return 0;
    }
  }
}
