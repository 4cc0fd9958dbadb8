/**
 * Starting the command seized, and the doorbell that ends a blocked wait.
 *
 * No line of JavaScript runs in either: they are machine code that makes a list of calls (lib/ffi/native/spawn_child), in the tracer's
 * own memory until the command's image replaces it. So the runtime may have what threads it likes.
 *
 * @module
 */
import { allocate, type Block, check, ERRNO, errno, errnoCode, errnoMessage, libc, scratch, SystemError } from "../ffi/mod.ts";
import { arch } from "../ffi/arch.ts";
import { CLOSE_RANGE_CLOEXEC, F_DUPFD_CLOEXEC, O_CLOEXEC } from "../ffi/constants/file.ts";
import { PR_SET_NO_NEW_PRIVS, SIG_SETMASK } from "../ffi/constants/process.ts";
import { syscallNumber } from "../ffi/constants/syscall.ts";
import { makeChildBeside, SAVED_MASK } from "../core/process/spawn_child.ts";
import { JUDGE, type Step, step } from "../core/process/spawn_step.ts";
import { status } from "../core/proc/status.ts";
import { readFile } from "../core/proc/process.ts";
import { interrupt, OPTION_EXITKILL, OPTIONS, seize, waitFor } from "./ptrace.ts";
import { TraceError, type TraceOptions } from "./types.ts";

const SIGKILL = 9;
const SIGPIPE = 13;
const SIGXFSZ = 25;
const PR_SET_SECCOMP = 22;
const SECCOMP_MODE_FILTER = 2;
const CAP_SYS_ADMIN = 21;
const LAST_FD = 0xffffffff;
/** The kernel's struct sigaction and signal set. */
const ACTION_SIZE = 32;
const SET_SIZE = 8;

/** The command's process, on its way to execve; or the doorbell. */
export interface Launched {
  pid: number;
  /** The call that failed in it, if one did. */
  failure(): { call: string; errno: number } | undefined;
}

type Command = TraceOptions & { env: Record<string, string> };

/** What such a child reads, and its stack, lie in this memory: kept for the life of the thread. */
const kept: unknown[] = [];

/** Makes the command's process, seized, with the filter (0: none) about to be installed. It goes on by itself to execve. */
export function launch(options: Command, path: string, fprog: number): Launched {
  using streams = new Streams(options);
  using gate = new Gate();
  const { steps, keep } = commandSteps(options, path, streams.fds, fprog, gate.waitSteps(), []);
  const launched = seized(steps, OPTIONS, keep);
  interrupt(launched.pid);
  gate.open();
  return launched;
}

/** Makes the command's process without touching it. It waits, all but its execve done, until told to go. */
export function launchHeld(options: Command, path: string): Launched & { go(): void } {
  using streams = new Streams(options);
  using ready = new Gate();
  const gate = new Gate();
  const { steps, keep } = commandSteps(options, path, streams.fds, 0, [], [...ready.openSteps(), ...gate.waitSteps()]);
  const launched = made(steps, keep);
  ready.wait();
  return { ...launched, go: () => { gate.open(); gate[Symbol.dispose](); } };
}

/** `first` and `last` come before its standard streams are in place, and when all but its mask and its image is. */
function commandSteps(options: Command, path: string, stdio: readonly number[], fprog: number, first: readonly Step[], last: readonly Step[]): { steps: Step[]; keep: Block[] } {
  const argv = keepStrings(options.command);
  const envp = keepStrings(Object.entries(options.env).map(([name, value]) => `${name}=${value}`));
  const words = keepStrings([path, options.cwd ?? ""]);
  const data = allocate(ACTION_SIZE);
  const steps = [
    ...first,
    ...stdio.flatMap((from, to) => (from >= 0 ? [step("dup3", [from, to, 0])] : [])),
    ...(options.cwd === undefined ? [] : [step("chdir", [words.u64(8)])]),
    ...[SIGPIPE, SIGXFSZ].map((signal) => step("rt_sigaction", [signal, data.address, 0, SET_SIZE])),
    step("close_range", [3, LAST_FD, CLOSE_RANGE_CLOEXEC], [], JUDGE.any),
    ...last,
    step("rt_sigprocmask", [SIG_SETMASK, SAVED_MASK, 0, SET_SIZE]),
    ...(fprog === 0 ? [] : filterSteps(fprog)),
    step("execve", [words.u64(0), argv.address, envp.address], [], JUDGE.exec),
  ];
  return { steps, keep: [argv, envp, words, data] };
}

