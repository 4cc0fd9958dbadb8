/**
 * A child in this process's memory, as vfork makes one, that makes a list of system calls and ends in an exec.
 *
 * No line of JavaScript could run there. The list is written down here, and machine code of our own (lib/ffi/native/spawn_child) makes
 * the calls, with every signal blocked, while the calling thread sleeps. What failed is read from the memory both share.
 *
 * @module
 */
import { arch, END_OF_USER_SPACE } from "../../ffi/arch.ts";
import { CLONE_CHILD_SETTID, CLONE_CLEAR_SIGHAND, CLONE_PIDFD, CLONE_VFORK, CLONE_VM, MADV_DOFORK } from "../../ffi/constants/process.ts";
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { CLONE_ARGS } from "../../ffi/layout/process.ts";
import { allocate, type Block, ERRNO, libc, SystemError, usable } from "../../ffi/mod.ts";
import { loadCode } from "../../ffi/native/code.ts";
import { CODE } from "../../ffi/native/spawn_child/code.ts";
import { SIGNALS } from "../signal/signals.ts";
import { DROP_HANDLERS, type Step } from "./spawn_step.ts";

/** The block: clone3's arguments, the pidfd and the pid it gives, the child's stack, and the sheet of which the assembler source tells. */
const PIDFD = 96;
const TID = 104;
const STACK = 128;
const SHEET = 2176;
const ERRNO_AT = SHEET;
const FAILED = SHEET + 4;
const SHARED = SHEET + 8;
const REPORT = SHEET + 12;
const COUNT = SHEET + 16;
const ACCESS = SHEET + 20;
const EVERY = SHEET + 24;
const MASK = SHEET + 32;
const CALL = SHEET + 72;
const STEPS = SHEET + 128;

const STEP_SIZE = 64;
const FIRST_STEPS = 128;
const NONE = -1;
const HIGH = 0x100000000;

/** What clone3 fails with where it is unknown, lacks CLONE_CLEAR_SIGHAND, or is forbidden by a filter that allows clone. */
const REFUSED: readonly number[] = [ERRNO.ENOSYS, ERRNO.EINVAL, ERRNO.EPERM];

/** A child that runs its program, or is about to. */
export interface Started {
  pid: number;
  /** Undefined when none was asked for, or none came with the child. */
  pidfd: number | undefined;
}

/** A child that makes its steps while the thread that made it goes on. */
export interface Beside {
  pid: number;
  /** Which step failed, so far as memory is shared. The child has its stack here: to be kept until it runs its program or has ended. */
  failure(): Failure | undefined;
}

/** As arguments: the address of the signal mask that the calling thread has, and that of the child's pid. */
export const SAVED_MASK: number = Number.MIN_SAFE_INTEGER;
export const OWN_PID: number = SAVED_MASK + 1;

/** Which step failed. */
export interface Failure {
  index: number;
  errno: number;
}

/** clone3 (Linux 5.5); clone; clone where it copies memory, as in an emulator of user programs: there the child reports by a pipe. */
export type Way = "clone3" | "clone" | "copy";

interface How {
  pidfd: boolean;
  report: number;
  /** CLONE_VFORK, or none. */
  flags: number;
}

let way: Way = "clone3";
let block: Block | undefined;
let words: Int32Array = new Int32Array(0);
let native: ((sheet: number) => number) | undefined;

/** How children are made here, as far as it is known. */
export function wayOfChildren(): Way {
  return way;
}

/** Has children made in this way from now on. For tests: the way is found out by itself. */
export function useWay(to: Way): void {
  way = to;
}

/**
 * Makes a child that makes these steps; every address in them must stay true meanwhile. `report`: a descriptor of the child to say by
 * what failed. Undefined: children are to be made in another way here than was thought; try again.
 *
 * @throws {SystemError} EAGAIN, ENOMEM... of clone3 or clone
 */
export function makeChild(steps: readonly Step[], pidfd: boolean, report = NONE): Started | undefined {
  const pid = clone(steps, { pidfd, report, flags: CLONE_VFORK });
  return pid === undefined ? undefined : { pid, pidfd: word(PIDFD) === NONE ? undefined : word(PIDFD) };
}

/** As {@linkcode makeChild}, without waiting for the child to begin its program: the calling thread may see to it, as a tracer does. */
export function makeChildBeside(steps: readonly Step[]): Beside {
  for (;;) {
    block = undefined;
    const pid = clone(steps, { pidfd: false, report: NONE, flags: 0 });
    if (pid === undefined) continue;
    const kept = words;
    block = undefined;
    return { pid, failure: () => failureOf(kept[ERRNO_AT >> 2] ?? 0, kept[FAILED >> 2] ?? 0) };
  }
}

