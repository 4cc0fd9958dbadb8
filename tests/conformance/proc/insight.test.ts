/** Processes together: tree, zombies, descriptions, sharing, pages, IPC objects, locks, ends. Each against what was made, and against other tools. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, test } from "node:test";
import {
  close, dup, F_RDLCK, F_SETLK, F_WRLCK, fcntlLock, flock, getpid, getrlimit, IPC_CREAT, IPC_PRIVATE, IPC_RMID, LOCK_EX, LOCK_NB, LOCK_SH, LOCK_UN, msgctl, msgget, msgsnd,
  O_CREAT, O_RDWR, open, proc, RLIMIT_CORE, RLIMIT_NOFILE, sem_close, sem_open, sem_unlink, semctl, semget, SharedMemory, signalName, spawn as start,
} from "../../../lib/core/mod.ts";
import { parseLocks } from "../../../lib/core/proc/locks.ts";
import { parseMaps } from "../../../lib/core/proc/maps.ts";
import { terminalName } from "../../../lib/core/proc/tree.ts";
import { TARGETS, whyNot } from "../../helpers/compile.ts";
import { fileIn, inFolder, withoutLeak } from "../../helpers/descriptors.ts";
import { asNobody } from "../../helpers/nobody.ts";
import { runForJson } from "../../helpers/run_fixture.ts";
import { skip } from "../../helpers/skip.ts";

const pid = getpid();
const isRoot = process.getuid?.() === 0;

/** Output of another tool; undefined when it is not installed. */
function tool(command: string, ...args: string[]): string | undefined {
  const { status, stdout } = spawnSync(command, args, { encoding: "utf8", env: { ...process.env, LC_ALL: "C" } });
  return status === 0 ? stdout : undefined;
}

function flatten(nodes: readonly proc.ProcessNode[]): proc.ProcessNode[] {
  return nodes.flatMap((node) => [node, ...flatten(node.children)]);
}

test("tree(): a child with a session of its own and a grandchild", async () => {
  assert.deepEqual(await runForJson("proc_insight", ["tree"]), {
    pids: true, names: ["middle", "leaf"], counts: [1, 1, 0], session: [true, true, true, true], terminal: true, argv: true, threads: 1, older: true, inAll: true, gone: "ESRCH",
  });
});

test("tree() holds each process once, under its parent, and agrees with ps", (t) => {
  const mine = flatten(proc.tree());
  assert.equal(new Set(mine.map((node) => node.pid)).size, mine.length);
  const listed = tool("ps", "-eo", "pid=,ppid=,pgid=,sid=,tty=,comm=");
  if (listed === undefined) return skip(t, "needs ps (Debian: procps)");
  const again = new Map(flatten(proc.tree()).map((node) => [node.pid, node]));
  let compared = 0;
  for (const line of listed.trim().split("\n")) {
    const [, number = "", ppid, pgid, sid, tty, comm] = /^ *(\d+) +(\d+) +(\d+) +(\d+) +(\S+) +(.*)$/.exec(line) ?? [];
    const [before, node] = [mine.find((one) => one.pid === Number(number)), again.get(Number(number))];
    // It came, went or changed meanwhile; a kernel worker changes its name all the time.
    if (!before || !node || before.start !== node.start || before.ppid !== node.ppid || before.name !== node.name || node.ppid === 2) continue;
    assert.deepEqual([node.ppid, node.pgid, node.sid, node.tty ?? "?", node.name], [Number(ppid), Number(pgid), Number(sid), tty, comm?.replace(/ <defunct>$/, "")]);
    compared++;
  }
  assert.ok(compared > 3, `${compared} processes compared`);
});

test("tree() while processes come and go", () => {
  const churn = start("/bin/sh", ["sh", "-c", "i=0; while [ $i -lt 300 ]; do /bin/true & /bin/true; i=$((i+1)); done; wait"]);
  for (let looks = 0; proc.stat(churn.pid).state !== "Z" || looks < 3; looks++) {
    const all = flatten(proc.tree());
    assert.equal(new Set(all.map((node) => node.pid)).size, all.length, "each once");
    assert.ok(all.some((node) => node.pid === pid), "this process is there");
    proc.zombies();
    proc.descriptions([pid, churn.pid]);
  }
  churn.wait();
});

