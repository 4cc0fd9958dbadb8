/** Processes that do not outlive the block they were started in. @module */
import { libc } from "../../ffi/mod.ts";
import { Child } from "../process/child.ts";
import type { Fd } from "../fd/fd.ts";
import { isOwn } from "../process/children.ts";
import { type ForkOptions, forkRun } from "../process/fork.ts";
import { livingChildren } from "../process/self.ts";
import { spawn, type SpawnOptions } from "../process/spawn.ts";
import { type SignalName, signalNumber } from "../signal/signals.ts";
import { entering } from "../tap.ts";
import { checkFunction, checkInteger, checkOptions, wrongType } from "../validate.ts";
import { onChildEnd } from "./child_ends.ts";
import { bears, type Mark, markLimits, newMark, setMark } from "./lineage.ts";
import { orphans, type Reaped, reapEnded, startAdopting, stopAdopting } from "./orphans.ts";
import { endAtOnce, endGently, type Ending } from "./scope_end.ts";
import { isLiving, isOwnProc, type Member, signalMember, walk } from "./tree.ts";

const GRACEFUL = 5000;
const MAX_MS = 0x7fffffff;

/** How a scope ends. */
export interface ScopeOptions {
  /** Ends the scope at once, as leaving it does; nothing more can be started in it then. */
  signal?: AbortSignal;
  /** Milliseconds between the first signal and SIGKILL: 5000 unless given; 0 kills at once. */
  graceful?: number;
  /** The first signal; SIGTERM unless given. */
  first?: SignalName | number;
  /** Is called with each orphan of the scope that was reaped. */
  reaped?: (ended: Reaped) => void;
}

/**
 * A scope for processes: when it is left, by its end, an exception or an abort, every process that was started in it has ended and was
 * reaped, and so have all their descendants, those too that made themselves daemons (setsid, double fork). First they get SIGTERM, after
 * a grace SIGKILL, all of them stopped before so that none escapes by forking.
 *
 * While a scope is open this process adopts its orphans (PR_SET_CHILD_SUBREAPER; put back afterwards), and a mark that children inherit (the soft
 * limit of RLIMIT_LOCKS, which Linux does not use) says which are the scope's: other children of this process, the runtime's own
 * and what those left behind are let alone. Nested scopes, also in a child, end with the outer one. `using` in place of `await using`, as in a forked
 * child, kills at once and sleeps until all are reaped.
 *
 * @see https://man7.org/linux/man-pages/man2/PR_SET_CHILD_SUBREAPER.2const.html
 * @example
 * ```ts
 * import { proc, ProcessScope } from "forkscope";
 * let pid = 0;
 * {
 *   await using scope = new ProcessScope({ graceful: 1000 });
 *   pid = scope.spawn("/bin/sh", ["sh", "-c", "setsid sleep 600 & wait"]).pid;
 * }
 * console.log(proc.exists(pid)); // false
 * ```
 */
export class ProcessScope implements AsyncDisposable, Disposable {
  readonly #graceful: number;
  readonly #first: number;
  readonly #told: ((ended: Reaped) => void) | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #mark: Mark;
  readonly #maker = libc().getpid();
  readonly #children = new Map<number, Child>();
  readonly #reaped: Reaped[] = [];
  readonly #hurry = new AbortController();
  readonly #stopHearing: () => void;
  readonly #abort = (): void => void this.end().catch(() => {}); // told by whoever leaves the scope
  #ending: Promise<readonly Reaped[]> | undefined;
  #isOver = false;

