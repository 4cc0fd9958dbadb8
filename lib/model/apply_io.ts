/** read(2), write(2) and lseek(2): offsets and sizes of files, bytes in pipes. @module */
import { addAhead, settle } from "./ahead.ts";
import type { Op } from "./event.ts";
import { receive, send } from "./apply_sockets.ts";
import { lookup } from "./table.ts";
import type { Description, Inode, Process, World } from "./world.ts";

type Transfer = Extract<Op, { op: "read" | "write" | "seek" }>;

export function applyTransfer(world: World, process: Process, op: Transfer): void {
  const at = lookup(world, process, op.fd);
  if (at === undefined) return;
  const { description, inode } = at;
  if (op.op === "seek") return moveTo(description, op.pos);
  switch (inode.type) {
    case "socket": return transferSocket(world, process, op);
    case "pipe": case "fifo": return op.op === "write" ? fill(inode, op.bytes) : drain(inode, op.bytes);
    default:
      moveTo(description, op.pos);
      if (op.size !== undefined) inode.size = op.size;
  }
}

/** Only a description whose offset means something has one; pread and pwrite name no new one. */
function moveTo(description: Description, pos: number | undefined): void {
  if (pos !== undefined && description.pos !== undefined) description.pos = pos;
}

/** read(2) on a unix socket has no room for control data: descriptors that came along are dropped (unix(7)). */
function transferSocket(world: World, process: Process, op: Extract<Op, { op: "read" | "write" }>): void {
  const { fd, bytes } = op;
  if (op.op === "write") send(world, process, { op: "send", fd, bytes, fds: [] });
  else receive(world, process, { op: "receive", fd, bytes, fds: [], truncated: true });
}

function fill(inode: Inode, bytes: number): void {
  if (inode.fill !== undefined) inode.fill += settle(inode, bytes);
}

function drain(inode: Inode, bytes: number): void {
  if (inode.fill === undefined) return;
  const there = Math.min(inode.fill, bytes);
  inode.fill -= there;
  addAhead(inode, bytes - there);
}
