/** The environment that exec and spawn hand on. @module */
import { allocate, type Block, libc, loadMore, type Scratch, scratch, usable } from "../../ffi/mod.ts";
import { checkString, checkStrings, wrongType, wrongValue } from "../validate.ts";

/** Variables by name, or entries "NAME=value" as C has them. */
export type Environment = Readonly<Record<string, string>> | readonly string[];

/** Checks an environment and gives its entries; undefined stays undefined: the program's own. */
export function environmentEntries(call: string, env: unknown): string[] | undefined {
  if (env === undefined) return undefined;
  if (Array.isArray(env)) return checkStrings(call, env, "env");
  if (typeof env !== "object" || env === null) throw wrongType(call, "env", env, "an object of strings or an array of strings");
  return Object.entries(env).map(([name, value]: [string, unknown]) => {
    if (name === "" || name.includes("=")) throw wrongValue(call, "a name in env", name, "without = and not empty");
    return `${checkString(call, name, "a name in env")}=${checkString(call, value, `env.${name}`)}`;
  });
}

/** Address of an environ-like array: of the entries given, or of the program's own environment. */
export function environmentAddress(room: Scratch, entries: readonly string[] | undefined): number {
  if (entries) return room.strings(entries);
  const own = usable().host.environment();
  return own ? ownAddress(own) : environ();
}

/** A variable of the program's own environment. */
export function variable(name: string): string | undefined {
  const own = usable().host.environment();
  return own ? own[name] : libcVariable(name);
}

/** Sets (or with undefined takes away) a variable, in libc and in the runtime's copy. */
export function setVariable(name: string, value: string | undefined): void {
  using room = scratch();
  if (value === undefined) libc().unsetenv(room.string(name));
  else libc().setenv(room.string(name), room.string(value), 1);
  usable().host.setVariable(name, value);
}

/** Gives libc the program's PATH, where the runtime keeps a copy that the program may have changed. */
export function ownPath(): void {
  const own = usable().host.environment();
  if (!own) return;
  using room = scratch();
  if (own["PATH"] === undefined) libc().unsetenv(room.string("PATH"));
  else libc().setenv(room.string("PATH"), room.string(own["PATH"]), 1);
}

type Variables = Readonly<Record<string, string | undefined>>;

/** The array made last and what it was made of: an environment rarely changes from one call to the next. */
let written: { names: string[]; values: (string | undefined)[]; block: Block } | undefined;

function ownAddress(own: Variables): number {
  if (!written || !isAsWritten(own, written)) written = { names: Object.keys(own), values: Object.values(own), block: environBlock(own) };
  return written.block.address;
}

function isAsWritten(own: Variables, { names, values }: { names: string[]; values: (string | undefined)[] }): boolean {
  let i = 0;
  for (const name in own) {
    if (names[i] !== name || values[i] !== own[name]) return false;
    i += 1;
  }
  return i === names.length;
}

function environBlock(own: Variables): Block {
  const set = Object.entries(own).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const texts = set.map(([name, value]) => new TextEncoder().encode(`${name}=${value}`));
  const pointers = POINTER * (texts.length + 1);
  const block = allocate(texts.reduce((total, text) => total + text.length + 1, pointers));
  let at = pointers;
  texts.forEach((text, i) => {
    block.setU64(POINTER * i, block.address + at);
    block.bytes.set(text, at);
    at += text.length + 1;
  });
  return block;
}

/** A variable of libc's environment. */
function libcVariable(name: string): string | undefined {
  using room = scratch();
  const address = libc().getenv(room.string(name));
  if (address === 0) return undefined;
  strlen ??= loadMore({ strlen: { args: ["ptr"], result: "i64" } }).strlen;
  return new TextDecoder().decode(usable().readBytes(address, strlen(address)));
}

let strlen: ((address: number) => number) | undefined;

const POINTER = 8;
const RTLD_DEFAULT = 0;

let environVariable: number | undefined;

/** What libc's `environ` points to now. */
function environ(): number {
  using room = scratch();
  environVariable ??= loadMore({ dlsym: { args: ["ptr", "ptr"], result: "ptr" } }).dlsym(RTLD_DEFAULT, room.string("environ"));
  const pointer = usable().readBytes(environVariable, POINTER);
  return Number(new DataView(pointer.buffer).getBigUint64(0, true));
}
