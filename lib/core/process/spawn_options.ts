/** What a spawned program is given, and the checks of it. @module */
import { Fd } from "../fd/fd.ts";
import { signalNumbers, type SignalSet } from "../signal/set.ts";
import { type SignalName, signalNumber } from "../signal/signals.ts";
import { checkArray, checkFd, checkInteger, checkObject, checkOptions, checkString, checkStrings, wrongType, wrongValue } from "../validate.ts";
import { MAX_CPU } from "./affinity.ts";
import { type Environment, environmentEntries } from "./environment.ts";
import type { Limits } from "./limits.ts";

const MAX_PID = 0x7fffffff;
const MAX_ID = 0xfffffffe;
const MAX_CHILD_FD = 1023;
const LAST_RESOURCE = 15;

/** How to spawn. What stands here is done in the child before its program begins, or the call fails and says which of it failed. */
export interface SpawnOptions {
  /**
   * Descriptors of the child: `{ 3: sock }` gives it this process's descriptor `sock` as its 3. Any numbering goes, swaps too.
   * 0, 1 and 2 are inherited unless they stand here; everything else is closed.
   */
  fds?: Readonly<Record<number, number | Fd>>;
  /** The program's own environment unless given. */
  env?: Environment;
  /** Working directory of the child, or a descriptor of it; a relative `file` starts there. Entered as the user that the child is to be. */
  cwd?: string | number | Fd;
  /** Root directory of the child (needs CAP_SYS_CHROOT); `file` and `cwd` are looked for below it, and `cwd` is "/" unless given. */
  chroot?: string;
  /** Make the child the leader of a new session. */
  setsid?: boolean;
  /** With `setsid`: the child's descriptor of a terminal that becomes the session's. */
  terminal?: number;
  /** With `pgroup`: the child's descriptor of this session's terminal, whose foreground the group becomes. */
  foreground?: number;
  /** Process group to put the child into; 0: a new one named after it. */
  pgroup?: number;
  /** User of the child: real, effective and saved. */
  uid?: number;
  /** Group of the child: real, effective and saved. */
  gid?: number;
  /** Supplementary groups; with `uid` or `gid` none unless given, as far as this process may drop them. */
  groups?: readonly number[];
  /** Exec gives the child and its descendants no privileges: set-user-id programs run as they are. */
  noNewPrivileges?: boolean;
  /** Resource limits by resource: `{ [RLIMIT_CORE]: { soft: 0, hard: 0 } }`. Set after the descriptors, before the change of user. */
  rlimits?: Readonly<Record<number, Limits>>;
  /** Permission bits that new files do not get, 0 to 0o777. */
  umask?: number;
  /** Nice value, -20 (runs first) to 19 (runs last). */
  nice?: number;
  /** Processors it may run on, by number. */
  affinity?: readonly number[];
  /** Signals blocked in the child; those of this thread unless given. */
  sigmask?: SignalSet;
  /** Signals that get their default action in the child; SIGPIPE and SIGXFSZ, which runtimes ignore, unless given. */
  sigdefault?: SignalSet;
  /** Signals that are ignored in the child; they win over `sigdefault`. Handled ones get their default action. */
  sigignore?: SignalSet;
  /**
   * Signal that the child gets when its parent ends; also when that has happened before its program begins. The parent is the calling
   * thread: from a Worker, that Worker. The kernel forgets it when the program is set-user-id.
   */
  parentDeathSignal?: SignalName | number;
  /** Have {@linkcode Child.pidfd} made together with the child (Linux 5.2); else it is made at first use. */
  pidfd?: boolean;
}

/** The options, checked. */
export interface Request {
  file: string | number;
  argv: string[];
  env: string[] | undefined;
  fds: [child: number, own: number][];
  cwd: string | number | undefined;
  chroot: string | undefined;
  setsid: boolean;
  terminal: number | undefined;
  foreground: number | undefined;
  pgroup: number | undefined;
  uid: number | undefined;
  gid: number | undefined;
  groups: number[] | undefined;
  noNewPrivileges: boolean;
  rlimits: [resource: number, limits: Limits][];
  umask: number | undefined;
  nice: number | undefined;
  affinity: number[] | undefined;
  sigmask: number[] | undefined;
  sigdefault: number[];
  sigignore: number[];
  parentDeathSignal: number | undefined;
  pidfd: boolean;
}

const DEFAULT_SIGNALS = [13, 25]; // SIGPIPE, SIGXFSZ

