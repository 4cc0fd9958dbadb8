/** Decoders of arguments that need more than their own value. @module */
import * as file from "../../ffi/constants/file.ts";
import { STAT } from "../../ffi/layout/file.ts";
import { arch } from "../../ffi/arch.ts";
import { readBytes } from "../tracee_memory.ts";
import { address, type Always, array, octal, pointer, reading, viewing } from "./args.ts";
import { type Arg, type Call, out } from "./call.ts";
import { flagSet, valueSet } from "./constants.ts";
import { fileMode, struct } from "./structs.ts";
import { flagNames, hex, nameOf, preview, PREVIEW } from "./text.ts";

/** A mode that stands behind flags, and is there only where they make a file. */
export const modeOfOpen: Arg = (call, i) => ((call.uint(i - 1) & (file.O_CREAT | (file.O_TMPFILE & ~file.O_DIRECTORY))) === 0 ? undefined : octal(call, i));
export const modeOfFile: Arg = (call, i) => fileMode(call.uint(i));

/** A device, behind the mode of one. */
export const device: Arg = (call, i) => {
  const value = call.uint(i);
  return !/S_IF[CB]/.test(modeOfFile(call, i - 1) ?? "") ? undefined : `makedev(0x${((value >>> 8) & 0xfff).toString(16)}, 0x${(((value >>> 12) & 0xfff00) | (value & 0xff)).toString(16)})`;
};

/** readlink gives no NUL: as long as it returned. */
export const link: Arg = reading((call) => Math.min(4096, Math.max(0, call.ret)), (call, i) => {
  const bytes = readBytes(call.tid, call.size(i), Math.min(4096, Math.max(0, call.ret)));
  return bytes ? `"${preview(bytes, bytes.length)}"` : pointer(call, i);
});

const S_IFCHR = 2;
const S_IFBLK = 6;
/** struct stat; of a device also which. */
export const stat: Arg = viewing(struct("stat").size, (view) => {
  const type = (view.getUint32(STAT[arch].at.st_mode, true) >> 12) & 0xf;
  return struct(type === S_IFCHR || type === S_IFBLK ? "device_stat" : "stat").show(view, 0);
});

const MOST_ENTRIES = 32768;
/** struct linux_dirent64: how many were given. */
export const entries: Arg = viewing((call) => Math.min(MOST_ENTRIES, Math.max(0, call.ret)), (view) => {
  let count = 0;
  for (let at = 0; at + 18 <= view.byteLength; count++) at += Math.max(1, view.getUint16(at + 16, true));
  return `&... /* ${count} entries */`;
});

const SYNC_MASK = 0x6000;
export const statxFlags: Arg = (call, i) => {
  const flags = call.uint(i);
  const named = flagNames(flags, flagSet("AT"), "");
  return (flags & SYNC_MASK) !== 0 ? named : ["AT_STATX_SYNC_AS_STAT", named].filter(Boolean).join("|");
};

const FUTEX_PRIVATE = 128;
const FUTEX_CLOCK_REALTIME = 256;
/** What of a futex call's operation says what is done. */
export function futexCommand(call: Call): number {
  return call.int(1) & ~(FUTEX_PRIVATE | FUTEX_CLOCK_REALTIME);
}
export const futexOp: Arg = (call) => {
  const named = nameOf(futexCommand(call), valueSet("FUTEX"));
  return `${named}${(call.int(1) & FUTEX_PRIVATE) === 0 ? "" : "_PRIVATE"}${(call.int(1) & FUTEX_CLOCK_REALTIME) === 0 ? "" : "|FUTEX_CLOCK_REALTIME"}`;
};
export const futexBits: Arg = (call) => (call.uint(5) === 0xffffffff ? "FUTEX_BITSET_MATCH_ANY" : hex(call.uint(5)));

const MAGIC = new Map([[0xfee1dead, "LINUX_REBOOT_MAGIC1"], [672274793, "LINUX_REBOOT_MAGIC2"]]);
export const rebootMagic: Arg = (call, i) => MAGIC.get(call.uint(i)) ?? hex(call.uint(i));