for (const [device, name] of [[0, undefined], [0x8803, "pts/3"], [0x8900, "pts/256"], [0x401, "tty1"], [0x440, "ttyS0"], [0x501, "console"], [0xf700, "247:0"], [0x1088ff, "pts/511"]] as const) {
  test(`terminalName(0x${device.toString(16)}) is ${name}`, () => assert.equal(terminalName(device), name));
}

test("zombies(): how they ended, and a parent that does not wait", async () => {
  assert.deepEqual(await runForJson("proc_insight", ["zombie"]), { told: [["parent", "exited", 3, "default", 0], ["parent", "signaled", 9, "default", 0]], ignoring: "ignore", after: 0 });
});

test("zombies(): one that another process traces is the tracer's first, then the parent's", async () => {
  assert.deepEqual(await runForJson("proc_insight", ["traced"]), { duty: "tracer", tracer: true, parent: true, after: "parent" });
});

test("zombies(): one whose first thread ended while others run is nobody's to reap yet", async (t) => {
  const [native] = TARGETS.filter(({ run }) => run.length === 0);
  const reason = native ? whyNot(native) : "no native compiler";
  if (!native || reason !== undefined) return skip(t, reason ?? "");
  const folder = mkdtempSync(join(tmpdir(), "forkscope-threads-"));
  const program = join(folder, "program");
  writeFileSync(`${program}.c`, THREADED);
  assert.equal(spawnSync(native.compiler[0] ?? "cc", ["-pthread", "-o", program, `${program}.c`]).status, 0);
  const child = spawn(program, { stdio: ["pipe", "pipe", "ignore"] });
  await once(child.stdout, "data");
  const found = () => proc.zombies().find((one) => one.pid === child.pid);
  for (const giveUp = Date.now() + 20_000; found() === undefined; ) assert.ok(Date.now() < giveUp, "its first thread ends");
  assert.deepEqual([found()?.duty, found()?.status, found()?.parent?.pid], ["threads", undefined, pid]);
  child.stdin.end();
  await once(child, "exit");
  rmSync(folder, { recursive: true });
});

/** The first thread ends at once, the second when standard input does. */
const THREADED = `
#include <pthread.h>
#include <unistd.h>
static void *rest(void *none) { char c; write(1, "r", 1); read(0, &c, 1); _exit(0); }
int main(void) { pthread_t t; pthread_create(&t, 0, rest, 0); pthread_exit(0); }
`;

test("descriptions(): dup and fork share one, a second open does not", async () => {
  const { found, expected, alone, unknown, gone } = await runForJson<{ found: string[][]; expected: string[][]; alone: boolean; unknown: object; gone: object }>("proc_insight", ["descriptions"]);
  assert.deepEqual([found[0], alone, unknown, gone], [expected[0], true, {}, { descriptions: [], unknown: {} }]);
});

test("descriptions() agrees with groupDescriptions() and with the table", () => {
  withoutLeak(() => {
    const fds = [open("/dev/null", O_RDWR), open("/dev/null", O_RDWR)];
    fds.push(dup(fds[0] ?? 0));
    const { descriptions } = proc.descriptions([pid]);
    const holding = (fd: number) => descriptions.find(({ holders }) => holders.some((one) => one.fd === fd));
    assert.equal(holding(fds[0] ?? 0), holding(fds[2] ?? 0));
    assert.notEqual(holding(fds[0] ?? 0), holding(fds[1] ?? 0));
    const { fd: _fd, cloexec: _cloexec, ...entry } = proc.fdEntry(pid, fds[0] ?? 0);
    const { holders: _holders, ...facts } = holding(fds[0] ?? 0) ?? { holders: [] };
    assert.deepEqual(facts, entry);
    fds.forEach(close);
  });
});

