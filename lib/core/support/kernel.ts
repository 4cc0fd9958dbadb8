/**
 * What the kernel offers, asked with calls that mean nothing: where a call is known it answers with the error that its manual page names.
 *
 * @module
 */
import { AF_UNIX, SOCK_CLOEXEC, SOCK_STREAM, SOL_SOCKET } from "../../ffi/constants/socket.ts";
import { SO_PASSPIDFD, SO_PASSRIGHTS, SO_PEERPIDFD } from "../../ffi/constants/socket_new.ts";
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { ERRNO, errno, errnoCode, libc, scratch } from "../../ffi/mod.ts";
import { socketOf } from "../proc/sock_diag.ts";
import { no, type SupportFact, unknown, yes } from "./fact.ts";

/** One call to try. */
interface Row {
  /** The system call. */
  call: string;
  /** First kernel that has it. */
  since: string;
  args: readonly number[];
  neededBy: readonly string[];
  /** The library makes it only when asked to; else some part of it does anyway. */
  foreign?: true;
}

const NO_FD = -1;
/** No address: what is written there is never reached, or fails with EFAULT. */
const NULL = 0;

const ROWS = {
  pidfd_open: { call: "pidfd_open", since: "5.3", args: [0, 0], neededBy: ["pidfd_open", "ProcessHandle", "Child"] },
  pidfd_send_signal: { call: "pidfd_send_signal", since: "5.1", args: [NO_FD, 0, NULL, 0], neededBy: ["pidfd_send_signal", "ProcessHandle", "Child"] },
  pidfd_getfd: { call: "pidfd_getfd", since: "5.6", args: [NO_FD, NO_FD, 0], neededBy: ["pidfd_getfd", "ProcessHandle"] },
  clone3: { call: "clone3", since: "5.3", args: [NULL, 0], neededBy: ["spawn"] },
  close_range: { call: "close_range", since: "5.9", args: [1, 0, 0xffff], neededBy: ["close_range", "spawn"] },
  execveat: { call: "execveat", since: "3.19", args: [NO_FD, NULL, NULL, NULL, 0], neededBy: ["execveat", "spawn"] },
  kcmp: { call: "kcmp", since: "3.5", args: [NO_FD, NO_FD, 99], neededBy: ["kcmp", "sameDescription", "groupDescriptions", "proc.descriptions", "proc.sharing"] },
  memfd_create: { call: "memfd_create", since: "3.17", args: [NULL, 0xffffffff], neededBy: ["memfd_create", "sealedFile"] },
  statx: { call: "statx", since: "4.11", args: [NO_FD, NULL, 0, 0xffffffff, NULL], neededBy: ["fstat", "proc.fdStat"] },
  epoll_pwait: { call: "epoll_pwait", since: "2.6.19", args: [NO_FD, NULL, 0, 0, NULL, 8], neededBy: ["pollAsync"] },
  timerfd: { call: "timerfd_create", since: "2.6.25", args: [99, 0], neededBy: ["TimerFd"] },
  eventfd: { call: "eventfd2", since: "2.6.27", args: [0, 0xffff], neededBy: ["EventFd"] },
  signalfd: { call: "signalfd4", since: "2.6.27", args: [NO_FD, NULL, 0, 0], neededBy: ["SignalFd"] },
  futex: { call: "futex", since: "2.6.0", args: [NULL, 129, 1, NULL, NULL, 0], neededBy: ["futexWait", "SharedMutex"] },
  "POSIX message queues": { call: "mq_getsetattr", since: "2.6.6", args: [NO_FD, NULL, NULL], neededBy: ["mq_open", "PosixQueue"] },
  "System V semaphores": { call: "semget", since: "2.0", args: [0, -1, 0], neededBy: ["semget", "SemaphoreSet"] },
  "System V shared memory": { call: "shmget", since: "2.0", args: [0, 0, 0], neededBy: ["shmget", "Segment"] },
  "System V message queues": { call: "msgctl", since: "2.0", args: [NO_FD, 2, NULL], neededBy: ["msgget", "MessageQueue"] },
  process_vm_readv: { call: "process_vm_readv", since: "3.2", args: [0, NULL, 0, NULL, 0, 1], neededBy: [], foreign: true },
  seccomp: { call: "seccomp", since: "3.17", args: [99, 0, NULL], neededBy: [], foreign: true },
  openat2: { call: "openat2", since: "5.6", args: [NO_FD, NULL, NULL, 0], neededBy: [], foreign: true },
  io_uring: { call: "io_uring_setup", since: "5.1", args: [0, NULL], neededBy: [], foreign: true },
  landlock: { call: "landlock_create_ruleset", since: "5.13", args: [NULL, 0, 1], neededBy: [], foreign: true },
  "eBPF": { call: "bpf", since: "3.18", args: [0xffff, NULL, 0], neededBy: [], foreign: true },
} as const satisfies Record<string, Row>;

