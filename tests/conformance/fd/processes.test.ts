/** Descriptors across processes: fork copies the table and shares the descriptions; limits; passing between relatives. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { O_APPEND, O_NONBLOCK } from "../../../lib/core/mod.ts";
import { runForJson } from "../../helpers/run_fixture.ts";

/** Case of the fixture, what it shows, and what it must print. */
const cases: [name: string, shows: string, answer: unknown][] = [
  ["offset and flags", "a child's read and F_SETFL show in the parent, its close-on-exec mark does not", { offset: 5, flags: O_APPEND | O_NONBLOCK, cloexec: 0 }],
  ["same description", "an inherited descriptor is the same description, a later one is not in the child", { inherited: true, later: false }],
  ["own table", "a close in the child leaves the parent's entry", { parent: true, child: false }],
  ["close_range in a child", "close_range from 3 on leaves 0 to 2, in the child alone", { child: "0 1 2", parent: true }],
  ["close in a child", "an owned descriptor closed in the child stays open in the parent", { parent: true }],
  ["last writer", "a pipe ends only when the child's copy of the write end is gone too", { before: "EAGAIN", after: 0 }],
  ["passed by a dead child", "what a child sent arrives after its death: new number, same offset, close-on-exec", { new: true, offset: 3, cloexec: true }],
  ["passed to a child", "what a parent sent after the fork is the same description in the child", { offset: 42 }],
  ["no number left", "EMFILE of each call; a pipe needs two numbers or takes none", { open: "EMFILE", pipe: "EMFILE", socket: "EMFILE", dup: "EMFILE", half: "EMFILE", again: true }],
  ["no number left to receive", "what fitted is closed again, the rest is lost", { closed: 2, leaked: 0, writers: 0 }],
  ["no number left to accept", "EMFILE keeps the connection for the next accept", { code: "EMFILE", afterwards: 1 }],
  ["owned in both", "each process owns its own entry", { told: "y", stillMine: true }],
  ["across exec", "marked entries are closed, others stay: open, open(O_CLOEXEC), dup3(O_CLOEXEC), dup2, F_DUPFD_CLOEXEC, Fd, Fd unmarked, received", { kept: "10010010" }],
  ["marked and unmarked", "fork copies each entry's mark", { marked: true, plain: false, left: "ECHILD" }],
];

for (const [name, shows, answer] of cases) {
  test(`${name}: ${shows}`, async () => {
    assert.deepEqual(await runForJson("fd_cases", [name]), answer);
  });
}