test("sharing(): nothing after fork, everything with oneself, unknown where two may both have none", async () => {
  type Told = { apart: Record<string, boolean>; reasons: string[]; same: object; beside: proc.Sharing | "none"; groups: number[][]; zombie: unknown[]; gone: string };
  const { apart, same, beside, groups, zombie, gone } = await runForJson<Told>("proc_insight", ["sharing"]);
  const { vm, files, fs, sighand } = apart;
  assert.deepEqual({ vm, files, fs, sighand }, { vm: false, files: false, fs: false, sighand: false });
  assert.deepEqual(same, { vm: true, files: true, fs: true, sighand: true, io: true, sysvsem: true });
  if (beside !== "none") assert.deepEqual([beside.vm, beside.files, beside.fs, beside.sighand, beside.io], [true, true, true, true, undefined]);
  assert.deepEqual(groups, [[0, 1, 0], [0, 1]]);
  assert.deepEqual(zombie, [null, null, false, true]);
  assert.match(gone, /^E(NOENT|SRCH)$/);
});

test("pages(): after fork every page is one, after a write exactly that page is not", async () => {
  const told = await runForJson<{ count: number; present: boolean; before: (boolean | null)[]; after: (boolean | null)[]; exclusive: boolean[]; frames: (boolean | string)[]; own: number }>("proc_insight", ["pages"]);
  const written = (value: boolean) => Array.from({ length: 16 }, (_, i) => (i === 5 ? value : !value));
  assert.deepEqual([told.count, told.present, told.own], [16, true, 7], "the parent's page is as it was");
  assert.deepEqual(told.exclusive, written(true));
  const hidden = told.frames.includes("hidden");
  assert.equal(hidden, !isRoot);
  assert.deepEqual(told.after, hidden ? written(false).map((same) => (same ? null : false)) : written(false));
  if (!hidden) assert.deepEqual(told.before, Array.from({ length: 16 }, () => true));
});

test("pages() counts the pages that hold a range, and has none beyond user space", () => {
  const size = proc.pageSize();
  const [mapping] = proc.maps(pid);
  assert.ok(mapping);
  assert.deepEqual(proc.pages(pid, mapping.start + size - 1, 2).map(({ address }) => address), [mapping.start, mapping.start + size]);
  assert.equal(proc.pages(pid, mapping.start, 1).length, 1);
  const far = proc.pages(pid, 2 ** 48, size * 2);
  assert.deepEqual([far.length, far.some(({ present }) => present)], [2, false]);
});

test("maps() and memoryUse() read what the kernel writes", () => {
  assert.deepEqual(parseMaps("7f00-7f10 r-xp 00000800 08:02 173521      /usr/bin/a name\nffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]\n7f2000-7f3000 rw-s 00000000 00:01 32769                                /SYSV00000000 (deleted)\n\n").map(({ start, end, shared, executable, path, ino }) => [start, end, shared, executable, path, ino]), [
    [0x7f00, 0x7f10, false, true, "/usr/bin/a name", 173521], [0xffffffffff600000, 0xffffffffff601000, false, true, "[vsyscall]", 0], [0x7f2000, 0x7f3000, true, false, "/SYSV00000000 (deleted)", 32769],
  ]);
  const { rss, pss, privateDirty, sharedClean, privateClean, sharedDirty } = proc.memoryUse(pid);
  assert.ok(rss >= pss && pss > 0);
  assert.equal(privateDirty + privateClean + sharedClean + sharedDirty, rss, "every resident page is one of four kinds");
});

test("signals() names the sets, limits() the limits", (t) => {
  const { signals, raw } = proc.status(pid);
  const named = proc.signals(pid);
  assert.deepEqual(named.caught, signals.caught.map(signalName));
  assert.equal(`${named.queued.used}/${named.queued.limit}`.split("/")[1], raw.get("SigQ")?.split("/")[1]);
  const limits = proc.limits(pid);
  assert.equal(Object.keys(limits).length, 16);
  assert.deepEqual([limits.RLIMIT_NOFILE, limits.RLIMIT_CORE], [getrlimit(RLIMIT_NOFILE), getrlimit(RLIMIT_CORE)]);
  const said = tool("prlimit", "--pid", String(pid), "--nofile", "--noheadings", "--output", "SOFT,HARD");
  if (said === undefined) return skip(t, "needs prlimit (Debian: util-linux)");
  assert.deepEqual(said.trim().split(/\s+/).map(Number), [limits.RLIMIT_NOFILE?.soft, limits.RLIMIT_NOFILE?.hard]);
});

