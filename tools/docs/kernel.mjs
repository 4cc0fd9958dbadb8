/**
 * Names that Linux 3.0 does not have, and the first kernel that has them. A docstring of one of them says so (`@since Linux 5.3`), and
 * what stands here is compared with it; what is built on one of them says so in the same way.
 */
export const firstKernel = {
  // processes
  pidfd_open: "5.3", pidfd_send_signal: "5.1", pidfd_getfd: "5.6", ProcessHandle: "5.3", P_PIDFD: "5.4", PIDFD_NONBLOCK: "5.10",
  PIDFD_THREAD: "6.9", execveat: "3.19", close_range: "5.9", CLOSE_RANGE_CLOEXEC: "5.11", CLOSE_RANGE_UNSHARE: "5.9",
  hasNoNewPrivileges: "3.5", setNoNewPrivileges: "3.5", isSubreaper: "3.4", setSubreaper: "3.4",
  PR_SET_NO_NEW_PRIVS: "3.5", PR_GET_NO_NEW_PRIVS: "3.5", PR_SET_CHILD_SUBREAPER: "3.4", PR_GET_CHILD_SUBREAPER: "3.4",
  PR_SET_PTRACER: "3.4", PR_SET_THP_DISABLE: "3.15", PR_GET_THP_DISABLE: "3.15", PR_CAP_AMBIENT: "4.3", PR_GET_SPECULATION_CTRL: "4.17",
  PR_SET_SPECULATION_CTRL: "4.17", PR_SET_IO_FLUSHER: "5.6", PR_GET_IO_FLUSHER: "5.6",
  // descriptors
  memfd_create: "3.17", sealedFile: "3.17", MFD_CLOEXEC: "3.17", MFD_ALLOW_SEALING: "3.17", MFD_HUGETLB: "4.14", MFD_NOEXEC_SEAL: "6.3", MFD_EXEC: "6.3",
  F_ADD_SEALS: "3.17", F_GET_SEALS: "3.17", F_SEAL_SEAL: "3.17", F_SEAL_SHRINK: "3.17", F_SEAL_GROW: "3.17", F_SEAL_WRITE: "3.17",
  F_SEAL_FUTURE_WRITE: "5.1", F_SEAL_EXEC: "6.3", O_TMPFILE: "3.11", SEEK_DATA: "3.1", SEEK_HOLE: "3.1", AT_STATX_DONT_SYNC: "4.11", STATX_BASIC_STATS: "4.11", F_OFD_GETLK: "3.15", F_OFD_SETLK: "3.15", F_OFD_SETLKW: "3.15",
  EPOLLEXCLUSIVE: "4.5", EPOLLWAKEUP: "3.5", openat2: "5.6", statx: "4.11", copy_file_range: "4.5", epoll_pwait2: "5.11",
  // sockets
  SO_PEEK_OFF: "3.4", SO_COOKIE: "4.6", SO_PASSRIGHTS: "6.16", TCP_FASTOPEN: "3.7", SO_REUSEPORT: "3.9", SO_BUSY_POLL: "3.11", SO_INCOMING_CPU: "3.19", SO_PEERGROUPS: "4.13", SO_PASSPIDFD: "6.5",
  SO_PEERPIDFD: "6.5", SCM_PIDFD: "6.5", peerPidfd: "6.5", MSG_ZEROCOPY: "4.14",
  // objects between processes
  MAP_FIXED_NOREPLACE: "4.17", MAP_SHARED_VALIDATE: "4.15", memfd_secret: "5.14", futex_waitv: "5.16", SEM_STAT_ANY: "4.17", SHM_STAT_ANY: "4.17", MSG_STAT_ANY: "4.17",
  // insight
  kcmp: "3.5", KCMP_FILE: "3.5", KCMP_VM: "3.5", sameDescription: "3.5", groupDescriptions: "3.5", "proc.unixPeer": "3.3", "proc.unixSocket": "3.3", "proc.unixSockets": "3.3",
};
