/** Names of flags and values. @module */
import * as file from "../../ffi/constants/file.ts";
import * as socket from "../../ffi/constants/socket.ts";
import type { FlagTable } from "./text.ts";

const ACCESS = ["O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE"];
const STATUS: FlagTable = [
  ["O_SYNC", file.O_SYNC], ["O_TMPFILE", file.O_TMPFILE], ["O_CREAT", file.O_CREAT], ["O_EXCL", file.O_EXCL],
  ["O_NOCTTY", file.O_NOCTTY], ["O_TRUNC", file.O_TRUNC], ["O_APPEND", file.O_APPEND], ["O_NONBLOCK", file.O_NONBLOCK],
  ["O_DSYNC", file.O_DSYNC], ["O_ASYNC", file.O_ASYNC], ["O_DIRECT", file.O_DIRECT], ["O_DIRECTORY", file.O_DIRECTORY],
  ["O_NOFOLLOW", file.O_NOFOLLOW], ["O_NOATIME", file.O_NOATIME], ["O_CLOEXEC", file.O_CLOEXEC], ["O_PATH", file.O_PATH],
];

/** Access mode and status flags: one access mode, then the flags. */
export function openFlags(value: number): string {
  const names = [ACCESS[value & file.O_ACCMODE] ?? ""];
  let left = (value & ~file.O_ACCMODE) >>> 0;
  for (const [name, bits] of STATUS) {
    if (((left & bits) >>> 0) !== bits) continue;
    names.push(name);
    left = (left & ~bits) >>> 0;
  }
  if (left !== 0) names.push(`0x${left.toString(16)}`);
  return names.join("|");
}

/** Flags of pipe2, dup3, eventfd2 and kin: O_CLOEXEC and O_NONBLOCK under a prefix of their own. */
export function newFlags(prefix: string, ...more: (readonly [string, number])[]): FlagTable {
  return [[`${prefix}_CLOEXEC`, file.O_CLOEXEC], [`${prefix}_NONBLOCK`, file.O_NONBLOCK], ...more];
}

export const CLONE_VM = 0x100;
export const CLONE_FILES = 0x400;
export const CLONE_VFORK = 0x4000;
export const CLONE_PARENT = 0x8000;
export const CLONE_THREAD = 0x10000;
export const CLONE: FlagTable = [
  ["CLONE_VM", CLONE_VM], ["CLONE_FS", 0x200], ["CLONE_FILES", CLONE_FILES], ["CLONE_SIGHAND", 0x800], ["CLONE_PIDFD", 0x1000],
  ["CLONE_PTRACE", 0x2000], ["CLONE_VFORK", CLONE_VFORK], ["CLONE_PARENT", CLONE_PARENT], ["CLONE_THREAD", CLONE_THREAD],
  ["CLONE_NEWNS", 0x20000], ["CLONE_SYSVSEM", 0x40000], ["CLONE_SETTLS", 0x80000], ["CLONE_PARENT_SETTID", 0x100000],
  ["CLONE_CHILD_CLEARTID", 0x200000], ["CLONE_UNTRACED", 0x800000], ["CLONE_CHILD_SETTID", 0x1000000], ["CLONE_NEWCGROUP", 0x2000000],
  ["CLONE_NEWUTS", 0x4000000], ["CLONE_NEWIPC", 0x8000000], ["CLONE_NEWUSER", 0x10000000], ["CLONE_NEWPID", 0x20000000],
  ["CLONE_NEWNET", 0x40000000], ["CLONE_IO", 0x80000000],
];

export const WAIT: FlagTable = [
  ["WNOHANG", 1], ["WUNTRACED", 2], ["WEXITED", 4], ["WCONTINUED", 8], ["WNOWAIT", 0x1000000],
  ["__WNOTHREAD", 0x20000000], ["__WALL", 0x40000000], ["__WCLONE", 0x80000000],
];

export const MESSAGE: FlagTable = [
  ["MSG_OOB", socket.MSG_OOB], ["MSG_PEEK", socket.MSG_PEEK], ["MSG_CTRUNC", socket.MSG_CTRUNC], ["MSG_TRUNC", socket.MSG_TRUNC],
  ["MSG_DONTWAIT", socket.MSG_DONTWAIT], ["MSG_EOR", socket.MSG_EOR], ["MSG_WAITALL", socket.MSG_WAITALL],
  ["MSG_NOSIGNAL", socket.MSG_NOSIGNAL], ["MSG_CMSG_CLOEXEC", socket.MSG_CMSG_CLOEXEC],
];