test("ipcObjects(): a segment and who has it mapped", async () => {
  assert.deepEqual(await runForJson("proc_insight", ["segment"]), { size: 5000, mode: 0o640, attached: 2, maker: true, users: [1, 1], without: true, bytes: 5000, leaving: false });
});

test("ipcObjects() agrees with ipcs", (t) => {
  const set = semget(IPC_PRIVATE, 3, IPC_CREAT | 0o604);
  const queue = msgget(IPC_PRIVATE, IPC_CREAT | 0o620);
  try {
    msgsnd(queue, 1, "12345");
    const found = proc.ipcObjects();
    const semaphores = found.semaphoreSets?.find(({ id }) => id === set);
    const messages = found.queues?.find(({ id }) => id === queue);
    assert.deepEqual([semaphores?.count, semaphores?.mode, semaphores?.uid, semaphores?.key], [3, 0o604, process.getuid?.(), 0]);
    assert.deepEqual([messages?.messages, messages?.bytes, messages?.mode, messages?.lastSender, messages?.lastReceiver], [1, 5, 0o620, pid, 0]);
    assert.ok(Math.abs((messages?.changed ?? 0) - Date.now()) < 60_000);
    const said = tool("ipcs", "-q", "-i", String(queue));
    if (said === undefined) return skip(t, "needs ipcs (Debian: util-linux-extra)");
    assert.match(said, /qnum=1\b/);
    assert.match(said, /cbytes=5\b/);
    assert.match(tool("ipcs", "-s", "-i", String(set)) ?? "", /nsems = 3\b/);
  } finally {
    semctl(set, 0, IPC_RMID);
    msgctl(queue, IPC_RMID);
  }
  assert.equal(proc.ipcObjects().queues?.some(({ id }) => id === queue), false);
});

test("ipcObjects(): POSIX shared memory and semaphores by name, and why queues are not shown", () => {
  const name = `/forkscope-insight-${pid}`;
  using memory = SharedMemory.create(name, 8192);
  sem_close(sem_open(name, O_CREAT, 0o600, 1));
  try {
    const found = proc.ipcObjects({ users: true });
    const shared = found.sharedMemory?.find((one) => one.name === name);
    assert.deepEqual([shared?.size, shared?.users?.get(pid), memory.buffer.byteLength], [8192, 1, 8192]);
    assert.equal(found.semaphores?.filter((one) => one.name === name).length, 1);
    assert.equal(found.sharedMemory?.some((one) => one.name.includes("sem.")), false);
    if (found.posixQueues === undefined) assert.match(found.unknown["posixQueues"] ?? "", /^ENOENT, .*mount -t mqueue/);
  } finally {
    sem_unlink(name);
  }
});

