/** Sockets between processes: who is at the other end, and what limits of users and processes do to a message. */
import assert from "node:assert/strict";
import process from "node:process";
import { after, test } from "node:test";
import { asNobody } from "../../helpers/nobody.ts";
import { runForJson } from "../../helpers/run_fixture.ts";
import { skip } from "../../helpers/skip.ts";

const isRoot = process.getuid?.() === 0;
const said = (text: string, fds = 0): unknown[] => [text, true, true, fds];

/** Case of the fixture, what it shows, what it must print; "none" from the kernel means that it is older. */
const cases: [name: string, shows: string, answer: unknown, needs?: "root" | string][] = [
  ["credentials: own, attached and said", "each message names its sender, asked or not", [said("attached"), said("said"), said("with a descriptor", 1)]],
  ["credentials: set after the message was sent", "a message already sent may bear them or not, one sent later does", ["object", "number"]],
  ["credentials: of another, as root", "root may say who it is not, but not a process that is none", { credentials: { pid: 1, uid: 1234, gid: 4321 }, none: "ESRCH" }, "root"],
  ["credentials: forged by nobody", "another pid, user or group is refused with EPERM, and nothing is sent", { forged: ["EPERM", "EPERM", "EPERM", "EPERM"], own: "", uid: 65534, left: "EAGAIN" }, "root"],
  ["pidfd of the sender", "a message holds the sender's process, beside descriptors and credentials", { right: true, cloexec: true, fds: 2, living: false, over: true }],
  ["pidfd of a sender that has ended", "it is the ended process's or missing, and nothing stays open", { data: "last words", ended: true, leaked: 0 }],
  ["pidfd beside too many descriptors", "it is closed with the rest", { code: "ERR_CONTROL_TRUNCATED", leaked: 0 }],
  ["peer: a socketpair's is who made it, also in a child", "a child that inherits an end is not the peer", { mine: true, child: [true, true, false], raw: "" }],
  ["peer: who connected, and who listened", "each end names the other's process, and its end", { connected: true, credentials: true, listened: true, before: false, after: true }],
  ["peer: groups", "those of the moment the pair was made", [[5, 7, 4_000_000_000], []], "root"],
  ["no free number for some", "those that had one are closed again; the error has the bytes", { code: "ERR_CONTROL_TRUNCATED", closed: 4, data: "payload", says: true, same: true, end: 0 }],
  ["no free number for any", "the next message is not touched", { code: "ERR_CONTROL_TRUNCATED", next: "two" }],
  ["descriptors in flight", "a user without rights may have RLIMIT_NOFILE of them in messages; received, there is room again", { code: "ETOOMANYREFS", note: true, more: true, again: "" }, "root"],
  ["no descriptors taken", "SO_PASSRIGHTS of 0 refuses descriptors with EPERM and nothing else", { refused: "EPERM", plain: "" }],
  ["a descriptor handed through three processes", "it is the same pipe's end, and closed once", { statuses: ["exited", "exited"], read: "through both", end: 0 }],
  ["a receiver killed in its wait", "it takes nothing with it", "for another"],
  ["an end seen by all who hold a copy", "a connection ends when the last copy is closed", { first: "exited", open: "EAGAIN", end: 0 }],
];

const NEWER = new Set(["pidfd of the sender", "no descriptors taken"]);

const nobody = asNobody();
after(nobody.remove);

for (const [name, shows, answer, needs] of cases) {
  test(`${name}: ${shows}`, async (t) => {
    if (needs === "root" && !isRoot) return skip(t, "needs root to become another user");
    const got = await runForJson("socket_cases", [name]);
    if (got === "none" && NEWER.has(name)) return skip(t, "needs a newer kernel");
    assert.deepEqual(got, answer);
  });
  if (needs === undefined) {
    test(`as nobody, ${name}: ${shows}`, async (t) => {
      if (nobody.whyNot) return skip(t, nobody.whyNot);
      const got = await runForJson("socket_cases", [name], nobody.options);
      if (got === "none" && NEWER.has(name)) return skip(t, "needs a newer kernel");
      assert.deepEqual(got, answer);
    });
  }
}

test("peer: nobody: a socket without connection has no process at its other end", async () => {
  const { process: codes, groups, pid } = await runForJson<{ process: string[]; groups: string; pid: number }>("socket_cases", ["peer: nobody"]);
  assert.deepEqual([codes[0], codes[2], groups, pid], ["ENODATA", "ENODATA", "ENODATA", 0]);
  assert.ok(["ENODATA", "ENOPROTOOPT", "ENOTSUP"].includes(codes[1] ?? ""), codes[1]);
});
