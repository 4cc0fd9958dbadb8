/** What System V semaphores, memory and queues share: keys, owners, permissions. @module */
import { type Block, check, scratch, SystemError } from "../../ffi/mod.ts";
import { IPC_PRIVATE } from "../../ffi/constants/ipc.ts";
import { ipcFunctions } from "../../ffi/ipc_symbols.ts";
import { IPC_PERM } from "../../ffi/layout/ipc.ts";
import { entering } from "../tap.ts";
import { checkFlags, checkInteger, checkObject, checkOptions, checkString } from "../validate.ts";

const MAX_PATH = 4095;
const MODES = 0o777;
const MAX_FLAGS = 0x7fffffff;
const MAX_ID = 0xfffffffe;

/** Who may use an object, and who made it. */
export interface IpcOwner {
  /** The key it was made under; 0 for IPC_PRIVATE. */
  key: number;
  uid: number;
  gid: number;
  /** Of the process that made it. */
  cuid: number;
  cgid: number;
  /** The nine bits of permission. */
  mode: number;
}

/** What IPC_SET changes; what is left out stays. */
export interface IpcSettings {
  /** The new owner. */
  uid?: number;
  gid?: number;
  /** The nine bits of permission. */
  mode?: number;
}

/** How the comfortable forms make an object. */
export interface IpcCreateOptions {
  /** A key that no object has yet, for others to find it by; related processes need none. */
  key?: number;
  /** Permissions, 0o600 unless given. */
  mode?: number;
}

/**
 * `ftok(pathname, proj_id)`: a key made from a file and a number from 1 to 255: the same for all who name both, though two files may
 * by chance give one key.
 *
 * @returns a 32-bit key, which may be negative
 * @throws {SystemError} ENOENT, EACCES: the file
 * @see https://man7.org/linux/man-pages/man3/ftok.3.html
 * @example
 * ```ts
 * import { ftok } from "forkscope";
 * console.log(ftok("/", 1) === ftok("/", 1)); // true
 * ```
 */
export function ftok(path: string, id: number): number {
  entering("ftok");
  checkString("ftok", path, "path", MAX_PATH);
  checkInteger("ftok", "id", id, 1, 255);
  using room = scratch();
  return check(ipcFunctions().ftok(room.string(path), id), "ftok", [path, id]);
}

/** A key: 32 bits, signed or not; 0 is IPC_PRIVATE. */
export function checkKey(call: string, key: unknown): number {
  return checkInteger(call, "key", key, -0x80000000, 0xffffffff) | 0;
}

/** An object's identifier. */
export function checkId(call: string, name: string, id: unknown): number {
  return checkInteger(call, name, id, 0, 0x7fffffff);
}

/** Flags of a get call: the kernel knows which it takes. */
export function checkGetFlags(call: string, flags: unknown): number {
  return checkInteger(call, "flags", flags, 0, MAX_FLAGS);
}

/** Key and permissions that the comfortable forms take. */
export function checkCreate(call: string, options: IpcCreateOptions): Required<IpcCreateOptions> {
  checkOptions(call, options);
  const { key = IPC_PRIVATE, mode = 0o600 } = options;
  return { key: checkKey(call, key), mode: checkFlags(call, "mode", mode, MODES) };
}

/** Reads a struct ipc_perm. */
export function ownerOf(block: Block): IpcOwner {
  const { at } = IPC_PERM;
  return {
    key: block.i32(at.__key),
    uid: block.u32(at.uid),
    gid: block.u32(at.gid),
    cuid: block.u32(at.cuid),
    cgid: block.u32(at.cgid),
    mode: block.u32(at.mode) & MODES,
  };
}

/** Writes what IPC_SET is to change over a struct ipc_perm that IPC_STAT filled. */
export function writeOwner(call: string, block: Block, settings: IpcSettings): void {
  checkObject(call, settings, "settings");
  const { uid, gid, mode } = settings;
  const { at } = IPC_PERM;
  if (uid !== undefined) block.setU32(at.uid, checkInteger(call, "uid", uid, 0, MAX_ID));
  if (gid !== undefined) block.setU32(at.gid, checkInteger(call, "gid", gid, 0, MAX_ID));
  if (mode !== undefined) block.setU32(at.mode, checkFlags(call, "mode", mode, MODES));
}

/** Removes an object, unless somebody has. */
export function removeOnce(remove: () => unknown): void {
  try {
    remove();
  } catch (error) {
    if (!(error instanceof SystemError && error.is("EINVAL", "EIDRM"))) throw error;
  }
}
