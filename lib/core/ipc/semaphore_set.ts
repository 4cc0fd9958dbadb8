/** System V semaphores: sets of counters, changed all at once or not at all. @module */
import { type Block, check, type Scratch, scratch } from "../../ffi/mod.ts";
import { arch } from "../../ffi/arch.ts";
import {
  GETALL, GETNCNT, GETPID, GETVAL, GETZCNT, IPC_NOWAIT, IPC_RMID, IPC_SET, IPC_STAT, SEM_UNDO, SETALL, SETVAL,
} from "../../ffi/constants/ipc.ts";
import { ipcFunctions } from "../../ffi/ipc_symbols.ts";
import { SEMBUF, SEMID_DS } from "../../ffi/layout/ipc.ts";
import { TIMESPEC } from "../../ffi/layout/process.ts";
import { explaining, raised, tunable, type Notes } from "../explain.ts";
import { retrying } from "../retry.ts";
import { entering } from "../tap.ts";
import { checkMilliseconds, retryingWithin, setTimespec } from "../time.ts";
import { checkFlags, checkInteger, outOfRange, wrongSize, wrongType } from "../validate.ts";
import { checkGetFlags, checkId, checkKey, type IpcOwner, type IpcSettings, ownerOf, writeOwner } from "./sysv.ts";

const LAYOUT = SEMID_DS[arch];
const MAX_VALUE = 32767; // SEMVMX
const MAX_SET = 65535; // what 16 bits count; /proc/sys/kernel/sem says how many may be
const COMMANDS: readonly number[] = [GETPID, GETVAL, GETNCNT, GETZCNT, SETVAL, SETALL, IPC_RMID];

/** One operation on one semaphore. */
export interface SemaphoreOperation {
  /** Which of the set, from 0. */
  num: number;
  /** Above 0: add; below 0: take away, waiting until there is so much; 0: wait until it is 0. */
  op: number;
  /** Of IPC_NOWAIT and SEM_UNDO (undone when the process ends, however it ends). */
  flags?: number;
}

/** What semctl(IPC_STAT) tells. */
export interface SemaphoreSetStat extends IpcOwner {
  /** Semaphores in the set. */
  nsems: number;
  /** Last semop, in seconds since 1970; 0: none. */
  otime: number;
  /** Made or changed. */
  ctime: number;
}

/**
 * `semget(key, nsems, semflg)`: finds or makes a set of semaphores. It lives until IPC_RMID, whoever ends.
 *
 * @param key IPC_PRIVATE for a new set, or a key as of {@linkcode ftok}
 * @param nsems for a new set from 1, at most the first number of /proc/sys/kernel/sem (32000); 0 will do to find one
 * @param flags IPC_CREAT, IPC_EXCL and permissions
 * @throws {SystemError} ENOENT: none has the key and IPC_CREAT is not set; EEXIST: IPC_EXCL; EACCES; EINVAL: fewer than asked for, or too many;
 *   ENOSPC: a limit of /proc/sys/kernel/sem, which the message shows
 * @see https://man7.org/linux/man-pages/man2/semget.2.html
 * @example
 * ```ts
 * import { IPC_PRIVATE, IPC_RMID, semctl, semget, semop, SETVAL, GETVAL } from "forkscope";
 * const set = semget(IPC_PRIVATE, 1, 0o600);
 * semctl(set, 0, SETVAL, 3);
 * semop(set, [{ num: 0, op: -1 }]);
 * console.log(semctl(set, 0, GETVAL)); // 2
 * semctl(set, 0, IPC_RMID);
 * ```
 */
export function semget(key: number, nsems: number, flags = 0): number {
  entering("semget");
  const known = checkKey("semget", key);
  checkInteger("semget", "nsems", nsems, 0, MAX_SET);
  checkGetFlags("semget", flags);
  return explaining(limitsOf(nsems), () => check(ipcFunctions().semget(known, nsems, flags), "semget", [key, nsems, flags]));
}

function limitsOf(nsems: number): Notes {
  return {
    EINVAL: () => (nsems > (tunable("kernel/sem")[0] ?? Infinity) ? `more than one set may have: the first of ${raised("kernel/sem")}` : undefined),
    ENOSPC: () => `the system has all sets (fourth number) or semaphores (second) that it may: ${raised("kernel/sem")}; ipcs -s lists them, ipcrm removes`,
  };
}

