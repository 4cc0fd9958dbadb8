/** What a signal does to the process. @module */
import { SA_NOCLDSTOP, SA_NOCLDWAIT } from "../../ffi/constants/process.ts";
import { type Block, check, libc, scratch } from "../../ffi/mod.ts";
import { SIGACTION } from "../../ffi/layout/process.ts";
import { entering } from "../tap.ts";
import { checkFlags, wrongValue } from "../validate.ts";
import { signalsIn } from "./set.ts";
import { type SignalName, signalNumber } from "./signals.ts";

/** Set by libc itself for its return from a handler. */
const SA_RESTORER = 0x04000000;
const HANDLERS = ["default", "ignore"] as const;

/** A disposition as {@linkcode sigaction} found it; given back to sigaction, it is put in place again, a handler included. */
export interface Disposition {
  /** "handler": a function of native code, such as the one by which the runtime serves `process.on`. */
  readonly action: "default" | "ignore" | "handler";
  /** SA_RESTART, SA_NOCLDSTOP... */
  readonly flags: number;
  /** Signals blocked while the handler runs. */
  readonly mask: readonly number[];
}

/** The structures behind what was given out: no other object can name a handler. */
const structures = new WeakMap<Disposition, Uint8Array>();

/**
 * `sigaction(signum, act, oldact)`: sets what a signal does to the process (default, or nothing), and gives what it did before.
 *
 * The disposition is the whole process's. fork copies it; exec keeps "ignore" and turns a handler into "default"; spawn takes `sigdefault`.
 * A pending signal is thrown away when it becomes ignored. With SIGCHLD ignored, children leave no zombie and every wait for them ends
 * with ECHILD, the runtime's own too. A handler that runs JavaScript is not among the actions; put a runtime's handler back with the
 * value returned.
 *
 * @param action left out: only asks. A value that sigaction returned: puts that back
 * @param flags with "default" or "ignore" for SIGCHLD: SA_NOCLDSTOP, SA_NOCLDWAIT
 * @throws SystemError EINVAL: SIGKILL or SIGSTOP, which cannot be changed, or a signal of libc's own
 * @see https://man7.org/linux/man-pages/man2/sigaction.2.html
 * @example
 * ```ts
 * import { raise, sigaction } from "forkscope";
 * const before = sigaction("SIGUSR2", "ignore");
 * raise("SIGUSR2");
 * console.log(before.action); // "default"
 * console.log(sigaction("SIGUSR2", before).action); // "ignore"
 * ```
 */
export function sigaction(signal: number | SignalName, action?: "default" | "ignore" | Disposition, flags = 0): Disposition {
  entering("sigaction");
  const number = signalNumber("sigaction", signal);
  checkFlags("sigaction", "flags", flags, SA_NOCLDSTOP | SA_NOCLDWAIT);
  using room = scratch();
  const after = room.take(SIGACTION.size);
  const before = room.take(SIGACTION.size);
  if (action !== undefined) fill(after, action, flags);
  check(libc().sigaction(number, action === undefined ? 0 : after.address, before.address), "sigaction", [signal, action, flags]);
  return disposition(before);
}

function fill(structure: Block, action: unknown, flags: number): void {
  const former = structures.get(action as Disposition);
  if (former) return structure.bytes.set(former);
  const handler = HANDLERS.indexOf(action as "default");
  if (handler < 0) throw wrongValue("sigaction", "action", action, `"default", "ignore" or what sigaction returned`);
  structure.setU64(SIGACTION.at.sa_handler, handler);
  structure.setU32(SIGACTION.at.sa_flags, flags);
}

function disposition(structure: Block): Disposition {
  const handler = structure.u64(SIGACTION.at.sa_handler);
  const found = Object.freeze({
    action: HANDLERS[handler] ?? "handler",
    flags: structure.u32(SIGACTION.at.sa_flags) & ~SA_RESTORER,
    mask: Object.freeze(signalsIn(structure, SIGACTION.at.sa_mask)),
  });
  structures.set(found, structure.bytes.slice());
  return found;
}
