/** Who is at the other end of a unix connection. @module */
import { ERRNO, SystemError } from "../../ffi/mod.ts";
import { SO_PEERCRED, SO_PEERGROUPS, SO_PEERSEC, SOL_SOCKET } from "../../ffi/constants/socket.ts";
import { SO_PEERPIDFD } from "../../ffi/constants/socket_new.ts";
import { UCRED } from "../../ffi/layout/socket.ts";
import { ownNew } from "../fd/fd.ts";
import { made } from "../fd/registry.ts";
import { ProcessHandle } from "../process/pidfd.ts";
import { entering } from "../tap.ts";
import { checkFd } from "../validate.ts";
import { type Credentials, readOption, readOptionBytes } from "./options.ts";

const MAX_GROUPS = 65536; // NGROUPS_MAX
const MAX_LABEL = 4096;

/**
 * SO_PEERCRED: process, user and group of the other end of a unix stream or socketpair, at the time of connect, listen or
 * socketpair. The pid may have been used again since: {@linkcode peerProcess} cannot be mistaken.
 *
 * @throws {SystemError} EBADF, ENOTSOCK
 * @see https://man7.org/linux/man-pages/man7/unix.7.html
 * @example
 * ```ts
 * import { AF_UNIX, getpid, peerCredentials, SOCK_STREAM, socketpair } from "forkscope";
 * const [a] = socketpair(AF_UNIX, SOCK_STREAM);
 * console.log(peerCredentials(a).pid === getpid()); // true
 * ```
 */
export function peerCredentials(fd: number): Credentials {
  entering("peerCredentials");
  checkFd("peerCredentials", fd);
  const bytes = readOptionBytes(fd, SOL_SOCKET, SO_PEERCRED, UCRED.size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { at } = UCRED;
  return { pid: view.getInt32(at.pid, true), uid: view.getUint32(at.uid, true), gid: view.getUint32(at.gid, true) };
}

/**
 * SO_PEERPIDFD: the process at the other end of a unix stream or socketpair, held by an owned descriptor: it cannot be mistaken for a
 * later one of the same pid. Linux 6.5.
 *
 * @throws {SystemError} ENOPROTOOPT: an older kernel; ENODATA: no connection; ESRCH, EINVAL: it has ended, before Linux 6.16; EMFILE, EBADF, ENOTSOCK
 * @see https://man7.org/linux/man-pages/man7/unix.7.html
 * @example
 * ```ts
 * import { getpid, peerProcess, socketpair, SystemError } from "forkscope";
 * const [a] = socketpair();
 * try {
 *   using peer = peerProcess(a);
 *   console.log(peer.pid === getpid(), peer.hasEnded());
 * } catch (error) {
 *   console.log(error instanceof SystemError && error.code === "ENOPROTOOPT"); // before Linux 6.5
 * }
 * ```
 */
export function peerProcess(fd: number): ProcessHandle {
  entering("peerProcess");
  checkFd("peerProcess", fd);
  const pidfd = readOption(fd, SOL_SOCKET, SO_PEERPIDFD);
  made(pidfd);
  return ProcessHandle.of(ownNew(pidfd));
}

/**
 * SO_PEERGROUPS: supplementary groups of the other end of a unix stream or socketpair, at the time of connect, listen or socketpair.
 * Linux 4.13.
 *
 * @throws {SystemError} ENODATA: no connection; EBADF, ENOTSOCK
 * @see https://man7.org/linux/man-pages/man7/socket.7.html
 * @example
 * ```ts
 * import { getgroups, peerGroups, socketpair } from "forkscope";
 * const [a] = socketpair();
 * console.log(peerGroups(a).length === getgroups().length); // true
 * ```
 */
export function peerGroups(fd: number): number[] {
  entering("peerGroups");
  checkFd("peerGroups", fd);
  const bytes = readOptionBytes(fd, SOL_SOCKET, SO_PEERGROUPS, 4 * MAX_GROUPS);
  return Array.from(new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4));
}

/**
 * SO_PEERSEC: security label of the other end of a unix stream or socketpair, where a security module (SELinux, AppArmor, Smack) keeps labels.
 *
 * @returns undefined where no module does
 * @throws {SystemError} EBADF, ENOTSOCK
 * @see https://man7.org/linux/man-pages/man7/unix.7.html
 * @example
 * ```ts
 * import { peerSecurity, socketpair } from "forkscope";
 * const [a] = socketpair();
 * console.log(peerSecurity(a)); // such as "unconfined"
 * ```
 */
export function peerSecurity(fd: number): string | undefined {
  entering("peerSecurity");
  checkFd("peerSecurity", fd);
  try {
    return new TextDecoder().decode(readOptionBytes(fd, SOL_SOCKET, SO_PEERSEC, MAX_LABEL)).replace(/\0+$/, "");
  } catch (error) {
    if (error instanceof SystemError && error.errno === ERRNO.ENOPROTOOPT) return undefined;
    throw error;
  }
}
