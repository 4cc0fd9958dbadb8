/** Descriptors of the current process, and what is behind them, as pieces of a record. @module */
import { HELPER } from "./asm.ts";
import { path } from "./paths.ts";
import { type Base, KEPT, type Program, STACK } from "./pieces.ts";
import { DESCRIPTOR, MOST_DESCRIPTORS, PIECE, PIECE_KIND } from "./records.ts";

const S_IFMT = 0xf000;
const S_IFSOCK = 0xc000;
const AF_UNIX = 1;
const UNIX_ADDRESS = 110;

/** Notes the descriptor in r1 for {@linkcode describeAll}. Uses r2. */
export function note(p: Program): void {
  const skip = p.newLabel("many");
  p.load(8, 2, 9, KEPT.count);
  p.when(2, "above", MOST_DESCRIPTORS - 1, skip);
  p.math("shl", 2, 2);
  p.math("add", 2, { register: 9 });
  p.store(4, 2, KEPT.descriptors, 1);
  p.load(8, 2, 9, KEPT.count);
  p.math("add", 2, 1);
  p.store(8, 9, KEPT.count, 2);
  p.label(skip);
}

/** Appends every descriptor noted. Uses r6 to r8. */
export function describeAll(p: Program, full: string): void {
  const each = p.newLabel("each");
  const over = p.newLabel("over");
  const onward = p.newLabel("onward");
  p.load(8, 2, 9, KEPT.count);
  p.when(2, "eq", 0, over);
  p.help(HELPER.currentTask);
  p.move(6, 0);
  p.read(7, 6, p.off("task_struct", "files"));
  p.when(7, "eq", 0, over);
  p.read(7, 7, p.off("files_struct", "fdt"));
  p.store(8, 9, KEPT.table, 7);
  p.set(6, 0);
  p.label(each);
  p.load(8, 2, 9, KEPT.count);
  p.when(6, "atLeast", { register: 2 }, over);
  describe(p, onward, full);
  p.label(onward);
  p.math("add", 6, 1);
  p.when(6, "atLeast", MOST_DESCRIPTORS, over);
  p.go(each);
  p.label(over);
}

/** One descriptor, the r6-th noted. r7: its file, r8: where its facts go. */
function describe(p: Program, none: string, full: string): void {
  const named = p.newLabel("named");
  const closed = p.newLabel("closed");
  p.move(1, 6);
  p.math("shl", 1, 2);
  p.math("add", 1, { register: 9 });
  p.load(4, 8, 1, KEPT.descriptors);
  p.store(8, 9, KEPT.argument, 8);
  p.load(8, 7, 9, KEPT.table);
  p.read(1, 7, p.off("fdtable", "max_fds"), 4);
  p.when(8, "atLeast", { register: 1 }, none);
  p.read(1, 7, p.off("fdtable", "fd"));
  p.math("shl", 8, 3);
  p.math("add", 1, { register: 8 });
  p.move(7, 1);
  p.read(7, 7, 0);
  p.when(7, "eq", 0, none);
  p.next(full);
  p.math("add", 1, PIECE.size);
  p.move(8, 1);
  for (let at = 0; at < DESCRIPTOR.names; at += 8) p.storeValue(8, 8, at, 0);
  p.store(8, 8, DESCRIPTOR.description, 7);
  closeOnExec(p);
  into(p, DESCRIPTOR.flags, 7, p.off("file", "f_flags"), 4);
  into(p, DESCRIPTOR.offset, 7, p.off("file", "f_pos"), 8);
  inode(p);
  p.storeValue(8, 9, KEPT.length, DESCRIPTOR.names);
  p.load(4, 1, 8, DESCRIPTOR.mode);
  p.math("and", 1, S_IFMT);
  p.when(1, "notEq", S_IFSOCK, named);
  socket(p);
  p.go(closed);
  p.label(named);
  path(p, 7, p.off("file", "f_path"), true);
  p.label(closed);
  p.close(PIECE_KIND.descriptor, full);
}

function into(p: Program, at: number, from: Base, offset: number, size: number): void {
  p.move(1, 8);
  p.math("add", 1, at);
  p.copy(size, from, offset);
}

/** Bit of the descriptor in the table's set. */
function closeOnExec(p: Program): void {
  p.load(8, 1, 9, KEPT.table);
  p.read(1, 1, p.off("fdtable", "close_on_exec"));
  p.load(8, 2, 9, KEPT.argument);
  p.math("shr", 2, 3);
  p.math("add", 1, { register: 2 });
  p.storeValue(8, 10, STACK.pointer, 0);
  p.move(3, 1);
  p.move(1, 10);
  p.math("add", 1, STACK.pointer);
  p.set(2, 1);
  p.help(HELPER.readKernel);
  p.load(8, 1, 10, STACK.pointer);
  p.load(8, 2, 9, KEPT.argument);
  p.math("and", 2, 7);
  p.math("shr", 1, { register: 2 });
  p.math("and", 1, 1);
  p.store(4, 8, DESCRIPTOR.cloexec, 1);
}

function inode(p: Program): void {
  p.read(1, 7, p.off("file", "f_inode"));
  p.store(8, 9, KEPT.dentry, 1);
  const inode = (at: number, member: string, size: number): void => {
    p.load(8, 3, 9, KEPT.dentry);
    p.move(1, 8);
    p.math("add", 1, at);
    p.copy(size, 3, p.off("inode", member));
  };
  inode(DESCRIPTOR.mode, "i_mode", 2);
  inode(DESCRIPTOR.inode, "i_ino", 8);
  inode(DESCRIPTOR.size, "i_size", 8);
  inode(DESCRIPTOR.special, "i_rdev", 4);
  p.load(8, 1, 9, KEPT.dentry);
  p.read(3, 1, p.off("inode", "i_sb"));
  into(p, DESCRIPTOR.device, 3, p.off("super_block", "s_dev"), 4);
}

/** Family and type; address and peer of a unix socket. */
function socket(p: Program): void {
  const done = p.newLabel("socket");
  const alone = p.newLabel("alone");
  p.read(7, 7, p.off("file", "private_data"));
  p.when(7, "eq", 0, done);
  into(p, DESCRIPTOR.type, 7, p.off("socket", "type"), 2);
  p.read(7, 7, p.off("socket", "sk"));
  p.when(7, "eq", 0, done);
  into(p, DESCRIPTOR.family, 7, p.off("sock", "__sk_common") + p.off("sock_common", "skc_family"), 2);
  if (p.types.find("unix_sock", "peer") !== undefined) {
    p.load(4, 1, 8, DESCRIPTOR.family);
    p.when(1, "notEq", AF_UNIX, done);
    p.read(1, 7, p.off("unix_sock", "peer"));
    p.when(1, "eq", 0, alone);
    p.read(1, 1, p.off("sock", "sk_socket"));
    p.when(1, "eq", 0, alone);
    p.move(3, 1);
    into(p, DESCRIPTOR.peer, 3, p.off("socket_alloc", "vfs_inode") + p.off("inode", "i_ino"), 8);
    p.label(alone);
    p.read(7, 7, p.off("unix_sock", "addr"));
    p.when(7, "eq", 0, done);
    into(p, DESCRIPTOR.addressLength, 7, p.off("unix_address", "len"), 4);
    into(p, DESCRIPTOR.address, 7, p.off("unix_address", "name"), UNIX_ADDRESS);
  }
  p.label(done);
}

