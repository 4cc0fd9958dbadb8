/** Names of the standard signals on Linux (x86-64, aarch64), by number. */
const names = (
  "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP " +
  "TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS"
).split(" ");

const firstRealtime = 34;

/** "SIGCHLD", "SIGRTMIN+2", or the number for one that has no name. */
export function signalName(signal: number): string {
  const name = names[signal - 1];
  if (name !== undefined) return `SIG${name}`;
  return signal >= firstRealtime ? `SIGRTMIN+${signal - firstRealtime}` : String(signal);
}
