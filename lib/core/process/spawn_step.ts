/** One system call that a spawned child makes before its exec. @module */
import { syscallNumber } from "../../ffi/constants/syscall.ts";

/** How its result is judged; lib/ffi/native/spawn_child knows these numbers. */
export const JUDGE = {
  /** A negative result is a failure. */
  failure: 0,
  /** Any result will do. */
  any: 1,
  /** The result must be the sixth argument; else ESRCH. */
  equal: 2,
  /** An exec: where the file is not there, the next step is tried. */
  exec: 3,
  /** No call: every handler becomes the default action, what is ignored stays so. */
  handlers: 4,
} as const;

/** A call by number, its arguments, and what to say of it when it fails. */
export interface Step {
  readonly number: number;
  readonly args: readonly number[];
  readonly judge: number;
  /** Name and arguments for a SystemError. */
  readonly call: string;
  readonly shown: readonly unknown[];
}

/** A call that must succeed. `shown`: its arguments in words, where they are addresses. */
export function step(call: string, args: readonly number[], shown: readonly unknown[] = args, judge: number = JUDGE.failure): Step {
  const { number, name } = known.get(call) ?? know(call);
  return { number, args, judge, call: name, shown };
}

interface Known {
  number: number;
  /** As libc calls it. */
  name: string;
}

const known = new Map<string, Known>();

function know(call: string): Known {
  const made = { number: syscallNumber(call), name: call.replace(/^rt_|64$/, "") };
  known.set(call, made);
  return made;
}

/** Gives every handled signal its default action, as CLONE_CLEAR_SIGHAND does. */
export const DROP_HANDLERS: Step = { number: 0, args: [], judge: JUDGE.handlers, call: "rt_sigaction", shown: [] };
