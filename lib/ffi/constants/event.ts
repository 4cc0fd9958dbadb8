/** Numbers of epoll(7), eventfd(2), timerfd_create(2), clocks, memfd_create(2) and locks. @module */

/**
 * The flag of {@linkcode epoll_create1}, and what {@linkcode epoll_ctl} does.
 *
 * @see https://man7.org/linux/man-pages/man2/epoll_create.2.html
 * @see https://man7.org/linux/man-pages/man2/epoll_ctl.2.html
 */

/** Closed by exec. */
export const EPOLL_CLOEXEC = 0o2000000;
/** Watch a descriptor. */
export const EPOLL_CTL_ADD = 1;
/** Watch it no longer. */
export const EPOLL_CTL_DEL = 2;
/** Watch it for something else. */
export const EPOLL_CTL_MOD = 3;

/**
 * What an epoll set watches for, of {@linkcode epoll_ctl}, and tells of, by {@linkcode epoll_wait}.
 *
 * @see https://man7.org/linux/man-pages/man2/epoll_ctl.2.html
 */

/** There is something to read. */
export const EPOLLIN = 1;
/** Something out of the ordinary, as urgent data. */
export const EPOLLPRI = 2;
/** A write would not wait. */
export const EPOLLOUT = 4;
/** An error. Comes unasked. */
export const EPOLLERR = 8;
/** The other end has closed. Comes unasked. */
export const EPOLLHUP = 0x10;
/** The other end of a stream writes no more. */
export const EPOLLRDHUP = 0x2000;
/** Of several sets that watch it, not all are told. @since Linux 4.5 */
export const EPOLLEXCLUSIVE = 0x10000000;
/** The system does not sleep before it was dealt with. @since Linux 3.5 */
export const EPOLLWAKEUP = 0x20000000;
/** Tell once, until EPOLL_CTL_MOD. */
export const EPOLLONESHOT = 0x40000000;
/** Tell when it changes, not while it lasts. */
export const EPOLLET = 0x80000000;

/**
 * An event of {@linkcode poll}: the other end of a stream writes no more.
 *
 * @see https://man7.org/linux/man-pages/man2/poll.2.html
 */
export const POLLRDHUP = 0x2000;

/**
 * Flags of {@linkcode eventfd}.
 *
 * @see https://man7.org/linux/man-pages/man2/eventfd.2.html
 */

/** A read takes 1, not all. */
export const EFD_SEMAPHORE = 1;
/** Fail with EAGAIN where a call would wait. */
export const EFD_NONBLOCK = 0o4000;
/** Closed by exec. */
export const EFD_CLOEXEC = 0o2000000;

/**
 * Flags of {@linkcode timerfd_create}, and of {@linkcode timerfd_settime}.
 *
 * @see https://man7.org/linux/man-pages/man2/timerfd_create.2.html
 */

/** Fail with EAGAIN where a read would wait. */
export const TFD_NONBLOCK = 0o4000;
/** Closed by exec. */
export const TFD_CLOEXEC = 0o2000000;
/** The first end is a time of the clock, not a span. */
export const TFD_TIMER_ABSTIME = 1;
/** With TFD_TIMER_ABSTIME: reads fail with ECANCELED when the clock is set. */
export const TFD_TIMER_CANCEL_ON_SET = 2;

/**
 * Clocks of {@linkcode clock_gettime}, {@linkcode timer_create} and {@linkcode timerfd_create}.
 *
 * @see https://man7.org/linux/man-pages/man2/clock_gettime.2.html
 */

/** Since 1970; can be set. */
export const CLOCK_REALTIME = 0;
/** Since some moment; only goes on, and stands still while the system sleeps. */
export const CLOCK_MONOTONIC = 1;
/** Processor time of this process. */
export const CLOCK_PROCESS_CPUTIME_ID = 2;
/** Processor time of this thread. */
export const CLOCK_THREAD_CPUTIME_ID = 3;
/** As CLOCK_MONOTONIC, and goes on while the system sleeps. */
export const CLOCK_BOOTTIME = 7;
/** As CLOCK_REALTIME; a timer by it wakes a system that sleeps. Needs CAP_WAKE_ALARM. */
export const CLOCK_REALTIME_ALARM = 8;
/** As CLOCK_BOOTTIME; a timer by it wakes a system that sleeps. Needs CAP_WAKE_ALARM. */
export const CLOCK_BOOTTIME_ALARM = 9;
/** International atomic time: as CLOCK_REALTIME, without leap seconds. */
export const CLOCK_TAI = 11;

/**
 * The flag of {@linkcode timer_settime}: the first expiry is a time of the clock, not a span.
 *
 * @see https://man7.org/linux/man-pages/man2/timer_settime.2.html
 */
export const TIMER_ABSTIME = 1;

/**
 * Flags of {@linkcode memfd_create}.
 *
 * @since Linux 3.17
 * @see https://man7.org/linux/man-pages/man2/memfd_create.2.html
 */

/** Closed by exec. */
export const MFD_CLOEXEC = 1;
/** Seals may be set. */
export const MFD_ALLOW_SEALING = 2;

/**
 * Seals of a file in memory, for {@linkcode fcntl}; {@linkcode sealedFile} sets all that matter.
 *
 * @since Linux 3.17
 * @see https://man7.org/linux/man-pages/man2/fcntl.2.html
 */

/** No further seals. */
export const F_SEAL_SEAL = 1;
/** It cannot become shorter. */
export const F_SEAL_SHRINK = 2;
/** It cannot become longer. */
export const F_SEAL_GROW = 4;
/** It cannot be written. */
export const F_SEAL_WRITE = 8;
/** It cannot be written but through mappings that are there. @since Linux 5.1 */
export const F_SEAL_FUTURE_WRITE = 0x10;

/**
 * What {@linkcode flock} does.
 *
 * @see https://man7.org/linux/man-pages/man2/flock.2.html
 */

/** Lock, beside others that do so. */
export const LOCK_SH = 1;
/** Lock alone. */
export const LOCK_EX = 2;
/** Fail with EWOULDBLOCK rather than wait. */
export const LOCK_NB = 4;
/** Unlock. */
export const LOCK_UN = 8;

/**
 * Kind of lock and operation of {@linkcode fcntlLock}.
 *
 * @see https://man7.org/linux/man-pages/man2/fcntl.2.html
 */

/** To read, beside others that do so. */
export const F_RDLCK = 0;
/** To write, alone. */
export const F_WRLCK = 1;
/** No lock. */
export const F_UNLCK = 2;
/** Which lock of another process would stand in the way. */
export const F_GETLK = 5;
/** Lock or unlock; fail with EAGAIN rather than wait. */
export const F_SETLK = 6;
/** Lock, waiting. */
export const F_SETLKW = 7;
/** As F_GETLK, for a lock of the open file description. @since Linux 3.15 */
export const F_OFD_GETLK = 36;
/** As F_SETLK, for a lock of the open file description. @since Linux 3.15 */
export const F_OFD_SETLK = 37;
/** As F_SETLKW, for a lock of the open file description. @since Linux 3.15 */
export const F_OFD_SETLKW = 38;
