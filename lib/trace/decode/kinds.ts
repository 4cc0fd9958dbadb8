/**
 * Kinds of arguments by the words that signatures.ts uses for them.
 *
 * ">kind" is filled in by the kernel, "<>kind" read and filled in. "f:SET" are flags ("f:SET:NONE": with a name for none) and "e:SET" one value of constants.ts; "data:2" is data as long as argument 2 says, "name[3]" an array of
 * structures, "name[$2]" one as long as argument 2 says, "name[ret]" one as long as was returned. Any other word is a structure.
 *
 * @module
 */
import * as args from "./args.ts";
import { type Arg, type Call, out } from "./call.ts";
import { flagSet, valueSet } from "./constants.ts";
import * as more from "./more_args.ts";
import { openFlags } from "./names.ts";
import { signalSet } from "./signal_sets.ts";
import { addressRead, lengthRead, socketOption, socketOptionData, socketOptionValue } from "./socket_args.ts";

const PLAIN: Record<string, Arg> = {
  int: args.int, uint: args.uint, size: args.size, off: args.offset, hex: args.hexadecimal, octal: args.octal, exit: args.int,
  fd: args.fd, dirfd: args.dirfd, signal: args.signal, p: args.pointer, addr: args.address,
  path: args.path, cwd: args.path, str: args.string, strs: args.strings, envs: args.stringCount, read: args.dataRead,
  open: (call, i) => openFlags(call.uint(i)),
  mode: more.modeOfOpen, filemode: more.modeOfFile, dev: more.device, stat: more.stat, link: more.link, entries: more.entries, statxflags: more.statxFlags,
  sigset: signalSet, futex: more.futexOp, bits: more.futexBits, magic: more.rebootMagic, cpus: more.cpus, fdset: more.descriptorSet,
  polled: more.polled, events: more.epollEvents, key: more.ipcKey, shm: more.objectMode, sembufs: more.semaphoreOps, msgp: more.message, fixed: more.fixedAddress, moved: more.movedOffset,
  option: socketOption, optval: socketOptionValue, optdata: socketOptionData, addressout: addressRead, socklen: lengthRead,
};

/** The decoder that this word names. */
export function kind(word: string): Arg {
  if (word.startsWith("<>")) return out(label(word.slice(2)), kind(word.slice(2)), kind(word.slice(2)));
  if (word.startsWith(">")) return out(label(word.slice(1)), kind(word.slice(1)));
  const plain = Object.hasOwn(PLAIN, word) ? PLAIN[word] : undefined;
  if (plain) return plain;
  const [first = "", second = "", none] = word.split(":");
  if (first === "f") return args.flags(flagSet(second), none);
  if (first === "e") return args.oneOf(valueSet(second));
  if (first === "data") return args.data(Number(second));
  const [, name = "", length = ""] = /^(\w+)\[(.+)\]$/.exec(word) ?? [];
  return name === "" ? args.structure(word) : args.array(name, lengthOf(length));
}

/** What stands for an argument until the kernel has filled it in. */
function label(word: string): string {
  return word.replace(/[[:].*/, "");
}

function lengthOf(text: string): number | ((call: Call) => number) {
  if (text === "ret") return (call) => call.ret;
  return text.startsWith("$") ? (call) => call.int(Number(text.slice(1))) : Number(text);
}
