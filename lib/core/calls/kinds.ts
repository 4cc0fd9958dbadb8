/**
 * The kinds of arguments that C functions take: numbers, descriptors, signals, flags, texts, buffers, structures.
 *
 * @module
 */
import { arch } from "../../ffi/arch.ts";
import { AT_FDCWD } from "../../ffi/constants/file.ts";
import { IPPROTO_IPV6, IPPROTO_TCP } from "../../ffi/constants/inet.ts";
import { SOL_SOCKET } from "../../ffi/constants/socket.ts";
import { EPOLL_EVENT, FLOCK, ITIMERSPEC } from "../../ffi/layout/event.ts";
import { POLLFD } from "../../ffi/layout/file.ts";
import { SEMBUF } from "../../ffi/layout/ipc.ts";
import { RLIMIT, SIGACTION, SIGINFO, SIGSET, TIMESPEC } from "../../ffi/layout/process.ts";
import { ITIMERVAL } from "../../ffi/layout/resource.ts";
import { IOVEC, MMSGHDR, MSGHDR } from "../../ffi/layout/socket.ts";
import type { Block, CArgument } from "../../ffi/mod.ts";
import { waitStatus } from "../process/status.ts";
import { fromSiginfo } from "../signal/info.ts";
import { signalsIn } from "../signal/set.ts";
import { signalName } from "../signal/signals.ts";
import { decodeAddress, type SocketAddress } from "../socket/address.ts";
import { type Control, readControl } from "../socket/control.ts";
import { timespec } from "../time.ts";
import { type Argument, at, before, blockAt, type Bytes, bytesAt, countAt, hex, out, pointed, showBytes, textAt, textsAt } from "./argument.ts";
import { type Choice, choice, type Flags, flags } from "./names.ts";

const UNLIMITED = 2 ** 64;
const MOST = 64;

/** A number as it is: a count, an identifier, a descriptor. */
export const number = before((value) => value);
/** Permissions and other numbers that people read in octal. */
export const octal = before((value) => value, (value) => `0${value.toString(8)}`);
/** An address that is not looked at. */
export const pointer = before((value) => value, hex);
export const path = before(textAt);
export const argv = before(textsAt);
/** An environment: the number of its variables. */
export const envp = before(countAt, (count) => `/* ${count} vars */`);
export const directory = before((value): number | "AT_FDCWD" => (value === AT_FDCWD ? "AT_FDCWD" : value), String);
export const signal = before((value) => (value === 0 ? 0 : signalName(value)), String);

/** One of some constants. */
export const one = (names: RegExp | Choice): Argument<string | number> => before(typeof names === "function" ? names : choice(names), String);
/** A set of flags. */
export const bits = (names: RegExp | Flags, zero?: string): Argument<readonly string[]> =>
  before(typeof names === "function" ? names : flags(names, zero), (list) => list.join("|") || "0");

const accessMode = flags(/^O_(?!ACCMODE|RDONLY)/, undefined);
/** Flags of open(2): the access mode is a number of two bits, so O_RDONLY is there when neither other is. */
export const openFlags = bits((value) => ((value & 3) === 0 ? ["O_RDONLY", ...accessMode(value)] : accessMode(value)));
export const socketType = bits((value) => [String(kindOf(value & 0xf)), ...markOf(value & ~0xf)]);
const kindOf = choice(/^SOCK_(STREAM|DGRAM|RAW|SEQPACKET)$/);
const markOf = flags(/^SOCK_(NONBLOCK|CLOEXEC)$/);

/** Bytes that go in; `length` says which argument counts them. */
export const given = (length: number): Argument<Bytes> => ({ read: (value, all) => bytesAt(value, Number(all[length])), show: showBytes });
/** Bytes that come out, as many as the result says. */
export const taken: Argument<Bytes | undefined> = { when: "success", read: (value, _all, result) => bytesAt(value, result), show: (value) => (value ? showBytes(value) : "?") };

/** Memory that is copied: a buffer by its length, or an address. */
export const copied: Argument<number | { bytes: number }> = {
  read: (value) => (value instanceof Uint8Array ? { bytes: value.length } : value), show: (value) => (typeof value === "number" ? hex(value) : `/* ${value.bytes} bytes */`),
};