  constructor(options: ScopeOptions = {}) {
    entering("ProcessScope");
    checkOptions("ProcessScope", options);
    const { signal, graceful = GRACEFUL, first = "SIGTERM", reaped } = options;
    if (signal !== undefined && !(signal instanceof AbortSignal)) throw wrongType("ProcessScope", "signal", signal, "an AbortSignal");
    this.#graceful = checkInteger("ProcessScope", "graceful", graceful, 0, MAX_MS);
    this.#first = signalNumber("ProcessScope", first);
    if (reaped !== undefined) checkFunction("ProcessScope", reaped, "reaped");
    this.#told = reaped;
    this.#signal = signal;
    signal?.throwIfAborted();
    if (!isOwnProc()) throw Object.assign(new Error("Cannot open a scope: /proc shows another pid namespace, mount it in this one"), { code: "ERR_FOREIGN_PROC" });
    this.#mark = newMark();
    startAdopting();
    this.#stopHearing = onChildEnd(() => this.#reapOrphans());
    signal?.addEventListener("abort", this.#abort);
  }

  /** Starts a program in the scope; see {@linkcode spawn}. */
  spawn(file: string | number | Fd, argv: readonly string[], options: SpawnOptions = {}): Child {
    this.#refuseOver("ProcessScope.spawn");
    checkOptions("spawn", options);
    return this.#keep(spawn(file, argv, { ...options, rlimits: { ...options.rlimits, ...markLimits(this.#mark) } }));
  }

  /** Runs a function in a forked child in the scope; see {@linkcode forkRun}. */
  forkRun(run: () => number | void, options: ForkOptions = {}): Child {
    this.#refuseOver("ProcessScope.forkRun");
    checkFunction("forkRun", run, "run");
    const marked = (): number | void => {
      setMark(0, this.#mark);
      return run();
    };
    return this.#keep(forkRun(marked, options));
  }

  /**
   * Takes a child that was started otherwise into the scope, with its descendants as they are now. One of them that was orphaned before
   * is not found.
   */
  add(child: Child): Child {
    this.#refuseOver("ProcessScope.add");
    if (!(child instanceof Child)) throw wrongType("ProcessScope.add", "child", child, "a Child");
    if (child.status) return child;
    this.#keep(child);
    for (const { pid } of walk([child.pid])) setMark(pid, this.#mark);
    return child;
  }

  /** Pids of all its processes that run now, parents before children. */
  get pids(): number[] {
    return this.#members().filter(isLiving).map(({ pid }) => pid);
  }

  /**
   * Sends a signal to each of its processes.
   *
   * @throws {SystemError} EPERM: one of them has become another user
   */
  kill(signal: SignalName | number = "SIGTERM"): void {
    entering("ProcessScope.kill");
    const number = signalNumber("ProcessScope.kill", signal, 0);
    for (const member of this.#members()) if (isLiving(member)) signalMember(member, number);
  }

  /**
   * Ends the scope, as leaving it does, and gives how each child and orphan of it ended, in the order in which they were reaped.
   *
   * @throws {Error} ERR_SCOPE_SURVIVORS: some may not be signalled, and live on; `pids` says which
   */
  end(): Promise<readonly Reaped[]> {
    this.#ending ??= this.#isElsewhere() ? Promise.resolve([]) : endGently(this.#seen, this.#graceful, this.#first, this.#hurry.signal).finally(() => this.#close()).then(() => this.#reaped);
    return this.#ending;
  }

  /** See {@linkcode ProcessScope.end}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  /** Kills all at once and sleeps until they are reaped. */
  [Symbol.dispose](): void {
    this.#hurry.abort();
    if (this.#isOver || this.#isElsewhere()) return;
    try {
      endAtOnce(this.#seen);
    } finally {
      this.#close();
    }
  }

  readonly #seen: Ending = { members: () => this.#members(), reap: () => this.#reap() };

  /** Children of ours that are the scope's, and all below them. */
  #members(): Member[] {
    if (this.#isOver || this.#isElsewhere()) return [];
    return walk(livingChildren().filter((pid) => this.#isRoot(pid)));
  }

  #isRoot(pid: number): boolean {
    const child = this.#children.get(pid);
    return child ? child.status === undefined : this.#isOwnOrphan(pid);
  }

  /** Without a mark, every orphan may be the scope's, and is taken for one. */
  #isOwnOrphan(pid: number): boolean {
    return this.#mark === undefined ? orphans().includes(pid) : bears(pid, this.#mark);
  }

  #reap(): void {
    for (const [pid, child] of this.#children) {
      const status = ended(child);
      if (!status) continue;
      this.#children.delete(pid);
      if (status !== "elsewhere") this.#reaped.push(status);
    }
    this.#reapOrphans();
  }

  #reapOrphans(): void {
    if (this.#isElsewhere()) return;
    const orphans = reapEnded((pid) => !this.#children.has(pid) && this.#isOwnOrphan(pid));
    this.#reaped.push(...orphans);
    for (const orphan of orphans) this.#told?.(orphan);
  }

  #keep(child: Child): Child {
    this.#children.set(child.pid, child);
    return child;
  }

  #close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#signal?.removeEventListener("abort", this.#abort);
    this.#stopHearing();
    stopAdopting();
  }

  /** In a forked child the scope is its parent's. */
  #isElsewhere(): boolean {
    return libc().getpid() !== this.#maker;
  }

  #refuseOver(call: string): void {
    entering(call);
    this.#signal?.throwIfAborted();
    if (this.#isElsewhere()) throw Object.assign(new Error(`Cannot ${call}: the scope is the parent's, open one of this process's own`), { code: "ERR_SCOPE_ELSEWHERE" });
    if (this.#ending || this.#isOver) throw Object.assign(new Error(`Cannot ${call}: the scope has ended`), { code: "ERR_SCOPE_ENDED" });
  }
}

/** How a child ended, reaping it where need be; "elsewhere" when that was done by other means than its object. */
function ended(child: Child): Reaped | "elsewhere" | undefined {
  if (!child.status && !isOwn(child.pid)) return "elsewhere";
  const status = child.poll();
  return status && { pid: child.pid, status };
}
