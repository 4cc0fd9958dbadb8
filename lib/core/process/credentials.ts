/** Users and groups of the process, changed for all its threads. @module */
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { check, libc, scratch } from "../../ffi/mod.ts";
import { entering } from "../tap.ts";
import { checkInteger, wrongSize, wrongType } from "../validate.ts";

/** The largest id; one more is -1, which means "as it is". */
const MAX_ID = 0xfffffffe;
const KEEP = -1;
const MAX_GROUPS = 65_536;

/** The three ids a process has of a kind. */
export interface Ids {
  real: number;
  effective: number;
  saved: number;
}

/**
 * `getresuid(ruid, euid, suid)`: the real, effective and saved user id. Never fails.
 *
 * @see https://man7.org/linux/man-pages/man2/getresuid.2.html
 * @example
 * ```ts
 * import { getresuid, getuid } from "forkscope";
 * console.log(getresuid().real === getuid()); // true
 * ```
 */
export function getresuid(): Ids {
  entering("getresuid");
  return three("getresuid");
}

/**
 * `getresgid(rgid, egid, sgid)`: the real, effective and saved group id. Never fails.
 *
 * @see https://man7.org/linux/man-pages/man2/getresuid.2.html
 * @example
 * ```ts
 * import { getgid, getresgid } from "forkscope";
 * console.log(getresgid().real === getgid()); // true
 * ```
 */
export function getresgid(): Ids {
  entering("getresgid");
  return three("getresgid");
}

/**
 * `setresuid(ruid, euid, suid)`: sets the user ids; -1 leaves one as it is.
 *
 * The kernel keeps ids by thread. libc changes those of every thread, also the runtime's, so that the process has one answer. A process
 * that changes its user can no longer read all of its own /proc entries (prctl PR_SET_DUMPABLE), nor be traced by the new user.
 *
 * @throws {SystemError} EPERM: without privilege each id must be one of the three. EAGAIN: the user's process limit (RLIMIT_NPROC).
 * @see https://man7.org/linux/man-pages/man2/setresuid.2.html
 * @example
 * ```ts
 * import { getresuid, setresuid } from "forkscope";
 * const { real, effective, saved } = getresuid();
 * setresuid(real, effective, saved);
 * ```
 */
export function setresuid(real: number, effective: number, saved: number): void {
  entering("setresuid");
  const [r, e, s] = checkIds("setresuid", real, effective, saved);
  check(libc().setresuid(r, e, s), "setresuid", [real, effective, saved]);
}

/**
 * `setresgid(rgid, egid, sgid)`: sets the group ids, of every thread; -1 leaves one as it is.
 *
 * @throws {SystemError} EPERM: without privilege each id must be one of the three
 * @see https://man7.org/linux/man-pages/man2/setresuid.2.html
 * @example
 * ```ts
 * import { setresgid } from "forkscope";
 * setresgid(-1, -1, -1);
 * ```
 */
export function setresgid(real: number, effective: number, saved: number): void {
  entering("setresgid");
  const [r, e, s] = checkIds("setresgid", real, effective, saved);
  check(libc().setresgid(r, e, s), "setresgid", [real, effective, saved]);
}

/**
 * `getgroups(size, list)`: the supplementary groups. Never fails.
 *
 * @see https://man7.org/linux/man-pages/man2/getgroups.2.html
 * @example
 * ```ts
 * import { getgroups } from "forkscope";
 * console.log(Array.isArray(getgroups())); // true
 * ```
 */
export function getgroups(): number[] {
  entering("getgroups");
  using room = scratch();
  const list = room.take(4 * MAX_GROUPS);
  const call = syscallNumber("getgroups");
  const count = check(libc().syscall(call, MAX_GROUPS, list.address, 0, 0, 0, 0), "getgroups");
  return Array.from({ length: count }, (_, i) => list.u32(4 * i));
}

/**
 * `setgroups(size, list)`: sets the supplementary groups, of every thread; `[]` for none.
 *
 * @throws {SystemError} EPERM: needs CAP_SETGID, and a user namespace that allows it
 * @see https://man7.org/linux/man-pages/man2/getgroups.2.html
 * @example
 * ```ts
 * import { getgroups, getuid, setgroups } from "forkscope";
 * if (getuid() === 0) setgroups(getgroups());
 * ```
 */
export function setgroups(groups: readonly number[]): void {
  entering("setgroups");
  if (!Array.isArray(groups)) throw wrongType("setgroups", "groups", groups, "an array of group ids");
  if (groups.length > MAX_GROUPS) throw wrongSize("setgroups", "groups", `${groups.length} entries`, `at most ${MAX_GROUPS}`);
  using room = scratch();
  const list = room.take(4 * Math.max(1, groups.length));
  groups.forEach((id: unknown, i) => list.setU32(4 * i, checkInteger("setgroups", `groups[${i}]`, id, 0, MAX_ID)));
  check(libc().setgroups(groups.length, list.address), "setgroups", [groups]);
}

/** Whom to become. */
export interface Unprivileged {
  uid: number;
  gid: number;
  /** Supplementary groups; none unless given. */
  groups?: readonly number[];
}

/**
 * Gives up root for good: groups first, then the user, all three ids of each; then looks whether it is so and cannot be taken back.
 * In a forked child this makes a sandbox of it; in the parent it changes every thread.
 *
 * @param to `uid` and `gid` from 1
 * @throws {SystemError} EPERM: the process has no privilege to give up. EAGAIN.
 * @throws {Error} ERR_STILL_PRIVILEGED: the kernel let the process have its old ids back; end it
 * @see https://man7.org/linux/man-pages/man7/credentials.7.html
 * @example
 * ```ts
 * import "forkscope/ready";
 * import { dropPrivileges, forkRun, getuid } from "forkscope";
 * if (getuid() === 0) {
 *   forkRun(() => {
 *     dropPrivileges({ uid: 65534, gid: 65534 });
 *     console.log(getuid() === 65534); // true
 *   }).wait();
 * } else console.log(true);
 * ```
 */
export function dropPrivileges(to: Unprivileged): void {
  entering("dropPrivileges");
  if (typeof to !== "object" || to === null) throw wrongType("dropPrivileges", "to", to, "an object with uid and gid");
  const uid = checkInteger("dropPrivileges", "uid", to.uid, 1, MAX_ID);
  const gid = checkInteger("dropPrivileges", "gid", to.gid, 1, MAX_ID);
  setgroups(to.groups ?? []);
  setresgid(gid, gid, gid);
  setresuid(uid, uid, uid);
  const ids = [three("getresuid"), three("getresgid")].flatMap(Object.values);
  if (ids.join() === [uid, uid, uid, gid, gid, gid].join() && libc().setresuid(0, 0, 0) === -1) return;
  throw Object.assign(new Error(`Cannot dropPrivileges: user ${uid} can become root again`), { code: "ERR_STILL_PRIVILEGED" });
}

function three(call: "getresuid" | "getresgid"): Ids {
  using room = scratch();
  const ids = room.take(12);
  check(libc().syscall(syscallNumber(call), ids.address, ids.address + 4, ids.address + 8, 0, 0, 0), call);
  return { real: ids.u32(0), effective: ids.u32(4), saved: ids.u32(8) };
}

function checkIds(call: string, real: number, effective: number, saved: number): [number, number, number] {
  const id = (name: string, value: number): number => checkInteger(call, name, value, KEEP, MAX_ID) >>> 0;
  return [id("real", real), id("effective", effective), id("saved", saved)];
}
