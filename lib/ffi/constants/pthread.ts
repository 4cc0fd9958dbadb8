/** Numbers of POSIX threads' mutexes. @module */

export const PTHREAD_PROCESS_SHARED = 1;
export const PTHREAD_MUTEX_ERRORCHECK = 2;
export const PTHREAD_MUTEX_ROBUST = 1;
