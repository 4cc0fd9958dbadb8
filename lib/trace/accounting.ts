/** What a language runtime reads to learn how much memory it has, whenever it thinks fit: no step of a story. @module */
import type { BareEvent } from "./report.ts";

const FILES = /^"\/(proc\/self\/(statm|cgroup|mountinfo)|proc\/meminfo|sys\/fs\/cgroup\/[^"]*)"$/;

export class Accounting {
  /** Descriptors open on such files, as "pid/fd". */
  readonly #open = new Set<string>();

  /** Tells the runtime's own look at its memory: the open, what is done with the descriptor, and its close. */
  isOwn(pid: number, event: BareEvent): boolean {
    if (event.kind !== "call") return false;
    const { call, args, ret, op } = event;
    if (call === "openat" || call === "open") return this.#opened(pid, args[call === "open" ? 0 : 1], ret);
    if (!op || !("fd" in op)) return false;
    const key = `${pid}/${op.fd}`;
    return op.op === "close" ? this.#open.delete(key) : this.#open.has(key);
  }

  #opened(pid: number, path: string | undefined, fd: number): boolean {
    const own = path !== undefined && FILES.test(path);
    if (own && fd >= 0) this.#open.add(`${pid}/${fd}`);
    return own;
  }
}
