/** System V shared memory. @module */
import { check, libc, scratch } from "../../ffi/mod.ts";
import { IPC_CREAT, IPC_EXCL, IPC_RMID, IPC_SET, IPC_STAT, SHM_LOCK, SHM_UNLOCK } from "../../ffi/constants/ipc.ts";
import { ipcFunctions } from "../../ffi/ipc_symbols.ts";
import { SHMID_DS } from "../../ffi/layout/ipc.ts";
import { explaining, type Notes, raised, tunable } from "../explain.ts";
import { entering } from "../tap.ts";
import { checkInteger, outOfRange } from "../validate.ts";
import { detach, expose, mappingOf } from "./mapping.ts";
import { checkCreate, checkGetFlags, checkId, checkKey, type IpcCreateOptions, type IpcOwner, type IpcSettings, ownerOf, removeOnce, writeOwner } from "./sysv.ts";

const COMMANDS: readonly number[] = [IPC_RMID, SHM_LOCK, SHM_UNLOCK];

/** What shmctl(IPC_STAT) tells. */
export interface SegmentStat extends IpcOwner {
  /** Bytes. */
  segsz: number;
  /** Last attached, in seconds since 1970; 0: never. */
  atime: number;
  /** Last detached. */
  dtime: number;
  /** Made or changed. */
  ctime: number;
  /** Who made it. */
  cpid: number;
  /** Who attached or detached last. */
  lpid: number;
  /** How often it is attached now. */
  nattch: number;
}

/**
 * `shmget(key, size, shmflg)`: finds or makes a segment of memory, zeros at first. It lives until it was removed and is attached nowhere.
 *
 * @param size in bytes, from 1; 0 will do to find one
 * @param flags IPC_CREAT, IPC_EXCL, SHM_HUGETLB, SHM_NORESERVE and permissions
 * @throws {SystemError} ENOENT: none has the key; EEXIST: IPC_EXCL; EINVAL: size out of limits, or larger than what is there; EACCES;
 *   ENOSPC, ENOMEM: a limit of /proc/sys/kernel/shm*, which the message shows; EPERM: huge pages
 * @see https://man7.org/linux/man-pages/man2/shmget.2.html
 * @example
 * ```ts
 * import { IPC_PRIVATE, IPC_RMID, shmat, shmctl, shmdt, shmget } from "forkscope";
 * const id = shmget(IPC_PRIVATE, 4096, 0o600);
 * const memory = shmat(id);
 * shmctl(id, IPC_RMID); // goes when the last one detaches
 * new Int32Array(memory)[0] = 7;
 * shmdt(memory);
 * console.log(memory.byteLength); // 0
 * ```
 */
export function shmget(key: number, size: number, flags = 0): number {
  entering("shmget");
  const known = checkKey("shmget", key);
  checkInteger("shmget", "size", size, 0, Number.MAX_SAFE_INTEGER);
  checkGetFlags("shmget", flags);
  return explaining(limitsOf(size), () => check(ipcFunctions().shmget(known, size, flags), "shmget", [key, size, flags]));
}

function limitsOf(size: number): Notes {
  return {
    EINVAL: () => (size > (tunable("kernel/shmmax")[0] ?? Infinity) ? `larger than a segment may be: ${raised("kernel/shmmax")}` : undefined),
    ENOSPC: () => `the system has all segments that it may (${raised("kernel/shmmni")}) or all their pages (${raised("kernel/shmall")}); ipcs -m lists them, ipcrm removes`,
  };
}

/**
 * `shmat(shmid, NULL, 0)`: attaches a segment, to read and write. A forked child has it too; exec and the end detach.
 *
 * Atomics works on it between processes (all but wait and notify). SHM_RDONLY is not offered: a write would end the process by SIGSEGV.
 *
 * @returns the memory itself, of the segment's size; {@linkcode shmdt} takes it away
 * @throws {SystemError} EACCES: not allowed to write; EINVAL, EIDRM: no such segment; ENOMEM
 * @see https://man7.org/linux/man-pages/man2/shmat.2.html
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { forkRun, Segment } from "forkscope";
 * using segment = Segment.create(8);
 * const count = new Int32Array(segment.buffer);
 * const children = [1, 2].map(() => forkRun(() => Atomics.add(count, 0, 21)));
 * children.forEach((child) => child.wait());
 * console.log(count[0]); // 42
 * ```
 */
export function shmat(shmid: number): ArrayBuffer {
  entering("shmat");
  checkId("shmat", "shmid", shmid);
  const { segsz } = stat(shmid);
  const address = check(ipcFunctions().shmat(shmid, 0, 0), "shmat", [shmid]);
  return expose(address, segsz);
}

/**
 * `shmdt(shmaddr)`: detaches a segment. The buffer and its views have length 0 from here on.
 *
 * @param buffer as {@linkcode shmat} gave it; refused when it was transferred elsewhere
 * @throws {SystemError} EINVAL
 * @see https://man7.org/linux/man-pages/man2/shmat.2.html
 * @example
 * ```ts
 * import { IPC_PRIVATE, IPC_RMID, shmat, shmctl, shmdt, shmget } from "forkscope";
 * const id = shmget(IPC_PRIVATE, 1, 0o600);
 * shmdt(shmat(id));
 * shmctl(id, IPC_RMID);
 * ```
 */
