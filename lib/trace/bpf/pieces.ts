/**
 * Parts of programs that several have: who is watched, a record in the making, pieces of memory appended to it, descriptors, paths.
 *
 * A record is put together in a room of its processor's own and sent whole. What changes from step to step (where the next piece goes,
 * which descriptors are left) is kept in that room too, not in registers: what is loaded from there is any number to the kernel's
 * verifier, so that paths through the program meet again and it is verified in little time.
 *
 * @module
 */
import { Assembler, HELPER, type Register } from "./asm.ts";
import type { KernelTypes } from "./btf.ts";
import { DESCRIPTOR, HEAD, MOST, MOST_DESCRIPTORS, PIECE, PIECE_KIND } from "./records.ts";

/** The room. */
export const ROOM = 8192;
/** A piece is begun only below this. */
const FULL = 5500;
/** Behind the record: where the next piece goes, the piece's beginning, and what is kept meanwhile. */
export const KEPT = { at: 7000, length: 7008, argument: 7016, table: 7024, count: 7032, dentry: 7040, mount: 7048, message: 7056, descriptors: 7168 } as const;
/** Stack: what helpers fill. */
const STACK = { key: -8, process: -16, word: -24, pointer: -32 } as const;
const NO_WAKEUP = 1;
const LONGEST_PATH = 40;
const S_IFMT = 0xf000;
const S_IFSOCK = 0xc000;
const AF_UNIX = 1;
const NAME = 256;
const UNIX_ADDRESS = 110;

export interface Maps {
  /** Processes watched. */
  watched: number;
  /** Calls in progress, by thread. */
  inCall: number;
  /** What to do at each call. */
  wanted: number;
  ring: number;
  lost: number;
}

/** A program in the making. r9 holds the room once {@linkcode room} was called. */
export class Program extends Assembler {
  readonly maps: Maps;
  readonly types: KernelTypes;

  constructor(maps: Maps, types: KernelTypes) {
    super();
    this.maps = maps;
    this.types = types;
  }

  /** Offset of a member in this kernel. */
  off(struct: string, member: string): number {
    return this.types.offset(struct, member);
  }

  /** Looks up a key on the stack; r0 is the value, or the program goes to `none`. */
  lookUp(map: number, key: number, none: string): void {
    this.map(1, map);
    this.move(2, 10);
    this.math("add", 2, key);
    this.help(HELPER.mapLookup);
    this.when(0, "eq", 0, none);
  }

  /** Goes to `none` unless the current process is watched. Thread and process stand on the stack afterwards, as a key. */
  onlyWatched(none: string): void {
    this.help(HELPER.currentPidTgid);
    this.store(8, 10, STACK.key, 0);
    this.math("shr", 0, 32);
    this.store(8, 10, STACK.process, 0);
    this.lookUp(this.maps.watched, STACK.process, none);
  }

  /** Keys on the stack: the current thread, its process. */
  readonly thread = STACK.key;
  readonly process = STACK.process;

  /** r9: this processor's room, with the head of a record of `size` bytes in it. */
  room(fd: number, kind: number, size: number, none: string): void {
    this.storeValue(4, 10, STACK.word, 0);
    this.lookUp(fd, STACK.word, none);
    this.move(9, 0);
    this.storeValue(8, 9, HEAD.kind, kind);
    this.help(HELPER.ktime);
    this.store(8, 9, HEAD.at, 0);
    this.help(HELPER.currentPidTgid);
    this.store(8, 9, HEAD.tid, 0);
    this.storeValue(8, 9, KEPT.at, size);
  }

  /** Sends the record; one for which the ring has no room is counted as lost. */
  send(): void {
    const sent = this.newLabel("sent");
    this.map(1, this.maps.ring);
    this.move(2, 9);
    this.load(8, 3, 9, KEPT.at);
    this.when(3, "above", ROOM - 1024, sent);
    this.set(4, NO_WAKEUP);
    this.help(HELPER.ringOutput);
    this.when(0, "eq", 0, sent);
    this.lose();
    this.label(sent);
  }

  /** One more was lost. */
  lose(): void {
    const none = this.newLabel("none");
    this.storeValue(4, 10, STACK.word, 0);
    this.lookUp(this.maps.lost, STACK.word, none);
    this.set(1, 1);
    this.atomicAdd(0, 0, 1);
    this.label(none);
  }

  /** Copies kernel memory to where r1 points. */
  copy(size: number, from: Exclude<Register, 1>, offset: number): void {
    this.set(2, size);
    if (from !== 3) this.move(3, from);
    if (offset !== 0) this.math("add", 3, offset);
    this.help(HELPER.readKernel);
  }

