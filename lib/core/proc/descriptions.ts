/**
 * Open file descriptions across processes, each with the descriptors that refer to it.
 *
 * @module
 */
import { SystemError } from "../../ffi/mod.ts";
import { entering } from "../tap.ts";
import { checkArray, checkPid } from "../validate.ts";
import { entryAt, type FdStat, type TableEntry } from "./fd.ts";
import { inDirectory, isGone, known, numbers, present, ROOT, type Unknown } from "./file.ts";
import { statOf } from "./fd.ts";
import { groupByKernel } from "./group.ts";
import { compareFiles, type OpenDescriptor } from "./kcmp.ts";

/** An open file description. */
export interface Description extends Omit<TableEntry, "fd" | "cloexec"> {
  /** Every descriptor that was seen to refer to it, by process and number. One in flight in a message is none. */
  holders: OpenDescriptor[];
}

/** The descriptions of some processes. */
export interface Descriptions {
  /** In order of their first holder. */
  descriptions: Description[];
  /** Processes whose table may not be read, with the reason, by pid. */
  unknown: Unknown;
}

interface Entry extends OpenDescriptor {
  key: string;
}

/** How often the grouping begins anew when a descriptor was closed in the middle of it. */
const TRIES = 10;

/**
 * The open file descriptions of some processes, or of all: what each descriptor refers to, and who else refers to the same.
 *
 * dup, fork and SCM_RIGHTS make descriptors that share one description, and with it the offset and the status flags; a second open of
 * the same file does not. kcmp(2) tells them apart. Processes and descriptors that go while it looks are left out.
 *
 * @param pids processes to look at, all that can be seen unless given
 * @throws {SystemError} EPERM, ENOSYS: kcmp is refused, so nothing can be said
 * @see https://man7.org/linux/man-pages/man2/kcmp.2.html
 * @example
 * ```ts
 * import { dup, getpid, O_RDONLY, open, proc } from "forkscope";
 * const fd = open("/etc/passwd", O_RDONLY);
 * const copy = dup(fd);
 * const { descriptions } = proc.descriptions([getpid()]);
 * const found = descriptions.find(({ link }) => link === "/etc/passwd");
 * console.log(found?.holders.map((holder) => holder.fd).join() === `${fd},${copy}`); // true
 * ```
 */
export function descriptions(pids?: readonly number[]): Descriptions {
  entering("proc.descriptions");
  const list = pids === undefined ? numbers(ROOT, "/proc") : checkArray("proc.descriptions", pids, "pids").map((pid, i) => checkPid("proc.descriptions", pid, `pids[${i}]`));
  const unknown: Record<string, string> = {};
  const entries = present([...new Set(list)], (pid) => known(unknown, String(pid), () => entriesOf(pid)) ?? []).flat();
  return { descriptions: describe(...grouped(entries)), unknown };
}

function entriesOf(pid: number): Entry[] {
  return inDirectory(`/proc/${pid}`, (place) =>
    present(numbers(place, "fd"), (fd) => ({ pid, fd, key: keyOf(statOf(place, `fd/${fd}`)) })).filter(({ fd }) => fd !== place.fd));
}

/** The entries that are still there, and the group of each. */
function grouped(entries: readonly Entry[]): [readonly Entry[], number[]] {
  for (let left = entries, tries = 1; ; tries++) {
    try {
      return [left, groupByKernel(left, compareFiles, ({ key }) => key)];
    } catch (error) {
      if (!(error instanceof SystemError && error.is("EBADF", "ESRCH")) || tries === TRIES) throw error;
      left = left.filter(isThere);
    }
  }
}

function isThere({ pid, fd, key }: Entry): boolean {
  try {
    return keyOf(statOf(ROOT, `/proc/${pid}/fd/${fd}`)) === key;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

function describe(entries: readonly Entry[], groups: readonly number[]): Description[] {
  const holders: OpenDescriptor[][] = [];
  entries.forEach(({ pid, fd }, i) => {
    const group = groups[i] ?? -1;
    (holders[group] ??= []).push({ pid, fd });
  });
  return present(holders, (held) => {
    const [{ pid, fd } = { pid: 0, fd: 0 }] = held;
    const { fd: _fd, cloexec: _cloexec, ...facts } = entryAt(ROOT, `/proc/${pid}/`, fd);
    return { ...facts, holders: held };
  });
}

function keyOf({ dev, ino }: FdStat): string {
  return `${dev}:${ino}`;
}
