/** Calls that make, copy, mark and close descriptors. @module */
import * as file from "../../ffi/constants/file.ts";
import type { Op } from "../../model/event.ts";
import { readBlock } from "../tracee_memory.ts";
import { dirfd, fd, flags, int, octal, path, pointer, reading, size, uint, viewing } from "./args.ts";
import { type Call, type Deed, out } from "./call.ts";
import { flagSet } from "./constants.ts";
import { modeOfOpen } from "./more_args.ts";
import { CLOSE_RANGE, FIOASYNC, FIOCLEX, FIONBIO, FIONCLEX, newFlags, openFlags } from "./names.ts";
import { hex } from "./text.ts";
import { onLock } from "./waits.ts";

const open = (call: Call): Op | undefined => opened(call);

/** The result is a new descriptor. */
export function opened(call: Call, socket?: string): Op | undefined {
  const facts = call.facts.fd(call.pid, call.ret, socket);
  return facts && { op: "open", file: facts };
}

/** Two new descriptors at the address in argument `i`. */
export function pair(call: Call, i: number, socket?: string): Op | undefined {
  const block = readBlock(call.tid, call.size(i), 8);
  const a = block && call.facts.fd(call.pid, block.i32(0), socket);
  const b = block && call.facts.fd(call.pid, block.i32(4), socket);
  return a && b && { op: "pair", a, b };
}

export const pairOut = out("fds", reading(8, (call, i) => {
  const block = readBlock(call.tid, call.size(i), 8);
  return block ? `[${block.i32(0)}, ${block.i32(4)}]` : "&fds";
}));

const openFlagsArg = (call: Call, i: number): string => openFlags(call.uint(i));

/** struct open_how: flags, mode, resolve. */
const openHow = viewing(24, (view) => {
  const mode = view.getUint32(8, true);
  return `{flags=${openFlags(view.getUint32(0, true))}, ${mode === 0 ? "" : `mode=0${mode.toString(8)}, `}resolve=${hex(view.getUint32(16, true))}}`;
});

const dup = (to: (call: Call) => number, cloexec: (call: Call) => boolean) => (call: Call): Op => ({ op: "dup", from: call.int(0), to: to(call), cloexec: cloexec(call) });
const result = (call: Call): number => call.ret;

const chdir = (call: Call): Op | undefined => {
  const cwd = call.facts.cwd(call.pid);
  return cwd === undefined ? undefined : { op: "chdir", cwd };
};

export const DESCRIPTORS: Record<string, Deed> = {
  open: { args: [path, openFlagsArg, modeOfOpen], op: open },
  openat: { args: [dirfd, path, openFlagsArg, modeOfOpen], op: open },
  openat2: { args: [dirfd, path, openHow, size], op: open },
  creat: { args: [path, octal], op: open },
  close: { args: [fd], op: (call) => ({ op: "close", fd: call.int(0) }) },
  close_range: { args: [uint, uint, flags(CLOSE_RANGE)], op: closeRange },
  pipe: { args: [pairOut], op: (call) => pair(call, 0) },
  pipe2: { args: [pairOut, flags(newFlags("O", ["O_DIRECT", file.O_DIRECT]))], op: (call) => pair(call, 0) },
  dup: { args: [fd], op: dup(result, () => false) },
  dup2: { args: [fd, fd], op: dup(result, () => false) },
  dup3: { args: [fd, fd, flags(newFlags("O"))], op: dup(result, (call) => (call.uint(2) & file.O_CLOEXEC) !== 0) },
  fcntl: { op: fcntl, on: onLock },
  flock: { args: [fd, flags([["LOCK_SH", 1], ["LOCK_EX", 2], ["LOCK_NB", 4], ["LOCK_UN", 8]])], on: onLock },
  ioctl: { op: ioctl },
  chdir: { args: [path], op: chdir },
  fchdir: { args: [fd], op: chdir },
  epoll_create: { op: open },
  epoll_create1: { args: [flags(newFlags("EPOLL"))], op: open },
  epoll_ctl: {},
  eventfd: { args: [uint], op: open },
  eventfd2: { args: [uint, flags(newFlags("EFD", ["EFD_SEMAPHORE", 1]))], op: open },
  signalfd: { op: anew },
  signalfd4: { op: anew },
  timerfd_create: { op: open },
  inotify_init: { args: [], op: open },
  inotify_init1: { args: [flags(newFlags("IN"))], op: open },
  memfd_create: { args: [path, flags(flagSet("MFD"))], op: open },
  memfd_secret: { op: open },
  userfaultfd: { op: open },
  perf_event_open: { op: open },
  bpf: { op: perhaps },
  io_uring_setup: { op: open },
  pidfd_open: { args: [int, flags([["PIDFD_NONBLOCK", file.O_NONBLOCK], ["PIDFD_THREAD", file.O_EXCL]])], op: open },
  pidfd_getfd: { entry: keepNamed, op: gotten },
  open_tree: { op: open },
  fsopen: { op: open },
  fspick: { op: open },
  fsmount: { op: open },
  fanotify_init: { op: open },
  landlock_create_ruleset: { op: (call) => ((call.uint(2) & ASKS_FOR_THE_VERSION) === 0 ? opened(call) : undefined) },
  seccomp: { op: (call) => ((call.uint(1) & NEW_LISTENER) === 0 ? undefined : opened(call)) },
  getsockopt: { op: peerPidfd },
  open_by_handle_at: { args: [fd, pointer, openFlagsArg], op: open },
  mq_open: { op: open },
};

