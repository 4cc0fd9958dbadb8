/**
 * Finding events by an expression: terms that all must hold, each a word to look for, or `field=value`, `field~regex`, and with `!`
 * before it the contrary. Fields: kind, call, pid, tid, errno, signal, fd, path, exe, text.
 *
 * @module
 */
import type { Event } from "./event.ts";
import { signalName } from "./signals.ts";

export type Test = (event: Event) => boolean;

const FIELDS: Record<string, (event: Event) => string[]> = {
  kind: (event) => [event.kind],
  call: (event) => ("call" in event ? [event.call] : []),
  pid: (event) => [String(event.pid)],
  tid: (event) => [String(event.tid ?? event.pid)],
  errno: (event) => (event.kind === "call" && event.errno ? [event.errno] : []),
  signal: (event) => ("signal" in event ? [signalName(event.signal), String(event.signal)] : []),
  fd: descriptors,
  path: (event) => texts(event).filter((text) => text.includes("/")),
  exe: (event) => (event.kind === "exec" ? [event.exe, event.name] : []),
  text: texts,
};

/** @throws {Error} a field that there is not, or a regular expression that is none. */
export function parseFind(expression: string): Test {
  const terms = expression.match(/(?:"[^"]*"|\S)+/g) ?? [];
  if (terms.length === 0) throw new Error("Cannot find: the expression is empty, must have a word, field=value or field~regex");
  const tests = terms.map(term);
  return (event) => tests.every((test) => test(event));
}

function term(written: string): Test {
  const negated = written.startsWith("!");
  const text = negated ? written.slice(1) : written;
  const [, field = "", operator = "", value = ""] = /^([a-z]+)([=~])(.*)$/s.exec(text) ?? [];
  const test = operator === "" ? word(unquoted(text)) : compared(field, operator, unquoted(value));
  return negated ? (event) => !test(event) : test;
}

function word(text: string): Test {
  return (event) => texts(event).some((one) => one.includes(text));
}

function compared(field: string, operator: string, value: string): Test {
  const values = Object.hasOwn(FIELDS, field) ? FIELDS[field] : undefined;
  if (!values) throw new Error(`Cannot find: field is "${field}", must be one of ${Object.keys(FIELDS).join(", ")}`);
  if (operator === "=") return (event) => values(event).includes(value);
  const pattern = new RegExp(value, "u");
  return (event) => values(event).some((one) => pattern.test(one));
}

function unquoted(text: string): string {
  return text.replaceAll('"', "");
}

function descriptors(event: Event): string[] {
  if (event.kind === "block") return event.on && "fd" in event.on ? [String(event.on.fd)] : [];
  if (event.kind !== "call" || event.op === undefined) return [];
  const { op } = event;
  const numbers = "file" in op ? [op.file.fd] : op.op === "pair" ? [op.a.fd, op.b.fd] : op.op === "dup" ? [op.from, op.to] : "fd" in op ? [op.fd] : [];
  return numbers.map(String);
}

/** Everything readable in an event. */
function texts(event: Event): string[] {
  switch (event.kind) {
    case "call": return [event.call, ...event.args, ...(event.errno ? [event.errno] : []), ...(event.op && "file" in event.op ? [event.op.file.link] : [])];
    case "block": return [event.call, ...event.args];
    case "exec": return [event.exe, event.name, ...event.argv];
    case "signal": case "stop": return [signalName(event.signal)];
    case "fact": return [event.name, JSON.stringify(event.value)];
    case "lost": return [event.why];
    default: return [event.kind];
  }
}
