/** An owned POSIX timer. @module */
import { CLOCK_MONOTONIC, TIMER_ABSTIME } from "../../ffi/constants/event.ts";
import { libc } from "../../ffi/mod.ts";
import type { ClockName } from "../clock.ts";
import { entering } from "../tap.ts";
import type { TimerSetting } from "../timer_setting.ts";
import { checkOptions } from "../validate.ts";
import { refuseForeign, timer_create, timer_delete, timer_getoverrun, timer_gettime, timer_settime, type TimerEvent } from "./posix_timer.ts";

/** What a {@linkcode PosixTimer} counts by and how it tells. */
export interface PosixTimerOptions extends TimerEvent {
  /** By number or name; CLOCK_MONOTONIC unless given. */
  clock?: number | ClockName;
}

/**
 * An owned POSIX timer: a signal when it expires, once or again and again; deleted at the end of a `using` scope.
 *
 * A forked child inherits the object and not the timer: there every use fails with EINVAL, and its end does nothing.
 *
 * @example
 * ```ts
 * import { onSignal, PosixTimer } from "forkscope";
 * using timer = new PosixTimer({ signal: "SIGUSR2", value: 3 });
 * const came = new Promise((resolve) => { onSignal("SIGUSR2", ({ value }) => resolve(value), { ref: true, once: true }); });
 * timer.set({ value: 2 });
 * console.log(await came); // 3
 * ```
 */
export class PosixTimer {
  /** Its id, as in /proc/self/timers. */
  readonly id: number;
  /** The process that has it: in a forked child another timer may have its number. */
  readonly #pid = libc().getpid();
  #isDeleted = false;

  /**
   * `timer_create(clockid, sevp, timerid)`: see {@linkcode timer_create}. Not set yet.
   *
   * @throws {SystemError} as timer_create
   */
  constructor(options: PosixTimerOptions = {}) {
    entering("new PosixTimer");
    checkOptions("timer_create", options);
    const { clock = CLOCK_MONOTONIC, ...event } = options;
    this.id = timer_create(clock, event);
  }

  /** Sets it from now, or to a time of its clock; gives what was left of the setting before. See {@linkcode timer_settime}. */
  set(setting: TimerSetting, absolute = false): Required<TimerSetting> {
    return timer_settime(this.#own("timer_settime"), absolute ? TIMER_ABSTIME : 0, setting);
  }

  /** What is left; see {@linkcode timer_gettime}. */
  get left(): Required<TimerSetting> {
    return timer_gettime(this.#own("timer_gettime"));
  }

  /** How many further times it had expired when its signal was last taken; see {@linkcode timer_getoverrun}. */
  get overrun(): number {
    return timer_getoverrun(this.#own("timer_getoverrun"));
  }

  /** Deletes it; nothing when that was done, and in a forked child, which does not have it. */
  delete(): void {
    if (this.#isDeleted || this.#pid !== libc().getpid()) return;
    this.#isDeleted = true;
    timer_delete(this.id);
  }
  [Symbol.dispose](): void {
    this.delete();
  }

  #own(call: string): number {
    return this.#isDeleted || this.#pid !== libc().getpid() ? refuseForeign(call, this.id) : this.id;
  }
}
