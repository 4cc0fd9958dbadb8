/** What results mean beside their numbers, as strace says it in parentheses. @module */
import * as file from "../../ffi/constants/file.ts";
import type { Arg, Call } from "./call.ts";
import { flagSet, valueSet } from "./constants.ts";
import { descriptorSet, pollCame } from "./more_args.ts";
import { openFlags } from "./names.ts";
import { signalOrZero } from "./structs.ts";
import { flagNames, nameOf } from "./text.ts";

const F_GETSIG = 11;
const PR_GET_DUMPABLE = 3;

/** The flags that F_GETFD and F_GETFL give. */
function descriptorFlags(call: Call): string | undefined {
  switch (call.int(1)) {
    case file.F_GETFL: return `flags ${openFlags(call.ret)}`;
    case file.F_GETFD: return call.ret === 0 ? undefined : `flags ${flagNames(call.ret, flagSet("FD"))}`;
    case F_GETSIG: return call.ret === 0 ? undefined : signalOrZero(call.ret);
    default: return undefined;
  }
}

const polled: Arg = (call, i) => (call.ret === 0 ? "Timeout" : pollCame(call, i));
if (pollCame.fetch) polled.fetch = pollCame.fetch;

const SETS = [[1, "in"], [2, "out"], [3, "except"]] as const;
const selected: Arg = (call) => {
  if (call.ret === 0) return "Timeout";
  const sets = SETS.map(([i, name]) => [name, call.size(i) === 0 ? "[]" : descriptorSet(call, i)] as const);
  return sets.filter(([, set]) => set !== "[]").map(([name, set]) => `${name} ${set}`).join(", ");
};
selected.fetch = (call, _, into) => { for (const [i] of SETS) descriptorSet.fetch?.(call, i, into); };

export const NOTES: Record<string, Arg> = {
  fcntl: descriptorFlags,
  poll: polled, ppoll: polled, select: selected, pselect6: selected,
  rt_sigtimedwait: (call) => signalOrZero(call.ret),
  sched_getscheduler: (call) => nameOf(call.ret, valueSet("SCHED")),
  personality: (call) => nameOf(call.ret, valueSet("PERSONALITY")),
  prctl: (call) => (call.int(0) === PR_GET_DUMPABLE ? nameOf(call.ret, valueSet("DUMPABLE")) : undefined),
};