/**
 * `semop(semid, sops, nsops)`: does all the operations at once, waiting until all can be done. A call that a signal interrupts is made again.
 *
 * @param operations from 1, at most the third number of /proc/sys/kernel/sem (500)
 * @throws {SystemError} EAGAIN: it would wait, and IPC_NOWAIT set; EIDRM: the set was removed; EFBIG: no such semaphore; ERANGE: above
 *   32767; EACCES; EINVAL: no such set; E2BIG: too many operations; ENOSPC, ENOMEM: no room to undo
 * @see https://man7.org/linux/man-pages/man2/semop.2.html
 * @example
 * ```ts
 * import { SemaphoreSet, semop, SEM_UNDO } from "forkscope";
 * using set = SemaphoreSet.create([1, 0]);
 * semop(set.id, [{ num: 0, op: -1, flags: SEM_UNDO }, { num: 1, op: 5 }]);
 * console.log(set.values.join(" ") === "0 5"); // true
 * ```
 */
export function semop(semid: number, operations: readonly SemaphoreOperation[]): void {
  entering("semop");
  checkId("semop", "semid", semid);
  checkOperations("semop", operations);
  using room = scratch();
  const list = written(operations, room);
  explaining(OPERATION_NOTES, () => retrying(() => ipcFunctions().semop(semid, list.address, operations.length), "semop", [semid, operations]));
}

/**
 * `semtimedop(semid, sops, nsops, timeout)`: as {@linkcode semop}, for a time.
 *
 * @param timeout in milliseconds, fractions allowed
 * @throws {SystemError} EAGAIN: the time is over, or IPC_NOWAIT; else as semop
 * @see https://man7.org/linux/man-pages/man2/semop.2.html
 * @example
 * ```ts
 * import { SemaphoreSet, semtimedop } from "forkscope";
 * using set = SemaphoreSet.create([1]);
 * semtimedop(set.id, [{ num: 0, op: -1 }], 1000);
 * ```
 */
export function semtimedop(semid: number, operations: readonly SemaphoreOperation[], timeout: number): void {
  entering("semtimedop");
  checkId("semtimedop", "semid", semid);
  checkOperations("semtimedop", operations);
  checkMilliseconds("semtimedop", "timeout", timeout);
  using room = scratch();
  const list = written(operations, room);
  const span = room.take(TIMESPEC.size);
  explaining(OPERATION_NOTES, () => retryingWithin(timeout, (left) => {
    setTimespec(span, 0, left);
    return ipcFunctions().semtimedop(semid, list.address, operations.length, span.address);
  }, "semtimedop", [semid, operations, timeout]));
}

/**
 * `semctl(semid, semnum, op, arg)`: asks and sets.
 *
 * - GETVAL, SETVAL: the value of one, 0 to 32767; GETALL, SETALL: of all
 * - GETPID: who changed it last; GETNCNT, GETZCNT: how many wait for it to grow, to become 0
 * - IPC_STAT: owner, permissions, times; IPC_SET: a new owner, other permissions; IPC_RMID: removes the set, and those who wait fail
 *   with EIDRM
 *
 * @param arg of SETVAL a number, of SETALL one for each, of IPC_SET { uid, gid, mode }
 * @throws {SystemError} EACCES, EPERM: not allowed; EINVAL, EIDRM: no such set or semaphore; ERANGE
 * @see https://man7.org/linux/man-pages/man2/semctl.2.html
 * @example
 * ```ts
 * import { GETALL, SemaphoreSet, semctl } from "forkscope";
 * using set = SemaphoreSet.create([1, 2, 3]);
 * console.log(semctl(set.id, 0, GETALL).length); // 3
 * ```
 */
export function semctl(semid: number, semnum: number, op: typeof GETALL): number[];
export function semctl(semid: number, semnum: number, op: typeof IPC_STAT): SemaphoreSetStat;
export function semctl(semid: number, semnum: number, op: number, arg?: number | readonly number[] | IpcSettings): number;
export function semctl(semid: number, semnum: number, op: number, arg: unknown = 0): number | number[] | SemaphoreSetStat {
  entering("semctl");
  checkId("semctl", "semid", semid);
  checkInteger("semctl", "semnum", semnum, 0, MAX_SET);
  checkInteger("semctl", "op", op, 0, 0x7fffffff);
  if (op === IPC_STAT) return stat(semid);
  if (op === GETALL) return values(semid);
  if (op === IPC_SET) return change(semid, arg as IpcSettings);
  if (!COMMANDS.includes(op)) throw outOfRange("semctl", "op", op, "GETVAL, SETVAL, GETALL, SETALL, GETPID, GETNCNT, GETZCNT, IPC_STAT, IPC_SET or IPC_RMID");
  if (op === SETALL) return setValues(semid, arg);
  const value = op === SETVAL ? checkInteger("semctl", "arg", arg, 0, MAX_VALUE) : 0;
  return check(ipcFunctions().semctl(semid, semnum, op, value), "semctl", [semid, semnum, op, value]);
}

