/**
 * fork, exec, wait, signals, descriptors, sockets and /proc for Bun and Deno on Linux, over libc.
 *
 * Calls stand under their POSIX names with their POSIX meaning: numbers in, numbers out, a failed call throws
 * {@linkcode SystemError}. On them alone stands a comfortable level: Child, forkRun, spawn, Fd.
 *
 * @module
 */
export { ERRNO, errnoCode, errnoMessage, type ErrnoCode, SystemError } from "../ffi/mod.ts";
export { type ArgumentCode } from "./validate.ts";
export { onCall } from "./tap.ts";
export { callText, type CallEvent, type CallTap, isCall, tapCalls, type TappedArguments, type TappedName } from "./calls/tap_calls.ts";
export { type TappedCalls } from "./calls/tapped.ts";
export { announceBegin, announceFact, announceLine, announceQuiet, isAnnouncing, MARK, MARK_KIND } from "./marker.ts";

export { type AsyncOptions } from "./async/pending.ts";

// processes
export { fork, type ForkOptions, forkRun } from "./process/fork.ts";
export { execl, execle, execlp, type ExecOptions, execv, execve, execveat, execvp, execvpe, fexecve } from "./process/exec.ts";
export { type Environment } from "./process/environment.ts";
export { spawn, type SpawnOptions } from "./process/spawn.ts";
export { daemonize, type DaemonOptions } from "./process/daemon.ts";
export { Child } from "./process/child.ts";
export { _exit } from "./process/exit.ts";
export { alarm, deadline } from "./process/deadline.ts";
export { isForkSafe } from "./process/hazard.ts";
export { type NothingYet, wait, type Waited, waitid, type WaitidInfo, waitpid } from "./process/wait.ts";
export { waitAsync, waitidAsync, waitpidAsync } from "./process/wait_async.ts";
export { P_ALL, P_PGID, P_PID, P_PIDFD, WCONTINUED, WEXITED, WNOHANG, WNOWAIT, WSTOPPED, WUNTRACED } from "./process/waitid_call.ts";
export {
  CLD_CONTINUED, CLD_DUMPED, CLD_EXITED, CLD_KILLED, CLD_STOPPED, CLD_TRAPPED, waitStatus, type WaitStatus, WCOREDUMP, WEXITSTATUS,
  WIFCONTINUED, WIFEXITED, WIFSIGNALED, WIFSTOPPED, WSTOPSIG, WTERMSIG,
} from "./process/status.ts";
export { getegid, geteuid, getgid, getpgid, getpgrp, getpid, getppid, getsid, gettid, getuid, setpgid, setsid } from "./process/ids.ts";
export { tcgetpgrp, tcsetpgrp } from "./process/job_control.ts";
export { getName, hasNoNewPrivileges, isSubreaper, prctl, setName, setNoNewPrivileges, setSubreaper } from "./process/prctl.ts";
export { dieWithParent, getParentDeathSignal, setParentDeathSignal } from "./process/parent_death.ts";
export { PR_GET_NO_NEW_PRIVS, PR_SET_CHILD_SUBREAPER, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, PR_SET_PDEATHSIG } from "../ffi/constants/process.ts";
export * from "../ffi/constants/prctl.ts";
export {
  dropPrivileges, getgroups, getresgid, getresuid, type Ids, setgroups, setresgid, setresuid, type Unprivileged,
} from "./process/credentials.ts";
export { sched_getaffinity, sched_setaffinity } from "./process/affinity.ts";
export { getrusage, type ResourceUsage, RUSAGE_CHILDREN, RUSAGE_SELF, RUSAGE_THREAD, wait4, type WaitedUsage } from "./process/usage.ts";
export { getpriority, nice, setpriority, umask } from "./process/priority.ts";
export { killTree } from "./supervise/kill_tree.ts";
export { ProcessScope, type ScopeOptions } from "./supervise/scope.ts";
export { type Reaped, Reaper, reaper, type ReaperOptions, reapOrphans } from "./supervise/reaper.ts";
export { type ForwardOptions, forwardSignals, SignalForwarding } from "./supervise/forward.ts";
export { type InitOptions, runAsInit } from "./supervise/init.ts";
export { pidfd_getfd, pidfd_open, pidfd_send_signal, ProcessHandle } from "./process/pidfd.ts";
export { type DescriptorFacts, isRuntimeDescriptor } from "./process/runtime_fds.ts";