/** A set of processors, of as many bytes as the argument before says. */
export const cpus: Arg = viewing((call, i) => cpuBytes(call, i), (view, call) => {
  const numbers: number[] = [];
  const length = call.returned && call.ret > 0 ? Math.min(call.ret, view.byteLength) : view.byteLength;
  for (let cpu = 0; cpu < 8 * length; cpu++) if ((view.getUint8(cpu >> 3) >> (cpu & 7)) & 1) numbers.push(cpu);
  return `[${numbers.join(" ")}]`;
});
function cpuBytes(call: Call, i: number): number {
  return Math.min(128, call.size(i - 1));
}

const MOST_SELECTED = 1024;
/** An fd_set of as many descriptors as argument 0 says. */
export const descriptorSet: Arg = viewing((call) => 8 * Math.ceil(selected(call) / 64), (view, call) => {
  const fds: number[] = [];
  for (let fd = 0; fd < selected(call); fd++) if ((view.getUint8(fd >> 3) >> (fd & 7)) & 1) fds.push(fd);
  return `[${fds.join(" ")}]`;
});
function selected(call: Call): number {
  return Math.min(Math.max(0, call.int(0)), MOST_SELECTED);
}

const MOST_POLLED = 32;
/** struct pollfd, as many as argument 1 says. */
function pollfds(show: (fd: number, asked: number, came: number) => string | undefined): (view: DataView, call: Call) => string {
  return (view, call) => {
    const items: string[] = [];
    for (let at = 0; at < view.byteLength; at += 8) {
      const text = show(view.getInt32(at, true), view.getUint16(at + 4, true), view.getUint16(at + 6, true));
      if (text !== undefined) items.push(text);
    }
    return `[${items.join(", ")}${call.uint(1) > MOST_POLLED ? ", ..." : ""}]`;
  };
}
const pollBytes = (call: Call): number => 8 * Math.min(MOST_POLLED, call.uint(1));
export const polled: Arg = viewing(pollBytes, pollfds((fd, asked) => (fd < 0 ? `{fd=${fd}}` : `{fd=${fd}, events=${flagNames(asked, flagSet("POLL"))}}`)));
/** Those at which something came. */
export const pollCame: Always = viewing(pollBytes, pollfds((fd, _, came) => (came === 0 ? undefined : `{fd=${fd}, revents=${flagNames(came, flagSet("POLL"))}}`)));

/** struct epoll_event, as many as were returned. */
export const epollEvents: Arg = viewing((call) => struct("epoll_event").size * came(call), (view, call) => {
  const { size, show } = struct("epoll_event");
  return `[${Array.from({ length: came(call) }, (_, k) => show(view, size * k)).join(", ")}]`;
});
function came(call: Call): number {
  return Math.min(MOST_POLLED, Math.max(0, call.ret));
}

export const ipcKey: Always = (call, i) => (call.int(i) === 0 ? "IPC_PRIVATE" : hex(call.uint(i)));
const RIGHTS = 0o777;
/** Flags and rights of a System V object. */
export const objectMode: Arg = (call, i) => {
  const flags = flagNames(call.uint(i) & ~RIGHTS, flagSet("IPC"), "");
  return [flags, `0${(call.uint(i) & RIGHTS).toString(8)}`].filter((text) => text !== "" && (text !== "00" || flags === "")).join("|");
};

const MOST_OPERATIONS = 16;
/** struct sembuf, as many as the next argument says. */
export const semaphoreOps: Arg = array("sembuf", (call, i) => Math.min(MOST_OPERATIONS, call.size(i + 1)));

/** struct msgbuf: type, then data of the length in the next argument, or that was returned. */
export const message: Arg = viewing((call, i) => 8 + Math.min(PREVIEW, call.returned ? Math.max(0, call.ret) : call.size(i + 1)), (view) => {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + 8, view.byteLength - 8);
  return `{mtype=${view.getBigInt64(0, true)}, mtext="${preview(bytes)}"}`;
});

const MREMAP_FIXED = 2;
const MREMAP_DONTUNMAP = 4;
/** Where to, if the flags before say that it matters. */
export const fixedAddress: Arg = (call, i) => ((call.uint(i - 1) & (MREMAP_FIXED | MREMAP_DONTUNMAP)) === 0 ? undefined : address(call, i));

const one = array("s64", 1);
const movedTo = Object.assign((call: Call, i: number) => {
  const [before, now] = [call.text[i] ?? "", one(call, i)];
  return before === now || !before.startsWith("[") ? now : `${before} => ${now}`;
}, { fetch: one.fetch });
/** An offset that the call moves on: "[0] => [10]". */
export const movedOffset: Arg = out("offset", movedTo as Arg, one);
