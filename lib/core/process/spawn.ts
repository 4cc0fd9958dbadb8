/** posix_spawn(3): a new program in a new process, without a copy of this one. @module */
import { O_CLOEXEC, O_DIRECTORY, O_PATH } from "../../ffi/constants/file.ts";
import { errno, libc, type Scratch, scratch, SystemError } from "../../ffi/mod.ts";
import { spawnFunctions } from "../../ffi/spawn_symbols.ts";
import { signalNumber, type SignalName } from "../signal/signals.ts";
import { entering } from "../tap.ts";
import { checkFd, checkInteger, checkOptions, checkString, checkStrings, wrongSize, wrongType, wrongValue } from "../validate.ts";
import { Child } from "./child.ts";
import { born } from "./children.ts";
import { type Environment, environmentAddress, environmentEntries } from "./environment.ts";
import { planDescriptors, type Step } from "./spawn_fds.ts";

const SETPGROUP = 0x02;
const SETSIGDEF = 0x04;
const SETSIGMASK = 0x08;
const SETSID = 0x80;

/** Room for glibc's and musl's opaque types, the larger of each and some more. */
const FILE_ACTIONS_SIZE = 128;
const ATTRIBUTES_SIZE = 512;
const SIGSET_SIZE = 128;

const MAX_PID = 0x7fffffff;
const MAX_CHILD_FD = 1023;

/** How to spawn. */
export interface SpawnOptions {
  /**
   * Descriptors of the child: `{ 3: sock }` gives it this process's descriptor `sock` as its 3. Any numbering goes, swaps too.
   * 0, 1 and 2 are inherited unless they stand here; everything else is closed.
   */
  fds?: Readonly<Record<number, number>>;
  /** The program's own environment unless given. */
  env?: Environment;
  /** Working directory of the child; a relative `file` starts there. */
  cwd?: string;
  /** Make the child the leader of a new session. */
  setsid?: boolean;
  /** Process group to put the child into; 0: a new one named after it. */
  pgroup?: number;
  /** Signals blocked in the child; those of this thread unless given. */
  sigmask?: readonly (SignalName | number)[];
  /** Signals that get their default action in the child; SIGPIPE and SIGXFSZ, which runtimes ignore, unless given. */
  sigdefault?: readonly (SignalName | number)[];
}

/**
 * `int posix_spawn(pid_t *pid, const char *path, file_actions, attr, char *const argv[], char *const envp[])`: starts a program.
 *
 * Far cheaper than fork and exec, at any size of this process, and free of fork's hazards. A `file` without a slash is looked for in
 * PATH. Close-on-exec of this process's descriptors does not matter: what `fds` does not name, 0 to 2 aside, is closed.
 *
 * @throws SystemError ENOENT, EACCES, ENOEXEC...: the error of exec in the child, or of chdir(cwd). EBADF: a descriptor in `fds` is not open. EAGAIN, ENOMEM.
 * @see https://man7.org/linux/man-pages/man3/posix_spawn.3.html
 * @example
 * ```ts
 * import { spawn } from "forkscope";
 * using child = spawn("sh", ["sh", "-c", "exit 7"]);
 * console.log(child.wait()); // { kind: "exited", code: 7, raw: 1792 }
 * ```
 */
export function spawn(file: string, argv: readonly string[], options: SpawnOptions = {}): Child {
  entering("spawn");
  const request = checked(file, argv, options);
  using room = scratch();
  const plan = planDescriptors(request.fds);
  const actions = room.take(FILE_ACTIONS_SIZE).address;
  const attributes = room.take(ATTRIBUTES_SIZE).address;
  const made = spawnFunctions();
  made.posix_spawn_file_actions_init(actions);
  made.posix_spawnattr_init(attributes);
  try {
    setAttributes(room, attributes, request);
    setActions(room, actions, plan.steps, request.cwd);
    return start(room, actions, attributes, request);
  } finally {
    made.posix_spawn_file_actions_destroy(actions);
    made.posix_spawnattr_destroy(attributes);
    plan.release();
  }
}

interface Request {
  file: string;
  argv: string[];
  env: string[] | undefined;
  fds: [child: number, own: number][];
  cwd: string | undefined;
  setsid: boolean;
  pgroup: number | undefined;
  sigmask: number[] | undefined;
  sigdefault: number[];
}