// signals
export { kill, killpg, raise } from "./signal/kill.ts";
export { sigqueue, tgkill } from "./signal/queue.ts";
export { type Disposition, sigaction, type SignalAction } from "./signal/action.ts";
export { runPendingHandlers } from "./signal/handlers.ts";
export { onSignal, type OnSignalOptions, type SignalHandler } from "./signal/on_signal.ts";
export { pause, sigpending, sigprocmask, sigsuspend, withBlocked } from "./signal/mask.ts";
export { type SignalInfo } from "./signal/info.ts";
export { describeSignal, signalCodeName } from "./signal/codes.ts";
export { lostSignals } from "./signal/lost.ts";
export { getitimer, type IntervalTimer, setitimer } from "./signal/itimer.ts";
export { timer_create, timer_delete, timer_getoverrun, timer_gettime, timer_settime, type TimerEvent } from "./signal/posix_timer.ts";
export { PosixTimer, type PosixTimerOptions } from "./signal/posix_timer_owned.ts";
export * from "../ffi/constants/resource.ts";
export { type SignalReceiver, signalReceivers } from "./signal/receivers.ts";
export { type SignalSet } from "./signal/set.ts";
export { reexecWithMask } from "./signal/reexec_with_mask.ts";
export { readSignals, signalfd, SignalFd } from "./signal/signalfd.ts";
export { sigtimedwait, sigwaitinfo } from "./signal/wait.ts";
export { readSignalsAsync, sigtimedwaitAsync, sigwaitinfoAsync } from "./signal/wait_async.ts";
export { signalName, type SignalName, SIGNALS, SIGRTMAX, SIGRTMIN } from "./signal/signals.ts";
export { SA_NOCLDSTOP, SA_NOCLDWAIT, SA_RESTART, SA_SIGINFO, SI_KERNEL, SI_QUEUE, SI_TKILL, SI_USER, SIG_BLOCK, SIG_SETMASK, SIG_UNBLOCK } from "../ffi/constants/process.ts";
export * from "../ffi/constants/signal.ts";
export * from "../ffi/constants/siginfo.ts";

// limits, names in the file system
export {
  getrlimit, type Limits, prlimit, RLIMIT_AS, RLIMIT_CORE, RLIMIT_CPU, RLIMIT_DATA, RLIMIT_FSIZE, RLIMIT_LOCKS, RLIMIT_MEMLOCK,
  RLIMIT_MSGQUEUE, RLIMIT_NICE, RLIMIT_NOFILE, RLIMIT_NPROC, RLIMIT_RSS, RLIMIT_RTPRIO, RLIMIT_RTTIME, RLIMIT_SIGPENDING,
  RLIMIT_STACK, setrlimit,
} from "./process/limits.ts";
export { chdir, mkdir, mkfifo, rmdir, unlink } from "./fd/paths.ts";

// descriptors
export { Fd } from "./fd/fd.ts";
export { dup, dup2, dup3, fcntl, pipe2 } from "./fd/dup.ts";
export { lseek, read, write, writeAll } from "./fd/io.ts";
export { preadAsync, pwriteAsync, readAsync, readvAsync, writeAllAsync, writeAsync, writevAsync } from "./fd/io_async.ts";
export { close, close_range, open, openat } from "./fd/open.ts";
export { openAsync, openatAsync } from "./fd/open_async.ts";
export * from "../ffi/constants/file.ts";
export { fstat, type FileStat, ftruncate } from "./fd/stat.ts";
export { pread, pwrite, readv, writev } from "./fd/position.ts";
export { fcntlLock, FileLock, flock, type HeldLock, lockFile, type LockOptions, type RecordLock, tryLockFile } from "./fd/lock.ts";
export { fcntlLockAsync, flockAsync, lockFileAsync } from "./fd/lock_async.ts";
export { epoll_waitAsync, pollAsync } from "./fd/poll_async.ts";
export { poll, type PollRequest, type PollResult, ppoll } from "./fd/poll.ts";
export { Epoll, epoll_create1, epoll_ctl, epoll_wait, type EpollEvent, type EpollWaitOptions } from "./fd/epoll.ts";
export { EventFd, eventfd, eventfd_read, eventfd_write, type EventFdOptions } from "./fd/eventfd.ts";
export { eventfd_readAsync, eventfd_writeAsync } from "./fd/counter_async.ts";
export { TimerFd, timerfd_create, timerfd_gettime, timerfd_settime, type TimerFdOptions } from "./fd/timerfd.ts";
export { type TimerSetting } from "./timer_setting.ts";
export { type ClockName } from "./clock.ts";
export { clock_gettime } from "./time.ts";
export { memfd_create, sealedFile } from "./fd/memory_file.ts";
export { takeInherited } from "./fd/inherited.ts";
export { type HandedFd, listenEnvironment, type ListenEnvironmentOptions, type ListenFd, listenFds, spawnListening } from "./fd/listen_fds.ts";
export { type LostFd, onLostFd } from "./fd/lost.ts";
export * from "../ffi/constants/event.ts";

