/**
 * Starting the command stopped and seized, and the doorbell that ends a blocked wait.
 *
 * The forked children run C calls only: the copied runtime's heap is not to be trusted with more.
 *
 * @module
 */
import { arch } from "../ffi/arch.ts";
import { allocate, check, errno, errnoCode, errnoMessage, libc, plainLibc, scratch, SystemError } from "../ffi/mod.ts";
import { F_DUPFD_CLOEXEC } from "../ffi/constants/file.ts";
import { syscallNumber } from "../ffi/constants/syscall.ts";
import { status } from "../core/proc/status.ts";
import { readFile } from "../core/proc/process.ts";
import { found, OPTION_EXITKILL, OPTIONS, seize, waitFor, waitStopped } from "./ptrace.ts";
import { TraceError, type TraceOptions } from "./types.ts";

const SIGCONT = 18;
const SIGKILL = 9;
const SIGSTOP = 19;
const SIGPIPE = 13;
const SIGXFSZ = 25;
const PR_SET_SECCOMP = 22;
const SECCOMP_MODE_FILTER = 2;
const PR_SET_NO_NEW_PRIVS = 38;
const CLOSE_RANGE_CLOEXEC = 4;
const LAST_FD = 0xffffffff;
const MADV_DOFORK = 11;
const TOP = { x86_64: 0x7ffffffff000, aarch64: 0xfffffffff000 };
/** Seconds a forked child has to reach the point where it stops itself. */
const START_LIMIT = 10;
const TRIES = 3;

/** Exit codes of a child that did not get as far as the command. */
export const NO_EXEC = 127;
const NO_FILTER = 126;

/** Forks the command's process, seized, with the filter (0: none) about to be installed. It goes on by itself to execve. */
export function launch(options: TraceOptions & { env: Record<string, string> }, path: string, fprog: number): number {
  using room = scratch();
  const argv = keepStrings(options.command);
  const envp = keepStrings(Object.entries(options.env).map(([name, value]) => `${name}=${value}`));
  const file = room.string(path);
  const cwd = options.cwd === undefined ? 0 : room.string(options.cwd);
  const stdio = duplicates(options.stdio ?? {});
  try {
    return started(() => {
      for (let fd = 0; fd < 3; fd++) if ((stdio[fd] ?? -1) >= 0) libc().dup2(stdio[fd] ?? -1, fd);
      if (cwd !== 0 && libc().syscall(syscallNumber("chdir"), cwd, 0, 0, 0, 0, 0) !== 0) libc()._exit(NO_EXEC);
      libc().signal(SIGPIPE, 0);
      libc().signal(SIGXFSZ, 0);
      libc().raise(SIGSTOP);
      libc().alarm(0);
      libc().syscall(syscallNumber("close_range"), 3, LAST_FD, CLOSE_RANGE_CLOEXEC, 0, 0, 0);
      if (fprog !== 0 && libc().prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, fprog, 0, 0) !== 0) {
        libc().prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        if (libc().prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, fprog, 0, 0) !== 0) libc()._exit(NO_FILTER);
      }
      libc().execve(file, argv.address, envp.address);
      libc()._exit(NO_EXEC);
    });
  } finally {
    for (const fd of stdio) if (fd >= 0) libc().close(fd);
  }
}

/** Forks a child that only sleeps, seized: a signal to it ends the tracer's wait. Dies with the tracer. */
export function makeDoorbell(): number {
  const pid = forked();
  if (pid === 0) {
    libc().syscall(syscallNumber("close_range"), 0, LAST_FD, 0, 0, 0, 0);
    for (;;) libc().pause();
  }
  seized(pid, OPTION_EXITKILL);
  return pid;
}

/** Forks, waits until the child stopped itself, and seizes it; a child that hangs ends by its alarm and another is tried. */
function started(child: () => void): number {
  for (let tries = 1; ; tries++) {
    const pid = forked();
    if (pid === 0) {
      libc().alarm(START_LIMIT);
      child();
      libc()._exit(NO_EXEC);
    }
    const raw = waitStopped(pid);
    if ((raw & 0xff) === 0x7f) {
      seized(pid, OPTIONS);
      libc().kill(pid, SIGCONT);
      return pid;
    }
    if (tries === TRIES || (raw & 0x7f) === 0) throw new TraceError({ call: "fork", message: `start the command: the new process ended before it could run it, wait status ${raw}` });
  }
}

/** The runtimes mark their heap as not to be copied, new pages too: the mark is taken away in the statement before the fork. */
function forked(): number {
  const { fork, madvise } = plainLibc();
  const top = TOP[arch];
  madvise(0, top, MADV_DOFORK);
  return check(fork(), "fork");
}

function seized(pid: number, options: number): void {
  try {
    seize(pid, options);
  } catch (error) {
    const failure = error instanceof SystemError ? whySeizeFailed(pid, error) : error;
    libc().kill(pid, SIGKILL);
    waitFor(pid, true);
    void found;
    throw failure;
  }
}