/** Requests whose result is a new descriptor: TIOCGPTPEER; NS_GET_USERNS, NS_GET_PARENT; USERFAULTFD_IOC_NEW; PIDFD_GET_*_NAMESPACE; KVM_CREATE_VM, KVM_CREATE_VCPU. */
const GIVE_A_DESCRIPTOR: ReadonlySet<number> = new Set([0x5441, 0xb701, 0xb702, 0xaa00, 0xae01, 0xae41, ...Array.from({ length: 10 }, (_, i) => 0xff01 + i)]);

/** The few requests that change the table or the description. */
function ioctl(call: Call): Op | undefined {
  switch (call.int(1)) {
    case FIOCLEX: return { op: "cloexec", fd: call.int(0), on: true };
    case FIONCLEX: return { op: "cloexec", fd: call.int(0), on: false };
    case FIONBIO: case FIOASYNC: return flagsNow(call, call.int(0));
    default: return GIVE_A_DESCRIPTOR.has(call.uint(1)) ? opened(call) : undefined;
  }
}

/** signalfd(-1) makes a descriptor; with one of its own it changes that. */
function anew(call: Call): Op | undefined {
  return call.int(0) === -1 ? opened(call) : undefined;
}

const ASKS_FOR_THE_VERSION = 1;
const NEW_LISTENER = 8;
const SOL_SOCKET = 1;
const SO_PEERPIDFD = 77;

function peerPidfd(call: Call): Op | undefined {
  if (call.int(1) !== SOL_SOCKET || call.int(2) !== SO_PEERPIDFD) return undefined;
  const fd = readBlock(call.tid, call.size(3), 4)?.i32(0);
  const facts = fd === undefined ? undefined : call.facts.fd(call.pid, fd);
  return facts && { op: "open", file: facts };
}

/** Whom the pidfd names: another thread may close it before the call returns. */
function keepNamed(call: Call): void {
  call.kept = call.facts.pidOf(call.pid, call.int(0));
}

function gotten(call: Call): Op | undefined {
  const file = call.facts.fd(call.pid, call.ret);
  const pid = call.kept as number | undefined;
  return file && { op: "open", file, ...(pid === undefined ? {} : { of: { pid, fd: call.int(1) } }) };
}

/** bpf(2) gives a descriptor for some commands: told by a link of its kind. */
function perhaps(call: Call): Op | undefined {
  const facts = call.ret > 2 ? call.facts.fd(call.pid, call.ret) : undefined;
  return facts && facts.link.startsWith("anon_inode:bpf") ? { op: "open", file: facts } : undefined;
}

function closeRange(call: Call): Op {
  const asked = call.uint(2);
  const own = (asked & file.CLOSE_RANGE_UNSHARE) !== 0 ? { unshare: true as const } : {};
  return { op: "close_range", first: call.uint(0), last: call.uint(1), cloexec: (asked & file.CLOSE_RANGE_CLOEXEC) !== 0, ...own };
}

function fcntl(call: Call): Op | undefined {
  switch (call.int(1)) {
    case file.F_DUPFD: return { op: "dup", from: call.int(0), to: call.ret, cloexec: false };
    case file.F_DUPFD_CLOEXEC: return { op: "dup", from: call.int(0), to: call.ret, cloexec: true };
    case file.F_SETFD: return { op: "cloexec", fd: call.int(0), on: (call.int(2) & file.FD_CLOEXEC) !== 0 };
    case file.F_SETFL: return flagsNow(call, call.int(0));
    default: return undefined;
  }
}

/** F_SETFL changes only some of the flags: what the description has now is read, not computed. */
function flagsNow(call: Call, fd: number): Op | undefined {
  const facts = call.facts.fd(call.pid, fd);
  return facts && { op: "flags", fd, flags: facts.flags };
}
