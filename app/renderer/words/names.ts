/**
 * What descriptions, inodes and processes are called in words.
 *
 * @module
 */
import type { WaitsOn, WaitStatus } from "../../../lib/model/event.ts";
import type { Process, ProcessState } from "../../../lib/model/world.ts";
import type { Known, Memory } from "../figure/memory.ts";
import { baseName } from "./format.ts";
import { signalName } from "../../../lib/model/signals.ts";
import type { Table } from "./table.ts";

/** Name of a description: file, pipe end or socket. */
export function descriptionName(known: Known | undefined, words: Table): string {
  if (!known) return "?";
  if (known.type === "pipe") return known.access === 1 ? words.writeEnd : words.readEnd;
  if (known.type === "socket") return words.socketNamed(known.letter ?? "");
  if (known.type === "anon") return known.link.replace(/^anon_inode:\[?|\]$/g, "");
  return baseName(known.link);
}

export function nameOf(memory: Memory, ofd: number, words: Table): string {
  return descriptionName(memory.get(ofd), words);
}

/** State for the chip; a zombie's chip tells how it ended. */
export function stateWords(process: { state: ProcessState; status?: WaitStatus }, words: Table): string {
  const { status } = process;
  if (process.state !== "zombie" || !status) return words.states[process.state];
  if (status.kind === "exited") return words.zombieExit(status.code);
  return status.kind === "signaled" ? words.zombieSignal(signalName(status.signal)) : words.states.zombie;
}

/** A piece of the second line of a card. */
export interface Piece { text: string; strong?: true; struck?: true }

/** ppid, role and the call it sits in. */
export function secondLine(process: Process, words: Table, lastCall: string | undefined): Piece[][] {
  const parts: Piece[][] = [];
  const adopted = process.bornTo !== undefined && process.bornTo !== process.ppid;
  if (process.state === "reaped") return [endPieces(process, words), ...reaper(process, words)];
  if (process.state === "zombie" && process.status?.kind === "signaled") parts.push(endPieces(process, words));
  parts.push(adopted ? [{ text: "ppid " }, { text: String(process.bornTo), struck: true }, { text: ` ${process.ppid}` }] : [{ text: words.ppid(process.ppid) }]);
  if (adopted) parts.push([{ text: words.adopted, strong: true }]);
  if (process.state === "zombie") return [...parts, [{ text: words.fdsClosed }]];
  if (process.subreaper) parts.push([{ text: words.subreaper, strong: true }]);
  if (process.state === "stopped" && process.stopSignal !== undefined) parts.push([{ text: words.stoppedBy(signalName(process.stopSignal)) }]);
  else if (process.blockedIn) parts.push([{ text: words.inCall(shortCall(process.blockedIn)) }]);
  else if (lastCall !== undefined) parts.push([{ text: words.backFrom(lastCall) }]);
  if (process.sid === process.pid) parts.push([{ text: words.sessionLeader, strong: true }]);
  else if (process.pgid === process.pid) parts.push([{ text: words.groupLeader, strong: true }]);
  return parts;
}

function endPieces(process: Process, words: Table): Piece[] {
  const { status } = process;
  if (status?.kind === "exited") return [{ text: words.exitCode(status.code) }];
  if (status?.kind !== "signaled") return [];
  return [{ text: words.killedBy(signalName(status.signal)) + (status.core ? words.comma + words.coreDumped : "") }];
}

function reaper(process: Process, words: Table): Piece[][] {
  return process.reapedBy === undefined ? [] : [[{ text: words.waitedBy(process.reapedBy) }]];
}

/** The call with the argument that matters: "wait4(4102)", "read(3)", "pause()". */
export function shortCall(blocked: { call: string; args: string[]; on?: WaitsOn }): string {
  const { call, args, on } = blocked;
  if (on && "fd" in on) return `${call}(${on.fd})`;
  if (on && "child" in on) return `${call}(${on.child})`;
  if (on && "lock" in on) return `${call}(${on.lock})`;
  const first = args[0] ?? "";
  return `${call}(${first.length <= 12 ? first : "…"})`;
}