// objects between processes
export { ftok, type IpcCreateOptions, type IpcOwner, type IpcSettings } from "./ipc/sysv.ts";
export { semctl, semget, semop, type SemaphoreOperation, type SemaphoreSetStat, semtimedop } from "./ipc/semaphore_set.ts";
export { semopAsync, semtimedopAsync } from "./ipc/semaphore_set_async.ts";
export { type AcquireOptions, SemaphoreSet } from "./ipc/semaphore_set_owned.ts";
export { Segment, type SegmentStat, shmat, shmctl, shmdt, shmget } from "./ipc/segment.ts";
export { type MessageQueueSettings, type MessageQueueStat, msgctl, msgget, msgrcv, msgsnd, type QueuedMessage } from "./ipc/message_queue.ts";
export { msgrcvAsync, msgsndAsync } from "./ipc/message_queue_async.ts";
export { MessageQueue, type TakeOptions } from "./ipc/message_queue_owned.ts";
export { mmap, munmap, SharedMemory, shm_open, shm_unlink } from "./ipc/shared_memory.ts";
export { futexWaitAsync } from "./ipc/futex_async.ts";
export { sem_timedwaitAsync, sem_waitAsync } from "./ipc/semaphore_async.ts";
export { PosixSemaphore, type SemaphoreWait } from "./ipc/semaphore_owned.ts";
export { sem_getvalue, sem_post, sem_timedwait, sem_trywait, sem_wait } from "./ipc/semaphore.ts";
export { NamedSemaphore, sem_close, sem_open, sem_unlink } from "./ipc/named_semaphore.ts";
export { sem_destroy, sem_init, SharedSemaphore } from "./ipc/shared_semaphore.ts";
export { type FutexView, futexWait, type FutexWaited, type FutexWaitOptions, futexWake, type FutexWakeOptions } from "./ipc/futex.ts";
export { HeldMutex } from "./ipc/held_mutex.ts";
export { type LockWait, SharedMutex } from "./ipc/mutex.ts";
export { type ConditionWait, type ConditionWaited, SharedCondition } from "./ipc/condition.ts";
export {
  mq_getattr, mq_open, mq_receive, mq_send, mq_unlink, type PriorityMessage, type QueueAttributes, type QueueLimits,
} from "./ipc/posix_queue.ts";
export { mq_receiveAsync, mq_sendAsync, type QueueWait } from "./ipc/posix_queue_async.ts";
export { PosixQueue } from "./ipc/posix_queue_owned.ts";
export { mq_notify, type QueueNotice } from "./ipc/mq_notify.ts";
export * from "../ffi/constants/ipc.ts";

// sockets
export { type InetAddress, type SocketAddress } from "./socket/address.ts";
export { type ControlMessage } from "./socket/control.ts";
export { fdPair, receiveDescriptor, sendDescriptor } from "./socket/hand_over.ts";
export { type IncomingMessage, type OutgoingMessage, type ReceivedMessage, type ReceiveOptions, recvmsg, sendmsg } from "./socket/message.ts";
export { type BatchedMessage } from "./socket/pack_many.ts";
export { type ReceiveManyOptions, recvmmsg, sendmmsg } from "./socket/many.ts";
export { recvmmsgAsync, sendmmsgAsync } from "./socket/many_async.ts";
export { type Credentials, getsockopt, setsockopt } from "./socket/options.ts";
export { peerCredentials, peerGroups, peerProcess, peerSecurity } from "./socket/peer.ts";
export { type Accepted, acceptFrom, type ConnectOptions, connectTo, type ListenOptions, listenOn } from "./socket/ready_made.ts";
export { acceptFromAsync, connectToAsync } from "./socket/ready_made_async.ts";
export { accept4Async, acceptAsync, connectAsync } from "./socket/socket_async.ts";
export { receiveDescriptorAsync, recvmsgAsync, sendDescriptorAsync, sendmsgAsync } from "./socket/message_async.ts";
export { accept, accept4, bind, connect, getpeername, getsockname, listen, shutdown, socket, socketpair } from "./socket/socket.ts";
export { getLinger, getSocketTimeouts, setLinger, setSocketTimeouts, type SocketTimeouts } from "./socket/times.ts";
export { ControlTruncatedError } from "./socket/truncated.ts";
export * from "../ffi/constants/inet.ts";
export * from "../ffi/constants/socket.ts";
export * from "../ffi/constants/socket_new.ts";

// what there is here
export { capabilities, type Capability } from "./support/capabilities.ts";
export { type Feature, support, type Support } from "./support/support.ts";
export { type SupportFact } from "./support/fact.ts";

// what /proc and kcmp show
export * as proc from "./proc/mod.ts";
export { type Comparison, groupDescriptions, kcmp, type OpenDescriptor, sameDescription } from "./proc/kcmp.ts";