function stat(semid: number): SemaphoreSetStat {
  using room = scratch();
  const block = room.take(LAYOUT.size);
  check(ipcFunctions().semctl(semid, 0, IPC_STAT, block.address), "semctl", [semid, "IPC_STAT"]);
  return { ...ownerOf(block), nsems: block.u64(LAYOUT.at.sem_nsems), otime: block.i64(LAYOUT.at.sem_otime), ctime: block.i64(LAYOUT.at.sem_ctime) };
}

function change(semid: number, settings: IpcSettings): number {
  using room = scratch();
  const block = room.take(LAYOUT.size);
  writeOwner("semctl", block, settings); // refused before the set is asked for
  check(ipcFunctions().semctl(semid, 0, IPC_STAT, block.address), "semctl", [semid, "IPC_STAT"]);
  writeOwner("semctl", block, settings);
  return check(ipcFunctions().semctl(semid, 0, IPC_SET, block.address), "semctl", [semid, "IPC_SET", settings]);
}

function values(semid: number): number[] {
  using room = scratch();
  const { nsems } = stat(semid);
  const list = room.take(2 * nsems);
  check(ipcFunctions().semctl(semid, 0, GETALL, list.address), "semctl", [semid, "GETALL"]);
  return Array.from({ length: nsems }, (_, i) => list.view.getUint16(2 * i, true));
}

function setValues(semid: number, list: unknown): number {
  const numbers = checkValues("semctl", list);
  const { nsems } = stat(semid);
  if (numbers.length !== nsems) throw wrongSize("semctl", "arg", `${numbers.length} entries`, `${nsems}`);
  using room = scratch();
  const block = room.take(2 * nsems);
  numbers.forEach((value, i) => block.setU16(2 * i, value));
  return check(ipcFunctions().semctl(semid, 0, SETALL, block.address), "semctl", [semid, "SETALL", numbers]);
}

function checkValues(call: string, list: unknown): number[] {
  if (!Array.isArray(list)) throw wrongType(call, "values", list, "an array of numbers");
  return Array.from(list, (value: unknown, i) => checkInteger(call, `values[${i}]`, value, 0, MAX_VALUE));
}

/** What a failure of semop means where a limit is behind it. */
export const OPERATION_NOTES: Notes = { E2BIG: () => `more operations than one call may have: the third of ${raised("kernel/sem")}` };

/** Refuses what is no list of operations. */
export function checkOperations(call: string, operations: unknown): void {
  if (!Array.isArray(operations)) throw wrongType(call, "operations", operations, "an array of { num, op, flags }");
  if (operations.length < 1 || operations.length > MAX_SET) throw wrongSize(call, "operations", `${operations.length} entries`, `1 to ${MAX_SET}`);
  for (const operation of operations as unknown[]) {
    if (typeof operation !== "object" || operation === null) throw wrongType(call, "an operation", operation, "an object { num, op, flags }");
    const { num, op, flags = 0 } = operation as Partial<SemaphoreOperation>;
    checkInteger(call, "num", num, 0, MAX_SET);
    checkInteger(call, "op", op, -MAX_VALUE, MAX_VALUE);
    checkFlags(call, "flags", flags, IPC_NOWAIT | SEM_UNDO);
  }
}

/** Checked operations as C wants them. */
export function written(operations: readonly SemaphoreOperation[], room: Pick<Scratch, "take">): Block {
  const list = room.take(SEMBUF.size * operations.length);
  operations.forEach(({ num, op, flags = 0 }, i) => {
    list.setU16(SEMBUF.size * i + SEMBUF.at.sem_num, num);
    list.setU16(SEMBUF.size * i + SEMBUF.at.sem_op, op);
    list.setU16(SEMBUF.size * i + SEMBUF.at.sem_flg, flags);
  });
  return list;
}
