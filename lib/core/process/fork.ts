/** fork(2) of a live JavaScript program. @module */
import { MADV_DOFORK } from "../../ffi/constants/process.ts";
import { arch, END_OF_USER_SPACE } from "../../ffi/arch.ts";
import { callBegins, ERRNO, errno, libc, plainLibc, SystemError, usable } from "../../ffi/mod.ts";
import { announceQuiet } from "../marker.ts";
import { driveOn, forgetNumbers, hasNumbersLeft, keepRandom } from "../random/reseed.ts";
import { safePoint } from "../safe_point.ts";
import { holdNotes, notesSignals, startHandlersAnew } from "../signal/handlers.ts";
import { forgetKept } from "../signal/kept.ts";
import { forgetLoop } from "../signal/loop.ts";
import { forgetAsync, holdCallThreads, letCallThreadsGo, wasUsed } from "../async/fork.ts";
import { entering } from "../tap.ts";
import { checkFunction, checkInteger, checkOptions, wrongType, wrongValue } from "../validate.ts";
import { Child } from "./child.ts";
import { born, forgetChildren, hasChildren } from "./children.ts";
import { closeAsPlanned, type Closing, planClosing, rehearseClosing } from "./close_runtime.ts";
import { setDeadline } from "./deadline.ts";
import { leave } from "./exit.ts";
import { isForkedChild, setForked } from "./forked.ts";
import { armGuard, disarmGuard, fail, type Guard, guard } from "./guard.ts";
import { dropHandlers, loopSignals } from "./handlers.ts";
import { beforeFork } from "./hazard.ts";
import { closeProof, isProven, type Proof, proofNeeded, prove, TRIES } from "./proof.ts";

/** Seconds a child has unless told otherwise. */
const DEADLINE = 60;
const MAX_SECONDS = 0x7fffffff;

/** How to fork. */
export interface ForkOptions {
  /** Seconds after which SIGALRM ends the child; 60 unless given, 0 for none. Taken away by exec. */
  deadline?: number;
  /** What becomes of the runtime's own descriptors (event loop, code caches) in the child: closed unless told to keep them. */
  descriptors?: "close" | "keep";
  /** Without `forkscope/ready`: fork even when a thread of the runtime does not come to rest. */
  force?: boolean;
}

/**
 * `pid_t fork(void)`: makes a child that is a copy of the calling process, and returns twice: the child's pid in the parent, 0 in the child.
 *
 * The child goes on in the same JavaScript heap, in the calling thread alone. It may run any synchronous code (further forks, exec,
 * calls of this library, fs.*Sync); nothing that needs the event loop: it ends, by _exit, when its synchronous run ends, and on every
 * other way out (process.exit, a throw, a rejection), without running handlers set before the fork. It has randomness of its own, the
 * right process.pid, a deadline, and none of the runtime's own descriptors.
 *
 * In a handler of the runtime's own servers and sockets (Bun.serve, Deno.serve, node:net) end the child by {@linkcode _exit}, or use
 * {@linkcode forkRun}: what the handler returns or throws, the child would send on the connection it shares with its parent, and handlers
 * of what arrived at the same moment may run in it. The same two ways keep the child from promise callbacks that were due when fork was called:
 * a child that ends by itself runs them first, as its own rejections are told by them.
 *
 * Beside another thread of the program (a Worker) the child is tried out before fork returns, and forked anew if a lock it needs was left
 * held; this costs tens of milliseconds. Import `forkscope/ready` first in a program that forks. Without it fork waits
 * up to 20 ms for the runtime's threads to rest, and tries every child out.
 *
 * @throws {SystemError} EAGAIN: a limit on processes was met, or without `forkscope/ready` a thread did not rest. ENOMEM.
 * @see https://man7.org/linux/man-pages/man2/fork.2.html
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { _exit, fork, waitpid } from "forkscope";
 * const pid = fork();
 * if (pid === 0) _exit(7);
 * console.log(waitpid(pid).status); // { kind: "exited", code: 7, raw: 1792 }
 * ```
 */
export function fork(options: ForkOptions = {}): number {
  entering("fork");
  return forkChecked("fork", options);
}

/**
 * Runs a function in a forked child. The child exits with the number it returns (0 to 255), with 0 when it returns nothing, and with 1
 * when it throws, the error told on standard error.
 *
 * @throws {SystemError} as {@linkcode fork}.
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { forkRun } from "forkscope";
 * console.log(forkRun(() => 7).wait()); // { kind: "exited", code: 7, raw: 1792 }
 * ```
 */
export function forkRun(run: () => number | void, options: ForkOptions = {}): Child {
  entering("forkRun");
  checkFunction("forkRun", run, "run");
  const pid = forkChecked("forkRun", options);
  return pid === 0 ? runAndLeave(run) : new Child(pid);
}

