/**
 * Numbers as the names that the headers give them: flags joined, choices alone.
 *
 * @module
 */
import * as event from "../../ffi/constants/event.ts";
import * as file from "../../ffi/constants/file.ts";
import * as futex from "../../ffi/constants/futex.ts";
import * as inet from "../../ffi/constants/inet.ts";
import * as ipc from "../../ffi/constants/ipc.ts";
import * as memory from "../../ffi/constants/memory.ts";
import * as prctl from "../../ffi/constants/prctl.ts";
import * as process from "../../ffi/constants/process.ts";
import * as resource from "../../ffi/constants/resource.ts";
import * as signal from "../../ffi/constants/signal.ts";
import * as socket from "../../ffi/constants/socket.ts";
import * as newer from "../../ffi/constants/socket_new.ts";
import * as trace from "../../ffi/constants/trace.ts";
import * as wait from "../process/waitid_call.ts";

const MODULES: readonly object[] = [event, file, futex, inet, ipc, memory, prctl, process, resource, signal, socket, newer, trace, wait];

/** Name of one of a set of numbers, or the number itself. */
export type Choice = (value: number) => string | number;

/** Names of the bits in a number; what has no name last, in hexadecimal. */
export type Flags = (value: number) => readonly string[];

/** One of the constants that begin so: `choice("SEEK_")(1)` is "SEEK_CUR". Of two names of a number the first counts. */
export function choice(prefix: RegExp): Choice {
  let names: Map<number, string> | undefined;
  return (value) => {
    names ??= new Map([...constants(prefix)].reverse().map(([name, number]) => [number, name]));
    return names.get(value) ?? value;
  };
}

/**
 * The constants that begin so, as bits: `flags(/^O_/)(0o2000101)` is ["O_CREAT", "O_WRONLY", "O_CLOEXEC"] in the order of their bits;
 * a constant of several bits (O_SYNC) stands for them. `zero`: the name of having none, if it has one.
 */
export function flags(prefix: RegExp, zero?: string): Flags {
  let all: [string, number][] | undefined;
  return (value) => {
    // Widest first: O_SYNC holds O_DSYNC.
    all ??= constants(prefix).filter(([, bits]) => bits !== 0).sort(([, a], [, b]) => width(b) - width(a));
    const found: [string, number][] = [];
    let rest = value >>> 0;
    for (const [name, bits] of all) {
      const wanted = bits >>> 0;
      if ((rest & wanted) >>> 0 !== wanted) continue;
      found.push([name, wanted]);
      rest = (rest & ~wanted) >>> 0;
    }
    const names = found.sort(([, a], [, b]) => a - b).map(([name]) => name);
    if (rest !== 0) names.push(`0x${rest.toString(16)}`);
    return names.length === 0 && zero ? [zero] : names;
  };
}

function constants(prefix: RegExp): [string, number][] {
  const all = MODULES.flatMap((module) => Object.entries(module));
  return all.filter((entry): entry is [string, number] => prefix.test(entry[0]) && typeof entry[1] === "number");
}

function width(bits: number): number {
  return (bits >>> 0).toString(2).replaceAll("0", "").length;
}
