/** A new program in a new process, without a copy of this one. @module */
import { O_CLOEXEC } from "../../ffi/constants/file.ts";
import { PR_SET_DUMPABLE } from "../../ffi/constants/process.ts";
import { PR_GET_DUMPABLE } from "../../ffi/constants/prctl.ts";
import { callBegins, check, libc, scratch, SystemError } from "../../ffi/mod.ts";
import type { Fd } from "../fd/fd.ts";
import { entering } from "../tap.ts";
import { Child } from "./child.ts";
import { born } from "./children.ts";
import { type Failure, failure, failureOf, makeChild, type Started, wayOfChildren } from "./spawn_child.ts";
import { planDescriptors } from "./spawn_fds.ts";
import { checkedRequest, type Request, type SpawnOptions } from "./spawn_options.ts";
import { stepsOf } from "./spawn_steps.ts";
import type { Step } from "./spawn_step.ts";

export type { SpawnOptions } from "./spawn_options.ts";

/**
 * `clone(CLONE_VM | CLONE_VFORK)`, then in the child what the options ask for, then `execve(2)`: starts a program.
 *
 * As fast as posix_spawn, at any size of this process, and free of fork's hazards. The calling thread sleeps until the program begins; a
 * call that fails in the child is thrown here by its own name, `chdir`, `setresuid`, `execve`..., and nothing is left of the child. A
 * `file` without a slash is looked for in PATH, as execvp does; one given as a descriptor is run by execveat. `argv[0]` is the name the
 * program sees. Close-on-exec of this process's descriptors does not matter: what `fds` does not name, 0 to 2 aside, is closed.
 *
 * @throws {SystemError} ENOENT, EACCES, ENOEXEC, E2BIG, ETXTBSY...: of execve. EBADF: a descriptor is not open. EPERM: a user, limit, group or session that may not be had. EAGAIN, ENOMEM: no process to be had.
 * @see https://man7.org/linux/man-pages/man2/clone.2.html
 * @see https://man7.org/linux/man-pages/man2/execve.2.html
 * @example
 * ```ts
 * import { spawn } from "forkscope";
 * using child = spawn("sh", ["sh", "-c", "exit 7"], { cwd: "/", umask: 0o077 });
 * console.log(child.wait()); // { kind: "exited", code: 7, raw: 1792 }
 * ```
 */
export function spawn(file: string | number | Fd, argv: readonly string[], options: SpawnOptions = {}): Child {
  entering("spawn");
  const request = checkedRequest(file, argv, options);
  const { pid, pidfd } = start(request) ?? start(request) ?? neither();
  born(pid);
  return new Child(pid, pidfd);
}

/** Undefined: it was found out meanwhile how children are to be made here. */
function start(request: Request): Started | undefined {
  using room = scratch();
  using report = reportOf(wayOfChildren());
  const cwd = descriptor(request.cwd);
  const file = descriptor(request.file);
  using plan = planDescriptors(request.fds, [cwd, file, report?.writer].filter((fd) => fd !== undefined));
  const steps = stepsOf(room, request, plan.steps, { cwd: plan.find(cwd), file: plan.find(file) });
  const ended = callBegins("spawn_child", (steps.at(-1)?.args ?? []).slice(file === undefined ? 0 : 1));
  const started = make(steps, request, plan.find(report?.writer));
  plan.release();
  if (!started) return undefined;
  const failed = report ? report.read() : failure();
  ended?.(failed ? -1 : started.pid, failed?.errno ?? 0);
  if (failed) throw notStarted(steps, failed, started, report !== undefined);
  return started;
}

/** A child that changes its user in this memory takes this process its right to be dumped and traced: that is put back. */
function make(steps: readonly Step[], { pidfd, uid, gid }: Request, report: number | undefined): Started | undefined {
  const asUser = uid !== undefined || gid !== undefined;
  const dumpable = asUser ? libc().prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) : 0;
  try {
    return makeChild(steps, pidfd, report);
  } finally {
    if (dumpable === 1) libc().prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
  }
}

/** The error of the step that failed. The child shared its memory and was reaped, or reported and is about to end. */
function notStarted(steps: readonly Step[], { index, errno }: Failure, { pid, pidfd }: Started, reported: boolean): SystemError {
  if (pidfd !== undefined) libc().close(pidfd);
  if (reported) libc().waitpid(pid, 0, 0);
  const { call = "spawn", shown = [] } = steps[index] ?? {};
  return new SystemError(call, errno, shown);
}

function descriptor(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

interface Report extends Disposable {
  writer: number;
  /** Sleeps until the child has begun its program or has failed. */
  read(): Failure | undefined;
}

/** A pipe for a child that has a copy of this memory. */
function reportOf(way: string): Report | undefined {
  if (way !== "copy") return undefined;
  using room = scratch();
  const pair = room.take(8);
  check(libc().pipe2(pair.address, O_CLOEXEC), "pipe2");
  const [reader, writer] = [pair.i32(0), pair.i32(4)];
  let open = [reader, writer];
  const close = (fd: number): void => {
    if (open.includes(fd)) libc().close(fd);
    open = open.filter((one) => one !== fd);
  };
  return {
    writer,
    read() {
      close(writer);
      const words = new Int32Array(2);
      const length = libc().read(reader, new Uint8Array(words.buffer), words.byteLength);
      return length > 0 ? failureOf(words[0] ?? 0, words[1] ?? 0) : undefined;
    },
    [Symbol.dispose]() {
      open.forEach(close);
    },
  };
}

function neither(): never {
  throw new Error("Cannot spawn: no way to make a child was found");
}
