/**
 * Everything in the library that claims to know a number of C, gathered for comparison.
 *
 * @module
 */
import { ERRNO } from "../../../lib/ffi/errno.ts";
import type { Arch } from "../../../lib/ffi/arch.ts";
import * as events from "../../../lib/ffi/constants/event.ts";
import * as file from "../../../lib/ffi/constants/file.ts";
import { OPEN_BY_ARCH } from "../../../lib/ffi/constants/file_by_arch.ts";
import * as futex from "../../../lib/ffi/constants/futex.ts";
import * as pthread from "../../../lib/ffi/constants/pthread.ts";
import * as inet from "../../../lib/ffi/constants/inet.ts";
import * as ipc from "../../../lib/ffi/constants/ipc.ts";
import * as memory from "../../../lib/ffi/constants/memory.ts";
import * as netlink from "../../../lib/ffi/constants/netlink.ts";
import * as prctls from "../../../lib/ffi/constants/prctl.ts";
import * as processes from "../../../lib/ffi/constants/process.ts";
import * as socket from "../../../lib/ffi/constants/socket.ts";
import * as socketNew from "../../../lib/ffi/constants/socket_new.ts";
import * as resources from "../../../lib/ffi/constants/resource.ts";
import * as siginfo from "../../../lib/ffi/constants/siginfo.ts";
import * as signals from "../../../lib/ffi/constants/signal.ts";
import { syscalls } from "../../../lib/ffi/constants/syscall.ts";
import * as trace from "../../../lib/ffi/constants/trace.ts";
import * as eventLayouts from "../../../lib/ffi/layout/event.ts";
import * as fileLayouts from "../../../lib/ffi/layout/file.ts";
import * as ipcLayouts from "../../../lib/ffi/layout/ipc.ts";
import type { Layout } from "../../../lib/ffi/layout/layout.ts";
import * as processLayouts from "../../../lib/ffi/layout/process.ts";
import * as resourceLayouts from "../../../lib/ffi/layout/resource.ts";
import * as signalLayouts from "../../../lib/ffi/layout/signal.ts";
import * as socketLayouts from "../../../lib/ffi/layout/socket.ts";
import * as threadLayouts from "../../../lib/ffi/layout/thread.ts";
import * as traceLayouts from "../../../lib/ffi/layout/trace.ts";
import * as statusNumbers from "../../../lib/core/process/status.ts";
import * as waitNumbers from "../../../lib/core/process/waitid_call.ts";
import * as limits from "../../../lib/core/process/limits.ts";
import * as traceNames from "../../../lib/trace/decode/names.ts";
import { SIGNALS } from "../../../lib/core/signal/signals.ts";

/** System calls above this are newer than the headers of the oldest system the test runs on. */
const NEWEST_IN_OLD_HEADERS = 450;

/** Numbers that one set of headers defines. */
export interface Numbers {
  readonly headers: readonly string[];
  readonly values: ReadonlyMap<string, number>;
  /** The headers may be older than the table: that they lack a number above this is no error. */
  readonly mayLack?: number;
}

/** Constants by the headers that define them. */
export function constantsOf(arch: Arch): Numbers[] {
  return [
    { headers: ["fcntl.h", "unistd.h", "sys/stat.h", "poll.h", "linux/kcmp.h", "linux/close_range.h"], values: new Map([...numbersIn(file), ...Object.entries(OPEN_BY_ARCH[arch])]) },
    { headers: ["sys/epoll.h", "sys/eventfd.h", "sys/timerfd.h", "sys/mman.h", "sys/file.h", "fcntl.h", "poll.h", "time.h"], values: numbersIn(events) },
    { headers: ["sys/ipc.h", "sys/sem.h", "sys/shm.h", "sys/msg.h", "sys/mman.h"], values: numbersIn(ipc) },
    { headers: ["sys/mman.h", "linux/futex.h", "sys/uio.h"], values: numbersIn(memory) },
    { headers: ["sys/socket.h"], values: numbersIn(socket) },
    { headers: ["linux/futex.h"], values: numbersIn(futex) },
    { headers: ["pthread.h"], values: numbersIn(pthread) },
    { headers: ["sys/socket.h"], values: numbersIn(socketNew), mayLack: 0 },
    { headers: ["netinet/in.h", "netinet/tcp.h"], values: numbersIn(inet) },
    { headers: ["linux/netlink.h", "linux/sock_diag.h", "linux/unix_diag.h", "netinet/tcp.h"], values: numbersIn(netlink) },
    { headers: ["sched.h", "linux/sched.h", "sys/prctl.h", "sys/mman.h", "signal.h", "elf.h"], values: numbersIn(processes) },
    { headers: ["sys/prctl.h"], values: numbersIn(prctls) },
    { headers: ["sys/time.h", "sys/resource.h"], values: numbersIn(resources) },
    { headers: ["signal.h", "sys/signalfd.h", "sys/pidfd.h"], values: numbersIn(signals) },
    { headers: ["asm/siginfo.h"], values: numbersIn(siginfo) },
    { headers: ["linux/ptrace.h", "linux/seccomp.h", "linux/filter.h", "linux/audit.h"], values: numbersIn(trace) },
    { headers: ["sys/wait.h", "sys/resource.h"], values: new Map([...numbersIn(waitNumbers), ...numbersIn(statusNumbers), ...numbersIn(limits)]) },
    { headers: ["sched.h", "fcntl.h", "sys/wait.h", "signal.h", "unistd.h", "sys/socket.h", "sys/ioctl.h", "sys/epoll.h", "sys/prctl.h"], values: traced((name) => !name.startsWith("SA_")) },
    { headers: ["asm/signal.h"], values: traced((name) => name.startsWith("SA_")) },
    { headers: ["signal.h"], values: new Map(Object.entries(SIGNALS)) },
    { headers: ["errno.h"], values: new Map(Object.entries(ERRNO)) },
    { headers: ["sys/syscall.h"], values: new Map([...syscalls(arch)].map(([name, number]) => [`__NR_${name}`, number])), mayLack: NEWEST_IN_OLD_HEADERS },
  ];
}

/** The names that the tracer writes for numbers: maps from number to name, and tables of name and bits. */
function traced(wanted: (name: string) => boolean): Map<string, number> {
  const pairs = Object.values(traceNames).flatMap((table: unknown): [string, number][] => {
    if (table instanceof Map) return [...(table as Map<number, string>)].map(([number, name]) => [name, number]);
    return Array.isArray(table) ? (table as [string, number][]) : [];
  });
  return new Map(pairs.filter(([name]) => wanted(name) && !name.startsWith("CLOSE_RANGE_")));
}

/** Structures, each once. */
export function layoutsOf(arch: Arch): Layout[] {
  return [eventLayouts, fileLayouts, ipcLayouts, processLayouts, resourceLayouts, signalLayouts, socketLayouts, threadLayouts, traceLayouts].flatMap((module) => Object.values(module)).flatMap((value: unknown) => {
    if (isLayout(value)) return [value];
    const own = typeof value === "object" && value !== null ? (value as Partial<Record<Arch, unknown>>)[arch] : undefined;
    return isLayout(own) ? [own] : [];
  });
}

/** Exports whose name is in capitals and whose value is a number. */
function numbersIn(module: object): Map<string, number> {
  return new Map(Object.entries(module).filter((entry): entry is [string, number] => typeof entry[1] === "number" && /^[A-Z_0-9]+$/.test(entry[0])).filter(([name]) => !(name in OPEN_BY_ARCH.x86_64)));
}

function isLayout(value: unknown): value is Layout {
  return typeof value === "object" && value !== null && "type" in value && "at" in value && "size" in value;
}
