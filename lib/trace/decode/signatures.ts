/** How the arguments of a call are decoded. @module */
import type { Arg, Call } from "./call.ts";
import { valueSet } from "./constants.ts";
import { kind } from "./kinds.ts";
import { futexCommand } from "./more_args.ts";
import { ROWS } from "./signature_rows.ts";


/** Calls that no kernel has any more. */
const GONE = new Set(["create_module", "get_kernel_syms", "query_module", "nfsservctl", "getpmsg", "putpmsg", "afs_syscall", "tuxcall", "security", "vserver", "_sysctl"]);
const AS_IT_IS = ["hex", "hex", "hex", "hex", "hex", "hex"];

let rows: Map<string, string[]> | undefined;

/** How the arguments of this call are decoded; undefined for a call that is in no list. */
export function argumentsOf(call: string): Arg[] | undefined {
  rows ??= new Map(ROWS.split(";").map((row) => row.trim().split(/\s+\|\s+/)).map((forms) => [/^\w*/.exec(forms[0] ?? "")?.[0] ?? "", forms]));
  if (GONE.has(call)) return AS_IT_IS.map(kind);
  const [row, ...forms] = rows.get(call) ?? [];
  if (row === undefined) return undefined;
  const [, ...words] = row.split(/\s+/);
  const args = words.map(kind);
  return forms.length === 0 ? args : [...args, ...variants(words, forms)];
}

type Form = readonly Arg[];

/** The arguments behind one that chooses their form. */
function variants(words: readonly string[], forms: readonly string[]): Arg[] {
  const chooser = words.length - 1;
  const [kindName = "", set = kindName.toUpperCase()] = (words[chooser] ?? "").split(":");
  const numbers = new Map([...valueSet(set)].map(([value, name]) => [name, value]));
  const chosen = new Map<number, Form>();
  let otherwise: Form = [];
  for (const form of forms) {
    const [names = "", ...kinds] = form.split(/\s+/);
    const made = kinds.map(kind);
    if (names === "*") otherwise = made;
    else for (const name of names.split(",")) chosen.set(numbers.get(name) ?? unknown(name), made);
  }
  const formOf = (call: Call): Form => chosen.get(kindName === "futex" ? futexCommand(call) : call.int(chooser)) ?? otherwise;
  const most = Math.max(otherwise.length, ...[...chosen.values()].map((form) => form.length));
  return Array.from({ length: most }, (_, k) => variant(formOf, k));
}

function unknown(name: string): never {
  throw new RangeError(`Cannot choose a form by ${name}: there is no such value`);
}

/** Argument `k` of whichever form a call has. */
function variant(formOf: (call: Call) => Form, k: number): Arg {
  const after: Arg = (call, i) => formOf(call)[k]?.after?.(call, i);
  after.fetch = (call, i, into) => formOf(call)[k]?.after?.fetch?.(call, i, into);
  const arg: Arg = (call, i) => formOf(call)[k]?.(call, i);
  arg.fetch = (call, i, into) => formOf(call)[k]?.fetch?.(call, i, into);
  return Object.assign(arg, { after });
}
