/** Numbers of getpriority(2) and setitimer(2). @module */

/**
 * Whose priority {@linkcode getpriority} and {@linkcode setpriority} mean.
 *
 * @see https://man7.org/linux/man-pages/man2/getpriority.2.html
 */

/** A process. */
export const PRIO_PROCESS = 0;
/** A process group. */
export const PRIO_PGRP = 1;
/** A user. */
export const PRIO_USER = 2;

/**
 * Timers of {@linkcode setitimer}.
 *
 * @see https://man7.org/linux/man-pages/man2/setitimer.2.html
 */

/** Counts real time; SIGALRM. */
export const ITIMER_REAL = 0;
/** Counts the program's own processor time; SIGVTALRM. */
export const ITIMER_VIRTUAL = 1;
/** Counts processor time with the system's for it; SIGPROF. */
export const ITIMER_PROF = 2;