function checked(file: string, argv: readonly string[], options: SpawnOptions): Request {
  checkOptions("spawn", options);
  const args = checkStrings("spawn", argv, "argv");
  if (args.length === 0) throw wrongSize("spawn", "argv", "0 entries", "at least argv[0]");
  const { cwd, pgroup, sigmask, sigdefault = ["SIGPIPE", "SIGXFSZ"], setsid = false } = options;
  if (typeof setsid !== "boolean") throw wrongType("spawn", "setsid", setsid, "a boolean");
  if (setsid && pgroup !== undefined) throw wrongValue("spawn", "pgroup", pgroup, "left out with setsid, which makes a group of its own");
  return {
    file: checkString("spawn", file, "file"),
    argv: args,
    env: environmentEntries("spawn", options.env),
    fds: checkedFds(options.fds),
    cwd: cwd === undefined ? undefined : checkString("spawn", cwd, "cwd"),
    setsid,
    pgroup: pgroup === undefined ? undefined : checkInteger("spawn", "pgroup", pgroup, 0, MAX_PID),
    sigmask: sigmask && signals("sigmask", sigmask),
    sigdefault: signals("sigdefault", sigdefault),
  };
}

function checkedFds(fds: unknown): [number, number][] {
  if (fds === undefined) return [];
  if (typeof fds !== "object" || fds === null || Array.isArray(fds)) throw wrongType("spawn", "fds", fds, "an object { childFd: ownFd }");
  return Object.entries(fds).map(([child, own]: [string, unknown]) => {
    if (!/^\d+$/.test(child)) throw wrongValue("spawn", "a key of fds", child, "a descriptor number");
    return [checkInteger("spawn", "a key of fds", Number(child), 0, MAX_CHILD_FD), checkFd("spawn", own, `fds[${child}]`)];
  });
}

function signals(name: string, list: unknown): number[] {
  if (!Array.isArray(list)) throw wrongType("spawn", name, list, "an array of signals");
  return Array.from(list, (signal: unknown) => signalNumber("spawn", signal));
}

function setAttributes(room: Scratch, attributes: number, request: Request): void {
  const { posix_spawnattr_setflags, posix_spawnattr_setpgroup, posix_spawnattr_setsigdefault, posix_spawnattr_setsigmask } = spawnFunctions();
  let flags = SETSIGDEF;
  posix_spawnattr_setsigdefault(attributes, signalSet(room, request.sigdefault));
  if (request.sigmask) {
    flags |= SETSIGMASK;
    posix_spawnattr_setsigmask(attributes, signalSet(room, request.sigmask));
  }
  if (request.setsid) flags |= SETSID;
  if (request.pgroup !== undefined) {
    flags |= SETPGROUP;
    posix_spawnattr_setpgroup(attributes, request.pgroup);
  }
  posix_spawnattr_setflags(attributes, flags);
}

function setActions(room: Scratch, actions: number, steps: readonly Step[], cwd: string | undefined): void {
  const made = spawnFunctions();
  for (const step of steps) {
    if (step.do === "dup2") made.posix_spawn_file_actions_adddup2(actions, step.from, step.to);
    else if (step.do === "close") made.posix_spawn_file_actions_addclose(actions, step.fd);
    else made.posix_spawn_file_actions_addclosefrom_np(actions, step.first);
  }
  if (cwd !== undefined) made.posix_spawn_file_actions_addchdir_np(actions, room.string(cwd));
}

function start(room: Scratch, actions: number, attributes: number, request: Request): Child {
  const pid = room.take(4);
  const call = request.file.includes("/") ? libc().posix_spawn : libc().posix_spawnp;
  const error = call(pid.address, room.string(request.file), actions, attributes, room.strings(request.argv), environmentAddress(room, request.env));
  if (error !== 0) throw whyNotSpawned(room, error, request);
  born(pid.i32(0));
  return new Child(pid.i32(0));
}

/** posix_spawn has one errno for all it does in the child: a directory that gives it when entered is what it is about. */
function whyNotSpawned(room: Scratch, error: number, { cwd, file, argv }: Request): SystemError {
  if (cwd !== undefined && errorOfEntering(room, cwd) === error) return new SystemError("chdir", error, [cwd]);
  return new SystemError("posix_spawn", error, [file, argv]);
}

/** The errno chdir would give; 0: none. */
function errorOfEntering(room: Scratch, directory: string): number {
  const inside = directory === "" ? "" : `${directory}/.`;
  const fd = libc().open(room.string(inside), O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
  if (fd < 0) return errno();
  libc().close(fd);
  return 0;
}

/** A sigset_t: bit n-1 for signal n. */
function signalSet(room: Scratch, list: readonly number[]): number {
  const set = room.take(SIGSET_SIZE);
  for (const signal of list) {
    const byte = (signal - 1) >> 3;
    set.bytes[byte] = (set.bytes[byte] ?? 0) | (1 << ((signal - 1) & 7));
  }
  return set.address;
}
