/** Descriptors that this program was started with. @module */
import { ERRNO, SystemError } from "../../ffi/mod.ts";
import { F_GETFD, FD_CLOEXEC } from "../../ffi/constants/file.ts";
import { isRuntimeDescriptor } from "../process/runtime_fds.ts";
import { descriptorLink } from "../process/self.ts";
import { entering } from "../tap.ts";
import { checkInteger } from "../validate.ts";
import { fcntl } from "./dup.ts";
import { type Fd, ownNew } from "./fd.ts";
import { isOwned } from "./owned.ts";
import { isMade, made } from "./registry.ts";

const STDERR = 2;
const MAX_FD = 0x7fffffff;

const taken = new Set<number>();

/**
 * Takes ownership of a descriptor that came through exec, once, and marks it close-on-exec.
 *
 * The number is the caller's to know: Bun marks what it inherits from 4 on close-on-exec, so no look at a descriptor tells whether it came
 * through exec. What the library made is refused, as is what looks like the runtime's own (epoll sets, code caches, and close-on-exec
 * eventfds, timers and pidfds). Before it is taken, a forked child may close it as the runtime's, and exec from Bun does not pass it on.
 *
 * @param fd above 2: the standard streams are the runtime's to use
 * @throws {SystemError} EBADF: not open, made by the library, or the runtime's
 * @throws {Error} ERR_FD_OWNED: taken before, or an Fd owns it
 * @see https://man7.org/linux/man-pages/man2/execve.2.html
 * @example
 * ```ts
 * import { takeInherited } from "forkscope";
 * // the parent: spawn("bun", ["bun", "worker.ts"], { fds: { 3: socket } })
 * const work = () => takeInherited(3);
 * ```
 */
export function takeInherited(fd: number): Fd {
  entering("takeInherited");
  checkInteger("takeInherited", "fd", fd, STDERR + 1, MAX_FD);
  const cloexec = (fcntl(fd, F_GETFD) & FD_CLOEXEC) !== 0;
  if (taken.has(fd) || isOwned(fd)) throw Object.assign(new Error(`Cannot take descriptor ${fd}: it was taken before`), { code: "ERR_FD_OWNED" });
  if (isMade(fd)) throw new SystemError("takeInherited", ERRNO.EBADF, [fd], "it was made since the program started");
  if (cloexec && isLoopObject(fd)) throw new SystemError("takeInherited", ERRNO.EBADF, [fd], "it is the runtime's");
  taken.add(fd);
  made(fd);
  const owned = ownNew(fd);
  owned.cloexec = true;
  return owned;
}

function isLoopObject(fd: number): boolean {
  const link = descriptorLink(fd) ?? "";
  return link !== "/dev/null" && isRuntimeDescriptor({ fd, link, cloexec: true, made: false });
}