test("ipcObjects(): POSIX queues where their file system is mounted", async (t) => {
  if (spawnSync("unshare", ["-m", "true"]).status !== 0) return skip(t, "needs unshare, and the right to mount in a namespace of its own");
  const folder = mkdtempSync(join(tmpdir(), "forkscope mqueue-"));
  const executable = join(folder, "runtime");
  const place = join(folder, "a b");
  writeFileSync(executable, `#!/bin/sh\nexec unshare -m /bin/sh -c 'mkdir "${place}"; mount -t mqueue none "${place}" && exec "$0" "$@"' ${process.execPath} "$@"\n`, { mode: 0o755 });
  try {
    assert.deepEqual(await runForJson("proc_insight", ["queue"], { executable }), { bytes: 5, notified: 0, mode: 0o640, unknown: [] });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("locks(): who holds, and through which descriptors", () => {
  inFolder((folder) => {
    const path = fileIn(folder, "x");
    const first = open(path, O_RDWR);
    const copy = dup(first);
    const second = open(path, O_RDWR);
    flock(first, LOCK_SH);
    flock(second, LOCK_SH);
    const { ino } = proc.fdStat(pid, first);
    const mine = () => proc.locks({ holders: true }).locks.filter((lock) => lock.ino === ino);
    assert.deepEqual(mine().map(({ kind, exclusive, start, end, pid: owner }) => [kind, exclusive, start, end, owner]), Array.from({ length: 2 }, () => ["flock", false, 0, Infinity, pid]));
    assert.deepEqual(mine().map(({ holders }) => holders?.map(({ fd }) => fd).sort((a, b) => a - b)).sort((a, b) => (b?.length ?? 0) - (a?.length ?? 0)), [[first, copy], [second]]);
    flock(second, LOCK_UN);
    flock(first, LOCK_EX | LOCK_NB);
    fcntlLock(first, F_SETLK, { type: F_WRLCK, start: 3, length: 4 });
    fcntlLock(first, F_SETLK, { type: F_RDLCK, start: 100 });
    assert.deepEqual(mine().map(({ kind, exclusive, start, end }) => [kind, exclusive, start, end].join()).sort(), ["flock,true,0,Infinity", "posix,false,100,Infinity", "posix,true,3,6"]);
    [first, copy, second].forEach(close);
  });
});

test("locks() agrees with lslocks", (t) => {
  inFolder((folder) => {
    const fd = open(fileIn(folder, "x"), O_RDWR);
    flock(fd, LOCK_EX);
    try {
      const said = tool("lslocks", "--json", "--output", "PID,TYPE,MODE,INODE,START", "--pid", String(pid));
      if (said === undefined) return skip(t, "needs lslocks (Debian: util-linux)");
      const theirs = (JSON.parse(said) as { locks: { type: string; mode: string; inode: number }[] }).locks.find(({ inode }) => inode === proc.fdStat(pid, fd).ino);
      const ours = proc.locks().locks.find(({ ino }) => ino === proc.fdStat(pid, fd).ino);
      assert.deepEqual([ours?.kind.toUpperCase(), ours?.exclusive ? "WRITE" : "READ"], [theirs?.type, theirs?.mode]);
    } finally {
      close(fd);
    }
  });
});

test("locks(): a process that waits stands under the lock it waits for", (t) => {
  if (tool("flock", "--version") === undefined) return skip(t, "needs flock (Debian: util-linux)");
  inFolder((folder) => {
    const fd = open(fileIn(folder, "x"), O_RDWR);
    flock(fd, LOCK_EX);
    const waiter = start("flock", ["flock", join(folder, "file"), "true"]);
    const { ino } = proc.fdStat(pid, fd);
    const waiting = () => proc.locks().locks.find((lock) => lock.ino === ino && lock.pid === pid)?.waiting ?? [];
    for (const giveUp = Date.now() + 20_000; waiting().length === 0; ) assert.ok(Date.now() < giveUp, "it waits");
    assert.deepEqual(waiting().map(({ pid: who, exclusive, kind }) => [who, exclusive, kind]), [[waiter.pid, true, "flock"]]);
    close(fd);
    assert.equal(waiter.wait().kind, "exited");
  });
});

test("locks: lines of every form", () => {
  const found = parseLocks([
    "1: POSIX  ADVISORY  WRITE 3548 08:01:1234 0 EOF", "1: -> POSIX  ADVISORY  READ 3549 08:01:1234 10 20", "1:  -> POSIX  ADVISORY  WRITE 3550 08:01:1234 0 EOF",
    "2: OFDLCK ADVISORY  READ -1 00:13:5 7 7", "3: LEASE  ACTIVE    READ  3551 08:01:99 0 EOF", "4: FLOCK  ADVISORY  WRITE <none> 08:01:98 0 EOF", "not a lock", "9: -> POSIX  ADVISORY  READ 1 08:01:1 0 EOF", "",
  ].join("\n"));
  assert.deepEqual(found.map(({ kind, exclusive, pid: owner, start, end, dev, ino, waiting }) => [kind, exclusive, owner, start, end, dev, ino, waiting.map((one) => one.pid)]), [
    ["posix", true, 3548, 0, Infinity, "08:01", 1234, [3549, 3550]], ["ofd", false, 0, 7, 7, "00:13", 5, []], ["lease", false, 3551, 0, Infinity, "08:01", 99, []], ["flock", true, 0, 0, Infinity, "08:01", 98, []],
  ]);
});

test("ends() of a pipe: who reads and who writes, across a fork", async () => {
  const { result, expected, left, file } = await runForJson<Record<string, unknown>>("proc_insight", ["pipe"]);
  assert.deepEqual([result, left, file], [expected, [], "none"]);
});

test("ends() of a FIFO opened for both", async () => {
  const { found, expected } = await runForJson<{ found: unknown; expected: unknown }>("proc_insight", ["fifo"]);
  assert.deepEqual(found, expected);
});

test("ends() of unix sockets: a pair across a fork, one not yet accepted, a listening one", async () => {
  const { expected, ...told } = await runForJson<Record<string, unknown>>("proc_insight", ["socket"]);
  assert.deepEqual(told, { pair: expected, waiting: 0, accepted: [true], listening: ["none", 0] });
});

const nobody = asNobody();
after(nobody.remove);

test("what an ordinary user may not see is unknown with the reason, beside what he may", async (t) => {
  if (nobody.whyNot) return skip(t, nobody.whyNot);
  if (proc.status(1).uid[0] !== 0) return skip(t, "needs a process 1 of root");
  const told = await runForJson("proc_insight", ["refused", "0"], nobody.options);
  assert.deepEqual(told, {
    vm: "unknown", reason: "EPERM, Operation not permitted", descriptions: "EACCES, Permission denied", own: false, frames: true, maps: "EACCES, Permission denied", init: 1,
    memory: "EACCES", pages: "EACCES", limits: true,
  });
});

for (const [what, call, name] of [
  ["tree: process 0", () => proc.tree(0), "RangeError"], ["tree: a text", () => proc.tree("1" as never), "TypeError"], ["descriptions: a number", () => proc.descriptions(1 as never), "TypeError"],
  ["descriptions: a hole", () => proc.descriptions(Array(1) as never), "TypeError"], ["sharing: NaN", () => proc.sharing(NaN, 1), "RangeError"], ["sharing: one", () => proc.sharing(1, undefined as never), "TypeError"],
  ["groupProcesses: KCMP_FILE", () => proc.groupProcesses([pid], 0), "RangeError"], ["groupProcesses: no type", () => proc.groupProcesses([pid], undefined as never), "TypeError"],
  ["signals: -1", () => proc.signals(-1), "RangeError"], ["maps: a fraction", () => proc.maps(1.5), "RangeError"], ["memoryUse: null", () => proc.memoryUse(null as never), "TypeError"],
  ["pages: no byte", () => proc.pages(pid, 0, 0), "RangeError"], ["pages: below 0", () => proc.pages(pid, -1, 1), "RangeError"], ["pages: too many", () => proc.pages(pid, 0, 2 ** 40), "RangeError"],
  ["pageSharing: a bigint", () => proc.pageSharing(pid, pid, 1n as never, 1), "TypeError"], ["ipcObjects: users 1", () => proc.ipcObjects({ users: 1 as never }), "TypeError"], ["ipcObjects: null", () => proc.ipcObjects(null as never), "TypeError"],
  ["locks: a list", () => proc.locks([] as never), "TypeError"], ["locks: holders yes", () => proc.locks({ holders: "yes" as never }), "TypeError"], ["ends: -1", () => proc.ends(pid, -1), "RangeError"], ["limits: 2 ** 31", () => proc.limits(2 ** 31), "RangeError"],
] as const) {
  test(`refused before the call: ${what}`, () => assert.throws(call, { name }));
}

for (const [what, call] of [
  ["signals", (one) => proc.signals(one)], ["maps", (one) => proc.maps(one)], ["memoryUse", (one) => proc.memoryUse(one)], ["pages", (one) => proc.pages(one, 0, 1)], ["limits", (one) => proc.limits(one)], ["ends", (one) => proc.ends(one, 0)],
  ["groupProcesses", (one) => proc.groupProcesses([one], 1)],
] as [string, (pid: number) => unknown][]) {
  test(`${what}() of a process that is not there fails`, () => assert.throws(() => call(0x7ffffff0), (error: { code?: string }) => /^E(NOENT|SRCH)$/.test(error.code ?? "")));
}

test("nothing of it leaves a descriptor open", () => {
  withoutLeak(() => {
    proc.tree();
    proc.zombies();
    proc.descriptions();
    proc.ipcObjects({ users: true });
    proc.locks({ holders: true });
    proc.maps(pid);
    proc.pages(pid, 0, 1);
  });
});