const int = (block: Block): number => block.i32(0);
export const intOut = out(4, int);
/** The two descriptors of pipe2 and socketpair. */
export const pairOut = out(8, (block) => [block.i32(0), block.i32(4)] as const);
export const statusOut: Argument<ReturnType<typeof waitStatus> | undefined> = {
  when: "success", read: (value, _all, result) => (result > 0 ? at(value, 4, (block) => waitStatus(block.i32(0))) : undefined),
};
export const siginfoOut = out(SIGINFO.size, fromSiginfo);
export const sigset = pointed(SIGSET.size, (block) => signalsIn(block).map(signalName));
export const sigsetOut = out(SIGSET.size, (block) => signalsIn(block).map(signalName));
/** The kernel's own set, of 64 bits. */
export const kernelSet = pointed(8, (block) => signalsIn(block).map(signalName));

const handlerFlags = flags(/^SA_/);
const action = (block: Block) => {
  const handler = block.u64(SIGACTION.at.sa_handler);
  return { handler: handler === 0 ? "SIG_DFL" : handler === 1 ? "SIG_IGN" : hex(handler), flags: handlerFlags(block.i32(SIGACTION.at.sa_flags)) };
};
export const sigaction = pointed(SIGACTION.size, action);
export const sigactionOut = out(SIGACTION.size, action);

const limit = (value: number): number => (value >= UNLIMITED ? Infinity : value);
const limits = (block: Block) => ({ soft: limit(block.u64(RLIMIT.at.rlim_cur)), hard: limit(block.u64(RLIMIT.at.rlim_max)) });
export const rlimit = pointed(RLIMIT.size, limits);
export const rlimitOut = out(RLIMIT.size, limits);

/** The groups of setgroups and getgroups, of which the first argument says how many there are, or the result. */
const groupsAt = (value: CArgument, count: number): number[] => listAt(value, count, 4, (block, from) => block.u32(from));
export const groups = before((value, all) => groupsAt(value, Number(all[0])));
export const groupsOut: Argument<number[]> = { when: "success", read: (value, all, result) => groupsAt(value, all[0] === 0 ? 0 : result) };

/** Times in milliseconds. */
export const time = pointed(TIMESPEC.size, (block) => timespec(block, 0));
export const timeOut = out(TIMESPEC.size, (block) => timespec(block, 0));
const setting = (block: Block) => ({ interval: timespec(block, ITIMERSPEC.at.it_interval), value: timespec(block, ITIMERSPEC.at.it_value) });
export const timer = pointed(ITIMERSPEC.size, setting);
export const timerOut = out(ITIMERSPEC.size, setting);
const micros = (block: Block, from: number): number => block.i64(from) * 1000 + block.i64(from + 8) / 1000;
const alarm = (block: Block) => ({ interval: micros(block, ITIMERVAL.at["it_interval.tv_sec"]), value: micros(block, ITIMERVAL.at["it_value.tv_sec"]) });
export const itimer = pointed(ITIMERVAL.size, alarm);
export const itimerOut = out(ITIMERVAL.size, alarm);

const lockType = choice(/^F_(RD|WR|UN)LCK$/);
/** The third argument of fcntl: a lock for the operations on locks, else a number. */
export const fcntlArgument = before((value, all) => ([5, 6, 7, 36, 37, 38].includes(Number(all[1])) ? at(value, FLOCK.size, lock) : value));
const lock = (block: Block) => ({
  type: lockType(block.view.getInt16(FLOCK.at.l_type, true)), start: block.i64(FLOCK.at.l_start), length: block.i64(FLOCK.at.l_len), pid: block.i32(FLOCK.at.l_pid),
});

const pollBits = flags(/^POLL/);
/** The descriptors of poll with what was found, read after the call; `count` is the argument that counts them. */
export const polled = (count: number): Argument<{ fd: number; events: readonly string[]; revents: readonly string[] }[]> => ({
  when: "after",
  read: (value, all) => listAt(value, Number(all[count]), POLLFD.size, (block, from) => ({
    fd: block.i32(from + POLLFD.at.fd),
    events: pollBits(block.view.getUint16(from + POLLFD.at.events, true)),
    revents: pollBits(block.view.getUint16(from + POLLFD.at.revents, true)),
  })),
});

const epollBits = flags(/^EPOLL(?!_)/);
const { size: EVENT_SIZE, at: EVENT_AT } = EPOLL_EVENT[arch];
const epollEvent = (block: Block, from = 0) => ({ events: epollBits(block.u32(from + EVENT_AT.events)), data: block.u64(from + EVENT_AT.data) });
export const epollEventIn = pointed(EVENT_SIZE, epollEvent);
export const epollEvents: Argument<ReturnType<typeof epollEvent>[]> = { when: "success", read: (value, _all, result) => listAt(value, result, EVENT_SIZE, epollEvent) };

