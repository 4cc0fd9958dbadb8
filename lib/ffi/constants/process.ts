/** Numbers of clone(2), prctl(2), madvise(2) and signal sets. @module */

export const CLONE_VM = 0x100;
export const CLONE_FS = 0x200;
export const CLONE_FILES = 0x400;
export const CLONE_SIGHAND = 0x800;
export const CLONE_PIDFD = 0x1000;
export const CLONE_PTRACE = 0x2000;
export const CLONE_VFORK = 0x4000;
export const CLONE_PARENT = 0x8000;
export const CLONE_THREAD = 0x10000;
export const CLONE_UNTRACED = 0x800000;
export const CLONE_CHILD_SETTID = 0x1000000;
export const CLONE_CLEAR_SIGHAND = 0x100000000;

/**
 * Operations of {@linkcode prctl} for which there are also calls by name, as {@linkcode setParentDeathSignal}.
 *
 * @see https://man7.org/linux/man-pages/man2/prctl.2.html
 */

/** The signal that comes when the parent ends. */
export const PR_SET_PDEATHSIG = 1;
export const PR_GET_PDEATHSIG = 2;
/** Whether it may leave a core dump and be traced. */
export const PR_SET_DUMPABLE = 4;
export const PR_SET_NAME = 15;
export const PR_GET_NAME = 16;
/** Whether orphans below this process become its children. @since Linux 3.4 */
export const PR_SET_CHILD_SUBREAPER = 36;
export const PR_GET_CHILD_SUBREAPER = 37;
/** No exec gives more rights, for good. @since Linux 3.5 */
export const PR_SET_NO_NEW_PRIVS = 38;
/** Whether that was set. @since Linux 3.5 */
export const PR_GET_NO_NEW_PRIVS = 39;
export const PR_SET_SECCOMP = 22;

export const MADV_DONTFORK = 10;
export const MADV_DOFORK = 11;

/**
 * How {@linkcode sigprocmask} changes the mask.
 *
 * @see https://man7.org/linux/man-pages/man2/sigprocmask.2.html
 */

/** Adds to it. */
export const SIG_BLOCK = 0;
/** Takes out of it. */
export const SIG_UNBLOCK = 1;
/** Replaces it. */
export const SIG_SETMASK = 2;

/**
 * Flags of {@linkcode sigaction}.
 *
 * @see https://man7.org/linux/man-pages/man2/sigaction.2.html
 */

/** Of SIGCHLD: no signal for children that stop. */
export const SA_NOCLDSTOP = 1;
/** Of SIGCHLD: children leave no zombies. */
export const SA_NOCLDWAIT = 2;
/** The handler is given a siginfo_t. */
export const SA_SIGINFO = 4;
/** Calls it interrupts go on by themselves. */
export const SA_RESTART = 0x10000000;

/**
 * Where a signal comes from: `code` of a {@linkcode SignalInfo}, as {@linkcode sigtimedwait} gives it.
 *
 * @see https://man7.org/linux/man-pages/man2/sigaction.2.html
 */

/** kill. */
export const SI_USER = 0;
/** The kernel. */
export const SI_KERNEL = 128;
/** sigqueue. */
export const SI_QUEUE = -1;
/** tkill, tgkill, raise. */
export const SI_TKILL = -6;

export const AT_EXECFN = 31;
export const AT_PAGESZ = 6;