/** The child's pid; undefined when it was found out that children are made in another way here. */
function clone(steps: readonly Step[], how: How): number | undefined {
  const all = way === "clone3" ? steps : [DROP_HANDLERS, ...steps];
  const { address } = fill(all, how);
  if (way === "copy") libc().madvise(0, END_OF_USER_SPACE[arch], MADV_DOFORK);
  native ??= usable().callable(loadCode(CODE).spawn_child, { args: ["ptr"], result: "i64" });
  const pid = native(address + SHEET);
  if (pid > 0) return pid;
  if (way !== "clone3" || !REFUSED.includes(-pid)) throw new SystemError(way === "clone3" ? "clone3" : "clone", -pid);
  findWay();
  return undefined;
}

/** What failed in the child just made, where it shares memory: it was reaped then. */
export function failure(): Failure | undefined {
  return failureOf(word(ERRNO_AT), word(FAILED));
}

/** The same out of what a child wrote to its report. */
export function failureOf(errno: number, step: number): Failure | undefined {
  return errno === 0 ? undefined : { errno, index: way === "clone3" ? step : step - 1 };
}

/** Makes a child by clone that does nothing: did it run in this memory? */
function findWay(): void {
  way = "clone";
  const made = makeChild([], false);
  if (word(SHARED) !== 0 || !made) return;
  way = "copy";
  libc().waitpid(made.pid, 0, 0);
}

/** Writes down the steps and how the child is to be made. */
function fill(steps: readonly Step[], { pidfd, report, flags: waiting }: How): Block {
  const made = roomFor(steps.length);
  for (const [at, value] of [[ERRNO_AT, 0], [FAILED, 0], [SHARED, 0], [REPORT, report], [COUNT, steps.length], [ACCESS, 0], [PIDFD, NONE]] as const) setWord(at, value);
  steps.forEach(({ number, judge, args }, i) => {
    const at = STEPS + STEP_SIZE * i;
    setWord(at, number);
    setWord(at + 4, judge);
    for (let n = 0; n < 6; n++) setLong(at + 8 + 8 * n, meant(args[n] ?? 0, made.address));
  });
  const flags = CLONE_VM + waiting + CLONE_CHILD_SETTID + (pidfd ? CLONE_PIDFD : 0);
  if (way === "clone3") {
    setLong(CLONE_ARGS.at.flags, flags + CLONE_CLEAR_SIGHAND);
    setLong(CLONE_ARGS.at.pidfd, made.address + PIDFD);
    setLong(CLONE_ARGS.at.child_tid, made.address + TID);
    setLong(CLONE_ARGS.at.exit_signal, SIGNALS.SIGCHLD);
    setLong(CLONE_ARGS.at.stack, made.address + STACK);
    setLong(CLONE_ARGS.at.stack_size, SHEET - STACK);
    setCall("clone3", made.address, CLONE_ARGS.size);
  } else {
    const tid = made.address + TID;
    setCall("clone", flags + SIGNALS.SIGCHLD, made.address + SHEET, made.address + PIDFD, ...(arch === "x86_64" ? [tid] : [0, tid]));
  }
  return made;
}

function meant(argument: number, address: number): number {
  if (argument === SAVED_MASK) return address + MASK;
  return argument === OWN_PID ? address + TID : argument;
}

function setCall(name: string, ...args: readonly number[]): void {
  setWord(CALL, syscallNumber(name));
  for (let n = 0; n < 6; n++) setLong(CALL + 8 + 8 * n, args[n] ?? 0);
}

/** The block, with room for so many steps. */
function roomFor(steps: number): Block {
  if (block && block.bytes.length >= STEPS + STEP_SIZE * steps) return block;
  block = allocate(STEPS + STEP_SIZE * Math.max(FIRST_STEPS, 2 * steps));
  words = new Int32Array(block.bytes.buffer);
  setLong(EVERY, -1);
  return block;
}

function word(at: number): number {
  return words[at >> 2] ?? 0;
}

function setWord(at: number, value: number): void {
  words[at >> 2] = value;
}

function setLong(at: number, value: number): void {
  words[at >> 2] = value;
  words[(at >> 2) + 1] = Math.floor(value / HIGH);
}