export const ACTION: FlagTable = [
  ["SA_NOCLDSTOP", 1], ["SA_NOCLDWAIT", 2], ["SA_SIGINFO", 4], ["SA_RESTORER", 0x4000000], ["SA_ONSTACK", 0x8000000],
  ["SA_RESTART", 0x10000000], ["SA_NODEFER", 0x40000000], ["SA_RESETHAND", 0x80000000],
];
export const SA_RESTART = 0x10000000;
export const SA_RESTORER = 0x4000000;

export const CLOSE_RANGE: FlagTable = [["CLOSE_RANGE_UNSHARE", file.CLOSE_RANGE_UNSHARE], ["CLOSE_RANGE_CLOEXEC", file.CLOSE_RANGE_CLOEXEC]];

export const WHENCE = new Map([[0, "SEEK_SET"], [1, "SEEK_CUR"], [2, "SEEK_END"], [3, "SEEK_DATA"], [4, "SEEK_HOLE"]]);

export const FCNTL = new Map([
  [file.F_DUPFD, "F_DUPFD"], [file.F_GETFD, "F_GETFD"], [file.F_SETFD, "F_SETFD"], [file.F_GETFL, "F_GETFL"], [file.F_SETFL, "F_SETFL"],
  [5, "F_GETLK"], [6, "F_SETLK"], [7, "F_SETLKW"], [8, "F_SETOWN"], [9, "F_GETOWN"], [10, "F_SETSIG"], [11, "F_GETSIG"],
  [36, "F_OFD_GETLK"], [37, "F_OFD_SETLK"], [38, "F_OFD_SETLKW"], [1024, "F_SETLEASE"], [1025, "F_GETLEASE"],
  [file.F_DUPFD_CLOEXEC, "F_DUPFD_CLOEXEC"], [file.F_SETPIPE_SZ, "F_SETPIPE_SZ"], [file.F_GETPIPE_SZ, "F_GETPIPE_SZ"],
  [file.F_ADD_SEALS, "F_ADD_SEALS"], [file.F_GET_SEALS, "F_GET_SEALS"],
]);

export const FIONBIO = 0x5421;
export const FIONCLEX = 0x5450;
export const FIOCLEX = 0x5451;
export const IOCTL = new Map([
  [0x5401, "TCGETS"], [0x5402, "TCSETS"], [0x5403, "TCSETSW"], [0x540f, "TIOCGPGRP"], [0x5410, "TIOCSPGRP"], [0x5413, "TIOCGWINSZ"],
  [0x541b, "FIONREAD"], [FIONBIO, "FIONBIO"], [FIONCLEX, "FIONCLEX"], [FIOCLEX, "FIOCLEX"],
]);

export const DOMAIN = new Map([[0, "AF_UNSPEC"], [1, "AF_UNIX"], [2, "AF_INET"], [10, "AF_INET6"], [16, "AF_NETLINK"], [17, "AF_PACKET"], [38, "AF_ALG"], [40, "AF_VSOCK"]]);
export const TYPE = new Map([[1, "SOCK_STREAM"], [2, "SOCK_DGRAM"], [3, "SOCK_RAW"], [4, "SOCK_RDM"], [5, "SOCK_SEQPACKET"]]);
export const IDTYPE = new Map([[0, "P_ALL"], [1, "P_PID"], [2, "P_PGID"], [3, "P_PIDFD"]]);
export const MASK_HOW = new Map([[0, "SIG_BLOCK"], [1, "SIG_UNBLOCK"], [2, "SIG_SETMASK"]]);
export const SHUTDOWN = new Map([[0, "SHUT_RD"], [1, "SHUT_WR"], [2, "SHUT_RDWR"]]);
export const EPOLL_CTL = new Map([[1, "EPOLL_CTL_ADD"], [2, "EPOLL_CTL_DEL"], [3, "EPOLL_CTL_MOD"]]);

export const PR_SET_PDEATHSIG = 1;
export const PR_SET_NAME = 15;
export const PR_SET_CHILD_SUBREAPER = 36;
export const PRCTL = new Map([
  [PR_SET_PDEATHSIG, "PR_SET_PDEATHSIG"], [2, "PR_GET_PDEATHSIG"], [3, "PR_GET_DUMPABLE"], [4, "PR_SET_DUMPABLE"], [8, "PR_SET_KEEPCAPS"],
  [PR_SET_NAME, "PR_SET_NAME"], [16, "PR_GET_NAME"], [22, "PR_SET_SECCOMP"], [23, "PR_CAPBSET_READ"], [29, "PR_SET_TIMERSLACK"],
  [PR_SET_CHILD_SUBREAPER, "PR_SET_CHILD_SUBREAPER"], [37, "PR_GET_CHILD_SUBREAPER"], [38, "PR_SET_NO_NEW_PRIVS"], [39, "PR_GET_NO_NEW_PRIVS"],
  [0x53564d41, "PR_SET_VMA"],
]);
