/**
 * Two runs of one program made comparable: what differs by chance gets a name by the order of its first appearance.
 *
 * Pids become "P1", inodes "inode1", addresses "addr1"; times and durations are left out, and so is what library and
 * runtime did for themselves. Descriptor and signal numbers, results, paths and texts stay: a real difference shows.
 *
 * @module
 */
import type { Event } from "./event.ts";

/** Fields whose number is a process or thread id. */
const PID_FIELDS = new Set(["pid", "tid", "ppid", "pgid", "sid", "child", "target"]);
/** Fields whose text is an inode. */
const INODE_FIELDS = new Set(["inode", "peer"]);
/** When, how long, and which build of the runtime. */
const DROPPED = new Set(["t", "n", "took", "start", "exe", "threads"]);
/** Calls that return a pid. */
const PID_RESULTS = new Set([
  "fork", "vfork", "clone", "clone3", "wait4", "getpid", "gettid", "getppid", "getpgid", "getpgrp", "getsid", "setsid", "set_tid_address",
]);
/** Calls that return an address. */
const ADDRESS_RESULTS = new Set(["mmap", "mremap", "brk"]);
/** Calls with pids among their arguments, and which ones. */
const PID_ARGUMENTS = new Map([
  ["kill", [0]], ["tkill", [0]], ["tgkill", [0, 1]], ["rt_sigqueueinfo", [0]], ["rt_tgsigqueueinfo", [0, 1]],
  ["wait4", [0]], ["waitid", [1]], ["setpgid", [0, 1]], ["getpgid", [0]], ["getsid", [0]], ["pidfd_open", [0]],
  ["kcmp", [0, 1]], ["prlimit64", [0]],
]);

/** The steps of a run, each as plain data; those of two equal runs are deeply equal. */
export function normalise(events: readonly Event[]): unknown[] {
  const naming = new Naming();
  return events.filter((event) => event.quiet !== true).map((event) => naming.event(event));
}

class Naming {
  readonly #pids = new Map<string, string>();
  readonly #inodes = new Map<string, string>();
  readonly #addresses = new Map<string, string>();

  event(event: Event): unknown {
    switch (event.kind) {
      case "start": return this.#start(event);
      case "call": case "block": return this.#call(event);
      case "fact": return { ...this.#fields({ ...event, value: undefined }), value: this.#published(event.value) };
      case "signal": return this.#signal(event);
      default: return this.#fields(event);
    }
  }

  /** Of the start only who was there, with what of their own: what a runtime holds for itself differs by design. */
  #start(event: Extract<Event, { kind: "start" }>): unknown {
    const processes = event.snapshot.processes.map(({ pid, fds }) => ({
      pid: this.#pid(pid),
      fds: fds.filter((fd) => !fd.runtime).map(({ fd }) => fd),
    }));
    return { kind: event.kind, pid: this.#pid(event.pid), processes };
  }

  #call(event: Extract<Event, { kind: "call" | "block" }>): unknown {
    const pids = PID_ARGUMENTS.get(event.call) ?? [];
    const fields = this.#fields({ ...event, args: undefined });
    const args = event.args.map((arg, i) => pids.includes(i) ? this.#argument(arg) : /^-?\d+$/.test(arg) ? arg : this.#text(arg));
    if (event.kind === "call" && PID_RESULTS.has(event.call)) return { ...fields, args, ret: this.#known(event.ret) };
    if (event.kind === "call" && ADDRESS_RESULTS.has(event.call) && event.ret > 0) return { ...fields, args, ret: this.#text(`0x${event.ret.toString(16)}`) };
    return { ...fields, args };
  }

  /** `from` is a process here; in a dup it is a descriptor. */
  #signal({ from, ...event }: Extract<Event, { kind: "signal" }>): unknown {
    return { ...this.#fields(event), ...(from === undefined ? {} : { from: this.#pid(from) }) };
  }

  #fields(value: object): object {
    const fields = Object.entries(value).filter(([name, one]) => !DROPPED.has(name) && one !== undefined);
    return Object.fromEntries(fields.map(([name, one]) => [name, this.#value(one, name)]));
  }

  #value(value: unknown, name: string): unknown {
    if (Array.isArray(value)) return value.map((one) => this.#value(one, name));
    if (typeof value === "object" && value !== null) return this.#fields(value);
    if (typeof value === "number") return PID_FIELDS.has(name) ? this.#pid(value) : value;
    if (typeof value !== "string") return value;
    return INODE_FIELDS.has(name) ? nameIn(this.#inodes, value, "inode") : this.#text(value);
  }

  /** A program may publish pids under any name: numbers known as pids are taken for such. */
  #published(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((one) => this.#published(one));
    if (typeof value === "number") return this.#known(value);
    if (typeof value === "string") return this.#text(value);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, this.#published(one)]));
  }

  /** 0 and -1 mean "own" or "any"; a negative number is a process group. */
  #pid(pid: number): string | number {
    if (pid === 0 || pid === -1) return pid;
    return `${pid < 0 ? "-" : ""}${nameIn(this.#pids, String(Math.abs(pid)), "P")}`;
  }

  #known(number: number): string | number {
    return this.#pids.get(String(number)) ?? number;
  }

  #argument(text: string): string {
    return text.replace(/\d+/, (digits) => this.#pids.get(digits) ?? digits);
  }

  /** Pids known so far where a text names them, inode numbers in links, addresses. */
  #text(text: string): string {
    return text
      .replace(/\b(pipe|socket):\[(\d+)\]/g, (_, kind: string, number: string) => `${kind}:[${nameIn(this.#inodes, `[${number}]`, "inode")}]`)
      .replace(/\b0x[0-9a-f]{6,}\b/g, (address) => nameIn(this.#addresses, address, "addr"))
      .replace(/(?<![0-9])(?:(?<=[-_.=/])\d+|\d{3,})(?![0-9])/g, (digits) => this.#pids.get(digits) ?? digits);
  }
}

function nameIn(names: Map<string, string>, key: string, prefix: string): string {
  const known = names.get(key);
  if (known !== undefined) return known;
  const name = `${prefix}${names.size + 1}`;
  names.set(key, name);
  return name;
}
