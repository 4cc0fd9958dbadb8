/**
 * Reads a client's message: only what the protocol allows comes through, everything else is a refusal in words.
 *
 * @module
 */
import type { Method, Request, Requests } from "./protocol.ts";
import { Refusal } from "./refusal.ts";

type Fields = Record<string, unknown>;
type Readers = { [M in Method]: (params: Fields) => Requests[M]["params"] };

const ACTIONS = ["run", "pause", "step", "kill", "detach"] as const;
const RUNTIMES = ["bun", "deno"] as const;
const MAX_PACE = 1_000_000;

const readers: Readers = {
  hello: () => ({}),
  play: (p) => ({ scenario: text(p, "scenario"), runtime: one(p, "runtime", RUNTIMES), ...pacing(p) }),
  trace: (p) => ({ command: words(p, "command"), ...pacing(p) }),
  control: (p) => ({ session: count(p, "session"), action: one(p, "action", ACTIONS), ...optional(p, "pid", count), ...optional(p, "pace", rate) }),
  open: (p) => ({ path: text(p, "path") }),
  save: (p) => ({ session: count(p, "session"), path: text(p, "path") }),
};

/** A request as the protocol types it. `id` is 0 where not even that could be read. */
export type Read = { ok: true; request: Request } | { ok: false; id: number; why: string };

export function readRequest(line: string): Read {
  let id = 0;
  try {
    const message: unknown = JSON.parse(line);
    if (!isFields(message)) throw new Refusal("read message: not an object");
    id = count(message, "id");
    const method = text(message, "method");
    if (!isMethod(method)) throw new Refusal(`read message: method ${quote(method)} is not one of ${Object.keys(readers).join(", ")}`);
    const given = message["params"] ?? {};
    if (!isFields(given)) throw new Refusal(`read ${method}: params is not an object`);
    return { ok: true, request: { id, method, params: readers[method](given) } as Request };
  } catch (error) {
    return { ok: false, id, why: error instanceof Refusal ? error.message : `read message: ${String(error)}` };
  }
}

function pacing(p: Fields): { run: boolean; pace: number; verify?: boolean } {
  return { run: flag(p, "run"), pace: rate(p, "pace"), ...optional(p, "verify", flag) };
}

function isMethod(name: string): name is Method {
  return Object.hasOwn(readers, name);
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(p: Fields, name: string): string {
  const value = p[name];
  if (typeof value === "string" && value !== "" && value.length <= 4096 && !value.includes("\0")) return value;
  throw new Refusal(`read ${name}: ${quote(value)} is not a text of 1 to 4096 characters without NUL`);
}

function words(p: Fields, name: string): string[] {
  const value = p[name];
  const good = Array.isArray(value) && value.length > 0 && value.length <= 4096 && value[0] !== "";
  if (good && value.every((word) => typeof word === "string" && !word.includes("\0"))) return value as string[];
  throw new Refusal(`read ${name}: ${quote(value)} is not a list of words without NUL, the first not empty`);
}

function count(p: Fields, name: string): number {
  const value = p[name];
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw new Refusal(`read ${name}: ${quote(value)} is not a whole number from 0 on`);
}

function rate(p: Fields, name: string): number {
  const value = p[name];
  if (typeof value === "number" && value >= 0 && value <= MAX_PACE) return value;
  throw new Refusal(`read ${name}: ${quote(value)} is not a number from 0 to ${MAX_PACE}`);
}

function flag(p: Fields, name: string): boolean {
  const value = p[name];
  if (typeof value === "boolean") return value;
  throw new Refusal(`read ${name}: ${quote(value)} is neither true nor false`);
}

function one<const T extends string>(p: Fields, name: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === p[name]);
  if (found !== undefined) return found;
  throw new Refusal(`read ${name}: ${quote(p[name])} is not one of ${choices.join(", ")}`);
}

function optional<N extends string, T>(p: Fields, name: N, read: (p: Fields, name: string) => T): Partial<Record<N, T>> {
  return p[name] === undefined ? {} : ({ [name]: read(p, name) } as Partial<Record<N, T>>);
}

function quote(value: unknown): string {
  const shown = JSON.stringify(value) ?? "undefined";
  return shown.length > 60 ? `${shown.slice(0, 57)}...` : shown;
}
