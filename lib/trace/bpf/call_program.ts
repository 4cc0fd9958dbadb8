/** sys_exit: a call that was noted at its entry is written down, with what its orders fetch. @module */
import { HELPER } from "./asm.ts";
import { describeAll, note } from "./describe.ts";
import { pathPiece } from "./paths.ts";
import { KEPT, type Program } from "./pieces.ts";
import { CALL, IN_CALL, MOST, ORDER, ORDER_KIND, ORDERS, PIECE_KIND, RECORD, WANTED, WORDS } from "./records.ts";

const STACK = { number: -40, order: -48, result: -56, call: -64 } as const;
const INT = 4;
const IOVEC = 16;
const MOST_PIECES = 8;
const MSGHDR = { size: 56, name: 0, nameLength: 8, vector: 16, pieces: 24, control: 32, controlLength: 40 } as const;
const CMSGHDR = { size: 16, level: 8, type: 12 } as const;
/** SOL_SOCKET and SCM_RIGHTS, as the two words of a control message. */
const RIGHTS = [1, 1] as const;
const SHOWN = 64;

/** sys_exit(regs, result). */
export function returned(p: Program, room: number): void {
  p.move(6, 1);
  p.help(HELPER.currentPidTgid);
  p.store(8, 10, p.thread, 0);
  p.lookUp(p.maps.inCall, p.thread, "out");
  p.move(7, 0);
  p.load(8, 1, 7, IN_CALL.number);
  p.store(8, 10, STACK.number, 1);
  p.lookUp(p.maps.wanted, STACK.number, "forget");
  p.move(8, 0);
  p.room(room, RECORD.call, CALL.size, "forget");
  p.load(8, 1, 6, 8);
  p.store(8, 9, CALL.result, 1);
  p.load(8, 1, 7, IN_CALL.entered);
  p.store(8, 9, CALL.entered, 1);
  p.load(8, 1, 7, IN_CALL.number);
  p.store(8, 9, CALL.number, 1);
  for (let i = 0; i < WORDS; i++) {
    p.load(8, 1, 7, IN_CALL.words + 8 * i);
    p.store(8, 9, CALL.words + 8 * i, 1);
  }
  p.storeValue(8, 9, KEPT.count, 0);
  for (let i = 0; i < ORDERS; i++) order(p, i);
  p.label("fetched");
  describeAll(p, "full");
  p.label("full");
  p.send();
  p.label("forget");
  p.help(HELPER.currentPidTgid);
  p.store(8, 10, p.thread, 0);
  p.map(1, p.maps.inCall);
  p.move(2, 10);
  p.math("add", 2, p.thread);
  p.help(HELPER.mapDelete);
  p.label("out");
  p.exit();
}

/** Does the i-th order of the call: r8 points to them. */
function order(p: Program, i: number): void {
  const at = WANTED.orders + ORDER.length * i;
  const done = p.newLabel("done");
  const next = (kind: number, make: () => void): void => {
    const other = p.newLabel("other");
    p.load(1, 1, 8, at + ORDER.kind);
    p.when(1, "notEq", kind, other);
    make();
    p.go(done);
    p.label(other);
  };
  p.load(1, 1, 8, at + ORDER.kind);
  p.when(1, "eq", ORDER_KIND.nothing, "fetched");
  wordOf(p, at + ORDER.argument);
  p.store(8, 9, KEPT.argument, 1);
  p.load(4, 1, 8, at + ORDER.size);
  p.store(8, 9, KEPT.length, 1);
  next(ORDER_KIND.bytes, () => { p.memory("full"); });
  next(ORDER_KIND.text, () => { p.text("full"); });
  next(ORDER_KIND.bytesByArgument, () => {
    wordOf(p, at + ORDER.other);
    atMost(p, at + ORDER.size);
    p.memory("full");
  });
  next(ORDER_KIND.bytesByResult, () => {
    p.load(8, 1, 9, CALL.result);
    p.when(1, "signedBelow", 1, done);
    atMost(p, at + ORDER.size);
    p.memory("full");
  });
  next(ORDER_KIND.resultDescriptor, () => {
    p.load(8, 1, 9, CALL.result);
    p.when(1, "signedBelow", 0, done);
    note(p);
  });
  next(ORDER_KIND.argumentDescriptor, () => {
    p.load(8, 1, 9, KEPT.argument);
    note(p);
  });
  next(ORDER_KIND.pair, () => { pair(p); });
  next(ORDER_KIND.message, () => { message(p); });
  next(ORDER_KIND.pieces, () => { pieces(p, at + ORDER.other); });
  next(ORDER_KIND.directory, () => {
    p.store(8, 10, STACK.order, 8);
    p.help(HELPER.currentTask);
    p.move(3, 0);
    p.read(7, 3, p.off("task_struct", "fs"));
    pathPiece(p, PIECE_KIND.directory, 7, p.off("fs_struct", "pwd"), "full");
    p.load(8, 8, 10, STACK.order);
  });
  next(ORDER_KIND.mask, () => {
    p.help(HELPER.currentTask);
    p.move(7, 0);
    p.kernel(PIECE_KIND.mask, 7, p.off("task_struct", "blocked"), 8, "full");
  });
  p.label(done);
}

/** r1: the word of the call whose number stands at an offset of the orders. */
function wordOf(p: Program, at: number): void {
  p.load(1, 1, 8, at);
  p.math("and", 1, WORDS - 1);
  p.math("shl", 1, 3);
  p.math("add", 1, { register: 9 });
  p.load(8, 1, 1, CALL.words);
}

