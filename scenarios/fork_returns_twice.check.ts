/** What a run of fork-returns-twice shows about the source text. @module */
import type { Verdict } from "../engine/protocol.ts";
import { type Claim, type Evidence, judge, type Observation } from "./claim.ts";
import { F1, F4, F9 } from "./fork_returns_twice.words.ts";
import { birthResult, fact, factField, forks, operations, references, when } from "./look.ts";

/** Both results as the tracer read them, and as the programs got them. */
export const returnsTwice: Claim<"parent" | "child" | "in the parent" | "in the child"> = {
  id: "F1",
  says: { parent: "pid of the child", child: 0, "in the parent": "pid of the child", "in the child": 0 },
  look: (run) => {
    const [birth] = forks(run);
    const named = (seen: Observation | undefined) => seen && { ...seen, value: birth && seen.value === birth.child ? "pid of the child" : seen.value };
    return {
      parent: birth && named(birthResult(run, birth.pid)),
      child: birth && birthResult(run, birth.child),
      "in the parent": named(factField(run, "parent", "returned")),
      "in the child": factField(run, "child", "returned"),
    };
  },
  words: F1,
};

/** The child's parent by call and by /proc, against who called fork. */
export const parentOfChild: Claim<"getppid" | "/proc"> = {
  id: "F4",
  says: { getppid: "pid of the parent", "/proc": "pid of the parent" },
  look: (run) => {
    const parent = forks(run)[0]?.pid;
    const named = (seen: Observation | undefined) => parent === undefined ? undefined : seen && { ...seen, value: seen.value === parent ? "pid of the parent" : seen.value };
    return { getppid: named(factField(run, "child", "ppid")), "/proc": named(fact(run, "ppid in /proc")) };
  },
  words: F4,
};

/** One description behind both descriptors: kernel's word, shared offset, independent close, count. */
export const descriptorsStayOpen: Claim<"same description" | "offset moved by the child" | "read after the child closed" | "references"> = {
  id: "F9",
  says: { "same description": true, "offset moved by the child": true, "read after the child closed": true, references: [1, 2, 1] },
  look: (run) => {
    const read = fact(run, "bytes the child read");
    return {
      "same description": fact(run, "same description"),
      "offset moved by the child": when([read, fact(run, "offset after the child read")], ([bytes, offset]) => bytes === offset && bytes !== 0),
      "read after the child closed": when([fact(run, "read after the child closed")], ([bytes]) => typeof bytes === "number" && bytes > 0),
      references: counts(run),
    };
  },
  words: F9,
};

/** References to the file's description before the fork, after it, and after the child's close. */
function counts(run: Evidence): Observation | undefined {
  const [birth] = forks(run);
  const [opened] = operations(run, "open", birth?.pid).filter(({ op }) => op.file.type === "file");
  if (!birth || !opened) return undefined;
  const { fd } = opened.op.file;
  const closed = operations(run, "close", birth.child).find(({ op, n, quiet }) => op.fd === fd && n > birth.n && !quiet);
  if (!closed) return undefined;
  const at = (n: number) => references(run.at(n), birth.pid, fd);
  return { value: [at(birth.n - 1), at(birth.n), at(closed.n)], event: closed.n };
}

export const claims: readonly Claim[] = [returnsTwice, parentOfChild, descriptorsStayOpen];

export function check(run: Evidence): Verdict[] {
  return claims.map((claim) => judge(claim, run));
}
