/** Where a signal comes from, by signal: si_code of siginfo_t. @module */

/**
 * `code` of SIGILL in a {@linkcode SignalInfo}, from the kernel.
 *
 * @see https://man7.org/linux/man-pages/man2/sigaction.2.html
 */

/** An unknown instruction. */
export const ILL_ILLOPC = 1;
/** An unknown operand. */
export const ILL_ILLOPN = 2;
/** An unknown way of addressing. */
export const ILL_ILLADR = 3;
/** An unknown trap. */
export const ILL_ILLTRP = 4;
/** An instruction for the kernel alone. */
export const ILL_PRVOPC = 5;
/** A register for the kernel alone. */
export const ILL_PRVREG = 6;
/** An error of a coprocessor. */
export const ILL_COPROC = 7;
/** An error of the internal stack. */
export const ILL_BADSTK = 8;

/**
 * `code` of SIGFPE in a {@linkcode SignalInfo}, from the kernel.
 *
 * @see https://man7.org/linux/man-pages/man2/sigaction.2.html
 */

/** An integer divided by zero. */
export const FPE_INTDIV = 1;
/** An integer too large. */
export const FPE_INTOVF = 2;
/** A floating-point number divided by zero. */
export const FPE_FLTDIV = 3;
/** A floating-point number too large. */
export const FPE_FLTOVF = 4;
/** A floating-point number too small. */
export const FPE_FLTUND = 5;
/** An inexact result. */
export const FPE_FLTRES = 6;
/** An operation that means nothing. */
export const FPE_FLTINV = 7;
/** A subscript out of range. */
export const FPE_FLTSUB = 8;

/**
 * `code` of SIGSEGV in a {@linkcode SignalInfo}, from the kernel.
 *
 * @see https://man7.org/linux/man-pages/man2/sigaction.2.html
 */

/** Nothing is mapped at the address. */
export const SEGV_MAPERR = 1;
/** What is mapped there may not be used so. */
export const SEGV_ACCERR = 2;
/** A check of bounds failed. */
export const SEGV_BNDERR = 3;
/** A protection key forbids it. */
export const SEGV_PKUERR = 4;
/** A memory tag did not fit, told later (aarch64). */
export const SEGV_MTEAERR = 8;
/** A memory tag did not fit, told at once (aarch64). */
export const SEGV_MTESERR = 9;

/**
 * `code` of SIGBUS in a {@linkcode SignalInfo}, from the kernel.
 *
 * @see https://man7.org/linux/man-pages/man2/sigaction.2.html
 */

/** The address is not aligned. */
export const BUS_ADRALN = 1;
/** No memory is behind the address: a mapped file was cut short. */
export const BUS_ADRERR = 2;
/** An error of the hardware. */
export const BUS_OBJERR = 3;
/** Memory is broken, and was used. */
export const BUS_MCEERR_AR = 4;
/** Memory is broken, and was not used yet. */
export const BUS_MCEERR_AO = 5;

/**
 * `code` of SIGTRAP in a {@linkcode SignalInfo}, from the kernel.
 *
 * @see https://man7.org/linux/man-pages/man2/sigaction.2.html
 */

/** A breakpoint. */
export const TRAP_BRKPT = 1;
/** A single step. */
export const TRAP_TRACE = 2;
/** A branch was taken. */
export const TRAP_BRANCH = 3;
/** A breakpoint of the hardware. */
export const TRAP_HWBKPT = 4;
/** Another trap. */
export const TRAP_UNK = 5;
/** A counter of perf_event_open. @since Linux 5.13 */
export const TRAP_PERF = 6;

/**
 * `code` of SIGSYS in a {@linkcode SignalInfo}, from the kernel.
 *
 * @see https://man7.org/linux/man-pages/man2/sigaction.2.html
 */

/** A seccomp filter caught a call. */
export const SYS_SECCOMP = 1;
/** The program itself catches its calls. @since Linux 5.11 */
export const SYS_USER_DISPATCH = 2;
