/** What the readers of /proc say, against files read in another way. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import process from "node:process";
import { test } from "node:test";
import {
  AF_UNIX, close, dup, F_SETFD, FD_CLOEXEC, fcntl, getpid, getrlimit, gettid, lseek, O_APPEND, O_CLOEXEC, O_RDONLY, O_RDWR, open, pipe2, proc, S_IFCHR, S_IFIFO, S_IFREG, S_IFSOCK,
  RLIMIT_NOFILE, SEEK_SET, setrlimit, SOCK_STREAM, socketpair, write,
} from "../../../lib/core/mod.ts";
import { parseStat } from "../../../lib/core/proc/stat.ts";
import { parseStatus, signalSet } from "../../../lib/core/proc/status.ts";
import { fileIn, inFolder, withoutLeak } from "../../helpers/descriptors.ts";
import { runForJson } from "../../helpers/run_fixture.ts";
import { skip } from "../../helpers/skip.ts";

const pid = getpid();
const NOBODY = 0x7ffffff0; // above every pid_max

test("stat() of this process", () => {
  const stat = proc.stat(pid);
  const fields = readFileSync("/proc/self/stat", "latin1").replace(/^.*\) /, "").split(" ");
  assert.deepEqual([stat.pid, stat.ppid, stat.pgrp, stat.session, stat.start], [pid, process.ppid, Number(fields[2]), Number(fields[3]), Number(fields[19])]);
  assert.deepEqual([proc.stat(gettid()).state, stat.exitSignal], ["R", 17], "this very thread runs");
  assert.equal(stat.threads, proc.threads(pid).length);
});

test("stat(): a name with spaces, parentheses and digits does not shift the fields", () => {
  const line = (name: string): string => `77 (${name}) S 1 70 60 0 -1 4194304 ${Array.from({ length: 44 }, (_, i) => i + 10).join(" ")}`;
  for (const name of ["sh", "a b", "(sd-pam)", ") R 9 9 9 (", "))", "(", "", "x) Z 0"]) {
    const { pid: number, comm, state, ppid, pgrp, session, start, exitCode } = parseStat(line(name));
    assert.deepEqual([number, comm, state, ppid, pgrp, session, start, exitCode], [77, name, "S", 1, 70, 60, 22, 52]);
  }
});

test("stat() and comm() of a process that calls itself \") Z 1 (\"", async () => {
  assert.deepEqual(await runForJson("proc_cases", ["name"]), { comm: ") Z 1 (", state: "R", short: ") Z 1 (" });
});

test("status() of this process", () => {
  const status = proc.status(pid);
  assert.deepEqual([status.pid, status.tgid, status.ppid, status.tracerPid, proc.status(gettid()).state], [pid, pid, process.ppid, 0, "R"]);
  assert.deepEqual(status.uid, Array.from({ length: 4 }, () => process.getuid?.()));
  assert.equal(status.name, proc.comm(pid));
  assert.equal(status.nsPid[0], pid);
  assert.ok(status.signals.ignored.includes(13), "runtimes ignore SIGPIPE");
  assert.match(status.raw.get("VmRSS") ?? "", /^\d+ kB$/);
});

test("signalSet() reads masks, the highest signal too", () => {
  assert.deepEqual(signalSet("0000000000000000"), []);
  assert.deepEqual(signalSet("0000000000010002"), [2, 17]);
  assert.deepEqual(signalSet("8000000000000001"), [1, 64]);
  assert.equal(signalSet("ffffffffffffffff").length, 64);
});

test("status() of a line that is not there reads as empty", () => {
  const status = parseStatus("Name:\tx\nState:\tZ (zombie)\nPid:\t5\n");
  assert.deepEqual([status.name, status.state, status.pid, status.fdSize, status.signals.blocked], ["x", "Z", 5, 0, []]);
});

test("signal sets of a process: blocked, pending, ignored", async () => {
  assert.deepEqual(await runForJson("proc_cases", ["signals"]), { sent: "S", pendingAfterStop: [10], ignored: true });
});

test("fds() are those the file system lists", () => {
  const [r, w] = pipe2();
  const seen = proc.fds(pid);
  assert.deepEqual(seen, [...seen].sort((a, b) => a - b));
  assert.ok(seen.includes(r) && seen.includes(w));
  const listed = readdirSync("/proc/self/fd").map(Number);
  assert.deepEqual(seen.filter((fd) => !listed.includes(fd)), []);
  assert.equal(listed.length - seen.length, 1, "the listing's own descriptor");
  [r, w].forEach(close);
});

test("fds() of a process with more than one batch of them", (t) => {
  const limits = getrlimit(RLIMIT_NOFILE);
  if (limits.hard < 4096) return skip(t, `needs 4096 descriptors, the hard limit is ${limits.hard}`);
  withoutLeak(() => {
    setrlimit(RLIMIT_NOFILE, { ...limits, soft: Math.max(limits.soft, 4096) });
    const many = Array.from({ length: 3000 }, () => dup(0));
    const seen = new Set(proc.fds(pid));
    assert.ok(many.every((fd) => seen.has(fd)));
    many.forEach(close);
    setrlimit(RLIMIT_NOFILE, limits);
  });
});

test("fdInfo() tells offset, flags without the mark, and the mark", () => {
  withoutLeak(() => inFolder((folder) => {
    const fd = open(fileIn(folder, "0123456789"), O_RDWR | O_APPEND | O_CLOEXEC);
    lseek(fd, 7, SEEK_SET);
    const info = proc.fdInfo(pid, fd);
    assert.deepEqual([info.pos, info.flags & (O_APPEND | O_RDWR), info.flags & O_CLOEXEC, info.cloexec], [7, O_APPEND | O_RDWR, 0, true]);
    fcntl(fd, F_SETFD, 0);
    assert.equal(proc.fdInfo(pid, fd).cloexec, false);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    assert.equal(info.ino, statSync(`${folder}/file`).ino);
    assert.ok(info.mntId > 0);
    assert.match(info.raw.get("flags") ?? "", /^0\d+$/);
    close(fd);
  }));
});

test("fdStat() agrees with stat: device, inode, mode, size, links", () => {
  withoutLeak(() => inFolder((folder) => {
    const path = fileIn(folder, "0123456789");
    const fd = open(path, O_RDONLY);
    const { dev, ino, mode, size, nlink } = statSync(path);
    assert.deepEqual(proc.fdStat(pid, fd), { dev, ino, mode, size, nlink, rdev: 0 });
    close(fd);
    const null_ = open("/dev/null", O_RDONLY);
    assert.equal(proc.fdStat(pid, null_).rdev, statSync("/dev/null").rdev);
    close(null_);
  }));
});

test("fdTable() tells kinds and links of files, pipes, sockets and devices", () => {
  withoutLeak(() => inFolder((folder) => {
    const path = fileIn(folder, "abc");
    const [file, device, [r, w], [a, b]] = [open(path, O_RDONLY), open("/dev/null", O_RDONLY), pipe2(), socketpair(AF_UNIX, SOCK_STREAM)];
    const table = new Map(proc.fdTable(pid).map((entry) => [entry.fd, entry]));
    const kinds = [[file, S_IFREG], [device, S_IFCHR], [r, S_IFIFO], [w, S_IFIFO], [a, S_IFSOCK], [b, S_IFSOCK]] as const;
    for (const [fd, type] of kinds) {
      const entry = table.get(fd);
      assert.ok(entry && proc.isType(entry.mode, type), String(fd));
      assert.equal(entry.link, readlinkSync(`/proc/self/fd/${fd}`));
      assert.deepEqual(entry, proc.fdEntry(pid, fd));
    }
    assert.equal(table.get(r)?.ino, table.get(w)?.ino, "the two ends are one pipe");
    assert.notEqual(table.get(a)?.ino, table.get(b)?.ino, "the two ends are two sockets");
    assert.match(table.get(r)?.link ?? "", /^pipe:\[\d+\]$/);
    [file, device, r, w, a, b].forEach(close);
  }));
});

test("fdLink() of an unlinked file says so", () => {
  withoutLeak(() => {
    let path = "";
    let fd = -1;
    inFolder((folder) => {
      path = fileIn(folder, "x");
      fd = open(path, O_RDONLY);
    });
    assert.equal(proc.fdLink(pid, fd), `${path} (deleted)`);
    close(fd);
  });
});

test("cmdline(), exe(), cwd() of this process", () => {
  assert.deepEqual(proc.cmdline(pid), readFileSync("/proc/self/cmdline", "utf8").slice(0, -1).split("\0"));
  assert.equal(proc.exe(pid), readlinkSync("/proc/self/exe"));
  assert.equal(proc.cwd(pid), process.cwd());
});

test("cmdline() keeps empty arguments, spaces and letters", async () => {
  const args = ["", "a b", "进程", "last"];
  assert.deepEqual(await runForJson("proc_cases", ["arguments", ...args]), args);
});

test("children() and pids() name a child that lives, and a zombie", async () => {
  assert.deepEqual(await runForJson("proc_cases", ["children"]), {
    inOrder: true, zombie: { state: "Z", cmdline: [], fds: process.getuid?.() === 0 ? [] : "EACCES", listed: true }, after: [],
  });
});

test("threads() of this process are the tasks the file system lists", () => {
  assert.deepEqual(proc.threads(pid), readdirSync("/proc/self/task").map(Number).sort((a, b) => a - b));
  assert.ok(proc.threads(pid).includes(pid));
});

test("exists() is true for this process and false for none", () => {
  assert.deepEqual([proc.exists(pid), proc.exists(NOBODY)], [true, false]);
});

test("readFile() reads files longer than one block whole", () => {
  assert.equal(proc.readFile("sys/kernel/ostype"), "Linux\n");
  const long = proc.readFile("kallsyms");
  assert.ok(long.length > 200_000, `${long.length} characters`);
  assert.equal(long.at(-1), "\n");
  assert.equal(long.split("\n").length, readFileSync("/proc/kallsyms", "latin1").split("\n").length);
});

for (const [name, call] of [
  ["stat", () => proc.stat(NOBODY)], ["status", () => proc.status(NOBODY)], ["fds", () => proc.fds(NOBODY)], ["fdTable", () => proc.fdTable(NOBODY)],
  ["children", () => proc.children(NOBODY)], ["threads", () => proc.threads(NOBODY)], ["cmdline", () => proc.cmdline(NOBODY)], ["comm", () => proc.comm(NOBODY)],
  ["exe", () => proc.exe(NOBODY)], ["cwd", () => proc.cwd(NOBODY)], ["fdInfo", () => proc.fdInfo(pid, NOBODY)], ["fdStat", () => proc.fdStat(pid, NOBODY)],
  ["fdLink", () => proc.fdLink(pid, NOBODY)], ["fdEntry", () => proc.fdEntry(pid, NOBODY)], ["readFile", () => proc.readFile("no/such/file")],
  ["unixPeer", () => proc.unixPeer(0xfffffff0)],
] as [string, () => unknown][]) {
  test(`${name}() of what is not there fails with ENOENT and leaves nothing open`, () => {
    withoutLeak(() => assert.throws(call, { name: "SystemError", code: "ENOENT" }));
  });
}

test("readFile() of a large file leaves files readable that refuse a large read", () => {
  inFolder((folder) => {
    const large = fileIn(folder, "x".repeat(9 << 20));
    assert.equal(proc.readFile(`self/root${large}`).length, 9 << 20);
    assert.equal(proc.readFile("sys/kernel/osrelease"), readFileSync("/proc/sys/kernel/osrelease", "utf8"));
  });
});

test("a file pos moved by write shows in fdInfo()", () => {
  inFolder((folder) => {
    const fd = open(fileIn(folder, ""), O_RDWR);
    write(fd, "12345");
    assert.equal(proc.fdInfo(pid, fd).pos, 5);
    close(fd);
  });
});
