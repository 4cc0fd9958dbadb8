/** Signal names of Linux on x86_64 and aarch64, and wait statuses in words. See signal(7), wait(2). @module */
import type { WaitStatus } from "./event.ts";

export const SIGKILL = 9;
export const SIGCHLD = 17;
export const CONTINUE = 18;
export const SIGSTOP = 19;
/** SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU. */
export const STOPS: readonly number[] = [SIGSTOP, 20, 21, 22];

const NAMES = [
  "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM",
  "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO",
  "PWR", "SYS",
];
const SIGRTMIN = 34;
const SIGRTMAX = 64;

/** "SIGTERM" for 15; "SIGRTMIN+3" for 37; the number itself where no name exists. */
export function signalName(signal: number): string {
  const name = NAMES[signal - 1];
  if (name !== undefined) return `SIG${name}`;
  if (signal < SIGRTMIN || signal > SIGRTMAX) return String(signal);
  return signal === SIGRTMIN ? "SIGRTMIN" : `SIGRTMIN+${signal - SIGRTMIN}`;
}

/** Default action "ignore" or "continue": SIGCHLD, SIGCONT, SIGURG, SIGWINCH. */
export function isIgnoredByDefault(signal: number): boolean {
  return signal === SIGCHLD || signal === CONTINUE || signal === 23 || signal === 28;
}

/** "exited, status 3"; "killed by SIGSEGV, core dumped"; "stopped by SIGTSTP"; "continued". */
export function describeStatus(status: WaitStatus): string {
  switch (status.kind) {
    case "exited": return `exited, status ${status.code}`;
    case "signaled": return `killed by ${signalName(status.signal)}${status.core ? ", core dumped" : ""}`;
    case "stopped": return `stopped by ${signalName(status.signal)}`;
    case "continued": return "continued";
  }
}
