/** What a run of hand-over shows about the source text. @module */
import type { Verdict } from "../engine/protocol.ts";
import { type Claim, type Evidence, judge, type Observation } from "./claim.ts";
import { D2, D3 } from "./hand_over.words.ts";
import { fact, factField, forks, operations, pidOf, processIn, rootPid, when } from "./look.ts";

type Passing = "other number" | "same description" | "offset" | "status flags" | "close-on-exec";

/** What was passed from main to worker: another number, one description, marks of their own. */
export const newEntrySameDescription: Claim<Passing> = {
  id: "D2",
  says: { "other number": true, "same description": true, offset: "shared", "status flags": "shared", "close-on-exec": "own" },
  look: (run) => {
    const sent = factField(run, "worker", "sent");
    const got = factField(run, "worker", "fd");
    const read = factField(run, "worker", "read");
    const marks = [factField(run, "main", "cloexec"), factField(run, "worker", "cloexec")];
    return {
      "other number": when([sent, got, receivedNumber(run)], ([number, own, seen]) => own !== number && own === seen),
      "same description": fact(run, "worker and main"),
      offset: when([factField(run, "main", "offset"), read, firstRead(run)], ([offset, second, first]) => (offset === Number(first) + Number(second) && second !== 0 ? "shared" : "own")),
      "status flags": when([factField(run, "main", "nonblocking"), nonblockSetBy(run, pidOf(run, "worker"))], ([seen]) => (seen === true ? "shared" : "own")),
      "close-on-exec": when(marks, ([main, worker]) => (main === worker ? "not told apart" : "own")),
    };
  },
  words: D2,
};

type Strangers = "child to parent" | "held by the message alone" | "sender had ended" | "neither is an ancestor" | "named socket" | "same description";

/** Both ways the text names, and the message that holds the description while nobody else does. */
export const byAncillaryData: Claim<Strangers> = {
  id: "D3",
  says: { "child to parent": true, "held by the message alone": true, "sender had ended": true, "neither is an ancestor": true, "named socket": true, "same description": true },
  look: (run) => {
    const flight = upward(run);
    const strangers = encounter(run);
    return {
      "child to parent": flight && { value: flight.inode, event: flight.received },
      "held by the message alone": flight && { value: flight.alone, event: flight.sent },
      "sender had ended": flight && { value: flight.ended, event: flight.received },
      "neither is an ancestor": strangers && { value: strangers.unrelated, event: strangers.received },
      "named socket": strangers && { value: strangers.named, event: strangers.received },
      "same description": fact(run, "worker and stranger"),
    };
  },
  words: D3,
};

/** Number the worker's first received descriptor got, as the tracer saw it. */
function receivedNumber(run: Evidence): Observation | undefined {
  const received = operations(run, "receive", pidOf(run, "worker")).find(({ op }) => op.fds.length > 0);
  return received && { value: received.op.fds[0]?.fd, event: received.n };
}

/** Bytes main read before it passed the file on. */
function firstRead(run: Evidence): Observation | undefined {
  const read = operations(run, "read", rootPid(run)).find((call) => !call.quiet);
  return read && { value: read.op.bytes, event: read.n };
}

function nonblockSetBy(run: Evidence, pid: number | undefined): Observation | undefined {
  const set = pid === undefined ? undefined : operations(run, "flags", pid)[0];
  return set && { value: set.op.flags, event: set.n };
}

/** The descriptor a child sent to its parent: what stood between sending and receiving. */
function upward(run: Evidence): { inode: boolean; alone: boolean; ended: boolean; sent: number; received: number } | undefined {
  const [main, worker] = [rootPid(run), pidOf(run, "worker")];
  if (main === undefined || worker === undefined || births(run).get(worker) !== main) return undefined;
  const sent = operations(run, "send", worker).find(({ op }) => op.fds.length > 0);
  const received = operations(run, "receive", main).find(({ op }) => op.fds.length > 0);
  if (!sent || !received) return undefined;
  const before = run.at(received.n - 1);
  const message = before.messages.find(({ sentAt }) => sentAt === sent.n);
  const held = message?.ofds.map((id) => before.descriptions.get(id));
  const origin = processIn(run.at(sent.n), worker)?.fds.get(sent.op.fds[0] ?? -1);
  const inode = origin && run.at(sent.n).descriptions.get(origin.ofd)?.inode;
  const state = processIn(before, worker)?.state ?? "gone";
  return {
    inode: inode !== undefined && inode === received.op.fds[0]?.inode,
    alone: held !== undefined && held.length > 0 && held.every((one) => one !== undefined && one.refs === 1 && one.inFlight === 1),
    ended: state === "zombie" || state === "reaped" || state === "gone",
    sent: sent.n,
    received: received.n,
  };
}

/** The descriptor received over an accepted connection, and how its two ends are related. */
function encounter(run: Evidence): { unrelated: boolean; named: boolean; received: number } | undefined {
  const [accepted] = operations(run, "accept");
  const received = accepted && operations(run, "receive", accepted.pid).find(({ op, n }) => n > accepted.n && op.fd === accepted.op.file.fd && op.fds.length > 0);
  const connected = operations(run, "connect").find(({ op }) => op.address !== "" && !op.address.startsWith("@"));
  if (!accepted || !received || !connected) return undefined;
  const sender = operations(run, "send", connected.pid).find(({ op }) => op.fd === connected.op.fd && op.fds.length > 0);
  const parents = births(run);
  return {
    unrelated: !isAncestor(parents, accepted.pid, connected.pid) && !isAncestor(parents, connected.pid, accepted.pid),
    named: sender !== undefined && operations(run, "bind").some(({ op }) => op.address === connected.op.address),
    received: received.n,
  };
}

/** Who bore whom, by pid. */
function births(run: Evidence): Map<number, number> {
  return new Map(forks(run).map((event) => [event.child, event.pid]));
}

function isAncestor(parents: ReadonlyMap<number, number>, above: number, below: number): boolean {
  for (let pid = parents.get(below); pid !== undefined; pid = parents.get(pid)) if (pid === above) return true;
  return false;
}

export const claims: readonly Claim[] = [newEntrySameDescription, byAncillaryData];

export function check(run: Evidence): Verdict[] {
  return claims.map((claim) => judge(claim, run));
}
