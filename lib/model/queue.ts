/**
 * Messages between sending and receiving.
 *
 * A stream keeps the bounds of its messages as far as descriptors need it: bytes run together, but one receive takes
 * the descriptors of one message at most and ends with it (unix(7), unix_stream_read_generic). Datagrams and
 * sequenced packets are received one at a time, whole.
 *
 * @module
 */
import { addAhead, settle } from "./ahead.ts";
import { editDescription, editInode, editTable } from "./draft.ts";
import { land, release, retain } from "./table.ts";
import { touchDescription, touchInode, touchMessage } from "./touch.ts";
import type { Inode, Message, World } from "./world.ts";

/** What one receive took out of messages: descriptions, and who sent them. */
export interface Parcel {
  ofds: number[];
  sender: Message["sender"];
}

type Letter = Omit<Message, "id" | "sentAt" | "to"> & { to: string | undefined };

/**
 * Puts a message into the queue of the receiving socket and takes the references it holds.
 *
 * Nothing stays of plain bytes for a queue that stood before the recording, nor of those already received.
 */
export function enqueue(world: World, letter: Letter): void {
  const { to, ...rest } = letter;
  if (to !== undefined && settleEarly(world, to, letter.ofds)) return void queueBytes(world, to, letter.bytes);
  const bytes = queueBytes(world, to, letter.bytes);
  if (letter.ofds.length === 0 && !isKept(world, to, letter.bytes, bytes)) return;
  const message: Message = {
    id: world.nextMessage++, ...rest, bytes, ...(to === undefined ? {} : { to }), sentAt: world.n,
  };
  world.messages = [...world.messages, message];
  touchMessage(world, message.id);
  for (const ofd of letter.ofds) fly(world, ofd);
}

/** A packet may be empty; an empty piece of a stream is nothing. */
function isKept(world: World, to: string | undefined, sent: number, left: number): boolean {
  const receiver = to === undefined ? undefined : world.inodes.get(to);
  if (receiver === undefined || (receiver.queued === undefined && receiver.listening !== true)) return false;
  return left > 0 || (sent === 0 && isPacket(receiver));
}

/** Adds to what waits at the receiver and gives back how much of it does: some may have been received already. */
function queueBytes(world: World, to: string | undefined, bytes: number): number {
  const inode = to === undefined ? undefined : editInode(world, to);
  if (inode?.queued === undefined || inode.listening === true) return bytes;
  const left = settle(inode, bytes);
  inode.queued += left;
  touchInode(world, inode.key);
  return left;
}

function fly(world: World, ofd: number): void {
  retain(world, ofd);
  const description = editDescription(world, ofd);
  if (description !== undefined) description.inFlight++;
  touchDescription(world, ofd);
}

function isPacket(inode: Inode | undefined): boolean {
  return inode?.socket !== undefined && !inode.socket.includes("stream");
}

/** A connection was accepted: what its client sent to the listener waits at the new socket. */
export function readdress(world: World, from: string, listener: string, to: string): void {
  const inode = editInode(world, to);
  const moves = (message: Message) => message.from === from && message.to === listener;
  for (const message of world.messages.filter(moves)) {
    if (inode?.queued !== undefined) inode.queued += message.bytes;
    touchMessage(world, message.id);
  }
  world.messages = world.messages.map((message) => moves(message) ? { ...message, to } : message);
}

/**
 * Takes what a receive at `inode` got: `bytes`, and `fds` descriptors, fewer than were sent if `truncated`.
 * Undefined when no message is known that can have brought them.
 */
export function take(
  world: World, inode: Inode, bytes: number, fds: number, truncated: boolean,
): Parcel | undefined {
  const queue = world.messages.filter((message) => message.to === inode.key);
  if (inode.queued === undefined) return takeCarrier(world, queue, fds, truncated);
  if (isPacket(inode)) return takePacket(world, inode, queue, bytes, fds);
  return takeBytes(world, inode, queue, bytes);
}

/** The queue stood before the recording: only messages with descriptors are told apart, by how many. */
function takeCarrier(world: World, queue: Message[], fds: number, truncated: boolean): Parcel | undefined {
  if (fds === 0 && !truncated) return undefined;
  const fits = (m: Message) => m.ofds.length > 0 && (truncated ? m.ofds.length >= fds : m.ofds.length === fds);
  const message = queue.find(fits);
  if (message === undefined) return undefined;
  remove(world, message);
  return message;
}

function takePacket(world: World, inode: Inode, queue: Message[], bytes: number, fds: number): Parcel | undefined {
  const message = queue[0];
  if (message === undefined || message.ofds.length < fds) {
    addAhead(inode, bytes);
    return undefined;
  }
  inode.queued = Math.max(0, (inode.queued ?? 0) - message.bytes);
  remove(world, message);
  return message;
}

function takeBytes(world: World, inode: Inode, queue: Message[], bytes: number): Parcel | undefined {
  let left = bytes;
  let parcel: Parcel | undefined;
  for (const message of queue) {
    if (left === 0 || parcel !== undefined) break;
    const chunk = Math.min(left, message.bytes);
    left -= chunk;
    if (message.ofds.length > 0) parcel = message;
    if (chunk === message.bytes) remove(world, message);
    else shorten(world, message, chunk);
  }
  inode.queued = Math.max(0, (inode.queued ?? 0) - (bytes - left));
  addAhead(inode, left);
  return parcel;
}

function remove(world: World, message: Message): void {
  world.messages = world.messages.filter((one) => one.id !== message.id);
  world.touched.delivered.push(message);
  touchMessage(world, message.id);
}

/** Its first bytes were received, and its descriptors with them. */
function shorten(world: World, message: Message, bytes: number): void {
  const rest = { ...message, bytes: message.bytes - bytes, ofds: [] };
  world.messages = world.messages.map((one) => one.id === message.id ? rest : one);
  if (message.ofds.length > 0) world.touched.delivered.push(message);
  touchMessage(world, message.id);
}

/**
 * The receiver of these was seen to return before their sender. The descriptions made for it then
 * are those of the sender: its entries move over. True when that was the case.
 */
function settleEarly(world: World, to: string, ofds: number[]): boolean {
  const inode = editInode(world, to);
  const made = inode?.early?.[0];
  if (inode === undefined || made === undefined || made.length !== ofds.length) return false;
  const rest = (inode.early ?? []).slice(1);
  if (rest.length > 0) inode.early = rest;
  else delete inode.early;
  made.forEach((ofd, i) => merge(world, ofd, ofds[i] ?? ofd));
  return true;
}

function merge(world: World, from: number, into: number): void {
  if (from === into) return;
  const tables = new Set<unknown>();
  for (const process of [...world.processes.values()]) {
    if (tables.has(process.fds)) continue;
    for (const entry of [...process.fds.values()].filter((one) => one.ofd === from)) {
      editTable(world, process).set(entry.fd, { ...entry, ofd: into });
      retain(world, into);
      release(world, from);
    }
    tables.add(process.fds);
  }
  for (const message of world.messages.filter((one) => one.ofds.includes(from))) {
    world.messages = world.messages.map((one) => one === message
      ? { ...one, ofds: one.ofds.map((ofd) => ofd === from ? into : ofd) } : one);
    fly(world, into);
    land(world, from);
  }
  touchDescription(world, into);
}
