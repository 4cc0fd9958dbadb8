/** Numbers of siginfo_t, signalfd(2) and sigaction(2). @module */

/** si_code: sent by timer_create's timer, mq_notify, asynchronous I/O, fcntl's F_SETSIG of old kernels, getaddrinfo_a. */
export const SI_TIMER = -2;
export const SI_MESGQ = -3;
export const SI_ASYNCIO = -4;
export const SI_SIGIO = -5;

/** si_code of SIGIO for a descriptor with F_SETSIG: what it is ready for. */
export const POLL_IN = 1;
export const POLL_OUT = 2;
export const POLL_MSG = 3;
export const POLL_ERR = 4;
export const POLL_PRI = 5;
export const POLL_HUP = 6;

/** How a timer of timer_create tells that it has expired. */
export const SIGEV_SIGNAL = 0;
export const SIGEV_NONE = 1;
export const SIGEV_THREAD_ID = 4;

export const SA_ONSTACK = 0x08000000;
export const SA_NODEFER = 0x40000000;
export const SA_RESETHAND = 0x80000000;

export const SFD_NONBLOCK = 0o4000;
export const SFD_CLOEXEC = 0o2000000;

export const PIDFD_NONBLOCK = 0o4000;
