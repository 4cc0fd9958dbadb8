/** What a run of zombie shows about the source text. @module */
import type { Verdict } from "../engine/protocol.ts";
import type { BlockEvent, CallEvent } from "../lib/model/event.ts";
import { type Claim, type Evidence, judge, type Observation } from "./claim.ts";
import { fact, factField, forks, operations, processIn, when } from "./look.ts";
import { Z1, Z3, Z4 } from "./zombie.words.ts";

/** /proc before and after the wait, and the world the tracer saw. */
export const zombieUntilWaited: Claim<"state before" | "descriptors before" | "after" | "in the tree"> = {
  id: "Z1",
  says: { "state before": "Z", "descriptors before": 0, after: "ENOENT", "in the tree": ["zombie", "reaped"] },
  look: (run) => {
    const before = fact(run, "before the wait");
    const worker = factField(run, "once ended", "child");
    return {
      "state before": before,
      "descriptors before": when([before, worker], ([, pid]) => processIn(run.at(before?.event ?? -1), Number(pid))?.fds.size),
      after: fact(run, "after the wait"),
      "in the tree": worker && lifeAround(run, Number(worker.value)),
    };
  },
  words: Z1,
};

type Macro = "exited" | "killed" | "dumped" | "core" | "stopped" | "continued" | "wait slept";

/** Each status as its macros read it, and a wait that slept. SIGTERM is 15, SIGQUIT 3, SIGSTOP 19. */
export const macrosExplain: Claim<Macro> = {
  id: "Z3",
  says: {
    exited: { WIFEXITED: true, WEXITSTATUS: 3 },
    killed: { WIFSIGNALED: true, WTERMSIG: 15, WCOREDUMP: false },
    dumped: { WIFSIGNALED: true, WTERMSIG: 3 },
    core: true,
    stopped: { WIFSTOPPED: true, WSTOPSIG: 19 },
    continued: { WIFCONTINUED: true },
    "wait slept": true,
  },
  refines: ["core"],
  look: (run) => {
    const without = (name: string, ...left: string[]) => when([fact(run, name)], ([value]) => omit(value, left));
    return {
      exited: without("once ended", "pid", "child"),
      killed: fact(run, "killed"),
      dumped: without("dumped", "WCOREDUMP"),
      core: factField(run, "dumped", "WCOREDUMP"),
      stopped: fact(run, "stopped"),
      continued: fact(run, "continued"),
      "wait slept": slept(run),
    };
  },
  words: Z3,
};

/** The three results of waitpid with WNOHANG, as the tracer read them, and as the program got them. */
export const neverBlocks: Claim<"while it runs" | "once ended" | "no child left" | "tracer"> = {
  id: "Z4",
  says: { "while it runs": 0, "once ended": "pid of the child", "no child left": "ECHILD", tracer: [0, "pid of the child", "-1 ECHILD"] },
  look: (run) => {
    const worker = forks(run)[0]?.child;
    const named = (value: unknown) => (worker !== undefined && value === worker ? "pid of the child" : value);
    return {
      "while it runs": fact(run, "while it runs"),
      "once ended": when([factField(run, "once ended", "pid")], ([pid]) => named(pid)),
      "no child left": fact(run, "no child left"),
      tracer: results(run, worker, named),
    };
  },
  words: Z4,
};

/** State of a process right after its end and right after the wait that took it. */
function lifeAround(run: Evidence, pid: number): Observation | undefined {
  const end = run.events.find((event) => event.kind === "exit" && event.pid === pid && !event.thread);
  const wait = operations(run, "wait").find(({ op }) => op.child === pid && !op.kept && op.status?.kind === "exited");
  if (!end || !wait) return undefined;
  const state = (n: number) => [...run.at(n).processes.values()].find((process) => process.pid === pid)?.state ?? "gone";
  return { value: [state(end.n), state(wait.n)], event: wait.n };
}

/** A wait of the parent that was asleep when a child of it was still running. */
function slept(run: Evidence): Observation | undefined {
  const block = run.events.find((event): event is BlockEvent => event.kind === "block" && event.on !== undefined && "child" in event.on);
  return block && { value: true, event: block.n };
}

/** Results of the waits that name the worker and WNOHANG. */
function results(run: Evidence, worker: number | undefined, named: (value: unknown) => unknown): Observation | undefined {
  if (worker === undefined) return undefined;
  const asked = run.events.filter((event): event is CallEvent => event.kind === "call" && event.call === "wait4" && event.args[0] === String(worker) && event.args.some((arg) => arg.includes("WNOHANG")));
  const last = asked.at(-1);
  return last && { value: asked.map((event) => (event.errno ? `-1 ${event.errno}` : named(event.ret))), event: last.n };
}

function omit(value: unknown, names: readonly string[]): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}

export const claims: readonly Claim[] = [zombieUntilWaited, macrosExplain, neverBlocks];

export function check(run: Evidence): Verdict[] {
  return claims.map((claim) => judge(claim, run));
}
