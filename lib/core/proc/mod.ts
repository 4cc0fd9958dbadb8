/** Read-only views of processes: /proc, kcmp, unix socket peers, IPC objects, locks. All through libc. @module */
export { type Description, type Descriptions, descriptions } from "./descriptions.ts";
export { ends, type PipeEnds, type SocketEnds } from "./ends.ts";
export { type Unknown } from "./file.ts";
export {
  type IpcObjects, ipcObjects, type NamedObject, type ObjectOwner, type PosixQueueObject, type QueueObject, type SegmentObject, type SemaphoreSetObject,
  type SharedMemoryObject, type SystemVObject,
} from "./ipc_objects.ts";
export { type LimitName, limits } from "./limits.ts";
export { type KernelLock, type KernelLocks, type LockClaim, locks } from "./locks.ts";
export { type Mapping, maps, type MemoryUse, memoryUse } from "./maps.ts";
export { type Page, type PagePair, pages, pageSharing, pageSize } from "./pages.ts";
export { groupProcesses, type Sharing, sharing } from "./sharing.ts";
export { type NamedSignalSets, signals } from "./signals.ts";
export { type ProcessNode, tree } from "./tree.ts";
export { type ReapingParent, type Zombie, zombies } from "./zombies.ts";
export { type FdInfo, type FdStat, fdEntry, fdInfo, fdLink, fds, fdStat, fdTable, isType, type TableEntry } from "./fd.ts";
export { children, cmdline, comm, cwd, exe, exists, pids, readFile, threads } from "./process.ts";
export { type Stat, stat } from "./stat.ts";
export { type SignalSets, type Status, status } from "./status.ts";
export { type UnixSocket, unixPeer, unixSocket, unixSockets } from "./sock_diag.ts";
