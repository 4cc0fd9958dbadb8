/** Numbers of mmap(2), futex(2) and preadv2(2) that the library uses for itself. @module */

export const PROT_EXEC = 4;
export const MAP_PRIVATE = 2;

export const FUTEX_WAIT_PRIVATE = 128;
export const FUTEX_WAKE_PRIVATE = 129;

export const RWF_NOWAIT = 8;
