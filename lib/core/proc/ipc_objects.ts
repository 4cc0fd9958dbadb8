/**
 * The IPC objects there are: System V segments, semaphore sets and queues, POSIX shared memory, semaphores and queues.
 *
 * @module
 */
import { ERRNO, errnoMessage, SystemError } from "../../ffi/mod.ts";
import { entering } from "../tap.ts";
import { checkOptions, wrongType } from "../validate.ts";
import { names, ROOT, statx, text, type Unknown } from "./file.ts";
import { AT_STATX_DONT_SYNC, STATX_BASIC_STATS } from "../../ffi/constants/file.ts";
import { STATX } from "../../ffi/layout/file.ts";
import { type Attachments, attachments } from "./attachments.ts";

/** Who owns an object and who may use it. */
export interface ObjectOwner {
  uid: number;
  gid: number;
  /** Permissions, the lowest nine bits. */
  mode: number;
}

/** A System V object. */
export interface SystemVObject extends ObjectOwner {
  id: number;
  /** 0 for IPC_PRIVATE, and for a segment that is to go with its last user. */
  key: number;
  /** Who made it. */
  cuid: number;
  cgid: number;
  /** Time of the last change, in ms since 1970; 0 for none. */
  changed: number;
}

/** A System V shared memory segment. */
export interface SegmentObject extends SystemVObject {
  /** In bytes. */
  size: number;
  /** How often it is attached. */
  attached: number;
  /** Process that made it, and the last that attached or detached it. */
  maker: number;
  last: number;
  /** It goes with its last user (IPC_RMID was called). */
  leaving: boolean;
  /** Processes that have it mapped, with how often. Undefined unless asked for; those that could not be looked at are in `unknown`. */
  users?: Map<number, number> | undefined;
}

/** A System V semaphore set. */
export interface SemaphoreSetObject extends SystemVObject {
  /** How many semaphores it has. */
  count: number;
}

/** A System V message queue. */
export interface QueueObject extends SystemVObject {
  /** Messages in it, and their bytes. */
  messages: number;
  bytes: number;
  /** Process that sent last, and that received last; 0 for none. */
  lastSender: number;
  lastReceiver: number;
}

/** A POSIX object: it has a name instead of a number. */
export interface NamedObject extends ObjectOwner {
  /** As shm_open, sem_open and mq_open take it: "/name". */
  name: string;
}

/** POSIX shared memory. */
export interface SharedMemoryObject extends NamedObject {
  /** In bytes. */
  size: number;
  /** Processes that have it mapped, with how often; see {@linkcode SegmentObject.users}. */
  users?: Map<number, number> | undefined;
}

/** A POSIX message queue. */
export interface PosixQueueObject extends NamedObject {
  /** Bytes of the messages in it. Undefined when it may not be read. */
  bytes: number | undefined;
  /** Process that is told when a message comes; 0 for none. Undefined when it may not be read. */
  notified: number | undefined;
}

/** Every IPC object that can be seen. A list is undefined when it cannot be read; `unknown` says why, and how that can be changed. */
export interface IpcObjects {
  segments: SegmentObject[] | undefined;
  semaphoreSets: SemaphoreSetObject[] | undefined;
  queues: QueueObject[] | undefined;
  sharedMemory: SharedMemoryObject[] | undefined;
  semaphores: NamedObject[] | undefined;
  posixQueues: PosixQueueObject[] | undefined;
  /** By list; and with `users`, by pid, the processes whose mappings may not be read. */
  unknown: Unknown;
}

const SEMAPHORE = "sem.";

/**
 * The IPC objects of this IPC namespace, and the POSIX objects of the file systems that show them (/dev/shm, and where mqueue is mounted).
 *
 * @param options `users`: also find who has shared memory mapped, by reading the mappings of every process
 * @throws {SystemError} EACCES: a directory that may not be read
 * @see https://man7.org/linux/man-pages/man5/proc_sysvipc.5.html
 * @example
 * ```ts
 * import { proc, Segment } from "forkscope";
 * using segment = Segment.create(4096);
 * console.log(proc.ipcObjects().segments?.some(({ id, size }) => id === segment.id && size === 4096)); // true
 * ```
 */
