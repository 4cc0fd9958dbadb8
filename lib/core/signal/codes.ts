/** Where a signal comes from, by name and in words. @module */
import { SI_KERNEL, SI_QUEUE, SI_TKILL, SI_USER } from "../../ffi/constants/process.ts";
import * as siginfo from "../../ffi/constants/siginfo.ts";
import { POLL_ERR, POLL_HUP, POLL_IN, POLL_MSG, POLL_OUT, POLL_PRI, SI_ASYNCIO, SI_MESGQ, SI_SIGIO, SI_TIMER } from "../../ffi/constants/signal.ts";
import { CLD_CONTINUED, CLD_DUMPED, CLD_EXITED, CLD_KILLED, CLD_STOPPED, CLD_TRAPPED } from "../process/status.ts";
import { entering } from "../tap.ts";
import { checkInteger, checkObject } from "../validate.ts";
import type { SignalInfo } from "./info.ts";
import { type SignalName, signalName, signalNumber, SIGNALS } from "./signals.ts";

const SENT = new Map(Object.entries({ SI_USER, SI_KERNEL, SI_QUEUE, SI_TIMER, SI_MESGQ, SI_ASYNCIO, SI_SIGIO, SI_TKILL }).map(([name, code]) => [code, name]));
const OTHERS = Object.entries({
  ...siginfo, CLD_CONTINUED, CLD_DUMPED, CLD_EXITED, CLD_KILLED, CLD_STOPPED, CLD_TRAPPED, POLL_ERR, POLL_HUP, POLL_IN, POLL_MSG, POLL_OUT, POLL_PRI,
});

/** What the codes of a signal begin with; those of any other signal are of descriptors (F_SETSIG). */
const PREFIXES: Readonly<Record<number, string>> = {
  [SIGNALS.SIGILL]: "ILL_", [SIGNALS.SIGFPE]: "FPE_", [SIGNALS.SIGSEGV]: "SEGV_", [SIGNALS.SIGBUS]: "BUS_", [SIGNALS.SIGTRAP]: "TRAP_", [SIGNALS.SIGCHLD]: "CLD_", [SIGNALS.SIGSYS]: "SYS_",
};

/** How the kernel tells of a fault; the address comes after it. */
const FAULTS: Readonly<Record<string, string>> = {
  ILL_: "an instruction that may not be run", FPE_: "a calculation without a result", SEGV_MAPERR: "nothing is mapped", SEGV_ACCERR: "what is mapped may not be used so",
  SEGV_: "a check of memory failed", BUS_ADRALN: "the address is not aligned", BUS_ADRERR: "no memory is behind the address", BUS_: "an error of memory or hardware", TRAP_: "a breakpoint or a step",
};

const DESCRIPTORS: Readonly<Record<string, string>> = {
  POLL_IN: "has something to read", POLL_OUT: "has room to write", POLL_MSG: "has a message", POLL_ERR: "has an error", POLL_PRI: "has something urgent", POLL_HUP: "has lost its other end",
};

/**
 * Name of the code that came with a signal, which means something else for each signal: `signalCodeName("SIGCHLD", 1)` is "CLD_EXITED",
 * `signalCodeName("SIGSEGV", 1)` "SEGV_MAPERR", and of any signal -1 is "SI_QUEUE". Never fails; "code 99" for one without a name.
 *
 * @param signal a name or number
 * @param code as in a {@linkcode SignalInfo}
 * @see https://man7.org/linux/man-pages/man2/sigaction.2.html
 * @example
 * ```ts
 * import { signalCodeName } from "forkscope";
 * console.log(signalCodeName("SIGCHLD", 2), signalCodeName("SIGTERM", 0)); // "CLD_KILLED" "SI_USER"
 * ```
 */
export function signalCodeName(signal: number | SignalName, code: number): string {
  entering("signalCodeName");
  return codeName(signalNumber("signalCodeName", signal), checkInteger("signalCodeName", "code", code, -0x80000000, 0x7fffffff));
}

/**
 * What came with a signal as a sentence: who sent it, what became of which child, what a timer or descriptor tells. Never fails.
 *
 * @param info as a handler ({@linkcode onSignal}), {@linkcode sigwaitinfo}, {@linkcode readSignals} or {@linkcode waitid} gave it
 * @see https://man7.org/linux/man-pages/man2/sigaction.2.html
 * @example
 * ```ts
 * import { describeSignal, SI_QUEUE } from "forkscope";
 * console.log(describeSignal({ signal: 17, code: 2, pid: 612, uid: 0, status: 9 })); // "SIGCHLD: child 612 of user 0 was ended by SIGKILL (CLD_KILLED)"
 * console.log(describeSignal({ signal: 10, code: SI_QUEUE, pid: 7, uid: 1000, value: 42 })); // "SIGUSR1 from process 7 of user 1000, with the value 42 (SI_QUEUE)"
 * ```
 */
export function describeSignal(info: SignalInfo): string {
  entering("describeSignal");
  checkObject("describeSignal", info, "info");
  const signal = signalNumber("describeSignal", info.signal);
  const code = codeName(signal, checkInteger("describeSignal", "code", info.code, -0x80000000, 0x7fffffff));
  const lost = info.lost ? `; ${info.lost} signals were lost before` : "";
  return `${signalName(signal)}${story(info, code)} (${code})${lost}`;
}

function codeName(signal: number, code: number): string {
  const sent = SENT.get(code);
  if (sent) return sent;
  const prefix = PREFIXES[signal] ?? "POLL_";
  return OTHERS.find(([name, value]) => value === code && name.startsWith(prefix))?.[0] ?? `code ${code}`;
}

function story(info: SignalInfo, code: string): string {
  if (code.startsWith("CLD_")) return `: child ${info.pid} of user ${info.uid} ${fate(code, info.status ?? 0)}`;
  if (code === "SI_TIMER") return `: a timer expired${further(info.overrun)}, with the value ${info.value}`;
  if (code.startsWith("POLL_")) return `: descriptor ${info.fd} ${DESCRIPTORS[code]}`;
  if (code.startsWith("SYS_")) return ": a system call was caught";
  const fault = FAULTS[code] ?? FAULTS[`${code.split("_")[0]}_`];
  if (fault !== undefined) return `: ${fault}${info.address === undefined ? "" : ` at 0x${info.address.toString(16)}`}`;
  return sender(info, code);
}

function sender({ pid, uid, value }: SignalInfo, code: string): string {
  if (code === "SI_KERNEL" || pid === undefined) return " from the kernel";
  const who = pid === 0 ? "a process outside this pid namespace" : `process ${pid} of user ${uid}`;
  return ` from ${who}${code === "SI_TKILL" ? ", to one thread" : ""}${value === undefined ? "" : `, with the value ${value}`}`;
}

function further(overrun: number | undefined): string {
  return overrun ? ` and ${overrun} further times` : "";
}

function fate(code: string, status: number): string {
  switch (code) {
    case "CLD_EXITED": return `exited with ${status}`;
    case "CLD_KILLED": return `was ended by ${signalName(status)}`;
    case "CLD_DUMPED": return `was ended by ${signalName(status)} and left a core dump`;
    case "CLD_STOPPED": return `was stopped by ${signalName(status)}`;
    case "CLD_TRAPPED": return `was trapped by ${signalName(status)}`;
    default: return "goes on";
  }
}
