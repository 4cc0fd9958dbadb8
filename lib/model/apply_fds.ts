/** Calls that make, copy, mark and close descriptors: open(2), pipe(2), dup(2), close(2), close_range(2), fcntl(2). @module */
import { editInode, editPid, editTable } from "./draft.ts";
import type { FdFacts, Op } from "./event.ts";
import { closeFd, connectInodes, describe, install, lookup, unshareTable } from "./table.ts";
import { touchDescription, touchFd } from "./touch.ts";
import type { Description, FdEntry, Process, World } from "./world.ts";

type DescriptorOp = Extract<Op, { op: "open" | "pair" | "dup" | "close" | "close_range" | "cloexec" | "flags" | "unshare" }>;

export function applyDescriptor(world: World, process: Process, op: DescriptorOp): void {
  switch (op.op) {
    case "open": return opened(world, process, op);
    case "unshare": return unshareTable(world, process);
    case "pair": return pair(world, process, op.a, op.b);
    case "dup": return dup(world, process, op);
    case "close": return closeFd(world, process, op.fd);
    case "close_range": return closeRange(world, process, op);
    case "cloexec": return mark(world, process, op.fd, op.on);
    case "flags": return setFlags(world, process, op.fd, op.flags);
  }
}

/** A new description behind a new descriptor. A FIFO or socket opened here starts empty. */
export function open(world: World, process: Process, facts: FdFacts, how: "open" | "receive" = "open"): Description {
  const description = describe(world, facts);
  const inode = editInode(world, description.inode);
  if (how === "open" && inode !== undefined && inode.descriptions === 1) {
    if (facts.type === "fifo" || facts.type === "pipe") inode.fill = 0;
    if (facts.type === "socket") inode.queued = 0;
  }
  install(world, process, {
    fd: facts.fd, ofd: description.id, cloexec: facts.cloexec, origin: { how }, bornAt: world.n,
  });
  return description;
}

/** A new description, but for pidfd_getfd, which takes that of another process's descriptor. */
function opened(world: World, process: Process, { file, of }: Extract<Op, { op: "open" }>): void {
  const source = of && editPid(world, of.pid)?.fds.get(of.fd);
  if (of === undefined || source === undefined) return void open(world, process, file, of === undefined ? "open" : "receive");
  touchFd(world, of.pid, of.fd);
  install(world, process, { fd: file.fd, ofd: source.ofd, cloexec: file.cloexec, origin: { how: "receive", from: of }, bornAt: world.n });
}

/** pipe: two descriptions of one inode. socketpair: two sockets, each the peer of the other. */
function pair(world: World, process: Process, a: FdFacts, b: FdFacts): void {
  const first = open(world, process, a);
  const second = open(world, process, b);
  if (first.inode === second.inode) return;
  connectInodes(world, first.inode, second.inode);
  connectInodes(world, second.inode, first.inode);
}

/** dup2 of a descriptor onto itself does nothing, not even to its close-on-exec mark. */
function dup(world: World, process: Process, op: Extract<Op, { op: "dup" }>): void {
  const { from, to, cloexec } = op;
  const source = process.fds.get(from);
  if (from === to) return;
  if (source === undefined) return closeFd(world, process, to);
  touchFd(world, process.pid, from);
  install(world, process, {
    fd: to, ofd: source.ofd, cloexec, origin: { how: "dup", from: { pid: process.pid, fd: from } }, bornAt: world.n,
  });
}

function closeRange(world: World, process: Process, op: Extract<Op, { op: "close_range" }>): void {
  if (op.unshare) unshareTable(world, process);
  const within = [...process.fds.keys()].filter((fd) => fd >= op.first && fd <= op.last);
  for (const fd of within) {
    if (op.cloexec) mark(world, process, fd, true);
    else closeFd(world, process, fd);
  }
}

function mark(world: World, process: Process, fd: number, on: boolean): void {
  const entry = process.fds.get(fd);
  if (entry === undefined) return;
  const marked: FdEntry = { ...entry, cloexec: on };
  editTable(world, process).set(fd, marked);
  touchFd(world, process.pid, fd);
}

const ACCESS_MODE = 3;

/** F_SETFL changes the description, so every descriptor of it; the access mode stays as it was opened. */
function setFlags(world: World, process: Process, fd: number, flags: number): void {
  const at = lookup(world, process, fd);
  if (at === undefined) return;
  at.description.flags = (flags & ~ACCESS_MODE) | (at.description.flags & ACCESS_MODE);
  touchDescription(world, at.description.id);
}
