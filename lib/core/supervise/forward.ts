/** Handing signals on to children. @module */
import { SI_QUEUE } from "../../ffi/constants/process.ts";
import { SystemError } from "../../ffi/mod.ts";
import { Child } from "../process/child.ts";
import type { SignalInfo } from "../signal/info.ts";
import { killpg } from "../signal/kill.ts";
import { onSignal, type SignalHandler } from "../signal/on_signal.ts";
import { sigqueue } from "../signal/queue.ts";
import { signalNumbers, type SignalSet } from "../signal/set.ts";
import { entering } from "../tap.ts";
import { checkArray, checkOptions, wrongType } from "../validate.ts";

/** What a terminal, a service manager or a container's owner sends to a program. */
const USUAL: SignalSet = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGCONT"];

/** How to forward. */
export interface ForwardOptions {
  /** Send to the child's whole process group; it must lead one, as with `pgroup: 0` or `setsid`. */
  group?: boolean | undefined;
}

/**
 * Forwarding under way, made by {@linkcode forwardSignals}.
 *
 * @example
 * ```ts
 * import { forwardSignals, spawn } from "forkscope";
 * using forwarding = forwardSignals([], ["SIGHUP"]); // from now on none is missed
 * using child = spawn("/bin/true", ["true"]);
 * forwarding.add(child);
 * console.log(child.wait().kind); // "exited"
 * ```
 */
export class SignalForwarding implements Disposable {
  readonly #handler: SignalHandler;
  readonly #children: Child[];
  readonly #group: boolean;
  #early: SignalInfo[] | undefined;

  /** @internal use {@linkcode forwardSignals} */
  constructor(children: readonly Child[], signals: readonly number[], group: boolean) {
    this.#children = checkArray("forwardSignals", children, "children");
    this.#group = group;
    this.#early = children.length === 0 ? [] : undefined;
    this.#handler = onSignal(signals, (info) => this.#forward(info));
  }

  /** Forwards to this child too. What came before there was any child comes to the first. */
  add(child: Child): void {
    if (!(child instanceof Child)) throw wrongType("SignalForwarding.add", "child", child, "a Child");
    this.#children.push(child);
    const early = this.#early ?? [];
    this.#early = undefined;
    early.forEach((info) => this.#forward(info));
  }

  /** Stops it: the signals do what they did before. */
  close(): void {
    this.#handler.remove();
  }
  [Symbol.dispose](): void {
    this.close();
  }

  #forward(info: SignalInfo): void {
    this.#early?.push(info);
    for (const child of this.#children) if (!child.status) send(child, info, this.#group);
  }
}

/**
 * Hands signals that this process gets on to children, until it is closed or its scope is left: this process does nothing of its own about
 * them meanwhile. Unless told otherwise these are SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH and SIGCONT.
 *
 * They are forwarded by a handler as {@linkcode onSignal} sets it: at the next safe point, a value that came with one going along. Ctrl-C
 * at a terminal goes to a child in the same process group already: give a child a group of its own (`pgroup: 0`), or it gets it twice.
 *
 * @param to a child or a list of children; none yet: those that {@linkcode SignalForwarding.add} brings
 * @throws {TypeError} a signal after which no handler could run, as for onSignal
 * @throws {SystemError} EINVAL: SIGKILL or SIGSTOP
 * @see https://man7.org/linux/man-pages/man7/signal.7.html
 * @example
 * ```ts
 * import { forwardSignals, getpid, kill, spawn } from "forkscope";
 * using child = spawn("/bin/sleep", ["sleep", "600"], { pgroup: 0 });
 * using forwarding = forwardSignals(child, ["SIGTERM"]);
 * kill(getpid(), "SIGTERM"); // ends the child, not this program
 * console.log(child.wait().kind); // "signaled"
 * ```
 */
export function forwardSignals(to: Child | readonly Child[], signals: SignalSet = USUAL, options: ForwardOptions = {}): SignalForwarding {
  entering("forwardSignals");
  return new SignalForwarding(...checkForwarding(to, signals, options));
}

/** Checks what forwardSignals is told. */
export function checkForwarding(to: Child | readonly Child[], signals: SignalSet = USUAL, options: ForwardOptions): [children: readonly Child[], signals: number[], group: boolean] {
  checkOptions("forwardSignals", options);
  const children = to instanceof Child ? [to] : to;
  if (!Array.isArray(children) || !children.every((child) => child instanceof Child)) throw wrongType("forwardSignals", "to", to, "a Child or an array of them");
  const { group = false } = options;
  if (typeof group !== "boolean") throw wrongType("forwardSignals", "group", group, "a boolean");
  return [children, signalNumbers("forwardSignals", signals), group];
}

/** One that has ended meanwhile, or has become another user, does not get it. */
function send(child: Child, { signal, code, value }: SignalInfo, group: boolean): void {
  try {
    if (group) killpg(child.pid, signal);
    else if (code === SI_QUEUE && value !== undefined) sigqueue(child.pid, signal, value);
    else child.kill(signal);
  } catch (error) {
    if (!(error instanceof SystemError && error.is("ESRCH", "EPERM"))) throw error;
  }
}
