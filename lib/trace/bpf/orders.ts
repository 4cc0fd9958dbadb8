/**
 * What is fetched when a call returns, for the decoders of ../decode to read: at most four orders a call. Every thread runs on meanwhile,
 * so that nothing can be read later; what no order fetches is shown as an address.
 *
 * @module
 */
import { syscalls } from "../../ffi/constants/syscall.ts";
import { arch } from "../../ffi/arch.ts";
import { Call, type CallSpec } from "../decode/call.ts";
import type { KnownCall } from "../decode/table.ts";
import { Kept } from "../tracee_memory.ts";
import { NotedFacts } from "./facts.ts";
import { MOST, ORDER, ORDER_KIND as KIND, ORDERS as MOST_ORDERS, WANTED } from "./records.ts";

interface Order {
  kind: number;
  argument?: number;
  other?: number;
  size?: number;
}

const DATA = 64;
const ADDRESS = 128;
const text = (argument: number): Order => ({ kind: KIND.text, argument });
const bytes = (argument: number, size: number): Order => ({ kind: KIND.bytes, argument, size });
const sized = (argument: number, other: number, size: number): Order => ({ kind: KIND.bytesByArgument, argument, other, size });
const data = (argument: number, other: number): Order => sized(argument, other, DATA);
const got = (argument: number): Order => ({ kind: KIND.bytesByResult, argument, size: DATA });
const fd = (argument: number): Order => ({ kind: KIND.argumentDescriptor, argument });
const pieces = (argument: number): Order => ({ kind: KIND.pieces, argument, other: argument + 1 });
const message = (argument: number): Order => ({ kind: KIND.message, argument });
const pair = (argument: number): Order => ({ kind: KIND.pair, argument });
const made: Order = { kind: KIND.resultDescriptor };
const directory: Order = { kind: KIND.directory };
const address = sized(1, 2, ADDRESS);
const peer = [bytes(1, ADDRESS), bytes(2, 4), made, fd(0)];

const ORDERS: Record<string, readonly Order[]> = {
  open: [text(0), made], openat: [text(1), made], openat2: [text(1), bytes(2, 24), made], creat: [text(0), made],
  pipe: [pair(0)], pipe2: [pair(0)], socketpair: [pair(3)],
  fcntl: [fd(0)], ioctl: [fd(0)], chdir: [text(0), directory], fchdir: [directory],
  epoll_create: [made], epoll_create1: [made], eventfd: [made], eventfd2: [made], signalfd: [made], signalfd4: [made], timerfd_create: [made],
  inotify_init: [made], inotify_init1: [made], memfd_create: [text(0), made], memfd_secret: [made], userfaultfd: [made], perf_event_open: [made],
  bpf: [made], io_uring_setup: [made], pidfd_open: [made], pidfd_getfd: [made], open_by_handle_at: [made], mq_open: [text(0), made],
  fsopen: [made], fsmount: [made], open_tree: [made], landlock_create_ruleset: [made], fanotify_init: [made],
  socket: [made], bind: [address, fd(0)], connect: [address, fd(0)], accept: peer, accept4: peer,
  sendmsg: [message(1)], recvmsg: [message(1)], sendto: [data(1, 2), sized(4, 5, ADDRESS)], recvfrom: [got(1)],
  read: [got(1), fd(0)], pread64: [got(1), fd(0)], write: [data(1, 2), fd(0)], pwrite64: [data(1, 2), fd(0)],
  readv: [pieces(1), fd(0)], writev: [pieces(1), fd(0)], preadv: [pieces(1), fd(0)], pwritev: [pieces(1), fd(0)],
  preadv2: [pieces(1), fd(0)], pwritev2: [pieces(1), fd(0)], vmsplice: [pieces(1), fd(0)],
  ftruncate: [fd(0)], fallocate: [fd(0)], sendfile: [fd(0), fd(1)], splice: [fd(0), fd(2)], tee: [fd(0), fd(1)], copy_file_range: [fd(0), fd(2)],
  execve: [text(0)], execveat: [text(1)], clone3: [bytes(0, 64)], wait4: [bytes(1, 4)], waitid: [bytes(2, 32)],
  prctl: [text(1)], rt_sigaction: [bytes(1, 32), bytes(2, 32)],
  rt_sigprocmask: [bytes(1, 8), bytes(2, 8), { kind: KIND.mask }], rt_sigsuspend: [bytes(0, 8)], rt_sigtimedwait: [bytes(0, 8)],
};

/** The orders of a call: those of the table, else what its decoders would fetch, so far as they go straight to where an argument points. */
export function ordersOf(number: number, { name, spec }: KnownCall): readonly Order[] {
  return Object.hasOwn(ORDERS, name) ? (ORDERS[name] ?? []) : new Asked().ofCall(number, name, spec);
}

/** Apart far enough to tell which argument an address comes from. */
const APART = 0x10000;

/** Listens to what the decoders of a call ask for. */
class Asked extends Kept {
  readonly #orders: Order[] = [];

  ofCall(number: number, name: string, spec: CallSpec): readonly Order[] {
    const words = new Int32Array(12);
    for (let i = 0; i < 6; i++) words[2 * i] = APART * (i + 1);
    const call = new Call(name, number, spec, { pid: 0, tid: 0 }, 0, words, new NotedFacts());
    call.ret = DATA;
    spec.args.forEach((arg, i) => {
      arg.fetch?.(call, i, this);
      arg.after?.fetch?.(call, i, this);
    });
    return this.#orders.slice(0, MOST_ORDERS);
  }

  override fetch(_pid: number, address: number, length: number): void {
    const argument = argumentAt(address);
    if (argument !== undefined && length > 0) this.#add(bytes(argument, Math.min(length, MOST)));
  }

  override fetchString(_pid: number, address: number): void {
    const argument = argumentAt(address);
    if (argument !== undefined) this.#add(text(argument));
  }

  #add(order: Order): void {
    if (!this.#orders.some(({ argument }) => argument === order.argument)) this.#orders.push(order);
  }
}

function argumentAt(address: number): number | undefined {
  const argument = address / APART - 1;
  return Number.isInteger(argument) && argument >= 0 && argument < 6 ? argument : undefined;
}

/** A call's entry in the table of calls. */
export function wantedBytes(number: number, known: KnownCall): Uint8Array {
  const view = new DataView(new ArrayBuffer(WANTED.size));
  view.setUint32(WANTED.wanted, 1, true);
  ordersOf(number, known).forEach(({ kind, argument = 0, other = 0, size = 0 }, i) => {
    const at = WANTED.orders + ORDER.length * i;
    view.setUint8(at + ORDER.kind, kind);
    view.setUint8(at + ORDER.argument, argument);
    view.setUint8(at + ORDER.other, other);
    view.setUint32(at + ORDER.size, size, true);
  });
  return new Uint8Array(view.buffer);
}

/** One more than the highest number of a call. */
export function callCount(): number {
  return Math.max(...[...syscalls(arch)].map(([, number]) => number)) + 1;
}
