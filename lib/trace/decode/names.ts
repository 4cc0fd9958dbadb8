/** Names of flags and values. @module */
import * as file from "../../ffi/constants/file.ts";
import * as socket from "../../ffi/constants/socket.ts";
import { arch } from "../../ffi/arch.ts";
import type { FlagTable } from "./text.ts";

const ACCESS = ["O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE"];
const STATUS: FlagTable = [
  ["O_SYNC", file.O_SYNC], ["O_TMPFILE", file.O_TMPFILE], ["O_CREAT", file.O_CREAT], ["O_EXCL", file.O_EXCL],
  ["O_NOCTTY", file.O_NOCTTY], ["O_TRUNC", file.O_TRUNC], ["O_APPEND", file.O_APPEND], ["O_NONBLOCK", file.O_NONBLOCK],
  ["O_DSYNC", file.O_DSYNC], ["O_ASYNC", file.O_ASYNC], ["O_DIRECT", file.O_DIRECT], ["O_DIRECTORY", file.O_DIRECTORY],
  ["O_NOFOLLOW", file.O_NOFOLLOW], ["O_NOATIME", file.O_NOATIME], ["O_CLOEXEC", file.O_CLOEXEC], ["O_PATH", file.O_PATH],
  ["O_LARGEFILE", { x86_64: 0o100000, aarch64: 0o400000 }[arch]],
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

export const CLONE_PIDFD = 0x1000;
export const CLONE_SETTLS = 0x80000;
export const CLONE_PARENT_SETTID = 0x100000;
export const CLONE_CHILD_CLEARTID = 0x200000;
export const CLONE_CHILD_SETTID = 0x1000000;
export const CLONE_VM = 0x100;
export const CLONE_FILES = 0x400;
export const CLONE_VFORK = 0x4000;
export const CLONE_PARENT = 0x8000;
export const CLONE_THREAD = 0x10000;
export const CLONE: FlagTable = [
  ["CLONE_VM", CLONE_VM], ["CLONE_FS", 0x200], ["CLONE_FILES", CLONE_FILES], ["CLONE_SIGHAND", 0x800], ["CLONE_PIDFD", CLONE_PIDFD],
  ["CLONE_PTRACE", 0x2000], ["CLONE_VFORK", CLONE_VFORK], ["CLONE_PARENT", CLONE_PARENT], ["CLONE_THREAD", CLONE_THREAD],
  ["CLONE_NEWNS", 0x20000], ["CLONE_SYSVSEM", 0x40000], ["CLONE_SETTLS", CLONE_SETTLS], ["CLONE_PARENT_SETTID", CLONE_PARENT_SETTID],
  ["CLONE_CHILD_CLEARTID", CLONE_CHILD_CLEARTID], ["CLONE_UNTRACED", 0x800000], ["CLONE_CHILD_SETTID", CLONE_CHILD_SETTID], ["CLONE_NEWCGROUP", 0x2000000],
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

export const FIONBIO = 0x5421;
export const FIOASYNC = 0x5452;
export const FIONCLEX = 0x5450;
export const FIOCLEX = 0x5451;

export const DOMAIN = new Map([[0, "AF_UNSPEC"], [1, "AF_UNIX"], [2, "AF_INET"], [10, "AF_INET6"], [16, "AF_NETLINK"], [17, "AF_PACKET"], [29, "AF_CAN"], [31, "AF_BLUETOOTH"], [38, "AF_ALG"], [40, "AF_VSOCK"], [44, "AF_XDP"]]);
export const TYPE = new Map([[1, "SOCK_STREAM"], [2, "SOCK_DGRAM"], [3, "SOCK_RAW"], [4, "SOCK_RDM"], [5, "SOCK_SEQPACKET"]]);
export const IDTYPE = new Map([[0, "P_ALL"], [1, "P_PID"], [2, "P_PGID"], [3, "P_PIDFD"]]);
export const MASK_HOW = new Map([[0, "SIG_BLOCK"], [1, "SIG_UNBLOCK"], [2, "SIG_SETMASK"]]);

export const PR_SET_PDEATHSIG = 1;
export const PR_SET_NAME = 15;
export const PR_SET_CHILD_SUBREAPER = 36;
