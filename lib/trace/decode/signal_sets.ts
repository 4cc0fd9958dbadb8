/** Sets of signals by name. @module */
import { signalName } from "../../core/signal/signals.ts";
import { setMembers } from "../signal_set.ts";
import { viewing } from "./args.ts";
import type { Arg } from "./call.ts";

/** Sets come again and again: their texts are made once. */
const texts = new Map<number, string>();

/** A set of signals in memory. */
export const signalSet: Arg = viewing(8, (view) => setText(view.getUint32(0, true), view.getUint32(4, true)));

/** "[SIGINT SIGCHLD]", or "~[...]" with those that are missing. */
export function setText(low: number, high: number): string {
  const key = high * 4294967296 + low;
  const known = high < 0x100000 ? texts.get(key) : undefined;
  if (known !== undefined) return known;
  const members = setMembers(low, high);
  const text = members.length > 32 ? `~[${missing(members)}]` : `[${members.map(signalName).join(" ")}]`;
  if (high < 0x100000) texts.set(key, text);
  return text;
}

function missing(members: number[]): string {
  const names: string[] = [];
  for (let n = 1; n <= 64; n++) if (!members.includes(n)) names.push(signalName(n));
  return names.join(" ");
}
