/** Numbers of socket options and control messages that the headers of older systems lack. @module */

/**
 * Options of SOL_SOCKET and a control message about processes as descriptors, of {@linkcode setsockopt} and {@linkcode recvmsg}.
 *
 * @since Linux 6.5
 * @see https://man7.org/linux/man-pages/man7/unix.7.html
 */

/** Messages bring a pidfd of their sender. */
export const SO_PASSPIDFD = 76;
/** A pidfd of who is at the other end: see {@linkcode peerProcess}. */
export const SO_PEERPIDFD = 77;
/** A pidfd of the sender. */
export const SCM_PIDFD = 4;

/**
 * An option of SOL_SOCKET for {@linkcode setsockopt}: 0 refuses descriptors from whoever sends them.
 *
 * @since Linux 6.16
 * @see https://man7.org/linux/man-pages/man7/unix.7.html
 */
export const SO_PASSRIGHTS = 83;