/** KEPT.length: the number in r1, at most that of the order. */
function atMost(p: Program, at: number): void {
  const fits = p.newLabel("fits");
  p.load(4, 2, 8, at);
  p.when(2, "above", { register: 1 }, fits);
  p.move(1, 2);
  p.label(fits);
  p.store(8, 9, KEPT.length, 1);
}

/** Copies `size` bytes of the process's memory, at an address in r3, to r10 + `to`; r0 is not 0 when it cannot. */
function peek(p: Program, size: number, to: number): void {
  p.move(1, 10);
  p.math("add", 1, to);
  p.set(2, size);
  p.help(HELPER.readUser);
}

/** Two descriptors in memory. */
function pair(p: Program): void {
  const none = p.newLabel("none");
  p.storeValue(8, 9, KEPT.length, 2 * INT);
  p.memory("full");
  p.load(8, 3, 9, KEPT.argument);
  peek(p, 2 * INT, STACK.call);
  p.when(0, "notEq", 0, none);
  for (const at of [0, INT]) {
    p.load(4, 1, 10, STACK.call + at);
    note(p);
  }
  p.label(none);
}

/** An array of struct iovec, and the beginning of its first piece. */
function pieces(p: Program, other: number): void {
  const none = p.newLabel("none");
  p.load(8, 1, 9, KEPT.argument);
  p.store(8, 9, KEPT.message, 1);
  wordOf(p, other);
  p.when(1, "above", MOST_PIECES, none);
  p.math("shl", 1, 4);
  p.store(8, 9, KEPT.length, 1);
  p.memory("full");
  firstPiece(p, none);
  p.label(none);
}

/** The beginning of the first piece of the vector at KEPT.message. */
function firstPiece(p: Program, none: string): void {
  p.load(8, 3, 9, KEPT.message);
  peek(p, IOVEC, STACK.call - 8);
  p.when(0, "notEq", 0, none);
  p.load(8, 1, 10, STACK.call - 8);
  p.store(8, 9, KEPT.argument, 1);
  p.load(8, 1, 10, STACK.call);
  const fits = p.newLabel("fits");
  p.when(1, "atLeast", SHOWN, none + "long");
  p.go(fits);
  p.label(none + "long");
  p.set(1, SHOWN);
  p.label(fits);
  p.store(8, 9, KEPT.length, 1);
  p.memory("full");
}

/** struct msghdr, its name, its control data, its vector and the first piece; descriptors received are described. */
function message(p: Program): void {
  const none = p.newLabel("none");
  const head = -128;
  p.storeValue(8, 9, KEPT.length, MSGHDR.size);
  p.load(8, 3, 9, KEPT.argument);
  p.memory("full");
  p.load(8, 3, 9, KEPT.argument);
  peek(p, MSGHDR.size, head);
  p.when(0, "notEq", 0, none);
  const part = (address: number, length: number, size: 4 | 8): void => {
    const fits = p.newLabel("fits");
    p.load(8, 1, 10, head + address);
    p.store(8, 9, KEPT.argument, 1);
    p.load(size, 1, 10, head + length);
    p.when(1, "atLeast", MOST, `${fits}most`);
    p.go(fits);
    p.label(`${fits}most`);
    p.set(1, MOST);
    p.label(fits);
    p.store(8, 9, KEPT.length, 1);
    p.memory("full");
  };
  part(MSGHDR.name, MSGHDR.nameLength, 4);
  part(MSGHDR.control, MSGHDR.controlLength, 8);
  p.load(8, 1, 10, head + MSGHDR.vector);
  p.store(8, 9, KEPT.message, 1);
  p.store(8, 9, KEPT.argument, 1);
  p.load(8, 1, 10, head + MSGHDR.pieces);
  const many = p.newLabel("many");
  p.when(1, "above", MOST_PIECES, many);
  p.math("shl", 1, 4);
  p.store(8, 9, KEPT.length, 1);
  p.memory("full");
  p.label(many);
  rights(p, head);
  firstPiece(p, none);
  p.label(none);
}

/** Notes the descriptors of a first control message that carries some. */
function rights(p: Program, head: number): void {
  const none = p.newLabel("none");
  const to = head - 48;
  p.load(8, 1, 10, head + MSGHDR.controlLength);
  p.when(1, "signedBelow", CMSGHDR.size + INT, none);
  for (let at = 0; at < 48; at += 8) p.storeValue(8, 10, to + at, 0xffffffff | 0);
  p.load(8, 3, 10, head + MSGHDR.control);
  peek(p, CMSGHDR.size, to);
  p.when(0, "notEq", 0, none);
  p.load(4, 1, 10, to + CMSGHDR.level);
  p.when(1, "notEq", RIGHTS[0], none);
  p.load(4, 1, 10, to + CMSGHDR.type);
  p.when(1, "notEq", RIGHTS[1], none);
  for (let i = 0; i < 8; i++) {
    p.load(8, 1, 10, to);
    p.when(1, "signedBelow", CMSGHDR.size + INT * (i + 1), none);
    p.load(8, 3, 10, head + MSGHDR.control);
    p.math("add", 3, CMSGHDR.size + INT * i);
    peek(p, INT, to + 16);
    p.when(0, "notEq", 0, none);
    p.load(4, 1, 10, to + 16);
    note(p);
  }
  p.label(none);
}