function forkChecked(call: string, options: ForkOptions): number {
  checkOptions(call, options);
  const seconds = options.deadline ?? DEADLINE;
  checkInteger(call, "deadline", seconds, 0, MAX_SECONDS);
  const descriptors: unknown = options.descriptors ?? "close";
  if (descriptors !== "close" && descriptors !== "keep") throw wrongValue(call, "descriptors", descriptors, `"close" or "keep"`);
  if (typeof (options.force ?? false) !== "boolean") throw wrongType(call, "force", options.force, "a boolean");

  const closing = descriptors === "close";
  try {
    const plan = prepare(options.force ?? false, seconds, closing);
    const pid = plan.proof ? forkProven(plan, plan.proof) : forkOnce(plan);
    if (pid !== 0) born(pid);
    return pid;
  } finally {
    letCallThreadsGo();
  }
}

/**
 * Runtimes mark every page of their heap as not to be copied, new ones too. So the mark is taken away in the very statement before the
 * fork: a page made between the two would be missing in the child. EINVAL at the kernel's own pages, which are the last, is expected.
 */
function forkOnce(plan: Plan): number {
  const { fork: split, madvise } = plainLibc();
  const letNote = holdNotes();
  const ended = callBegins("fork", []);
  const top = END_OF_USER_SPACE[arch];
  const guarding = arm();
  madvise(0, top, MADV_DOFORK);
  const pid = split();
  if (pid === 0) setForked(true);
  const failure = pid === -1 ? errno() : 0;
  ended?.(pid, failure);
  if (pid === 0) becomeChild(plan, guarding);
  else disarm(pid > 0);
  letNote();
  if (pid === -1) throw new SystemError("fork", failure);
  return pid;
}

/** Forks until a child has shown that no lock it needs was left held. */
function forkProven(plan: Plan, proof: Proof): number {
  try {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const pid = forkOnce(plan);
      if (pid === 0) prove(proof);
      if (pid === 0 || isProven(proof, pid, attempt)) return pid;
    }
  } finally {
    closeProof(proof);
  }
  throw new SystemError("fork", ERRNO.EAGAIN, [], `${TRIES} children in turn could not run beside this process's other threads`);
}

/** What is known before the fork of what the child has to do: there code has run before and memory is no copy yet; a child pays for both. */
interface Plan {
  proof: Proof | undefined;
  seconds: number | undefined;
  /** What of the library's own state is the parent's. */
  forgets: readonly (() => void)[];
  /** Signals that the runtime catches. */
  signals: readonly number[];
  /** Undefined: none are closed. "later": other threads may open some until the fork. */
  closing: Closing | "later" | undefined;
}

/** In the parent, before the fork. */
function prepare(force: boolean, seconds: number, closing: boolean): Plan {
  announceQuiet(true);
  try {
    holdCallThreads();
    beforeFork(force);
    if (!rehearsed) rehearse();
    const proof = proofNeeded();
    return { proof, seconds, forgets: toForget(), signals: loopSignals(), closing: closing ? (proof ? "later" : planClosing()) : undefined };
  } finally {
    announceQuiet(false);
  }
}

function toForget(): (() => void)[] {
  const list: (() => void)[] = [];
  if (hasNumbersLeft()) list.push(forgetNumbers);
  if (childPid !== undefined) list.push(forgetPid);
  if (hasChildren()) list.push(forgetChildren);
  if (wasUsed()) list.push(forgetAsync, forgetLoop);
  if (notesSignals()) list.push(startHandlersAnew, forgetKept);
  return list;
}

/** The id of this forked child, once it was asked for. */
let childPid: number | undefined;
const forgetPid = (): void => void (childPid = undefined);

let rehearsed = false;

/** Before the first fork: an engine compiles a function at its first run, and each child anew would be the one to wait for it. */
function rehearse(): void {
  rehearsed = true;
  const { host } = usable();
  host.prepare();
  host.keepPidTrue({ isForked: isForkedChild, getpid: () => (childPid ??= libc().getpid()) });
  const { _exit, alarm, close, dup3, getpid, signal, syscall } = libc();
  void [_exit, alarm, close, dup3, getpid, signal, syscall]; // loaded now
  setForked(isForkedChild());
  becomeChild({ proof: undefined, seconds: undefined, forgets: [], signals: [], closing: undefined }, { heard: [], timers: [] });
  rehearseClosing();
  try {
    leave(0, { _exit() {} });
  } catch {} // it returned
}

/** In the parent, between the plan and the fork: what the child finds done. Nothing of the program runs until {@linkcode disarm}. */
function arm(): Guard {
  keepRandom();
  usable().host.forgetUnload(true);
  return armGuard();
}

/** In the parent, right after the fork, while the child begins. */
function disarm(forked: boolean): void {
  disarmGuard();
  usable().host.forgetUnload(isForkedChild());
  if (!forked) return;
  announceQuiet(true);
  driveOn();
  announceQuiet(false);
}

/** In the child, before the program's next line. */
function becomeChild({ seconds, forgets, signals, closing }: Plan, guarding: Guard): void {
  announceQuiet(true);
  setDeadline(seconds);
  for (const forget of forgets) forget();
  guard(guarding);
  dropHandlers(signals);
  if (closing) closeAsPlanned(closing === "later" ? planClosing() : closing);
  announceQuiet(false);
}

function runAndLeave(run: () => number | void): never {
  try {
    const result: unknown = run();
    safePoint();
    leave(result === undefined ? 0 : checkInteger("forkRun", "the function's result", result, 0, 255));
  } catch (error) {
    fail(error);
  }
}
