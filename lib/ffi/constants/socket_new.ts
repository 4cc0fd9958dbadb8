/** Numbers of socket options and control messages that the headers of older systems lack. @module */

/** Linux 6.5. */
export const SO_PASSPIDFD = 76;
export const SO_PEERPIDFD = 77;
export const SCM_PIDFD = 4;
/** Linux 6.16: 0 refuses descriptors from whoever sends them. */
export const SO_PASSRIGHTS = 83;
