/**
 * Following a stream: who put which bytes into a pipe, socket or file, who took them out, across processes and renumbered descriptors,
 * and which descriptors travelled with them.
 *
 * @module
 */
import { apply } from "./apply.ts";
import { emptyWorld } from "./draft.ts";
import type { Event, InodeType, Op } from "./event.ts";
import { Lanes, type Share } from "./stream_lanes.ts";
import { isDatagram } from "./table.ts";
import type { Inode, World } from "./world.ts";

/** A descriptor that travelled in a message, and what it names. */
export interface Carried {
  fd: number;
  link: string;
}

/** One call that moved bytes, or descriptors. */
export interface Passage {
  n: number;
  /** Microseconds since the recording began. */
  t: number;
  pid: number;
  tid?: number;
  call: string;
  fd: number;
  /** The model's number of the open file description. */
  ofd: number;
  inode: string;
  what: "write" | "read";
  bytes: number;
  /** The bytes, one character (0 to 255) each; fewer than `bytes` where a limit was met; absent where they were not recorded. */
  data?: string;
  /** The beginning, for reading, where the bytes were not recorded. */
  preview?: string;
  /** They moved inside the kernel: no process had them in its memory. */
  unseen?: true;
  /** Offset in the file afterwards. */
  pos?: number;
  /** Descriptors that came along, by the numbers they have in this process. */
  carried?: Carried[];
  /** Of a read: who wrote the bytes. Of a write: who read them. Empty: not known, or not yet. */
  shares: Share[];
}

/** Where bytes pass: a pipe, a file, one end of a connection. */
export interface Stream {
  inode: string;
  type: InodeType;
  link: string;
  socket?: string;
  address?: string;
  /** The other end of a connection. */
  peer?: string;
}

/** Everything that moved in a recording. */
export interface Traffic {
  streams: Map<string, Stream>;
  passages: Passage[];
}

/** Calls whose bytes never stand in a process's memory. */
const INSIDE: ReadonlySet<string> = new Set(["splice", "tee", "sendfile", "copy_file_range"]);

/** All passages of a recording, in order. */
export function traffic(events: readonly Event[]): Traffic {
  const world = emptyWorld();
  const found: Traffic = { streams: new Map(), passages: [] };
  const lanes = new Lanes();
  for (const event of events) {
    apply(world, event);
    if (event.kind !== "call" || event.op === undefined || !("bytes" in event.op)) continue;
    const passage = passageOf(world, event, event.op);
    const inode = passage && world.inodes.get(passage.inode);
    if (passage === undefined || inode === undefined) continue;
    note(found.streams, inode);
    found.passages.push(passage);
    const lane = laneOf(world, inode, passage, event.op);
    if (lane !== undefined) lanes.pass(lane, passage);
  }
  return found;
}

type Moving = Extract<Op, { bytes: number }>;

function passageOf(world: World, event: Extract<Event, { kind: "call" }>, op: Moving): Passage | undefined {
  const process = world.processes.get(world.byPid.get(event.pid) ?? "");
  const entry = process?.fds.get(op.fd);
  const description = entry && world.descriptions.get(entry.ofd);
  if (!process || !description || (op.bytes === 0 && (op.op === "read" || op.op === "write"))) return undefined;
  const link = (fd: number): string => world.descriptions.get(process.fds.get(fd)?.ofd ?? -1)?.link ?? "?";
  const carried = op.op === "send" ? op.fds.map((fd) => ({ fd, link: link(fd) })) : op.op === "receive" ? op.fds.map(({ fd, link: name }) => ({ fd, link: name })) : [];
  const { data, preview } = op;
  return {
    n: event.n, t: event.t, pid: event.pid, ...(event.tid === undefined ? {} : { tid: event.tid }), call: event.call, fd: op.fd, ofd: description.id, inode: description.inode,
    what: op.op === "write" || op.op === "send" ? "write" : "read", bytes: op.bytes,
    ...(data === undefined ? {} : { data }), ...(data === undefined && preview !== undefined ? { preview } : {}), ...(INSIDE.has(event.call) ? { unseen: true as const } : {}),
    ...("pos" in op && op.pos !== undefined ? { pos: op.pos } : {}), ...(carried.length > 0 ? { carried } : {}), shares: [],
  };
}

/** What is known of a stream grows while it is used; what was known of the other end stays. */
function note(streams: Map<string, Stream>, { key, type, link, socket, address, peer }: Inode): void {
  const known = streams.get(key);
  streams.set(key, { ...known, inode: key, type, link, ...(socket === undefined ? {} : { socket }), ...(address === undefined ? {} : { address }), ...(peer === undefined ? {} : { peer }) });
}

/** The queue that bytes go through; undefined where there is none (a file), or where what stood in it before is not known. */
function laneOf(world: World, inode: Inode, { what }: Passage, op: Moving): { key: string; whole: boolean } | undefined {
  if (inode.type === "pipe" || inode.type === "fifo") return inode.fill === undefined ? undefined : { key: inode.key, whole: false };
  if (inode.type !== "socket") return undefined;
  if (isDatagram(inode)) {
    const to = op.op === "send" && op.to !== undefined ? boundTo(world, op.to) : what === "read" ? inode.key : inode.peer;
    return to === undefined ? undefined : { key: to, whole: true };
  }
  const receiver = what === "read" ? inode : world.inodes.get(inode.peer ?? "");
  if (receiver?.queued === undefined && receiver?.listening !== true) return undefined;
  const from = what === "write" ? inode.key : inode.peer;
  return from === undefined ? undefined : { key: from, whole: inode.socket?.includes("seqpacket") === true };
}

function boundTo(world: World, address: string): string | undefined {
  for (const inode of world.inodes.values()) if (inode.address === address && isDatagram(inode)) return inode.key;
  return undefined;
}

/** What is followed: "pipe:[123]" or a path as /proc shows it, "PID:FD", or "#N" for the model's open file description N. */
export function follow({ streams, passages }: Traffic, which: string): { streams: Stream[]; passages: Passage[] } {
  const chosen = passages.filter(chooser(streams, which));
  const keys = new Set(chosen.map(({ inode }) => inode));
  const both = new Set([...keys].flatMap((key) => [key, ...ends(streams, key)]));
  const whole = which.startsWith("#") ? chosen : passages.filter(({ inode }) => both.has(inode));
  return { streams: [...both].flatMap((key) => streams.get(key) ?? []), passages: whole };
}

function chooser(streams: Traffic["streams"], which: string): (passage: Passage) => boolean {
  const [, pid, fd] = /^(\d+)[:/](\d+)$/.exec(which) ?? [];
  if (pid !== undefined) return (passage) => passage.pid === Number(pid) && passage.fd === Number(fd);
  if (/^#\d+$/.test(which)) return ({ ofd }) => ofd === Number(which.slice(1));
  return ({ inode }) => streams.get(inode)?.link === which || streams.get(inode)?.address === which;
}

/** The ends that a connection has beside this one. */
function ends(streams: Traffic["streams"], key: string): string[] {
  return [...streams.values()].filter((one) => one.peer === key || streams.get(key)?.peer === one.inode).map(({ inode }) => inode);
}
