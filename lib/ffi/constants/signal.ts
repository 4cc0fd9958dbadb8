/** Numbers of siginfo_t, signalfd(2) and sigaction(2). @module */

/**
 * Where a signal comes from: `code` of a {@linkcode SignalInfo}, as {@linkcode sigtimedwait} gives it.
 *
 * @see https://man7.org/linux/man-pages/man2/sigaction.2.html
 */

/** A timer of timer_create. */
export const SI_TIMER = -2;
/** mq_notify. */
export const SI_MESGQ = -3;
/** Asynchronous input or output has ended. */
export const SI_ASYNCIO = -4;
/** SIGIO of kernels before 2.2. */
export const SI_SIGIO = -5;

/**
 * `code` of SIGIO in a {@linkcode SignalInfo}: what the descriptor is ready for.
 *
 * @see https://man7.org/linux/man-pages/man2/sigaction.2.html
 */

/** Reading. */
export const POLL_IN = 1;
/** Writing. */
export const POLL_OUT = 2;
/** A message. */
export const POLL_MSG = 3;
/** An error. */
export const POLL_ERR = 4;
/** Something out of the ordinary, as urgent data. */
export const POLL_PRI = 5;
/** The other end has closed. */
export const POLL_HUP = 6;

/**
 * How a timer of {@linkcode timer_create} tells that it has expired.
 *
 * @see https://man7.org/linux/man-pages/man2/timer_create.2.html
 */

/** A signal to the process. */
export const SIGEV_SIGNAL = 0;
/** Nothing: who wants to know asks. */
export const SIGEV_NONE = 1;
/** A signal to one thread. */
export const SIGEV_THREAD_ID = 4;

/**
 * Flags of {@linkcode sigaction}.
 *
 * @see https://man7.org/linux/man-pages/man2/sigaction.2.html
 */

/** On the stack of sigaltstack. */
export const SA_ONSTACK = 0x08000000;
/** The signal is not blocked while its handler runs. */
export const SA_NODEFER = 0x40000000;
/** Back to the default when it has come once. */
export const SA_RESETHAND = 0x80000000;

/**
 * Flags of {@linkcode signalfd}.
 *
 * @see https://man7.org/linux/man-pages/man2/signalfd.2.html
 */

/** Fail with EAGAIN where a read would wait. */
export const SFD_NONBLOCK = 0o4000;
/** Closed by exec. */
export const SFD_CLOEXEC = 0o2000000;

/**
 * The flag of {@linkcode pidfd_open}: a waitid by the descriptor fails with EAGAIN rather than wait.
 *
 * @since Linux 5.10
 * @see https://man7.org/linux/man-pages/man2/pidfd_open.2.html
 */
export const PIDFD_NONBLOCK = 0o4000;
