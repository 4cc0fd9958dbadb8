/** Read-only views of processes: /proc, kcmp, unix socket peers. All through libc. @module */
export { type FdInfo, type FdStat, fdEntry, fdInfo, fdLink, fds, fdStat, fdTable, isType, type TableEntry } from "./fd.ts";
export { children, cmdline, comm, cwd, exe, exists, pids, readFile, threads } from "./process.ts";
export { type Stat, stat } from "./stat.ts";
export { type SignalSets, type Status, status } from "./status.ts";
export { type UnixSocket, unixPeer, unixSocket, unixSockets } from "./sock_diag.ts";
