/** Numbers of System V IPC and mmap(2). @module */

/**
 * Key, flags and operations that the System V calls have in common: {@linkcode semget}, {@linkcode shmget}, {@linkcode msgget} and the rest.
 *
 * @see https://man7.org/linux/man-pages/man7/sysvipc.7.html
 * @see https://man7.org/linux/man-pages/man2/semctl.2.html
 */

/** A new object without a key. */
export const IPC_PRIVATE = 0;
/** Make it when there is none. */
export const IPC_CREAT = 0o1000;
/** With IPC_CREAT: fail with EEXIST when there is one. */
export const IPC_EXCL = 0o2000;
/** Fail with EAGAIN where a call would wait. */
export const IPC_NOWAIT = 0o4000;
/** Remove it. */
export const IPC_RMID = 0;
/** Set owner and permissions. */
export const IPC_SET = 1;
/** Owner, permissions, times. */
export const IPC_STAT = 2;

/**
 * The flag of {@linkcode semop}, and operations of {@linkcode semctl}.
 *
 * @see https://man7.org/linux/man-pages/man2/semop.2.html
 * @see https://man7.org/linux/man-pages/man2/semctl.2.html
 */

/** Take it back when this process ends. */
export const SEM_UNDO = 0x1000;
/** Who changed it last. */
export const GETPID = 11;
/** The value. */
export const GETVAL = 12;
/** The values of all. */
export const GETALL = 13;
/** How many wait for it to grow. */
export const GETNCNT = 14;
/** How many wait for it to become 0. */
export const GETZCNT = 15;
/** Sets the value. */
export const SETVAL = 16;
/** Sets the values of all. */
export const SETALL = 17;

/**
 * Operations of {@linkcode shmctl} and flags of {@linkcode shmget}.
 *
 * @see https://man7.org/linux/man-pages/man2/shmctl.2.html
 * @see https://man7.org/linux/man-pages/man2/shmget.2.html
 */

/** Keep it out of swap. */
export const SHM_LOCK = 11;
/** It may go to swap again. */
export const SHM_UNLOCK = 12;
/** In huge pages. */
export const SHM_HUGETLB = 0o4000;
/** Without swap set aside for it. */
export const SHM_NORESERVE = 0o10000;

/**
 * Flags of {@linkcode msgrcv}.
 *
 * @see https://man7.org/linux/man-pages/man2/msgrcv.2.html
 */

/** Cut a message that is too long, rather than fail with E2BIG. */
export const MSG_NOERROR = 0o10000;
/** The first message that is not of this type. */
export const MSG_EXCEPT = 0o20000;

/**
 * What {@linkcode mmap} allows, and how it maps.
 *
 * @see https://man7.org/linux/man-pages/man2/mmap.2.html
 */

/** It may be read. */
export const PROT_READ = 1;
/** It may be written. */
export const PROT_WRITE = 2;
/** Writes are seen by all who map it, and go to the file. */
export const MAP_SHARED = 1;
/** No file: zeros. */
export const MAP_ANONYMOUS = 0x20;
