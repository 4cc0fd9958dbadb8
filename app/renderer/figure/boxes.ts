/**
 * The two right columns: open file descriptions in their seats, and the inode of each group beside them.
 *
 * @module
 */
import type { Description, Inode, Message, World } from "../../../lib/model/world.ts";
import type { Metrics } from "./metrics.ts";
import type { Placed, Placement } from "./placement.ts";

export interface DescriptionBox {
  ofd: number;
  description: Description;
  inode: Inode | undefined;
  x: number;
  y: number;
  w: number;
  h: number;
  /** Two or more references. */
  shared: boolean;
  /** Held by nothing but a message. */
  floating: boolean;
  now: boolean;
}

type InodeKind = "file" | "pipe" | "pair" | "socket" | "device" | "plain";

export interface InodeBox {
  key: string;
  kind: InodeKind;
  /** One inode, or the two ends of a pair from top to bottom. */
  inodes: Inode[];
  ofds: number[];
  /** Messages that wait in the channel of a pair, and those this event took out of it. */
  messages: Message[];
  delivered: Message[];
  x: number;
  y: number;
  w: number;
  h: number;
  now: boolean;
}

export function descriptionBoxes(world: World, placement: Placement, m: Metrics): DescriptionBox[] {
  const touched = new Set(world.touched.ofds);
  const boxes: DescriptionBox[] = [];
  for (const placed of placement.values()) {
    placed.members.forEach((ofd, seat) => {
      const description = ofd === null ? undefined : world.descriptions.get(ofd);
      if (ofd === null || !description) return;
      boxes.push({
        ofd, description, inode: world.inodes.get(description.inode),
        x: m.descriptionX, y: m.top + m.seat * (placed.top + seat), w: m.descriptionW, h: m.descriptionH,
        shared: description.refs >= 2, floating: description.inFlight > 0 && description.refs === description.inFlight,
        now: touched.has(ofd),
      });
    });
  }
  return boxes;
}

export function inodeBoxes(world: World, placement: Placement, m: Metrics): InodeBox[] {
  const boxes: InodeBox[] = [];
  for (const placed of placement.values()) {
    const members = placed.members.filter((ofd): ofd is number => ofd !== null);
    const keys = [...new Set(members.map((ofd) => world.descriptions.get(ofd)?.inode ?? ""))];
    const inodes = keys.map((key) => world.inodes.get(key)).filter((inode): inode is Inode => inode !== undefined);
    const [first, second] = inodes;
    if (first && second && inodes.length === 2) boxes.push(pairBox(world, placed, members, [first, second], m));
    else for (const inode of inodes) boxes.push(singleBox(world, placed, members, inode, m));
  }
  return boxes;
}

function pairBox(world: World, placed: Placed, ofds: number[], inodes: [Inode, Inode], m: Metrics): InodeBox {
  const keys = inodes.map((inode) => inode.key);
  const ends = seatsOf(placed, ofds);
  const inChannel = (message: Message) => keys.includes(message.from) || (message.to !== undefined && keys.includes(message.to));
  return {
    key: inodes.map((inode) => inode.key).join("+"), kind: "pair", inodes, ofds,
    messages: world.messages.filter(inChannel), delivered: world.touched.delivered.filter(inChannel),
    x: m.inodeX, y: m.top + m.seat * ends.first, w: m.inodeW, h: m.seat * (ends.last - ends.first) + m.descriptionH,
    now: world.messages.some((message) => inChannel(message) && world.touched.messages.includes(message.id)),
  };
}

function singleBox(world: World, placed: Placed, members: number[], inode: Inode, m: Metrics): InodeBox {
  const ofds = members.filter((ofd) => world.descriptions.get(ofd)?.inode === inode.key);
  const kind = inodeKind(inode);
  const h = kind === "pipe" ? m.pipeH : kind === "file" && ofds.length > 1 ? m.fileH : m.descriptionH;
  const ends = kind === "pipe" ? { first: 0, last: placed.seats - 1 } : seatsOf(placed, ofds);
  const first = kind === "pipe" ? placed.top : ends.first;
  const last = kind === "pipe" ? placed.top + ends.last : ends.last;
  const middle = m.top + (m.seat * (first + last)) / 2 + m.descriptionH / 2;
  return {
    key: inode.key, kind, inodes: [inode], ofds, messages: [], delivered: [],
    x: m.inodeX, y: middle - h / 2, w: m.inodeW, h, now: isTouched(world, [inode.key]),
  };
}

function seatsOf(placed: Placed, ofds: readonly number[]): { first: number; last: number } {
  const seats = ofds.map((ofd) => placed.top + placed.members.indexOf(ofd));
  return { first: Math.min(...seats), last: Math.max(...seats) };
}

function isTouched(world: World, keys: readonly string[]): boolean {
  return world.touched.inodes.some((key) => keys.includes(key));
}

export function inodeKind(inode: Inode): InodeKind {
  switch (inode.type) {
    case "pipe":
    case "fifo":
      return "pipe";
    case "socket":
      return "socket";
    case "file":
    case "directory":
    case "link":
      return "file";
    case "char":
    case "block":
      return "device";
    default:
      return "plain";
  }
}