const semaphoreFlags = flags(/^(IPC_NOWAIT|SEM_UNDO)$/);
export const semaphoreOperations = before((value, all) => listAt(value, Number(all[2]), SEMBUF.size, (block, from) => ({
  num: block.view.getUint16(from, true), op: block.view.getInt16(from + SEMBUF.at.sem_op, true), flags: semaphoreFlags(block.view.getUint16(from + SEMBUF.at.sem_flg, true)),
})));

/** An address that goes in; `length` is the argument that says how long it is. */
export const address = (length: number): Argument<SocketAddress | undefined> => ({ read: (value, all) => addressAt(Number(value), Number(all[length])) });
/** An address that comes out; the third argument points to its length. */
export const addressOut: Argument<SocketAddress | undefined> = {
  when: "success", read: (value, all) => addressAt(Number(value), at(all[2] ?? 0, 4, int) ?? 0),
};
/** The length that addressOut needs. */
export const lengthOut = intOut;
const optionNames = new Map([[SOL_SOCKET, choice(/^SO_/)], [IPPROTO_TCP, choice(/^TCP_(?!LISTEN)/)], [IPPROTO_IPV6, choice(/^IPV6_/)]]);
/** Name of an option, which its level gives a meaning. */
export const optionName = before((value, all) => optionNames.get(Number(all[1]))?.(value) ?? value, String);
/** The value of an option: a number when it is of four bytes. */
export const option: Argument<number | Bytes> = { read: (value, all) => (all[4] === 4 ? at(value, 4, int) ?? 0 : bytesAt(value, Number(all[4]))) };
export const optionOut: Argument<number | Bytes | undefined> = {
  when: "success",
  read: (value, all) => {
    const length = at(all[4] ?? 0, 4, int) ?? 0;
    return length === 4 ? at(value, 4, int) : bytesAt(value, length);
  },
};

/** Bytes in several places. */
export const vectors = before((value, all) => ({ bytes: vectorLength(value, Number(all[2])) }));

/** A message of sendmsg, or one that recvmsg has filled. */
export const message: Argument<Message | undefined> = { read: (value) => messageAt(value) };
export const messageOut: Argument<Message | undefined> = { when: "success", read: (value, _all, result) => messageAt(value, result) };

/** Messages of sendmmsg, and those of recvmmsg that came. */
export const messages: Argument<(Message | undefined)[]> = { read: (value, all) => messagesAt(value, Number(all[2])) };
export const messagesOut: Argument<(Message | undefined)[]> = { when: "success", read: (value, _all, result = 0) => messagesAt(value, result, true) };

function messagesAt(value: CArgument, count: number, filled = false): (Message | undefined)[] {
  return listAt(value, count, MMSGHDR.size, (block, from) => messageAt(Number(value) + from, filled ? block.u32(from + MMSGHDR.at.msg_len) : undefined));
}

/** A message with what travels beside the bytes. */
export interface Message extends Partial<Control> {
  /** To whom, or from whom. */
  address: SocketAddress | undefined;
  bytes: number;
  /** Descriptors in it. */
  fds: number[];
  flags: readonly string[];
}

const messageFlags = flags(/^MSG_(?!NOERROR|EXCEPT)/);
function messageAt(value: CArgument, length?: number): Message | undefined {
  return at(value, MSGHDR.size, (block) => {
    const { at: fields } = MSGHDR;
    const size = block.u64(fields.msg_controllen);
    const control = block.u64(fields.msg_control);
    return {
      address: addressAt(block.u64(fields.msg_name), block.u32(fields.msg_namelen)),
      bytes: length ?? vectorLength(block.u64(fields.msg_iov), block.u64(fields.msg_iovlen)),
      ...(control !== 0 && size > 0 ? readControl(blockAt(control, size), size) : { fds: [] }),
      flags: messageFlags(block.i32(fields.msg_flags)),
    };
  });
}

function addressAt(address: number, length: number): SocketAddress | undefined {
  return address === 0 || length <= 0 || length > 128 ? undefined : decodeAddress(blockAt(address, length), length);
}

function vectorLength(address: number, count: number): number {
  return listAt(address, count, IOVEC.size, (block, from) => block.u64(from + IOVEC.at.iov_len)).reduce((sum, length) => sum + length, 0);
}

/** At most 64 of a list of structures. */
function listAt<T>(value: CArgument, count: number, size: number, read: (block: Block, from: number) => T): T[] {
  const length = Math.min(count, MOST);
  if (length <= 0) return [];
  return at(value, length * size, (block) => Array.from({ length }, (_, i) => read(block, i * size))) ?? [];
}