/** Checks everything before anything is done. */
export function checkedRequest(file: unknown, argv: unknown, options: SpawnOptions): Request {
  checkOptions("spawn", options);
  const setsid = boolean("setsid", options.setsid);
  const { pgroup, terminal, foreground, sigdefault } = options;
  if (setsid && pgroup !== undefined) throw wrongValue("spawn", "pgroup", pgroup, "left out with setsid, which makes a group of its own");
  if (pgroup === undefined && foreground !== undefined) throw wrongValue("spawn", "foreground", foreground, "left out without pgroup");
  if (!setsid && terminal !== undefined) throw wrongValue("spawn", "terminal", terminal, "left out without setsid");
  return {
    file: typeof file === "string" ? checkString("spawn", file, "file") : descriptor(file, "file"),
    argv: checkStrings("spawn", argv, "argv", 1),
    env: environmentEntries("spawn", options.env),
    fds: checkedFds(options.fds),
    cwd: typeof options.cwd === "string" ? checkString("spawn", options.cwd, "cwd") : optional(options.cwd, (cwd) => descriptor(cwd, "cwd")),
    chroot: optional(options.chroot, (chroot) => checkString("spawn", chroot, "chroot")),
    setsid,
    terminal: integer("terminal", terminal, 0, MAX_CHILD_FD),
    foreground: integer("foreground", foreground, 0, MAX_CHILD_FD),
    pgroup: integer("pgroup", pgroup, 0, MAX_PID),
    uid: integer("uid", options.uid, 0, MAX_ID),
    gid: integer("gid", options.gid, 0, MAX_ID),
    groups: integers("groups", options.groups, MAX_ID),
    noNewPrivileges: boolean("noNewPrivileges", options.noNewPrivileges),
    rlimits: checkedLimits(options.rlimits),
    umask: integer("umask", options.umask, 0, 0o777),
    nice: integer("nice", options.nice, -20, 19),
    affinity: integers("affinity", options.affinity, MAX_CPU),
    sigmask: optional(options.sigmask, (set) => signalNumbers("spawn", set, "sigmask")),
    sigdefault: sigdefault === undefined ? DEFAULT_SIGNALS : signalNumbers("spawn", sigdefault, "sigdefault"),
    sigignore: options.sigignore === undefined ? [] : signalNumbers("spawn", options.sigignore, "sigignore"),
    parentDeathSignal: optional(options.parentDeathSignal, (signal) => signalNumber("spawn", signal)),
    pidfd: boolean("pidfd", options.pidfd),
  };
}

function optional<T, R>(value: T | undefined, checked: (value: T) => R): R | undefined {
  return value === undefined ? undefined : checked(value);
}

function boolean(name: string, value: unknown): boolean {
  if (value !== undefined && typeof value !== "boolean") throw wrongType("spawn", name, value, "a boolean");
  return value === true;
}

function integer(name: string, value: unknown, min: number, max: number): number | undefined {
  return value === undefined ? undefined : checkInteger("spawn", name, value, min, max);
}

function integers(name: string, list: readonly number[] | undefined, max: number): number[] | undefined {
  if (list === undefined) return undefined;
  return checkArray("spawn", list, name).map((value: unknown, i) => checkInteger("spawn", `${name}[${i}]`, value, 0, max));
}

function descriptor(value: unknown, name: string): number {
  return value instanceof Fd ? value.number : checkFd("spawn", value, name);
}

function checkedFds(fds: unknown): [number, number][] {
  if (fds === undefined) return [];
  if (typeof fds !== "object" || fds === null || Array.isArray(fds)) throw wrongType("spawn", "fds", fds, "an object { childFd: ownFd }");
  return Object.entries(fds).map(([child, own]: [string, unknown]) => [numbered("fds", child, MAX_CHILD_FD), descriptor(own, `fds[${child}]`)]);
}

function checkedLimits(limits: unknown): [number, Limits][] {
  if (limits === undefined) return [];
  checkObject("spawn", limits, "rlimits");
  return Object.entries(limits as Record<string, Limits>).map(([resource, limit]) => [numbered("rlimits", resource, LAST_RESOURCE), limit]);
}

/** A key that is a number. */
function numbered(name: string, key: string, max: number): number {
  if (!/^\d+$/.test(key)) throw wrongValue("spawn", `a key of ${name}`, key, name === "fds" ? "a descriptor number" : "the number of a resource");
  return checkInteger("spawn", `a key of ${name}`, Number(key), 0, max);
}
