/**
 * What is known of one thing that a machine may lack.
 *
 * @module
 */

/** Whether something can be had here, why, and what can be done where it cannot. */
export interface SupportFact {
  /** Where it comes from. */
  area: "kernel" | "libc" | "runtime" | "permission";
  /** "unknown": it could not be tried without an effect, or without the danger of ending this process. */
  state: "yes" | "no" | "unknown";
  /** What was found: "answers EINVAL to a call that means nothing", "kernel.yama.ptrace_scope is 3". */
  reason: string;
  /** What needs it: names of exports. */
  neededBy: readonly string[];
  /** How it can be had, where it is not. */
  lift?: string;
}

/** What can be had. */
export function yes(area: SupportFact["area"], reason: string, neededBy: readonly string[] = []): SupportFact {
  return { area, state: "yes", reason, neededBy };
}

/** What cannot, and how it could. */
export function no(area: SupportFact["area"], reason: string, neededBy: readonly string[], lift: string): SupportFact {
  return { area, state: "no", reason, neededBy, lift };
}

/** What cannot be said. */
export function unknown(area: SupportFact["area"], reason: string, neededBy: readonly string[] = [], lift?: string): SupportFact {
  return { area, state: "unknown", reason, neededBy, ...(lift === undefined ? {} : { lift }) };
}
