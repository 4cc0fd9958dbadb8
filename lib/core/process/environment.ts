/** The environment that exec and spawn hand on. @module */
import { libc, loadMore, type Scratch, scratch, usable } from "../../ffi/mod.ts";
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
  const own = entries ?? ownEntries();
  return own ? room.strings(own) : environ();
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

/** The environment where the runtime keeps a copy of its own that a program changes. */
function ownEntries(): string[] | undefined {
  const own = usable().host.environment();
  return own && Object.entries(own).map(([name, value]) => `${name}=${value}`);
}

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
