/**
 * Two runs of one program made comparable: what differs by chance is replaced by the order of its first appearance.
 *
 * @module
 */
import type { Event } from "./event.ts";

/** Keys whose number is a process or thread id. */
const PID_KEYS = new Set(["pid", "tid", "ppid", "pgid", "sid", "child", "target", "from_pid"]);
/** Keys whose text is an inode, or a link that carries one. */
const INODE_KEYS = new Set(["inode", "peer"]);
/** Keys that tell when, how long, where in memory or which build. */
const DROPPED = new Set(["t", "n", "took", "start", "exe", "line_column", "threads"]);

/** The calls of the program itself: quiet events left out, names given in order of appearance. */
export function normalise(events: readonly Event[]): unknown[] {
  const naming = new Naming();
  return events.filter((event) => event.quiet !== true).map((event) => naming.rename(plain(event)));
}

/** The sender of a signal is told under a key that means a process everywhere. */
function plain(event: Event): unknown {
  if (event.kind === "start") return startOf(event);
  if (event.kind !== "signal" || event.from === undefined) return event;
  const { from, ...rest } = event;
  return { ...rest, from_pid: from };
}

/** Of the start only who was there: what a runtime holds of its own differs by design. */
function startOf(event: Extract<Event, { kind: "start" }>): unknown {
  return { kind: event.kind, pid: event.pid, processes: event.snapshot.processes.map((p) => ({ pid: p.pid, fds: p.fds.filter((fd) => !fd.runtime).map((fd) => fd.fd) })) };
}

class Naming {
  readonly #pids = new Map<string, string>();
  readonly #inodes = new Map<string, string>();
  readonly #addresses = new Map<string, string>();

  rename(value: unknown, key = "", inFact = false): unknown {
    if (Array.isArray(value)) return value.map((one) => this.rename(one, key, inFact));
    if (typeof value === "object" && value !== null) return this.#renameObject(value, inFact);
    if (typeof value === "number" && isPid(key, value)) return this.#signed(value);
    if (typeof value === "number" && key === "ret") return this.#pids.get(String(value)) ?? value;
    if (typeof value === "string") return INODE_KEYS.has(key) ? this.#inode(value) : this.#text(value);
    return inFact && typeof value === "number" ? (this.#pids.get(String(value)) ?? value) : value;
  }

  #renameObject(value: object, inFact: boolean): unknown {
    const isFact = inFact || ("kind" in value && value.kind === "fact");
    return Object.fromEntries(Object.entries(value).filter(([key]) => !DROPPED.has(key) || (isFact && key !== "t" && key !== "n")).map(([key, one]) => [key, this.rename(one, key, isFact && key !== "pid" && key !== "kind")]));
  }

  #signed(pid: number): string | number {
    return pid < 0 ? `-${this.#name(this.#pids, String(-pid), "P")}` : this.#name(this.#pids, String(pid), "P");
  }

  #inode(text: string): string {
    return this.#name(this.#inodes, text, "inode");
  }

  /** Pids known so far, inode numbers in link texts, addresses. */
  #text(text: string): string {
    return text
      .replace(/\b(pipe|socket):\[(\d+)\]/g, (_, kind: string, number: string) => `${kind}:[${this.#name(this.#inodes, `link:${number}`, "link")}]`)
      .replace(/\b0x[0-9a-f]{6,}\b/g, (address) => this.#name(this.#addresses, address, "addr"))
      .replace(/\d{2,}/g, (digits) => this.#pids.get(digits) ?? digits);
  }

  #name(names: Map<string, string>, key: string, prefix: string): string {
    const known = names.get(key);
    if (known !== undefined) return known;
    const name = `${prefix}${names.size + 1}`;
    names.set(key, name);
    return name;
  }
}

/** 0 and -1 mean "any" or "own group", never a process. */
function isPid(key: string, value: number): boolean {
  return PID_KEYS.has(key) && value !== 0 && value !== -1;
}
