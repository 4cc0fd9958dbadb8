/** The foreground of the terminal that is standard input. @module */
import { SIG_BLOCK, SIG_SETMASK } from "../../ffi/constants/process.ts";
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { libc, scratch } from "../../ffi/mod.ts";
import { TIOCGPGRP, TIOCSPGRP } from "../process/job_control.ts";
import { sigset } from "../signal/set.ts";
import { SIGNALS } from "../signal/signals.ts";

const STDIN = 0;

/** `tcgetpgrp(0) == getpgrp()`: the terminal is this session's, and this process's group has its foreground. */
export function hasForeground(): boolean {
  using room = scratch();
  const group = room.take(4);
  return libc().syscall(syscallNumber("ioctl"), STDIN, TIOCGPGRP, group.address, 0, 0, 0) === 0 && group.i32(0) === libc().getpgid(0);
}

/** Gives the foreground back at the end of the scope to the group that has it now, if it is this process's. */
export function keepForeground(): Disposable {
  const kept = hasForeground();
  return {
    [Symbol.dispose]() {
      if (kept && !hasForeground()) takeForeground();
    },
  };
}

/** A background process that takes the foreground is stopped by SIGTTOU, unless it blocks that. */
function takeForeground(): void {
  using room = scratch();
  const before = sigset(room);
  const group = room.take(4);
  group.setI32(0, libc().getpgid(0));
  libc().sigprocmask(SIG_BLOCK, sigset(room, [SIGNALS.SIGTTOU]).address, before.address);
  libc().syscall(syscallNumber("ioctl"), STDIN, TIOCSPGRP, group.address, 0, 0, 0);
  libc().sigprocmask(SIG_SETMASK, before.address, 0);
}
