/** Which descriptors are one open file description. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  close, dup, getpid, groupDescriptions, kcmp, KCMP_FILE, KCMP_FILES, KCMP_VM, O_RDONLY, open, type OpenDescriptor, pipe2, proc, sameDescription, socketpair,
} from "../../../lib/core/mod.ts";
import { withoutLeak } from "../../helpers/descriptors.ts";
import { runForJson } from "../../helpers/run_fixture.ts";

const pid = getpid();
const at = (fd: number): OpenDescriptor => ({ pid, fd });

test("kcmp() gives 0 for one object, and opposite orders for two", () => {
  const [r, w] = pipe2();
  assert.equal(kcmp(pid, pid, KCMP_FILE, r, r), 0);
  const order = kcmp(pid, pid, KCMP_FILE, r, w);
  assert.ok(order === 1 || order === 2);
  assert.equal(kcmp(pid, pid, KCMP_FILE, w, r), 3 - order);
  assert.equal(kcmp(pid, pid, KCMP_VM), 0);
  assert.equal(kcmp(pid, pid, KCMP_FILES), 0);
  [r, w].forEach(close);
});

for (const [title, call, code] of [
  ["a number that is not open", () => kcmp(pid, pid, KCMP_FILE, 0, 0x7ffffff0), "EBADF"],
  ["a process that is not there", () => kcmp(pid, 0x7ffffff0, KCMP_FILE, 0, 0), "ESRCH"],
  ["an unknown type", () => kcmp(pid, pid, 99), "EINVAL"],
  ["sameDescription() of a number that is not open", () => sameDescription(at(0), at(0x7ffffff0)), "EBADF"],
] as [string, () => unknown, string][]) {
  test(`${title} fails with ${code}`, () => {
    assert.throws(call, { name: "SystemError", code, syscall: "kcmp" });
  });
}

test("groupDescriptions() finds the truth among 300 descriptors of 60 descriptions on 3 inodes", () => {
  withoutLeak(() => {
    const originals = Array.from({ length: 60 }, (_, i) => open(["/dev/null", "/dev/zero", "/proc/self/exe"][i % 3] ?? "", O_RDONLY));
    const copies = Array.from({ length: 240 }, (_, i) => ({ truth: (i * 7) % 60, fd: dup(originals[(i * 7) % 60] ?? -1) }));
    const all = [...originals.map((fd, truth) => ({ truth, fd })), ...copies].sort((a, b) => ((a.fd * 131) % 301) - ((b.fd * 131) % 301));
    const groups = groupDescriptions(all.map(({ fd }) => at(fd)));
    const byTruth = new Map<number, Set<number>>();
    all.forEach(({ truth }, i) => byTruth.set(truth, (byTruth.get(truth) ?? new Set()).add(groups[i] ?? -1)));
    assert.ok([...byTruth.values()].every((set) => set.size === 1), "duplicates share a number");
    assert.equal(new Set(groups).size, 60, "others do not");
    assert.deepEqual([...new Set(groups)], Array.from({ length: 60 }, (_, i) => i), "counted in order of appearance");
    assert.deepEqual(groupDescriptions(all.map(({ fd }) => ({ pid, fd, inode: inodeOf(fd) }))), groups, "a given inode changes nothing");
    all.forEach(({ fd }) => close(fd));
  });
});

test("groupDescriptions() tells apart the ends of a pipe and of a socketpair", () => {
  const fds = [...pipe2(), ...socketpair()];
  assert.deepEqual(groupDescriptions(fds.map(at)), [0, 1, 2, 3]);
  assert.deepEqual(groupDescriptions([]), []);
  fds.forEach(close);
});

test("kcmp() across a fork: descriptors shared, tables and memory not", async () => {
  assert.deepEqual(await runForJson("proc_kcmp"), { file: 0, table: false, memory: false, grouped: [0, 0, 1, 1] });
});

function inodeOf(fd: number): string {
  const { dev, ino } = proc.fdStat(pid, fd);
  return `${dev}:${ino}`;
}