/** Makes a child that only sleeps, seized: a signal to it ends the tracer's wait. Dies with the tracer. */
export function makeDoorbell(): Launched {
  const none = allocate(SET_SIZE);
  return seized([
    step("rt_sigprocmask", [SIG_SETMASK, none.address, 0, SET_SIZE]),
    step("close_range", [0, LAST_FD, 0], [], JUDGE.any),
    step("ppoll", [0, 0, 0, 0, 0]),
  ], OPTION_EXITKILL, [none]);
}

/** Who may not install a filter at will gives up gaining rights by exec first. */
function filterSteps(fprog: number): Step[] {
  const filter = step("prctl", [PR_SET_SECCOMP, SECCOMP_MODE_FILTER, fprog, 0, 0]);
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFile("self/status"))?.[1] ?? "";
  const mayFilter = (Number.parseInt(effective.slice(-8), 16) >>> CAP_SYS_ADMIN) % 2 === 1;
  return mayFilter ? [filter] : [step("prctl", [PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0]), filter];
}

/** A pipe at which one process waits until another opens it; whoever waits ends when the other died before that. */
class Gate implements Disposable {
  readonly #reader: number;
  readonly #writer: number;
  /** The byte that passes. */
  readonly #byte = allocate(1);

  constructor() {
    using room = scratch();
    const pair = room.take(8);
    check(libc().pipe2(pair.address, O_CLOEXEC), "pipe2");
    this.#reader = pair.i32(0);
    this.#writer = pair.i32(4);
  }

  /** What a child does to wait. */
  waitSteps(): Step[] {
    return [step("close", [this.#writer]), step("read", [this.#reader, this.#byte.address, 1, 0, 0, 1], [], JUDGE.equal)];
  }
  /** What a child does to open it. */
  openSteps(): Step[] {
    return [step("close", [this.#reader]), step("write", [this.#writer, this.#byte.address, 1, 0, 0, 1], [], JUDGE.equal), step("close", [this.#writer])];
  }
  /** A child that has ended meanwhile says why elsewhere. */
  open(): void {
    libc().write(this.#writer, Uint8Array.of(1), 1);
  }
  wait(): void {
    libc().close(this.#writer);
    while (libc().read(this.#reader, this.#byte.bytes, 1) < 0 && errno() === ERRNO.EINTR);
  }
  [Symbol.dispose](): void {
    libc().close(this.#reader);
    libc().close(this.#writer);
  }
}

/** Copies of what becomes the command's standard streams. */
class Streams implements Disposable {
  readonly fds: readonly number[];

  constructor({ stdio = {} }: Command) {
    this.fds = duplicates(stdio);
  }
  [Symbol.dispose](): void {
    for (const fd of this.fds) if (fd >= 0) libc().close(fd);
  }
}

/** A child that makes these calls, in this memory. */
export function made(steps: readonly Step[], keep: readonly Block[]): Launched {
  const { pid, failure } = makeChildBeside(steps);
  kept.push(keep, failure);
  const failed = (): ReturnType<Launched["failure"]> => {
    const found = failure();
    return found && { call: steps[found.index]?.call ?? "execve", errno: found.errno };
  };
  return { pid, failure: failed };
}

function seized(steps: readonly Step[], options: number, keep: readonly Block[]): Launched {
  const launched = made(steps, keep);
  const { pid } = launched;
  try {
    seize(pid, options);
  } catch (error) {
    const why = error instanceof SystemError ? whySeizeFailed(pid, error) : error;
    libc().kill(pid, SIGKILL);
    waitFor(pid, true);
    throw why;
  }
  return launched;
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

/** Why the command never ran. `seen`: errno of the execve that the tracer saw fail, 0 when it saw none. */
export function whyNotStarted(name: string, launched: Launched, seen: number): TraceError {
  const { call, errno } = launched.failure() ?? { call: "execve", errno: seen };
  if (errno === 0) return new TraceError({ message: `start ${name}: the new process ended before it could run it` });
  const why = `${errnoCode(errno)}, ${errnoMessage(errno)}`;
  if (call === "prctl") return new TraceError({ call: "prctl(PR_SET_SECCOMP)", errno: errnoCode(errno), message: `trace: a seccomp filter cannot be installed: ${why}`, hint: "the kernel needs CONFIG_SECCOMP_FILTER; a container may refuse prctl: --security-opt seccomp=unconfined" });
  return new TraceError({ call, errno: errnoCode(errno), message: `start ${name}: ${call === "execve" ? "" : `${call}: `}${why}` });
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
function keepStrings(list: readonly string[]): Block {
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
