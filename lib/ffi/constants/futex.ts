/** Numbers of futex(2). @module */

export const FUTEX_WAKE = 1;
export const FUTEX_WAIT_BITSET = 9;
export const FUTEX_WAKE_BITSET = 10;
export const FUTEX_BITSET_MATCH_ANY = 0xffffffff;
/** Bits of the word of a mutex: who holds it, whether others wait, whether its owner died. */
export const FUTEX_TID_MASK = 0x3fffffff;
export const FUTEX_OWNER_DIED = 0x40000000;
export const FUTEX_WAITERS = 0x80000000;
