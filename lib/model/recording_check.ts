/** What was read from a file is looked at before the model may apply it. @module */
import { type Event, FORMAT_VERSION, type Op, type RecordingHeader } from "./event.ts";

/** A recording that was read. */
export interface Recording {
  header: RecordingHeader;
  events: Event[];
  /** Where reading stopped before the end ("line 7", "byte 1024"), and why. */
  damaged?: { where: string; why: string };
}

/** @throws {Error} it is no header, or that of a higher version than this reader knows. */
export function headerOf(value: unknown): RecordingHeader {
  const version = isObject(value) ? value["forkscope"] : undefined;
  if (typeof version !== "number") throw new Error("Cannot read recording: it does not begin with a forkscope header");
  if (version > FORMAT_VERSION) throw new Error(`Cannot read recording: its format is version ${version}, this reader knows up to ${FORMAT_VERSION}`);
  return value as RecordingHeader;
}

/** Event number `n`, or what is wrong with it in words; `otherwise` when it is no object at all. */
export function eventOf(value: unknown, n: number, otherwise: string): Event | string {
  if (!isObject(value)) return otherwise;
  return faultOf(value, n) ?? value as unknown as Event;
}

type Kind = "number" | "string" | "boolean" | "array" | "object";
type Shape = readonly (readonly [field: string, kind: Kind])[];
type Written = Record<string, Kind>;

function shapes<Name extends string>(written: Record<Name, Written>): ReadonlyMap<string, Shape> {
  return new Map(Object.entries<Written>(written).map(([name, fields]) => [name, Object.entries(fields)]));
}

const ANY: Shape = [["t", "number"], ["pid", "number"]];

const EVENTS = shapes<Event["kind"]>({
  start: { snapshot: "object" },
  fork: { child: "number", start: "number", how: "string" },
  exec: { exe: "string", name: "string", argv: "array" },
  call: { call: "string", args: "array", ret: "number" },
  block: { call: "string", args: "array" },
  signal: { signal: "number", code: "number" },
  stop: { signal: "number" },
  continue: {},
  exit: { status: "object" },
  reap: { by: "string" },
  adopt: { ppid: "number" },
  fact: { name: "string" },
  lost: { count: "number", why: "string" },
  end: {},
});

const OPS = shapes<Op["op"]>({
  open: { file: "object" },
  pair: { a: "object", b: "object" },
  accept: { listener: "number", file: "object" },
  dup: { from: "number", to: "number", cloexec: "boolean" },
  close: { fd: "number" },
  close_range: { first: "number", last: "number", cloexec: "boolean" },
  unshare: {},
  cloexec: { fd: "number", on: "boolean" },
  flags: { fd: "number", flags: "number" },
  read: { fd: "number", bytes: "number" },
  write: { fd: "number", bytes: "number" },
  seek: { fd: "number", pos: "number" },
  send: { fd: "number", bytes: "number", fds: "array" },
  receive: { fd: "number", bytes: "number", fds: "array", truncated: "boolean" },
  bind: { fd: "number", address: "string" },
  listen: { fd: "number" },
  connect: { fd: "number", address: "string" },
  wait: { child: "number" },
  sigaction: { signal: "number", disposition: "string" },
  sigmask: { blocked: "array" },
  kill: { target: "number", signal: "number" },
  setpgid: { pid: "number", pgid: "number" },
  setsid: {},
  chdir: { cwd: "string" },
  name: { name: "string" },
  subreaper: { on: "boolean" },
});

const FD: Shape = Object.entries<Kind>({ fd: "number", link: "string", inode: "string", type: "string", flags: "number", cloexec: "boolean", pos: "number" });
const PROCESS: Shape = Object.entries<Kind>({ pid: "number", ppid: "number", pgid: "number", sid: "number", start: "number", state: "string", name: "string", fds: "array" });

/** What is wrong with this object as event number `n`, in words; undefined when nothing is. */
function faultOf(event: Record<string, unknown>, n: number): string | undefined {
  if (event["n"] !== n) return `event number ${String(event["n"])} where ${n} is due`;
  const kind = String(event["kind"]);
  const shape = EVENTS.get(kind);
  if (shape === undefined) return `unknown kind of event: ${kind}`;
  return misses(event, ANY, kind)
    ?? misses(event, shape, kind)
    ?? faultOfOp(event["op"])
    ?? faultOfSnapshot(event["snapshot"])
    ?? (event["pidfd"] === undefined ? undefined : firstFault([event["pidfd"]], FD, "pidfd"));
}

function faultOfOp(op: unknown): string | undefined {
  if (op === undefined) return undefined;
  if (!isObject(op)) return "the op of a call is not an object";
  const name = String(op["op"]);
  const shape = OPS.get(name);
  if (shape === undefined) return `unknown op: ${name}`;
  const files = [op["file"], op["a"], op["b"]].filter((file) => file !== undefined);
  const received = name === "receive" && Array.isArray(op["fds"]) ? op["fds"] : [];
  return misses(op, shape, name) ?? firstFault([...files, ...received], FD, `file of ${name}`);
}

function faultOfSnapshot(snapshot: unknown): string | undefined {
  if (snapshot === undefined) return undefined;
  const { processes, unknown } = snapshot as Record<string, unknown>;
  if (!Array.isArray(processes) || !Array.isArray(unknown)) return "snapshot without processes";
  const fault = firstFault(processes, PROCESS, "process");
  if (fault !== undefined) return fault;
  return firstFault(processes.flatMap((process: { fds: unknown[] }) => process.fds), FD, "descriptor");
}

function firstFault(values: unknown[], shape: Shape, what: string): string | undefined {
  for (const value of values) {
    const fault = isObject(value) ? misses(value, shape, what) : `${what} is not an object`;
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function misses(value: Record<string, unknown>, shape: Shape, what: string): string | undefined {
  for (const [field, type] of shape) {
    const is = value[field];
    const right = type === "array" ? Array.isArray(is) : type === "object" ? isObject(is) : typeof is === type;
    if (!right) return `${what} without ${field}`;
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
