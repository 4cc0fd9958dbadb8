/** How libc is called: symbols, memory, errno, layouts. No policy. @module */
export { backend } from "./backend/select.ts";
export type { Backend } from "./backend/types.ts";
export { ERRNO, errnoCode, errnoMessage, type ErrnoCode } from "./errno.ts";
export { SystemError } from "./error.ts";
export { check, errno, libc, type Libc, libcName, loadMore, plainLibc, usable, watchCalls } from "./libc.ts";
export { addressOf, allocate, Block, Scratch, scratch } from "./memory.ts";
export { callBegins, type CArgument, watchable } from "./watch.ts";
