/** What the programs in the kernel write, and where it stands: shared by those who write and those who read. @module */

export const RECORD = { call: 1, fork: 2, exec: 3, exit: 4, signal: 5, generated: 6 } as const;

/** Head of every record: what it is, nanoseconds since boot (CLOCK_MONOTONIC), thread and process of who did it. */
export const HEAD = { kind: 0, at: 8, tid: 16, pid: 20, size: 24 } as const;

/** A call that returned; pieces follow. */
export const CALL = { entered: 24, number: 32, result: 40, words: 48, size: 112 } as const;
/** Words of a call's arguments that are kept; the kernel has six, the rest is room for a reader that looks past them. */
export const WORDS = 8;

/** `flags`: the first word of a struct clone_args, 0 where the call has none. */
export const FORK = { tid: 24, pid: 28, start: 32, files: 40, ownFiles: 48, memory: 56, ownMemory: 64, parent: 72, call: 80, word: 88, flags: 96, size: 104 } as const;
/** Name and arguments follow as pieces. */
export const EXEC = { former: 24, comm: 32, size: 48 } as const;
/** `parent` has it now; `handler` and `actionFlags` are what that one does about the signal of a child's end. */
export const EXIT = { code: 24, leaderCode: 28, groupCode: 32, flags: 36, alive: 40, parent: 44, signal: 48, handler: 56, actionFlags: 64, size: 72 } as const;
export const SIGNAL = { signal: 24, code: 28, sender: 32, known: 36, handler: 40, actionFlags: 48, size: 56 } as const;
/** For whom, and what signal_generate says came of it. */
export const GENERATED = { signal: 24, code: 28, sender: 32, known: 36, pid: 40, result: 44, size: 48 } as const;

/** A piece: what it is, how long, and the address (of memory), number (of a descriptor). Padded to 8 bytes. */
export const PIECE = { kind: 0, length: 4, about: 8, size: 16 } as const;
export const PIECE_KIND = { memory: 1, descriptor: 2, directory: 3, mask: 4, program: 5, arguments: 6 } as const;

/** A descriptor and the description behind it. The names of its path follow, from the last one up to the root, each ending with NUL. */
export const DESCRIPTOR = {
  flags: 0, mode: 4, inode: 8, size: 16, offset: 24, device: 32, special: 36, cloexec: 40, unlinked: 44,
  family: 48, type: 52, peer: 56, addressLength: 64, description: 72, address: 80, names: 192,
} as const;

/** What to fetch at a call's return, at most four orders a call: see captures.ts. */
export const ORDER = { kind: 0, argument: 1, other: 2, size: 4, length: 8 } as const;
export const ORDERS = 4;
export const ORDER_KIND = { nothing: 0, bytes: 1, text: 2, bytesByArgument: 3, bytesByResult: 4, resultDescriptor: 5, argumentDescriptor: 6, pair: 7, message: 8, pieces: 9, directory: 10, mask: 11 } as const;
/** A call in the table of calls: whether it is wanted, then its orders. */
export const WANTED = { wanted: 0, orders: 8, size: 8 + ORDERS * ORDER.length } as const;

/** A call in progress, by thread. */
export const IN_CALL = { entered: 0, number: 8, words: 16, size: 16 + 8 * WORDS } as const;

/** Most bytes fetched of one place, and of a message's control data. */
export const MOST = 256;
/** Most descriptors looked at for one call. */
export const MOST_DESCRIPTORS = 8;
