/**
 * The memory in which signals are noted, shared with the machine code that notes them: lib/ffi/native/on_signal/x86_64.s is the other side.
 *
 * One for each process: a forked child has a copy of its own, which it empties.
 *
 * @module
 */
import { MAP_ANONYMOUS, PROT_READ, PROT_WRITE } from "../../ffi/constants/ipc.ts";
import { MAP_PRIVATE } from "../../ffi/constants/memory.ts";
import { CLOCK_MONOTONIC } from "../../ffi/constants/event.ts";
import { SIGEV_THREAD_ID } from "../../ffi/constants/signal.ts";
import { SIG_BLOCK, SIG_SETMASK } from "../../ffi/constants/process.ts";
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { hasPrivateHandler, PRIVATE_SIGNAL, setPrivateHandler } from "../../ffi/private_signal.ts";
import { Block, check, libc, scratch, usable } from "../../ffi/mod.ts";
import { CODE } from "../../ffi/native/on_signal/code.ts";
import { loadCode } from "../../ffi/native/code.ts";
import { nativeFunctions } from "../../ffi/native/functions.ts";
import { SIGSET } from "../../ffi/layout/process.ts";
import { SIGEVENT } from "../../ffi/layout/signal.ts";
import { fromSiginfo, type SignalInfo } from "./info.ts";
import { KERNEL_SET, signalsIn, sigset } from "./set.ts";

/** Where things lie in it. */
export const AT = { head: 0, tail: 4, owner: 8, pid: 12, woken: 16, loop: 20, lost: 24, reminder: 28, handled: 32, heldBack: 40, interval: 48, first: 64, once: 111, calling: 176, reminding: 180, entries: 192 };
const ROOM = 1024;
const ENTRY = 64;
const SIZE = AT.entries + ROOM * ENTRY;

/** When a call is reminded that a signal came, in nanoseconds, and how often. */
const FIRST = 20_000;
const AGAIN = 2_000_000;

/** The memory and what is done with it. */
export interface Inbox {
  readonly block: Block;
  /** Address of the handler. */
  readonly handler: number;
  readonly woken: Int32Array;
  readonly calling: Int32Array;
  /** Signals that found no room here nor in the kernel. */
  readonly lost: Int32Array;
}

let inbox: Inbox | undefined;

/** The inbox, made at first use. */
export function openInbox(): Inbox {
  if (inbox) return inbox;
  const address = check(nativeFunctions().mmap(0, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), "mmap", [SIZE]);
  const block = new Block(new Uint8Array(usable().memory(address, SIZE)), address);
  const { on_signal, nothing, restorer } = loadCode(CODE, { inbox: address });
  const word = (offset: number): Int32Array => new Int32Array(block.view.buffer as ArrayBuffer, block.view.byteOffset + offset, 1);
  if (!hasPrivateHandler()) setPrivateHandler(nothing, restorer);
  block.setU64(AT.interval + 8, AGAIN);
  block.setU64(AT.first + 8, FIRST);
  inbox = { block, handler: on_signal, woken: word(AT.woken), calling: word(AT.calling), lost: word(AT.lost) };
  moveIn(inbox);
  return inbox;
}

/** True for the address of the handler. */
export function isOurHandler(address: number): boolean {
  return inbox !== undefined && address === inbox.handler;
}

/** The signals noted since this was last asked, in the order they came. */
export function takeNoted({ block, woken }: Inbox): SignalInfo[] {
  Atomics.store(woken, 0, 0);
  stopReminding(block);
  const head = block.u32(AT.head);
  const count = (block.u32(AT.tail) - head) >>> 0;
  const taken = Array.from({ length: count }, (_, i) => fromSiginfo(block, AT.entries + ENTRY * (((head + i) >>> 0) % ROOM)));
  block.setU32(AT.head, (head + count) >>> 0);
  return taken;
}