export function shmdt(buffer: ArrayBuffer): void {
  entering("shmdt");
  const { address } = mappingOf("shmdt", buffer);
  detach("shmdt", buffer);
  check(ipcFunctions().shmdt(address), "shmdt", [address]);
}

/**
 * `shmctl(shmid, op, buf)`: IPC_STAT tells of a segment; IPC_SET gives it a new owner and other permissions; IPC_RMID removes it once it is
 * attached nowhere, and at once takes its key away; SHM_LOCK keeps it out of swap, SHM_UNLOCK no more.
 *
 * @param settings of IPC_SET
 * @throws {SystemError} EACCES, EPERM: not allowed; EINVAL, EIDRM: no such segment; ENOMEM: RLIMIT_MEMLOCK
 * @see https://man7.org/linux/man-pages/man2/shmctl.2.html
 * @example
 * ```ts
 * import { IPC_STAT, Segment, shmctl } from "forkscope";
 * using segment = Segment.create(100);
 * console.log(shmctl(segment.id, IPC_STAT).nattch); // 1
 * ```
 */
export function shmctl(shmid: number, op: typeof IPC_STAT): SegmentStat;
export function shmctl(shmid: number, op: typeof IPC_SET, settings: IpcSettings): undefined;
export function shmctl(shmid: number, op: typeof IPC_RMID | typeof SHM_LOCK | typeof SHM_UNLOCK): undefined;
export function shmctl(shmid: number, op: number, settings?: IpcSettings): SegmentStat | undefined {
  entering("shmctl");
  checkId("shmctl", "shmid", shmid);
  checkInteger("shmctl", "op", op, 0, 0x7fffffff);
  if (op === IPC_STAT) return stat(shmid);
  if (op === IPC_SET) return change(shmid, settings as IpcSettings);
  if (!COMMANDS.includes(op)) throw outOfRange("shmctl", "op", op, "IPC_STAT, IPC_SET, IPC_RMID, SHM_LOCK or SHM_UNLOCK");
  check(ipcFunctions().shmctl(shmid, op, 0), "shmctl", [shmid, op]);
  return undefined;
}

function change(shmid: number, settings: IpcSettings): undefined {
  using room = scratch();
  const block = room.take(SHMID_DS.size);
  writeOwner("shmctl", block, settings); // refused before the segment is asked for
  check(ipcFunctions().shmctl(shmid, IPC_STAT, block.address), "shmctl", [shmid, "IPC_STAT"]);
  writeOwner("shmctl", block, settings);
  check(ipcFunctions().shmctl(shmid, IPC_SET, block.address), "shmctl", [shmid, "IPC_SET", settings]);
}

function stat(shmid: number): SegmentStat {
  using room = scratch();
  const block = room.take(SHMID_DS.size);
  check(ipcFunctions().shmctl(shmid, IPC_STAT, block.address), "shmctl", [shmid, "IPC_STAT"]);
  const { at } = SHMID_DS;
  return {
    ...ownerOf(block),
    segsz: block.u64(at.shm_segsz),
    atime: block.i64(at.shm_atime),
    dtime: block.i64(at.shm_dtime),
    ctime: block.i64(at.shm_ctime),
    cpid: block.i32(at.shm_cpid),
    lpid: block.i32(at.shm_lpid),
    nattch: block.u64(at.shm_nattch),
  };
}

/**
 * An attached segment. Dispose detaches it, and in the process that made it removes it.
 *
 * @example
 * ```ts
 * import { Segment } from "forkscope";
 * using segment = Segment.create(4096);
 * using again = Segment.attach(segment.id);
 * new Uint8Array(segment.buffer)[9] = 5;
 * console.log(new Uint8Array(again.buffer)[9]); // 5
 * ```
 */
export class Segment {
  /** Identifier of the segment. */
  readonly id: number;
  /** The memory itself. */
  readonly buffer: ArrayBuffer;
  readonly #maker: number | undefined;

  private constructor(id: number, maker?: number) {
    this.id = id;
    this.#maker = maker;
    this.buffer = shmat(id);
  }

  /** Makes a segment and attaches it. Throws EEXIST when a segment has the key. */
  static create(size: number, options: IpcCreateOptions = {}): Segment {
    const { key, mode } = checkCreate("shmget", options);
    const id = shmget(key, size, IPC_CREAT | IPC_EXCL | mode);
    try {
      return new Segment(id, libc().getpid());
    } catch (error) {
      shmctl(id, IPC_RMID);
      throw error;
    }
  }

  /** Attaches the segment with this identifier. */
  static attach(id: number): Segment {
    return new Segment(id);
  }

  /** Attaches the segment that was made under a key. */
  static open(key: number): Segment {
    return new Segment(shmget(key, 0));
  }

  /** Detaches, and in the process that made it removes; nothing when that was done. */
  [Symbol.dispose](): void {
    if (this.buffer.byteLength > 0) shmdt(this.buffer);
    if (this.#maker === libc().getpid()) removeOnce(() => shmctl(this.id, IPC_RMID));
  }
}
