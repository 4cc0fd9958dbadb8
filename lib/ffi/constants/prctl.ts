/** Operations of prctl(2) whose arguments and result are integers. @module */

/**
 * Operations of {@linkcode prctl} whose arguments and result are numbers.
 *
 * @see https://man7.org/linux/man-pages/man2/prctl.2.html
 * @example
 * ```ts
 * import { PR_GET_DUMPABLE, PR_SET_DUMPABLE, prctl } from "forkscope";
 * prctl(PR_SET_DUMPABLE, 0);
 * console.log(prctl(PR_GET_DUMPABLE)); // 0
 * ```
 */

/** Whether it may leave a core dump and be traced. */
export const PR_GET_DUMPABLE = 3;
/** Whether capabilities stay when user ids change. */
export const PR_GET_KEEPCAPS = 7;
/** Sets that, until exec. */
export const PR_SET_KEEPCAPS = 8;
/** The seccomp mode: 0, 2. */
export const PR_GET_SECCOMP = 21;
/** Whether a capability is in the bounding set. */
export const PR_CAPBSET_READ = 23;
/** Takes a capability out of the bounding set, for good. */
export const PR_CAPBSET_DROP = 24;
/** What root may not do. */
export const PR_GET_SECUREBITS = 27;
/** Sets what root may not do. */
export const PR_SET_SECUREBITS = 28;
/** By how much timers may be late, in nanoseconds. */
export const PR_SET_TIMERSLACK = 29;
/** By how much timers may be late, in nanoseconds. */
export const PR_GET_TIMERSLACK = 30;
/** Whether huge pages are kept away. @since Linux 3.15 */
export const PR_SET_THP_DISABLE = 41;
/** Whether huge pages are kept away. @since Linux 3.15 */
export const PR_GET_THP_DISABLE = 42;
/** Capabilities that stay over exec of an ordinary program. @since Linux 4.3 */
export const PR_CAP_AMBIENT = 47;
/** What the processor may guess. @since Linux 4.17 */
export const PR_GET_SPECULATION_CTRL = 52;
/** Sets what the processor may guess. @since Linux 4.17 */
export const PR_SET_SPECULATION_CTRL = 53;
/** Says that this process serves a disk. @since Linux 5.6 */
export const PR_SET_IO_FLUSHER = 57;
/** Whether this process serves a disk. @since Linux 5.6 */
export const PR_GET_IO_FLUSHER = 58;
/** Which process may trace this one, under Yama. @since Linux 3.4 */
export const PR_SET_PTRACER = 0x59616d61;
