/**
 * Who has shared memory mapped, from the mappings of every process.
 *
 * @module
 */
import { SystemError } from "../../ffi/mod.ts";
import { inDirectory, known, link, numbers, type Place, present, ROOT, text } from "./file.ts";
import { parseMaps } from "./maps.ts";

/** Processes by what they have mapped, with how often. */
export interface Attachments {
  /** By identifier of a System V segment. */
  segments: Map<number, Map<number, number>>;
  /** By path. */
  files: Map<string, Map<number, number>>;
}

const SYSTEM_V = /^\/SYSV[0-9a-f]{8}\b/;
const REMOVED = " (deleted)";

/** Looks at every process; those whose mappings may not be read go into `unknown` by pid. */
export function attachments(unknown: Record<string, string>): Attachments {
  const found: Attachments = { segments: new Map(), files: new Map() };
  const here = link(ROOT, "/proc/self/ns/ipc");
  present(numbers(ROOT, "/proc"), (pid) => inDirectory(`/proc/${pid}`, (place) => {
    known(unknown, String(pid), () => look(place, pid, here, found));
  }));
  return found;
}

function look(place: Place, pid: number, here: string, found: Attachments): void {
  const mappings = parseMaps(text(place, "maps")).filter(({ shared }) => shared);
  // An identifier means something else in another IPC namespace.
  const same = mappings.some(({ path }) => SYSTEM_V.test(path)) && namespaceOf(place) === here;
  for (const { path, ino } of mappings) {
    if (SYSTEM_V.test(path)) {
      if (same) count(found.segments, ino, pid);
    } else if (path.startsWith("/dev/shm/")) {
      count(found.files, path.endsWith(REMOVED) ? "" : path, pid);
    }
  }
}

function namespaceOf(place: Place): string | undefined {
  try {
    return link(place, "ns/ipc");
  } catch (error) {
    if (error instanceof SystemError && error.is("EACCES", "ENOENT")) return undefined;
    throw error;
  }
}

function count<K>(map: Map<K, Map<number, number>>, key: K, pid: number): void {
  const users = map.get(key) ?? new Map<number, number>();
  users.set(pid, (users.get(pid) ?? 0) + 1);
  map.set(key, users);
}