/** Options of sockets, known by the error that a socket without a peer answers. */
const OPTIONS = {
  SCM_PIDFD: { option: SO_PASSPIDFD, since: "6.5", neededBy: ["recvmsg", "setsockopt"] },
  SO_PEERPIDFD: { option: SO_PEERPIDFD, since: "6.5", neededBy: ["peerProcess"] },
  SO_PASSRIGHTS: { option: SO_PASSRIGHTS, since: "6.16", neededBy: ["setsockopt"] },
} as const;

/** Names of what is asked of the kernel. */
export type KernelFeature = keyof typeof ROWS | keyof typeof OPTIONS | "unix_diag";

/**
 * Asks for each.
 *
 * @param release of the running kernel
 * @param filtered a seccomp filter is in force. "deadly": it may end the process instead of refusing the call
 */
export function kernelFeatures(release: string, filtered: "no" | "yes" | "deadly"): Record<KernelFeature, SupportFact> {
  const found = Object.entries<Row>(ROWS).map(([name, row]) => [name, ask(row, release, filtered)] as const);
  return { ...Object.fromEntries(found), ...socketOptions(release), unix_diag: unixDiag() } as Record<KernelFeature, SupportFact>;
}

function ask({ call, since, args, neededBy, foreign }: Row, release: string, filtered: string): SupportFact {
  if (filtered === "deadly" && (foreign || call === "kcmp")) return unknown("kernel", `not tried: a seccomp filter is in force that may end the process`, neededBy);
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = args;
  const code = libc().syscall(syscallNumber(call), a, b, c, d, e, f) === -1 ? errno() : 0;
  return judge(code, release, since, neededBy, call);
}

function judge(code: number, release: string, since: string, neededBy: readonly string[], call: string): SupportFact {
  const answers = code === 0 ? "answers" : `answers ${errnoCode(code)} to a call that means nothing`;
  if (code === ERRNO.ENOSYS) {
    return isOlder(release, since)
      ? no("kernel", `not in Linux ${release}`, neededBy, `Linux ${since} or newer`)
      : no("kernel", `ENOSYS, though Linux has it since ${since}: built without it, or hidden by a seccomp filter`, neededBy, `in a container: --security-opt seccomp=unconfined, or a profile that allows ${call}`);
  }
  if (code === ERRNO.ENOTSUP) return no("kernel", "built in, and not turned on at boot", neededBy, `name it in the kernel's lsm= parameter`);
  if (code === ERRNO.EPERM || code === ERRNO.EACCES) return no("kernel", `${errnoCode(code)}: refused, by a seccomp filter or a setting of the system`, neededBy, liftOf(call));
  return yes("kernel", answers, neededBy);
}

function liftOf(call: string): string {
  if (call === "io_uring_setup") return "sysctl -w kernel.io_uring_disabled=0, or in a container a seccomp profile that allows io_uring_setup";
  if (call === "bpf") return "root or CAP_BPF; or sysctl -w kernel.unprivileged_bpf_disabled=0";
  return `in a container: --security-opt seccomp=unconfined, or a profile that allows ${call}`;
}

function socketOptions(release: string): Record<keyof typeof OPTIONS, SupportFact> {
  const fd = libc().socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const why = fd < 0 ? errnoCode(errno()) : "";
  try {
    const found = Object.entries(OPTIONS).map(([name, { option, since, neededBy }]) => {
      if (fd < 0) return [name, unknown("kernel", `no socket to ask with: ${why}`, neededBy)] as const;
      const code = optionError(fd, option);
      return [name, code === ERRNO.ENOPROTOOPT ? no("kernel", `not in Linux ${release}`, neededBy, `Linux ${since} or newer`) : judge(code, release, since, neededBy, "getsockopt")] as const;
    });
    return Object.fromEntries(found) as Record<keyof typeof OPTIONS, SupportFact>;
  } finally {
    if (fd >= 0) libc().close(fd);
  }
}

function optionError(fd: number, option: number): number {
  using room = scratch();
  const value = room.take(8);
  const length = room.take(4);
  length.setU32(0, 4);
  return libc().getsockopt(fd, SOL_SOCKET, option, value.address, length.address) === -1 ? errno() : 0;
}

/** The kernel's diagnosis of unix sockets, asked for a socket that is not there. */
function unixDiag(): SupportFact {
  const neededBy = ["proc.unixPeer", "proc.unixSocket", "proc.ends"];
  try {
    socketOf(0xffffffff);
  } catch (error) {
    const { errno: code } = error as { errno?: number };
    if (code !== undefined && code !== ERRNO.ENOENT) return no("kernel", `sock_diag fails with ${errnoCode(code)}`, neededBy, "modprobe unix_diag, as root");
  }
  return yes("kernel", "answers for a socket that is not there", neededBy);
}

/** True when the release ("6.1.0-13-amd64") is below a version ("5.10"). */
export function isOlder(release: string, version: string): boolean {
  const [have, want] = [release, version].map((text) => (/^\d+(?:\.\d+)*/.exec(text)?.[0] ?? "0").split(".").map(Number));
  for (let i = 0; i < (want?.length ?? 0); i++) {
    const [a = 0, b = 0] = [have?.[i], want?.[i]];
    if (a !== b) return a < b;
  }
  return false;
}
