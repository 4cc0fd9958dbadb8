/** Resource limits. @module */
import { check, libc, scratch } from "../../ffi/mod.ts";
import { entering } from "../tap.ts";
import { checkInteger } from "../validate.ts";

/** Largest core file, in bytes. */
export const RLIMIT_CORE = 4;
/** Processes of this user id. */
export const RLIMIT_NPROC = 6;
/** One more than the highest descriptor number. */
export const RLIMIT_NOFILE = 7;

const LAST = 15;
const MAX = Number.MAX_SAFE_INTEGER;
const WORD = 0xffffffff;

/** A soft and a hard limit; `Infinity` is RLIM_INFINITY. */
export interface Limits {
  soft: number;
  hard: number;
}

/**
 * `getrlimit(resource, rlim)`: the limits of this process.
 *
 * @see https://man7.org/linux/man-pages/man2/getrlimit.2.html
 */
export function getrlimit(resource: number): Limits {
  entering("getrlimit");
  checkInteger("getrlimit", "resource", resource, 0, LAST);
  using room = scratch();
  const block = room.take(16);
  check(libc().getrlimit(resource, block.address), "getrlimit", [resource]);
  const read = (at: number): number => (block.u32(at) === WORD && block.u32(at + 4) === WORD ? Infinity : block.u64(at));
  return { soft: read(0), hard: read(8) };
}

/**
 * `setrlimit(resource, rlim)`: sets the limits of this process; children inherit them.
 *
 * Throws EINVAL when the soft limit is above the hard one, EPERM when the hard limit rises without privilege.
 *
 * @example
 * ```ts
 * import { getrlimit, RLIMIT_CORE, setrlimit } from "forkscope";
 * setrlimit(RLIMIT_CORE, { ...getrlimit(RLIMIT_CORE), soft: 0 });
 * ```
 * @see https://man7.org/linux/man-pages/man2/setrlimit.2.html
 */
export function setrlimit(resource: number, limits: Limits): void {
  entering("setrlimit");
  checkInteger("setrlimit", "resource", resource, 0, LAST);
  using room = scratch();
  const block = room.take(16);
  [limits.soft, limits.hard].forEach((limit, i) => {
    if (limit !== Infinity) block.setU64(8 * i, checkInteger("setrlimit", i === 0 ? "soft" : "hard", limit, 0, MAX));
    else block.bytes.fill(0xff, 8 * i, 8 * i + 8);
  });
  check(libc().setrlimit(resource, block.address), "setrlimit", [resource, limits.soft, limits.hard]);
}