export function ipcObjects(options: { users?: boolean } = {}): IpcObjects {
  entering("proc.ipcObjects");
  checkOptions("proc.ipcObjects", options);
  const { users = false } = options;
  if (typeof users !== "boolean") throw wrongType("proc.ipcObjects", "users", users, "a boolean");
  const unknown: Record<string, string> = {};
  const found = users ? attachments(unknown) : undefined;
  const list = <T>(name: string, read: () => T[], cure: string): T[] | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      unknown[name] = `${error.code}, ${errnoMessage(error.errno)}: ${cure}`;
      return undefined;
    }
  };
  const systemV = "the kernel is without System V IPC (CONFIG_SYSVIPC)";
  const shm = "no file system for shared memory; as root: mount -t tmpfs tmpfs /dev/shm";
  return {
    segments: list("segments", () => rows("shm").map((row) => segmentOf(row, found)), systemV),
    semaphoreSets: list("semaphoreSets", () => rows("sem").map((row) => ({ ...systemVOf(row, "semid"), count: row["nsems"] ?? 0 })), systemV),
    queues: list("queues", () => rows("msg").map(queueOf), systemV),
    sharedMemory: list("sharedMemory", () => entries("/dev/shm").filter(({ name }) => !name.startsWith(`/${SEMAPHORE}`)).map((object) => ({ ...object, ...(found ? { users: found.files.get(`/dev/shm${object.name}`) } : {}) })), shm),
    semaphores: list("semaphores", () => entries("/dev/shm").filter(({ name }) => name.startsWith(`/${SEMAPHORE}`)).map(({ size: _size, name, ...owner }) => ({ ...owner, name: `/${name.slice(SEMAPHORE.length + 1)}` })), shm),
    posixQueues: list("posixQueues", () => posixQueues(mountOf("mqueue")), "no file system that shows them is mounted; as root: mkdir -p /dev/mqueue && mount -t mqueue none /dev/mqueue"),
    unknown,
  };
}

type Row = Readonly<Record<string, number>>;

/** The lines of /proc/sysvipc/<kind>, by the names in its head. `perms` is in octal. */
function rows(kind: "shm" | "sem" | "msg"): Row[] {
  const [head = "", ...body] = text(ROOT, `/proc/sysvipc/${kind}`).trimEnd().split("\n").map((line) => line.trim().split(/\s+/));
  return body.map((values) => Object.fromEntries([...head].map((name, i) => [name, name === "perms" ? Number.parseInt(values[i] ?? "0", 8) : Number(values[i])])));
}

function systemVOf(row: Row, id: "shmid" | "semid" | "msqid"): SystemVObject {
  const { key = 0, perms = 0, uid = 0, gid = 0, cuid = 0, cgid = 0, ctime = 0 } = row;
  return { id: row[id] ?? -1, key, uid, gid, cuid, cgid, mode: perms & 0o777, changed: ctime * 1000 };
}

function segmentOf(row: Row, found: Attachments | undefined): SegmentObject {
  const { size = 0, nattch = 0, cpid = 0, lpid = 0, perms = 0, shmid = -1 } = row;
  const leaving = (perms & 0o1000) !== 0; // SHM_DEST
  return { ...systemVOf(row, "shmid"), size, attached: nattch, maker: cpid, last: lpid, leaving, ...(found ? { users: found.segments.get(shmid) ?? new Map() } : {}) };
}

function queueOf(row: Row): QueueObject {
  const { qnum = 0, cbytes = 0, lspid = 0, lrpid = 0 } = row;
  return { ...systemVOf(row, "msqid"), messages: qnum, bytes: cbytes, lastSender: lspid, lastReceiver: lrpid };
}

/** Where a file system of this type is mounted. */
function mountOf(type: string): string {
  for (const line of text(ROOT, "/proc/self/mounts").split("\n")) {
    const [, place, kind] = line.split(" ");
    if (kind === type && place) return place.replace(/\\(\d{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
  }
  throw new SystemError("mount", ERRNO.ENOENT, [type]);
}

/** A file of the file system reads "QSIZE:129 NOTIFY:2 SIGNO:0 NOTIFY_PID:8260"; a queue that may not be read is there without its contents. */
function posixQueues(place: string): PosixQueueObject[] {
  return entries(place).map(({ size: _size, ...object }) => {
    const content = readable(`${place}${object.name}`);
    const words = content === undefined ? undefined : new Map(content.trim().split(/\s+/).map((word) => word.split(":") as [string, string]));
    return { ...object, bytes: words && Number(words.get("QSIZE")), notified: words && Number(words.get("NOTIFY_PID")) };
  });
}

function readable(path: string): string | undefined {
  try {
    return text(ROOT, path);
  } catch (error) {
    if (error instanceof SystemError && error.is("EACCES", "ENOENT")) return undefined;
    throw error;
  }
}

/** The files of a directory that are still there when they are looked at. */
function entries(directory: string): SharedMemoryObject[] {
  return names(ROOT, directory).flatMap((name) => {
    try {
      const block = statx(ROOT, `${directory}/${name}`, AT_STATX_DONT_SYNC, STATX_BASIC_STATS);
      const { at } = STATX;
      return [{ name: `/${name}`, uid: block.u32(at.stx_uid), gid: block.u32(at.stx_gid), mode: block.view.getUint16(at.stx_mode, true) & 0o777, size: block.u64(at.stx_size) }];
    } catch (error) {
      if (error instanceof SystemError && error.is("ENOENT")) return [];
      throw error;
    }
  });
}
