/** Layouts of signals, waiting, limits and spawning. @module */
import { layout } from "./layout.ts";

/**
 * siginfo_t as waitid(2) and PTRACE_GETSIGINFO fill it. Members after si_code depend on the signal: these are those of
 * SIGCHLD, of kill(2), of timers, of faults and of descriptors with F_SETSIG.
 */
export const SIGINFO = layout("signal.h", "siginfo_t", 128, {
  si_signo: 0,
  si_errno: 4,
  si_code: 8,
  si_pid: 16,
  si_uid: 20,
  si_status: 24,
  si_value: 24,
  si_overrun: 20,
  si_addr: 16,
  si_band: 16,
  si_fd: 24,
});

/** sigset_t of libc: 1024 bits, of which the kernel knows the first 64. Signal n is bit n - 1. */
export const SIGSET = layout("signal.h", "sigset_t", 128, {});

/** struct sigaction of libc. */
export const SIGACTION = layout("signal.h", "struct sigaction", 152, { sa_handler: 0, sa_mask: 8, sa_flags: 136, sa_restorer: 144 });

/** struct clone_args of clone3(2). */
export const CLONE_ARGS = layout("linux/sched.h", "struct clone_args", 88, { flags: 0, pidfd: 8, child_tid: 16, exit_signal: 32, stack: 40, stack_size: 48 });

/** struct rlimit of getrlimit(2). */
export const RLIMIT = layout("sys/resource.h", "struct rlimit", 16, { rlim_cur: 0, rlim_max: 8 });

/** struct rusage of wait4(2). */
export const RUSAGE = layout("sys/resource.h", "struct rusage", 144, {
  ru_utime: 0,
  ru_stime: 16,
  ru_maxrss: 32,
  ru_minflt: 64,
  ru_majflt: 72,
  ru_inblock: 88,
  ru_oublock: 96,
  ru_nvcsw: 128,
  ru_nivcsw: 136,
});

/** struct timespec. */
export const TIMESPEC = layout("time.h", "struct timespec", 16, { tv_sec: 0, tv_nsec: 8 });
