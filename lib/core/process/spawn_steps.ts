/** The calls that make a child what it was asked to be, in the order that lets each of them work. @module */
import { AT_EMPTY_PATH } from "../../ffi/constants/file.ts";
import { PR_SET_NO_NEW_PRIVS, PR_SET_PDEATHSIG, SIG_SETMASK } from "../../ffi/constants/process.ts";
import { PRIO_PROCESS } from "../../ffi/constants/resource.ts";
import { RLIMIT } from "../../ffi/layout/process.ts";
import { allocate, type Block, libc, type Scratch } from "../../ffi/mod.ts";
import { KERNEL_SET, sigset } from "../signal/set.ts";
import { SIGNALS } from "../signal/signals.ts";
import { cpuSet } from "./affinity.ts";
import { environmentAddress } from "./environment.ts";
import { writeLimits } from "./limits_struct.ts";
import { OWN_PID, SAVED_MASK } from "./spawn_child.ts";
import type { Request } from "./spawn_options.ts";
import { placesOf } from "./spawn_path.ts";
import { JUDGE, type Step, step } from "./spawn_step.ts";

const TIOCSCTTY = 0x540e;
const TIOCSPGRP = 0x5410;

/** What the child has kept of our descriptors for these steps. */
export interface Kept {
  cwd: number | undefined;
  file: number | undefined;
}

/**
 * Descriptors come before limits on their number, limits and priority before the user that may not raise them, the user before the
 * directory that it must be allowed to enter, and before the parent-death signal that a change of user takes away. The mask is
 * the last before exec, so that no signal comes to a child half made.
 */
export function stepsOf(room: Scratch, request: Request, descriptors: readonly Step[], kept: Kept): Step[] {
  const steps: Step[] = [];
  addSession(steps, request);
  steps.push(...descriptors);
  addTerminal(steps, room, request);
  addResources(steps, room, request);
  addUser(steps, room, request);
  addDirectory(steps, room, request, kept);
  addParentDeath(steps, request);
  addSignals(steps, room, request);
  addProgram(steps, room, request, kept);
  return steps;
}

function addSession(steps: Step[], { setsid, pgroup }: Request): void {
  if (setsid) steps.push(step("setsid", []));
  if (pgroup !== undefined) steps.push(step("setpgid", [0, pgroup]));
}

/** A group that exists already is made the foreground by its number, a new one by the child's. */
function addTerminal(steps: Step[], room: Scratch, { terminal, foreground, pgroup = 0 }: Request): void {
  if (terminal !== undefined) steps.push(step("ioctl", [terminal, TIOCSCTTY, 0], [terminal, "TIOCSCTTY", 0]));
  if (foreground === undefined) return;
  const group = room.take(4);
  group.setI32(0, pgroup);
  steps.push(step("ioctl", [foreground, TIOCSPGRP, pgroup === 0 ? OWN_PID : group.address], [foreground, "TIOCSPGRP", pgroup]));
}

function addResources(steps: Step[], room: Scratch, { umask, nice, affinity, rlimits }: Request): void {
  if (umask !== undefined) steps.push(step("umask", [umask]));
  if (nice !== undefined) steps.push(step("setpriority", [PRIO_PROCESS, 0, nice]));
  if (affinity) {
    const set = cpuSet(room, affinity);
    steps.push(step("sched_setaffinity", [0, set.bytes.length, set.address], [0, affinity]));
  }
  for (const [resource, limits] of rlimits) {
    const block = room.take(RLIMIT.size);
    writeLimits("spawn", block, limits);
    steps.push(step("prlimit64", [0, resource, block.address, 0], [0, resource, limits.soft, limits.hard]));
  }
}

/** Supplementary groups that were not named are dropped where that is allowed; where it is not, they are the user's own. */
function addUser(steps: Step[], room: Scratch, { chroot, uid, gid, groups, noNewPrivileges }: Request): void {
  if (chroot !== undefined) steps.push(step("chroot", [room.string(chroot)], [chroot]));
  if (groups || uid !== undefined || gid !== undefined) {
    const list = groups ?? [];
    const block = room.take(4 * list.length);
    list.forEach((id, i) => block.setU32(4 * i, id));
    steps.push(step("setgroups", [list.length, block.address], [list], groups ? JUDGE.failure : JUDGE.any));
  }
  if (gid !== undefined) steps.push(step("setresgid", [gid, gid, gid]));
  if (uid !== undefined) steps.push(step("setresuid", [uid, uid, uid]));
  if (noNewPrivileges) steps.push(step("prctl", [PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0], ["PR_SET_NO_NEW_PRIVS", 1]));
}

/** A new root leaves the working directory outside of it. */
function addDirectory(steps: Step[], room: Scratch, { chroot, cwd }: Request, kept: Kept): void {
  if (kept.cwd !== undefined) steps.push(step("fchdir", [kept.cwd], [cwd]));
  else if (cwd !== undefined || chroot !== undefined) steps.push(step("chdir", [room.string(String(cwd ?? "/"))], [cwd ?? "/"]));
}

/** A parent that ended before the request sends nothing: it is looked for afterwards. */
function addParentDeath(steps: Step[], { parentDeathSignal: signal }: Request): void {
  if (signal === undefined) return;
  steps.push(step("prctl", [PR_SET_PDEATHSIG, signal, 0, 0, 0], ["PR_SET_PDEATHSIG", signal]));
  steps.push(step("getppid", [0, 0, 0, 0, 0, libc().getpid()], [], JUDGE.equal));
}

function addSignals(steps: Step[], room: Scratch, { sigdefault, sigignore, sigmask }: Request): void {
  for (const signal of sigdefault) if (!isFixed(signal) && !sigignore.includes(signal)) steps.push(action(signal, "default"));
  for (const signal of sigignore) steps.push(action(signal, "ignore"));
  const mask = sigmask ? sigset(room, sigmask).address : SAVED_MASK;
  steps.push(step("rt_sigprocmask", [SIG_SETMASK, mask, 0, KERNEL_SET], [SIG_SETMASK, sigmask]));
}

/** These always have their default action. */
function isFixed(signal: number): boolean {
  return signal === SIGNALS.SIGKILL || signal === SIGNALS.SIGSTOP;
}

/** The kernel's struct sigaction for SIG_DFL and SIG_IGN, which lie in it as 0 and 1. */
const ACTION_SIZE = 32;
const ACTIONS = ["default", "ignore"] as const;
let actions: Block | undefined;

function action(signal: number, name: (typeof ACTIONS)[number]): Step {
  const which = ACTIONS.indexOf(name);
  if (!actions) {
    actions = allocate(ACTION_SIZE * ACTIONS.length);
    ACTIONS.forEach((_, i) => actions?.setU32(ACTION_SIZE * i, i));
  }
  return step("rt_sigaction", [signal, actions.address + ACTION_SIZE * which, 0, KERNEL_SET], [signal, name]);
}

function addProgram(steps: Step[], room: Scratch, { file, argv, env }: Request, kept: Kept): void {
  const args = room.strings(argv);
  const environment = environmentAddress(room, env);
  if (kept.file !== undefined) {
    steps.push(step("execveat", [kept.file, room.string(""), args, environment, AT_EMPTY_PATH], [file, "", argv, "AT_EMPTY_PATH"], JUDGE.exec));
    return;
  }
  for (const place of placesOf(String(file))) steps.push(step("execve", [room.string(place), args, environment], [file, argv], JUDGE.exec));
}
