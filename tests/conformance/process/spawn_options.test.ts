/** spawn: what the child is made before its program begins, and the call that is named when that fails. */
import assert from "node:assert/strict";
import { chmodSync, chownSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { after, test } from "node:test";
import {
  close, Fd, getpid, getpriority, getuid, type Limits, O_CLOEXEC, O_DIRECTORY, O_NOCTTY, O_PATH, O_RDONLY, O_RDWR, open, PR_GET_DUMPABLE, prctl, PRIO_PROCESS, proc,
  RLIMIT_CORE, RLIMIT_NOFILE, RLIMIT_STACK, SIG_BLOCK, SIG_SETMASK, sigprocmask, spawn, type SpawnOptions, SystemError,
} from "../../../lib/core/mod.ts";
import { syscallNumber } from "../../../lib/ffi/constants/syscall.ts";
import { libc, scratch } from "../../../lib/ffi/mod.ts";
import { inFolder, withoutLeak } from "../../helpers/descriptors.ts";
import { asNobody, NOBODY } from "../../helpers/nobody.ts";
import { runForJson } from "../../helpers/run_fixture.ts";
import { skip } from "../../helpers/skip.ts";
import { outcome, output, program, say, status } from "../../helpers/spawned.ts";

const isRoot = getuid() === 0;
const nobody = asNobody();
after(() => nobody.remove());

const limits = (soft: number, hard: number): Limits => ({ soft, hard });
/** The nice value that a niced test run has already. */
const niced = getpriority(PRIO_PROCESS, 0);

/** What is asked for, what the child then shows, and why it is worth asking. */
const GIVEN: readonly (readonly [string, SpawnOptions, (options: SpawnOptions) => string, string])[] = [
  ["umask", { umask: 0o027 }, (o) => say("umask", o), "0027"],
  ["umask 0 is not left out", { umask: 0 }, (o) => say("umask", o), "0000"],
  ["nice", { nice: 19 }, (o) => output(["/usr/bin/nice"], o), "19"],
  ["nice as it is", {}, (o) => output(["/usr/bin/nice"], o), String(niced)],
  ["affinity", { affinity: [0] }, (o) => status("Cpus_allowed_list", o), "0"],
  ["affinity beyond the machine's processors is cut", { affinity: [0, 1000] }, (o) => status("Cpus_allowed_list", o), "0"],
  ["a limit", { rlimits: { [RLIMIT_NOFILE]: limits(50, 60) } }, (o) => say("ulimit -Sn; ulimit -Hn", o), "50\n60"],
  ["two limits", { rlimits: { [RLIMIT_NOFILE]: limits(50, 60), [RLIMIT_CORE]: limits(0, 0) } }, (o) => say("ulimit -n; ulimit -c", o), "50\n0"],
  ["a limit below a descriptor that the child gets", { fds: { 100: 0 }, rlimits: { [RLIMIT_NOFILE]: limits(10, 10) } }, (o) => say("test -e /proc/self/fd/100 && ulimit -n", o), "10"],
  ["no new privileges", { noNewPrivileges: true }, (o) => status("NoNewPrivs", o), "1"],
  ["privileges as they are", { noNewPrivileges: false }, (o) => status("NoNewPrivs", o), "0"],
  ["sigignore", { sigignore: ["SIGUSR1", "SIGRTMIN"] }, (o) => status("SigIgn", o), "0000000200000200"],
  ["sigignore wins over the default that SIGPIPE gets", { sigignore: ["SIGPIPE"] }, (o) => status("SigIgn", o), "0000000000001000"],
  ["sigdefault names a signal whose action cannot change", { sigdefault: ["SIGKILL", "SIGPIPE", "SIGXFSZ"] }, (o) => status("SigIgn", o), "0000000000000000"],
  ["sigmask of every number", { sigmask: [1, 31, 34, 64] }, (o) => status("SigBlk", o), "8000000240000001"],
  ["sigmask without any", { sigmask: [] }, (o) => status("SigBlk", o), "0000000000000000"],
  ["setsid", { setsid: true }, (o) => say("test $(cut -d' ' -f6 /proc/$$/stat) = $$ && echo leads", o), "leads"],
  ["pgroup 0", { pgroup: 0 }, (o) => say("test $(cut -d' ' -f5 /proc/$$/stat) = $$ && echo leads", o), "leads"],
  ["cwd and a relative file", { cwd: "/bin" }, (o) => output(["./sh", "-c", "pwd -P"], o).split("/").at(-1) ?? "", "bin"],
  ["a parent-death signal, the parent living", { parentDeathSignal: "SIGKILL" }, (o) => say("echo on", o), "on"],
  ["a pidfd", { pidfd: true }, (o) => say("ls /proc/self/fd | wc -l", o), "4"],
];

for (const [title, options, run, expected] of GIVEN) test(`${title}: ${expected.replace("\n", " ")}`, () => withoutLeak(() => assert.equal(run(options), expected)));

test("the child's mask is the calling thread's, and that is as before afterwards", () => {
  const before = sigprocmask(SIG_BLOCK, ["SIGUSR1", "SIGRTMAX"]);
  try {
    assert.equal(status("SigBlk"), "8000000000000200");
    assert.throws(() => spawn("/nowhere", ["x"]));
    assert.ok(sigprocmask(SIG_BLOCK, []).join() === [...new Set([...before, 10, 64])].sort((a, b) => a - b).join());
  } finally {
    sigprocmask(SIG_SETMASK, before);
  }
});

test("a handler of this process is the default action in the child", () => {
  const listener = (): void => {};
  process.on("SIGUSR2", listener);
  try {
    assert.equal(status("SigCgt"), "0000000000000000");
    assert.equal(BigInt(`0x${status("SigIgn")}`) & (1n << 11n), 0n);
  } finally {
    process.off("SIGUSR2", listener);
  }
});

test("descriptors as Fd objects, and a released one is refused", () => withoutLeak(() => {
  const { read: reader, write: writer } = Fd.pipe();
  using child = spawn("/bin/sh", ["sh", "-c", "echo through >&5"], { fds: { 5: writer } });
  writer.close();
  const buffer = new Uint8Array(20);
  assert.equal(new TextDecoder().decode(buffer.subarray(0, reader.read(buffer))), "through\n");
  assert.throws(() => spawn("/bin/true", ["true"], { fds: { 5: writer } }), { code: "ERR_FD_RELEASED" });
  reader.close();
  child.wait();
}));

test("the working directory by descriptor, which the child does not keep", () => withoutLeak(() => {
  using folder = Fd.open("/usr", O_PATH | O_DIRECTORY);
  assert.equal(say("pwd -P; ls /proc/self/fd | wc -l", { cwd: folder }), "/usr\n4");
  assert.equal(say("pwd -P", { cwd: folder.number, fds: { [folder.number]: 0 } }), "/usr"); // its number is another's in the child
}));

test("the program by descriptor, under a name of its own, which the child does not keep", () => withoutLeak(() => {
  using shell = Fd.open("/bin/sh", O_RDONLY);
  assert.equal(output(["my-name", "-c", "echo $0; tr '\\0' '|' </proc/$$/cmdline | cut -d'|' -f1; ls /proc/self/fd | wc -l"], {}, shell), "my-name\nmy-name\n4");
  assert.equal(output(["sh", "-c", "echo on"], { fds: { [shell.number]: 0 } }, shell.number), "on");
}));

test("a script by descriptor cannot be opened by its interpreter: ENOENT of execveat", () => inFolder((folder) => {
  const script = program(folder, "script", "#!/bin/sh\necho on\n");
  using fd = Fd.open(script, O_RDONLY);
  assert.throws(() => spawn(fd, ["script"]), { code: "ENOENT", syscall: "execveat" });
}));

test("pidfd: made with the child, closed by dispose", () => withoutLeak(() => {
  const before = proc.fds(getpid()).length;
  const child = spawn("/bin/true", ["true"], { pidfd: true });
  assert.equal(proc.fds(getpid()).length, before + 1);
  assert.equal(proc.fdInfo(getpid(), child.pidfd).raw.get("Pid"), String(child.pid));
  assert.ok(proc.fdInfo(getpid(), child.pidfd).cloexec);
  child.wait();
  child[Symbol.dispose]();
}));

test("a terminal becomes the session's", (t) => {
  const pair = terminalPair();
  if (!pair) return skip(t, "needs /dev/ptmx");
  try {
    assert.match(say("ps -o tty= -p $$ || cut -d' ' -f7 /proc/$$/stat", { setsid: true, terminal: 4, fds: { 4: pair.slave } }), /pts\/\d+|[1-9]\d+/);
    assert.equal(say("cut -d' ' -f7 /proc/$$/stat", { setsid: true }), "0");
  } finally {
    close(pair.slave);
    close(pair.master);
  }
});

/** What cannot be done: the options, the call that fails, its errno and why. */
const FAILING: readonly (readonly [string, SpawnOptions, string, string])[] = [
  ["a descriptor that is not open", { fds: { 3: 9999 } }, "dup3", "EBADF"],
  ["a descriptor that is not open, under its own number", { fds: { 999: 999 } }, "fcntl", "EBADF"],
  ["a directory by a descriptor that is not open", { cwd: 9999 }, "fcntl", "EBADF"],
  ["a directory by the descriptor of something else", { cwd: 0 }, "fchdir", "ENOTDIR"],
  ["a directory that is not there", { cwd: "/nowhere" }, "chdir", "ENOENT"],
  ["a directory that is a file", { cwd: "/etc/passwd" }, "chdir", "ENOTDIR"],
  ["a root that is not there", { chroot: "/nowhere" }, "chroot", "ENOENT"],
  ["a terminal that is none", { setsid: true, terminal: 3, fds: { 3: 0 } }, "ioctl", "ENOTTY"],
  ["a terminal that the child does not have", { setsid: true, terminal: 9 }, "ioctl", "EBADF"],
  ["a group of another session", { pgroup: 1 }, "setpgid", "EPERM"],
  ["a soft limit above the hard one", { rlimits: { [RLIMIT_STACK]: limits(2 ** 20, 2 ** 16) } }, "prlimit", "EINVAL"],
  ["no processor", { affinity: [] }, "sched_setaffinity", "EINVAL"],
  ["only processors that the machine has not", { affinity: [8191] }, "sched_setaffinity", "EINVAL"],
  ["a signal that cannot be ignored", { sigignore: ["SIGKILL"] }, "sigaction", "EINVAL"],
];

for (const [title, options, syscall, code] of FAILING) {
  test(`${title}: ${code} of ${syscall}, and nothing is left`, () => withoutLeak(() => {
    const before = proc.children(getpid()).length;
    assert.throws(() => spawn("/bin/true", ["true"], { pidfd: true, ...options }), (error: unknown) => {
      assert.ok(error instanceof SystemError);
      assert.deepEqual([error.syscall, error.code], [syscall, code]);
      return true;
    });
    assert.equal(proc.children(getpid()).length, before);
  }));
}

test("as another user: ids, groups, umask of that user's files, and a directory that is only that user's", (t) => {
  if (!isRoot) return skip(t, "needs root to become another user");
  withoutLeak(() => inFolder((folder) => {
    chmodSync(folder, 0o755);
    const own = join(folder, "own");
    mkdirSync(own, { mode: 0o700 });
    chownSync(own, NOBODY, NOBODY);
    assert.equal(say("id -u; id -g; id -G; pwd -P", { uid: NOBODY, gid: NOBODY, cwd: own }), `${NOBODY}\n${NOBODY}\n${NOBODY}\n${own}`);
    assert.equal(say("id -u; id -G", { uid: NOBODY, gid: 7, groups: [3, 5] }), `${NOBODY}\n7 3 5`);
    assert.equal(say("id -u; id -g", { gid: 7 }), "0\n7");
    if (mayRaisePriority()) assert.equal(say("id -u; nice", { uid: NOBODY, gid: NOBODY, nice: -5 }), `${NOBODY}\n-5`); // what only root may do comes first
    chownSync(own, 0, 0);
    assert.throws(() => spawn("/bin/true", ["true"], { uid: NOBODY, gid: NOBODY, cwd: own }), { syscall: "chdir", code: "EACCES" });
  }));
});

test("a child that is another user leaves this process its right to be dumped", (t) => {
  if (!isRoot) return skip(t, "needs root to become another user");
  assert.equal(prctl(PR_GET_DUMPABLE), 1);
  say("true", { uid: NOBODY, gid: NOBODY });
  assert.throws(() => spawn("/nowhere", ["x"], { uid: NOBODY }));
  assert.equal(prctl(PR_GET_DUMPABLE), 1);
});

test("another root: files and directory are below it", (t) => {
  if (!isRoot) return skip(t, "needs root to change it");
  if (!existsIn("/usr/bin/ls") || outcome(() => output(["/bin/ls"], { chroot: "/usr" })) === "ENOENT") return skip(t, "needs /usr to hold a loader and its libraries");
  assert.equal(output(["/bin/ls", "-d", "bin", "/bin/ls"], { chroot: "/usr" }), "/bin/ls\nbin"); // and the directory is its top
  assert.throws(() => spawn("/usr/bin/ls", ["ls"], { chroot: "/usr" }), { syscall: "execve", code: "ENOENT" });
});

test("what an ordinary user may not do is EPERM or EACCES of its call", async (t) => {
  if (nobody.whyNot) return skip(t, nobody.whyNot);
  assert.deepEqual(await runForJson("process_spawn", ["forbidden"], nobody.options), {
    uid: "setresuid EPERM", gid: "setresgid EPERM", groups: "setgroups EPERM", chroot: "chroot EPERM", nice: "setpriority EACCES", limit: "prlimit EPERM", own: "exited 0",
  });
});

test("a parent that ends takes the child along, by the signal asked for", async () => {
  const { pid, parent } = await runForJson<{ pid: number; parent: number }>("process_spawn", ["orphan"]);
  assert.notEqual(parent, getpid());
  for (const giveUp = Date.now() + 20_000; lives(pid); await new Promise((resolve) => { setTimeout(resolve, 5); })) assert.ok(Date.now() < giveUp, `process ${pid} lives on`);
});

for (const way of ["clone", "copy"]) {
  test(`where clone3 is not to be had: ${way}`, async () => {
    assert.deepEqual(await runForJson("process_spawn", [way]), {
      ran: "exited 0", way, caught: "0000000000000000", errors: ["execve ENOENT", "chdir ENOENT", "dup3 EBADF", "fchdir ENOTDIR"], inherited: "0 1 2 3 7", leaked: 0, zombies: 0,
    });
  });
}

/** It runs; a zombie whose new parent has not reaped it yet does not. */
function lives(pid: number): boolean {
  return proc.exists(pid) && outcome(() => proc.stat(pid).state) !== "Z";
}

function mayRaisePriority(): boolean {
  return outcome(() => say("true", { nice: -5 })) === "";
}

function existsIn(path: string): boolean {
  return outcome(() => close(open(path, O_RDONLY))) === undefined;
}

const TIOCSPTLCK = 0x40045431;

/** Both ends of a new pseudo terminal; undefined where there is none. */
function terminalPair(): { master: number; slave: number } | undefined {
  if (!existsIn("/dev/ptmx")) return undefined;
  const master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
  using room = scratch();
  libc().syscall(syscallNumber("ioctl"), master, TIOCSPTLCK, room.take(4).address, 0, 0, 0);
  const index = proc.fdInfo(getpid(), master).raw.get("tty-index");
  return { master, slave: open(`/dev/pts/${index}`, O_RDWR | O_NOCTTY | O_CLOEXEC) };
}