/** Says that a signal has a handler, or has none any more. `once`: its first delivery takes the handler away. */
export function setHandled({ block }: Inbox, signal: number, on: boolean, once: boolean): void {
  const at = AT.handled + ((signal - 1) >> 3);
  const bit = 1 << ((signal - 1) & 7);
  const byte = block.bytes[at] ?? 0;
  block.bytes[at] = on ? byte | bit : byte & ~bit;
  block.bytes[AT.once + signal] = once ? 1 : 0;
}

/** Says whether somebody waits for "woken". */
export function setLoop({ block }: Inbox, on: boolean): void {
  block.setI32(AT.loop, on ? 1 : 0);
}

/** Signals that are blocked only because there was no room to note more of them. */
export function heldBack({ block }: Inbox): number[] {
  return block.u64(AT.heldBack) === 0 ? [] : signalsIn(block, AT.heldBack);
}

/** The program blocks or unblocks these itself: they are not unblocked for it later. */
export function forgetHeldBack(of: Inbox, signals: readonly number[]): void {
  changeHeldBack(of, (held) => held.filter((signal) => !signals.includes(signal)), () => []);
}

/** Lets what was held back come: to be called when all that was noted has been taken. False when nothing was. */
export function releaseHeldBack(of: Inbox): boolean {
  if (heldBack(of).length === 0) return false;
  changeHeldBack(of, () => [], (held) => held);
  return true;
}

/** With nothing to be noted meanwhile: those that stay held back, and those to be unblocked, from those that are. */
function changeHeldBack(of: Inbox, staying: (held: number[]) => number[], unblocked: (held: number[]) => number[]): void {
  using room = scratch();
  const before = blockHandled(of, room.take(SIGSET.size));
  const held = heldBack(of);
  of.block.bytes.set(sigset(room, staying(held)).bytes.subarray(0, KERNEL_SET), AT.heldBack);
  const free = unblocked(held);
  const mask = signalsIn(before).filter((signal) => !free.includes(signal));
  check(libc().sigprocmask(SIG_SETMASK, sigset(room, mask).address, 0), "sigprocmask");
}

/** Blocks the signals that have a handler, in this thread; `before` gets the mask as it was. */
function blockHandled({ block }: Inbox, before: Block): Block {
  using room = scratch();
  const set = room.take(SIGSET.size);
  set.bytes.set(block.bytes.subarray(AT.handled, AT.handled + KERNEL_SET));
  check(libc().sigprocmask(SIG_BLOCK, set.address, before.address), "sigprocmask");
  return before;
}

/** In a forked child, with the signals that have a handler blocked: nothing was noted in it yet, and no event loop waits. */
export function moveIn(into: Inbox): void {
  const { block, woken, calling, lost } = into;
  block.setI32(AT.owner, libc().gettid());
  block.setI32(AT.pid, libc().getpid());
  block.setU32(AT.head, block.u32(AT.tail));
  block.setU64(AT.heldBack, 0);
  block.setI32(AT.loop, 0);
  block.setI32(AT.reminding, 0);
  woken[0] = 0;
  calling[0] = 0;
  lost[0] = 0;
  block.setI32(AT.reminder, reminder());
}

/** A timer that sends the reminder to this thread; -1 when there is none to be had: calls then end early but for an unlucky moment. */
function reminder(): number {
  using room = scratch();
  const event = room.take(SIGEVENT.size);
  const id = room.take(4);
  event.setI32(SIGEVENT.at.sigev_signo, PRIVATE_SIGNAL);
  event.setI32(SIGEVENT.at.sigev_notify, SIGEV_THREAD_ID);
  event.setI32(SIGEVENT.at["_sigev_un._tid"], libc().gettid());
  return libc().syscall(syscallNumber("timer_create"), CLOCK_MONOTONIC, event.address, id.address, 0, 0, 0) === 0 ? id.i32(0) : -1;
}

function stopReminding(block: Block): void {
  if (block.i32(AT.reminding) === 0) return;
  block.setI32(AT.reminding, 0);
  const id = block.i32(AT.reminder);
  using room = scratch();
  libc().syscall(syscallNumber("timer_settime"), id, 0, room.take(32).address, 0, 0, 0);
}
