/** Calls that returned, from records to events; calls in progress, to events that say who sleeps. @module */
import type { Block } from "../../ffi/mod.ts";
import { Call } from "../decode/call.ts";
import type { KnownCall } from "../decode/table.ts";
import { FactReader } from "../facts.ts";
import type { Family } from "../family.ts";
import { failsFor, isRestart } from "../interrupted.ts";
import type { Reporter } from "../report.ts";
import { isAsleep } from "../rest.ts";
import { callEvents, resultOf, type Told } from "../results.ts";
import type { Task, Tree } from "../tasks.ts";
import { emptyPool, Kept, showing } from "../tracee_memory.ts";
import { NotedFacts } from "./facts.ts";
import { CALL, HEAD, WORDS } from "./records.ts";
import type { InCall } from "./watch.ts";

const MOST_ERRNO = 4095;
const EINTR = 4;
const NS_PER_US = 1000;
/** A call that takes less is not told of as sleeping. */
const LONG = 20_000_000;
const MAKES = new Set(["fork", "vfork", "clone", "clone3"]);
const WAITS = new Set(["wait4", "waitid"]);

/** A call that a signal interrupted: told once it is known whether it starts again. */
interface Interrupted {
  call: Call;
  /** How the kernel would have it go on. */
  ret: number;
  /** A handler has run for which it goes on: those that interrupt that one change nothing. */
  goesOn: boolean;
  tell: (ret: number, at: number) => void;
}

export class Calls {
  readonly #calls: ReadonlyMap<number, KnownCall>;
  readonly #tree: Tree;
  readonly #report: Reporter;
  readonly #family: Family;
  readonly #noted = new NotedFacts();
  readonly #asked = new FactReader();
  readonly #restart: number;
  readonly #interrupted = new Map<Task, Interrupted>();

  constructor(calls: ReadonlyMap<number, KnownCall>, restart: number, parts: { tree: Tree; report: Reporter; family: Family }) {
    this.#calls = calls;
    this.#restart = restart;
    this.#tree = parts.tree;
    this.#report = parts.report;
    this.#family = parts.family;
  }

  /** A record of a call that returned. `at`: microseconds now. */
  returned(record: Block, at: number): void {
    const task = this.#tree.tasks.get(record.u32(HEAD.tid));
    if (!task) return;
    task.blocked = false;
    const number = record.u64(CALL.number);
    const words = new Int32Array(2 * WORDS);
    for (let i = 0; i < words.length; i++) words[i] = record.i32(CALL.words + 4 * i);
    const ret = record.i64(CALL.result);
    const entered = Math.round(record.u64(CALL.entered) / NS_PER_US);
    const before = this.#interrupted.get(task);
    if (before && number === this.#restart) return this.#settle(task, before, ret, at);
    const again = before?.call.repeats(number, words) === true;
    if (again) this.#interrupted.delete(task);
    const known = this.#calls.get(number);
    if (!known) return;
    const born = ret === 0 && task.fresh && MAKES.has(known.name);
    task.fresh = false;
    if (known.name.startsWith("execve") && ret === 0) return;
    const call = new Call(known.name, number, known.spec, task, again ? before.call.at : entered, words, this.#noted);
    const kept = new Kept();
    this.#noted.take(record, CALL.size, kept);
    if (isRestart(ret)) {
      showing(kept, () => { if (call.enter()) call.showEntry(); });
      this.#interrupted.set(task, { call, ret, goesOn: false, tell: (late, when) => { this.#tell(task, call, kept, late, when - call.at); } });
    } else {
      showing(kept, () => { if (call.enter()) call.showEntry(); });
      this.#tell(task, call, kept, ret, at - call.at, born);
    }
    if (this.#interrupted.size === 0) emptyPool();
  }

  #settle(task: Task, before: Interrupted, ret: number, at: number): void {
    if (isRestart(ret)) return;
    this.#interrupted.delete(task);
    before.tell(ret, at);
  }

  /** A handler is about to run: it makes the call that its signal interrupted fail, unless that starts again. */
  handled(task: Task, flags: number, at: number): void {
    const before = this.#interrupted.get(task);
    if (!before || before.goesOn) return;
    before.goesOn = !failsFor(before.ret, flags);
    if (before.goesOn) return;
    this.#interrupted.delete(task);
    before.tell(-EINTR, at);
  }

  #tell(task: Task, call: Call, kept: Kept, ret: number, took: number, born = false): void {
    const told = showing(kept, () => completed(call, ret, took));
    told.events.forEach((event, i) => {
      if (born || i > 0) delete event.took;
      this.#report.of(task, event);
      if (event.op?.op === "wait") this.#family.waited(event.op);
      if (event.op?.op === "sigaction") task.process.handlers.set(event.op.signal, event.op.flags ?? 0);
    });
  }

  /** A thread ended in the middle of a call. */
  ended(task: Task): void {
    this.#interrupted.delete(task);
  }

  /** Threads that sleep in these calls, and have not been told of. `now`: nanoseconds. */
  sleeping(calls: readonly InCall[], now: number): void {
    for (const { tid, number, words, at } of calls) {
      const task = this.#tree.tasks.get(tid);
      const known = this.#calls.get(number);
      if (!task || !known || task.blocked || now - at < LONG) continue;
      task.fresh = false;
      if (!isAsleep(task)) continue;
      task.blocked = true;
      const call = new Call(known.name, number, known.spec, task, 0, words, this.#asked);
      if (call.enter()) call.showEntryNow();
      const on = known.spec.on?.(call);
      this.#report.of(task, { kind: "block", call: call.name, args: [...call.text], ...(on ? { on } : {}) });
    }
  }

  /** Processes that wait for a child: they may have reaped one and not have said so yet. */
  waiting(calls: readonly InCall[]): Set<number> {
    return new Set(calls.filter(({ number }) => WAITS.has(this.#calls.get(number)?.name ?? "")).map(({ pid }) => pid));
  }
}

function completed(call: Call, ret: number, took: number): Told {
  const failed = ret < 0 && ret >= -MOST_ERRNO;
  const told = callEvents(call, resultOf(call, ret, failed), took);
  const [first] = told.events;
  if (first) told.finish?.(first);
  return told;
}