  /** A number of kernel memory into a register; 0 where it cannot be read. */
  read(to: Register, from: Register, offset: number, size: 1 | 2 | 4 | 8 = 8): void {
    this.storeValue(8, 10, STACK.pointer, 0);
    this.move(3, from);
    this.move(1, 10);
    this.math("add", 1, STACK.pointer);
    this.copy(size, 3, offset);
    this.load(8, to, 10, STACK.pointer);
  }

  /** The same into the room. */
  keep(at: number, from: Exclude<Register, 1>, offset: number, size: number): void {
    this.move(1, 9);
    this.math("add", 1, at);
    this.copy(size, from, offset);
  }

  /** r1: where the next piece goes; goes to `full` when the room is used up. */
  next(full: string): void {
    this.load(8, 1, 9, KEPT.at);
    this.when(1, "above", FULL, full);
    this.math("add", 1, { register: 9 });
  }

  /** Ends the piece at `at`, whose `KEPT.length` bytes are there, and makes room for the next. */
  #close(kind: number, full: string): void {
    this.next(full);
    this.load(8, 2, 9, KEPT.length);
    this.math("and", 2, 0xfff);
    this.storeValue(4, 1, PIECE.kind, kind);
    this.store(4, 1, PIECE.length, 2);
    this.load(8, 3, 9, KEPT.argument);
    this.store(8, 1, PIECE.about, 3);
    this.math("add", 2, PIECE.size + 7);
    this.math("and", 2, ~7);
    this.load(8, 1, 9, KEPT.at);
    this.math("add", 1, { register: 2 });
    this.store(8, 9, KEPT.at, 1);
  }

  /** Appends memory of the process: address in KEPT.argument, length in KEPT.length. Nothing when it cannot be read. */
  memory(full: string, kind: number = PIECE_KIND.memory, most: number = MOST): void {
    const skip = this.newLabel("unread");
    this.load(8, 2, 9, KEPT.length);
    this.when(2, "eq", 0, skip);
    this.when(2, "above", most, skip);
    this.math("and", 2, 2 * most - 1);
    this.next(full);
    this.math("add", 1, PIECE.size);
    this.load(8, 3, 9, KEPT.argument);
    this.when(3, "eq", 0, skip);
    this.help(HELPER.readUser);
    this.when(0, "notEq", 0, skip);
    this.#close(kind, full);
    this.label(skip);
  }

  /** Appends a text that ends with NUL, or its beginning: address in KEPT.argument. */
  text(full: string): void {
    const skip = this.newLabel("unread");
    this.next(full);
    this.math("add", 1, PIECE.size);
    this.set(2, MOST);
    this.load(8, 3, 9, KEPT.argument);
    this.when(3, "eq", 0, skip);
    this.help(HELPER.readUserString);
    this.when(0, "above", MOST, skip);
    this.store(8, 9, KEPT.length, 0);
    this.#close(PIECE_KIND.memory, full);
    this.label(skip);
  }

  /** Appends a piece of kernel memory of a fixed size. */
  kernel(kind: number, from: Exclude<Register, 1>, offset: number, size: number, full: string): void {
    this.next(full);
    this.math("add", 1, PIECE.size);
    this.copy(size, from, offset);
    this.storeValue(8, 9, KEPT.length, size);
    this.storeValue(8, 9, KEPT.argument, 0);
    this.#close(kind, full);
  }

  /** Notes the descriptor in r1 for {@linkcode describeAll}. Uses r2. */
  note(): void {
    const skip = this.newLabel("many");
    this.load(8, 2, 9, KEPT.count);
    this.when(2, "above", MOST_DESCRIPTORS - 1, skip);
    this.math("shl", 2, 2);
    this.math("add", 2, { register: 9 });
    this.store(4, 2, KEPT.descriptors, 1);
    this.load(8, 2, 9, KEPT.count);
    this.math("add", 2, 1);
    this.store(8, 9, KEPT.count, 2);
    this.label(skip);
  }

  /** Appends every descriptor noted. Uses r6 to r8. */
  describeAll(full: string): void {
    const each = this.newLabel("each");
    const over = this.newLabel("over");
    const onward = this.newLabel("onward");
    this.load(8, 2, 9, KEPT.count);
    this.when(2, "eq", 0, over);
    this.help(HELPER.currentTask);
    this.move(6, 0);
    this.read(7, 6, this.off("task_struct", "files"));
    this.when(7, "eq", 0, over);
    this.read(7, 7, this.off("files_struct", "fdt"));
    this.store(8, 9, KEPT.table, 7);
    this.set(6, 0);
    this.label(each);
    this.load(8, 2, 9, KEPT.count);
    this.when(6, "atLeast", { register: 2 }, over);
    this.describe(onward, full);
    this.label(onward);
    this.math("add", 6, 1);
    this.when(6, "atLeast", MOST_DESCRIPTORS, over);
    this.go(each);
    this.label(over);
  }

  /** One descriptor, the r6-th noted. r7: its file, r8: where its facts go. */
  describe(none: string, full: string): void {
    const named = this.newLabel("named");
    const closed = this.newLabel("closed");
    this.move(1, 6);
    this.math("shl", 1, 2);
    this.math("add", 1, { register: 9 });
    this.load(4, 8, 1, KEPT.descriptors);
    this.store(8, 9, KEPT.argument, 8);
    this.load(8, 7, 9, KEPT.table);
    this.read(1, 7, this.off("fdtable", "max_fds"), 4);
    this.when(8, "atLeast", { register: 1 }, none);
    this.read(1, 7, this.off("fdtable", "fd"));
    this.math("shl", 8, 3);
    this.math("add", 1, { register: 8 });
    this.move(7, 1);
    this.read(7, 7, 0);
    this.when(7, "eq", 0, none);
    this.next(full);
    this.math("add", 1, PIECE.size);
    this.move(8, 1);
    for (let at = 0; at < DESCRIPTOR.names; at += 8) this.storeValue(8, 8, at, 0);
    this.store(8, 8, DESCRIPTOR.description, 7);
    this.#closeOnExec();
    this.#into(DESCRIPTOR.flags, 7, this.off("file", "f_flags"), 4);
    this.#into(DESCRIPTOR.offset, 7, this.off("file", "f_pos"), 8);
    this.#inode();
    this.storeValue(8, 9, KEPT.length, DESCRIPTOR.names);
    this.load(4, 1, 8, DESCRIPTOR.mode);
    this.math("and", 1, S_IFMT);
    this.when(1, "notEq", S_IFSOCK, named);
    this.#socket();
    this.go(closed);
    this.label(named);
    this.path(7, this.off("file", "f_path"), true);
    this.label(closed);
    this.#close(PIECE_KIND.descriptor, full);
  }

  #into(at: number, from: Exclude<Register, 1>, offset: number, size: number): void {
    this.move(1, 8);
    this.math("add", 1, at);
    this.copy(size, from, offset);
  }

  /** Bit of the descriptor in the table's set. */
  #closeOnExec(): void {
    this.load(8, 1, 9, KEPT.table);
    this.read(1, 1, this.off("fdtable", "close_on_exec"));
    this.load(8, 2, 9, KEPT.argument);
    this.math("shr", 2, 3);
    this.math("add", 1, { register: 2 });
    this.storeValue(8, 10, STACK.pointer, 0);
    this.move(3, 1);
    this.move(1, 10);
    this.math("add", 1, STACK.pointer);
    this.set(2, 1);
    this.help(HELPER.readKernel);
    this.load(8, 1, 10, STACK.pointer);
    this.load(8, 2, 9, KEPT.argument);
    this.math("and", 2, 7);
    this.math("shr", 1, { register: 2 });
    this.math("and", 1, 1);
    this.store(4, 8, DESCRIPTOR.cloexec, 1);
  }

  #inode(): void {
    this.read(1, 7, this.off("file", "f_inode"));
    this.store(8, 9, KEPT.dentry, 1);
    const inode = (at: number, member: string, size: number): void => {
      this.load(8, 3, 9, KEPT.dentry);
      this.move(1, 8);
      this.math("add", 1, at);
      this.copy(size, 3, this.off("inode", member));
    };
    inode(DESCRIPTOR.mode, "i_mode", 2);
    inode(DESCRIPTOR.inode, "i_ino", 8);
    inode(DESCRIPTOR.size, "i_size", 8);
    inode(DESCRIPTOR.special, "i_rdev", 4);
    this.load(8, 1, 9, KEPT.dentry);
    this.read(3, 1, this.off("inode", "i_sb"));
    this.#into(DESCRIPTOR.device, 3, this.off("super_block", "s_dev"), 4);
  }

  /** Family and type; address and peer of a unix socket. */
  #socket(): void {
    const done = this.newLabel("socket");
    const alone = this.newLabel("alone");
    this.read(7, 7, this.off("file", "private_data"));
    this.when(7, "eq", 0, done);
    this.#into(DESCRIPTOR.type, 7, this.off("socket", "type"), 2);
    this.read(7, 7, this.off("socket", "sk"));
    this.when(7, "eq", 0, done);
    this.#into(DESCRIPTOR.family, 7, this.off("sock", "__sk_common") + this.off("sock_common", "skc_family"), 2);
    if (this.types.find("unix_sock", "peer") !== undefined) {
      this.load(4, 1, 8, DESCRIPTOR.family);
      this.when(1, "notEq", AF_UNIX, done);
      this.read(1, 7, this.off("unix_sock", "peer"));
      this.when(1, "eq", 0, alone);
      this.read(1, 1, this.off("sock", "sk_socket"));
      this.when(1, "eq", 0, alone);
      this.move(3, 1);
      this.#into(DESCRIPTOR.peer, 3, this.off("socket_alloc", "vfs_inode") + this.off("inode", "i_ino"), 8);
      this.label(alone);
      this.read(7, 7, this.off("unix_sock", "addr"));
      this.when(7, "eq", 0, done);
      this.#into(DESCRIPTOR.addressLength, 7, this.off("unix_address", "len"), 4);
      this.#into(DESCRIPTOR.address, 7, this.off("unix_address", "name"), UNIX_ADDRESS);
    }
    this.label(done);
  }

  /**
   * The names of a struct path, behind the KEPT.length bytes of the piece that is open: from the last one up, through the mounts, to the
   * root. With `facts` (r8 points to them) it is noted when the last name was unlinked.
   */
  path(from: Exclude<Register, 1>, offset: number, facts: boolean): void {
    const each = this.newLabel("name");
    const climb = this.newLabel("climb");
    const onward = this.newLabel("onward");
    const over = this.newLabel("root");
    const linked = this.newLabel("linked");
    this.keep(KEPT.dentry, from, offset + this.off("path", "dentry"), 8);
    this.keep(KEPT.mount, from, offset + this.off("path", "mnt"), 8);
    if (facts) {
      this.load(8, 1, 9, KEPT.dentry);
      this.read(1, 1, this.off("dentry", "d_hash") + 8);
      this.when(1, "notEq", 0, linked);
      this.storeValue(4, 8, DESCRIPTOR.unlinked, 1);
      this.label(linked);
    }
    this.set(8, 0);
    this.label(each);
    this.load(8, 7, 9, KEPT.dentry);
    this.when(7, "eq", 0, over);
    this.load(8, 1, 9, KEPT.mount);
    this.read(1, 1, this.off("vfsmount", "mnt_root"));
    this.when(1, "eq", { register: 7 }, climb);
    this.#name(over);
    this.read(1, 7, this.off("dentry", "d_parent"));
    this.when(1, "eq", { register: 7 }, over);
    this.store(8, 9, KEPT.dentry, 1);
    this.go(onward);
    this.label(climb);
    this.load(8, 7, 9, KEPT.mount);
    this.math("sub", 7, this.off("mount", "mnt"));
    this.read(1, 7, this.off("mount", "mnt_parent"));
    this.when(1, "eq", { register: 7 }, over);
    this.math("add", 1, this.off("mount", "mnt"));
    this.store(8, 9, KEPT.mount, 1);
    this.keep(KEPT.dentry, 7, this.off("mount", "mnt_mountpoint"), 8);
    this.label(onward);
    this.math("add", 8, 1);
    this.when(8, "atLeast", LONGEST_PATH, over);
    this.go(each);
    this.label(over);
  }

  /** The name of the dentry in r7. */
  #name(over: string): void {
    this.read(3, 7, this.off("dentry", "d_name") + this.off("qstr", "name"));
    this.load(8, 1, 9, KEPT.at);
    this.load(8, 2, 9, KEPT.length);
    this.math("add", 1, { register: 2 });
    this.when(1, "above", FULL, over);
    this.math("add", 1, { register: 9 });
    this.math("add", 1, PIECE.size);
    this.set(2, NAME);
    this.help(HELPER.readKernelString);
    this.when(0, "above", NAME, over);
    this.load(8, 1, 9, KEPT.length);
    this.math("add", 1, { register: 0 });
    this.store(8, 9, KEPT.length, 1);
  }

  /** Appends a path alone, as a piece of this kind. Uses r7 and r8. */
  pathPiece(kind: number, from: Exclude<Register, 1>, offset: number, full: string): void {
    this.next(full);
    this.storeValue(8, 9, KEPT.length, 0);
    this.storeValue(8, 9, KEPT.argument, 0);
    this.path(from, offset, false);
    this.#close(kind, full);
  }
}