/** Which rule refused ptrace, and how to allow it. */
export function whySeizeFailed(pid: number, error: SystemError): TraceError {
  const tracer = tracerOf(pid);
  const scope = setting("sys/kernel/yama/ptrace_scope");
  const said = { call: error.syscall, errno: error.code };
  if (tracer > 0) return new TraceError({ ...said, message: `trace ${pid}: process ${tracer} traces it already`, hint: "end the other tracer (strace, gdb) first" });
  if (scope === "3") return new TraceError({ ...said, message: `trace ${pid}: ptrace is switched off, kernel.yama.ptrace_scope is 3`, hint: "it can be changed only by a restart: set kernel.yama.ptrace_scope to 1 in /etc/sysctl.d" });
  if (scope === "2") return new TraceError({ ...said, message: `trace ${pid}: only the administrator may trace, kernel.yama.ptrace_scope is 2`, hint: "as root: sysctl kernel.yama.ptrace_scope=1" });
  return new TraceError({ ...said, message: `trace ${pid}: ptrace is refused, probably by the seccomp profile of a container`, hint: "docker run --cap-add=SYS_PTRACE, or --security-opt seccomp=unconfined" });
}

/** Why the child with this exit code, whose execve failed with this errno (0: was not reached), never ran the command. */
export function whyNotStarted(name: string, code: number, execErrno: number): TraceError {
  if (execErrno !== 0) return new TraceError({ call: "execve", errno: errnoCode(execErrno), message: `start ${name}: ${errnoCode(execErrno)}, ${errnoMessage(execErrno)}` });
  if (code === NO_FILTER) return new TraceError({ call: "prctl(PR_SET_SECCOMP)", message: "trace: a seccomp filter cannot be installed", hint: "the kernel needs CONFIG_SECCOMP_FILTER; a container may refuse prctl: --security-opt seccomp=unconfined" });
  return new TraceError({ message: `start the command: the new process ended with ${code} before it could run it`, hint: "look at the working directory" });
}

/** As execvp(3): a name without "/" is searched in PATH. */
export function resolveCommand(command: readonly string[], env: Record<string, string>, cwd: string | undefined): string {
  const name = command[0] ?? "";
  if (name === "") throw new TraceError({ message: "start the command: it has no name" });
  if (command.some((word) => word.includes("\0"))) throw new TraceError({ message: "start the command: an argument holds a NUL byte" });
  if (name.includes("/")) return name;
  for (const directory of (env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(":")) {
    const path = `${directory === "" ? cwd ?? "." : directory}/${name}`;
    if (isExecutable(path)) return path;
  }
  throw new TraceError({ call: "execve", errno: "ENOENT", message: `start ${name}: no such program in PATH`, hint: "give its path" });
}

function isExecutable(path: string): boolean {
  using room = scratch();
  const X_OK = 1;
  const AT_FDCWD = -100;
  return libc().syscall(syscallNumber("faccessat"), AT_FDCWD, room.string(path), X_OK, 0, 0, 0) === 0 && !isDirectory(path);
}

function isDirectory(path: string): boolean {
  using room = scratch();
  const O_PATH_DIRECTORY = 0o10000000 | (arch === "aarch64" ? 0o40000 : 0o200000);
  const fd = libc().open(room.string(path), O_PATH_DIRECTORY | 0o2000000, 0);
  if (fd >= 0) libc().close(fd);
  return fd >= 0;
}

/** Copies of the given descriptors out of the way of 0, 1 and 2; -1 where none is given. */
function duplicates(stdio: { stdin?: number; stdout?: number; stderr?: number }): number[] {
  return [stdio.stdin, stdio.stdout, stdio.stderr].map((fd) => {
    if (fd === undefined) return -1;
    const copy = libc().fcntl(fd, F_DUPFD_CLOEXEC, 10);
    if (copy < 0) throw new TraceError({ call: "fcntl", errno: errnoCode(errno()), message: `start the command: descriptor ${fd} given as standard stream is not open` });
    return copy;
  });
}

/** A NULL-terminated array of C strings in one block: an environment may be larger than scratch memory. */
function keepStrings(list: readonly string[]): { address: number } {
  const encoded = list.map((text) => new TextEncoder().encode(text));
  const table = 8 * (list.length + 1);
  const block = allocate(encoded.reduce((sum, bytes) => sum + bytes.length + 1, table));
  let at = table;
  encoded.forEach((bytes, i) => {
    block.bytes.set(bytes, at);
    block.setU64(8 * i, block.address + at);
    at += bytes.length + 1;
  });
  return block;
}

function tracerOf(pid: number): number {
  try {
    return status(pid).tracerPid;
  } catch {
    return 0;
  }
}

function setting(path: string): string {
  try {
    return readFile(path).trim();
  } catch {
    return "";
  }
}
