/**
 * What the library has, has not yet, and never will have: for those who come from Python's os, Rust's nix or rustix.
 *
 * docs/capabilities.md is made of this by tests/conformance/support/capabilities.test.ts, which also demands that each name is an export.
 *
 * @module
 */
import { entering } from "../tap.ts";

/** One capability. */
export interface Capability {
  /** What one may look for: "fork a live process". */
  capability: string;
  area: "processes" | "signals" | "descriptors" | "sockets" | "IPC objects" | "insight" | "files and system";
  state: "have" | "not yet" | "never";
  /** Exports that do it: "fork", "proc.tree". Empty unless it is there. */
  names: readonly string[];
  /** What it is called elsewhere. */
  elsewhere: string;
  /** Why it is not there, or what it stops at. */
  reason?: string;
}

type Area = Capability["area"];

/** A line: what, names here (words with spaces between), names elsewhere, and a limit if there is one. */
type Have = readonly [capability: string, names: string, elsewhere: string, limit?: string];
type Lack = readonly [capability: string, elsewhere: string, reason: string];

const HAVE: Readonly<Record<Area, readonly Have[]>> = {
  processes: [
    ["fork a live process, same heap", "fork forkRun", "os.fork, nix fork", "a child has no event loop"],
    ["replace the program", "execve execv execvp execvpe execl execle execlp fexecve execveat", "os.exec*, nix execve, fexecve"],
    ["start a program: descriptors, user, groups, limits, mask, session, directory, root", "spawn spawnListening", "subprocess.Popen, os.posix_spawn, command-fds"],
    ["wait for a child, peek, stops and continues", "wait waitpid waitid Child", "os.wait*, nix waitid"],
    ["wait without blocking the event loop", "waitAsync waitpidAsync waitidAsync", "asyncio child watchers"],
    ["what a child used: processor time, memory", "wait4 getrusage", "os.wait4, resource.getrusage"],
    ["processors that a process may run on", "sched_getaffinity sched_setaffinity", "os.sched_setaffinity"],
    ["whether a child is safe here, and which descriptors are the runtime's own", "isForkSafe isRuntimeDescriptor", "no counterpart"],
    ["wait status in parts", "waitStatus WIFEXITED WEXITSTATUS WIFSIGNALED WTERMSIG WCOREDUMP WIFSTOPPED WSTOPSIG WIFCONTINUED", "os.waitstatus_to_exitcode, nix WaitStatus"],
    ["process handles", "pidfd_open pidfd_send_signal pidfd_getfd ProcessHandle", "os.pidfd_open, rustix pidfd_*"],
    ["ids, groups, sessions", "getpid getppid gettid getpgid getpgrp setpgid getsid setsid", "os.getpid, os.setsid, ..."],
    ["job control: the foreground of a terminal", "tcgetpgrp tcsetpgrp", "os.tcgetpgrp, os.tcsetpgrp"],
    ["users and groups", "getuid geteuid getgid getegid getresuid getresgid setresuid setresgid getgroups setgroups dropPrivileges", "os.setresuid, nix setgroups"],
    ["limits, priority, umask", "getrlimit setrlimit prlimit nice getpriority setpriority umask", "resource, os.nice"],
    ["prctl: name, subreaper, no_new_privs, parent-death signal", "prctl setName getName setSubreaper isSubreaper setNoNewPrivileges hasNoNewPrivileges setParentDeathSignal getParentDeathSignal dieWithParent", "nix sys::prctl, rustix process"],
    ["reap adopted orphans, act as process 1", "reaper Reaper reapOrphans runAsInit", "tini, dumb-init"],
    ["a scope that ends and reaps a subtree; end a tree", "ProcessScope killTree", "no counterpart"],
    ["become a daemon", "daemonize", "nix daemon, python-daemon"],
    ["end at once", "_exit", "os._exit"],
  ],
  signals: [
    ["send to a process, group, thread; with a value", "kill killpg raise tgkill sigqueue", "os.kill, os.killpg, signal.pthread_kill"],
    ["dispositions, handlers with siginfo at safe points", "sigaction onSignal runPendingHandlers", "signal.signal", "a handler runs between calls, never inside one"],
    ["masks, pending, suspend", "sigprocmask withBlocked sigpending sigsuspend pause", "signal.pthread_sigmask, nix SigSet"],
    ["take signals as values", "sigtimedwait sigwaitinfo SignalFd signalfd readSignals sigtimedwaitAsync sigwaitinfoAsync readSignalsAsync", "signal.sigtimedwait, nix SignalFd"],
    ["start the program anew with signals blocked in every thread of its runtime", "reexecWithMask", "no counterpart"],
    ["alarms and interval timers", "alarm deadline setitimer getitimer TimerFd", "signal.setitimer"],
    ["POSIX timers: a signal with a value, to the process or one thread, by any clock", "PosixTimer timer_create timer_settime timer_gettime timer_getoverrun timer_delete", "nix timer_create", "SIGEV_THREAD is not there: a function runs by onSignal"],
    ["forward signals to children", "forwardSignals SignalForwarding", "no counterpart"],
    ["names, real-time signals", "signalName", "signal.Signals"],
    ["where a signal comes from: codes by name, in a sentence", "signalCodeName describeSignal", "signal.siginfo, psiginfo"],
    ["signals for which there was no room, counted", "lostSignals", "no counterpart"],
    ["which thread would take a signal", "signalReceivers", "no counterpart"],
  ],
  descriptors: [
    ["open, close, read, write, at an offset, in vectors", "open openat close read write writeAll pread pwrite readv writev lseek", "os.open, os.preadv"],
    ["the same without blocking the event loop", "openAsync openatAsync readAsync writeAsync writeAllAsync preadAsync pwriteAsync readvAsync writevAsync", "asyncio"],
    ["duplicate, flags, close ranges", "dup dup2 dup3 fcntl close_range", "os.dup2, os.closerange"],
    ["an owner that closes", "Fd", "Rust OwnedFd"],
    ["pipes and FIFOs", "pipe2 mkfifo fdPair", "os.pipe2, os.mkfifo"],
    ["readiness", "poll ppoll pollAsync Epoll epoll_create1 epoll_ctl epoll_wait epoll_waitAsync", "select.poll, select.epoll"],
    ["event and timer descriptors", "EventFd eventfd eventfd_read eventfd_write eventfd_readAsync eventfd_writeAsync TimerFd timerfd_create timerfd_settime timerfd_gettime", "os.eventfd, os.timerfd_create"],
    ["memory files with seals", "memfd_create sealedFile", "os.memfd_create"],
    ["locks on files: of a process, of a description, whole", "flock flockAsync fcntlLock fcntlLockAsync lockFile lockFileAsync tryLockFile FileLock", "fcntl.flock, fcntl.lockf"],
    ["inherited descriptors, socket activation both ways", "takeInherited listenFds listenEnvironment", "command-fds, systemd.daemon"],
    ["lost descriptors, and where they were made", "onLostFd", "ResourceWarning"],
  ],
  sockets: [
    ["unix sockets: stream, datagram, seqpacket, abstract; TCP and UDP", "socket socketpair bind listen accept accept4 connect getsockname getpeername shutdown listenOn connectTo acceptFrom acceptAsync accept4Async connectAsync connectToAsync acceptFromAsync", "socket, nix sys::socket"],
    ["descriptors, credentials and pidfds beside a message", "sendmsg recvmsg sendDescriptor receiveDescriptor ControlTruncatedError sendmsgAsync recvmsgAsync sendDescriptorAsync receiveDescriptorAsync", "socket.send_fds, nix ControlMessage"],
    ["several messages in one call, each with what travels beside it", "sendmmsg recvmmsg sendmmsgAsync recvmmsgAsync", "nix sendmmsg, recvmmsg"],
    ["who is at the other end", "peerCredentials peerProcess peerGroups peerSecurity", "SO_PEERCRED, SO_PEERPIDFD"],
    ["options", "getsockopt setsockopt getLinger setLinger getSocketTimeouts setSocketTimeouts", "socket.setsockopt"],
  ],
  "IPC objects": [
    ["System V semaphores with undo", "semget semop semtimedop semctl SemaphoreSet semopAsync semtimedopAsync ftok", "sysv_ipc.Semaphore"],
    ["System V shared memory", "shmget shmat shmdt shmctl Segment", "sysv_ipc.SharedMemory"],
    ["System V message queues", "msgget msgsnd msgrcv msgctl MessageQueue msgsndAsync msgrcvAsync", "sysv_ipc.MessageQueue"],
    ["POSIX shared memory as an ArrayBuffer", "shm_open shm_unlink mmap munmap SharedMemory", "multiprocessing.shared_memory, posix_ipc"],
    ["POSIX semaphores, with and without a name", "sem_open sem_close sem_unlink sem_init sem_destroy sem_wait sem_trywait sem_timedwait sem_post sem_getvalue PosixSemaphore NamedSemaphore SharedSemaphore sem_waitAsync sem_timedwaitAsync", "posix_ipc.Semaphore"],
    ["POSIX message queues, with notice", "mq_open mq_unlink mq_getattr mq_send mq_receive mq_notify PosixQueue mq_sendAsync mq_receiveAsync", "posix_ipc.MessageQueue, nix mqueue"],
    ["a mutex that survives its owner's death; futexes", "SharedMutex HeldMutex futexWait futexWake futexWaitAsync", "rustix futex"],
    ["a condition variable between processes", "SharedCondition", "pthread_cond, multiprocessing.Condition"],
  ],
  insight: [
    ["processes as a tree, their status", "proc.tree proc.stat proc.status proc.pids proc.exists proc.threads proc.children proc.comm proc.cmdline proc.exe proc.cwd", "psutil.Process"],
    ["zombies and whose duty they are", "proc.zombies", "no counterpart"],
    ["descriptor tables, grouped by open file description", "proc.fds proc.fdLink proc.fdInfo proc.fdStat proc.fdEntry proc.isType proc.fdTable proc.descriptions groupDescriptions sameDescription kcmp", "lsof, lsfd"],
    ["who holds the other end of a pipe or socket", "proc.ends proc.unixPeer proc.unixSocket proc.unixSockets", "lsof -E"],
    ["any file of /proc; the size of a page", "proc.readFile proc.pageSize", "open, os.sysconf"],
    ["what processes share: memory, table, directory, dispositions", "proc.sharing proc.groupProcesses", "no counterpart"],
    ["memory by page: copy-on-write made visible", "proc.pages proc.pageSharing proc.maps proc.memoryUse", "psutil memory_maps"],
    ["signal sets and limits of a process", "proc.signals proc.limits", "/proc/pid/status"],
    ["IPC objects, their owners and users", "proc.ipcObjects", "ipcs"],
    ["locks, their holders and those who wait", "proc.locks", "lslocks"],
    ["every call as an event", "tapCalls isCall callText onCall", "sys.addaudithook, strace"],
    ["what this machine allows, and how to allow the rest; what the library has", "support capabilities", "no counterpart"],
    ["errors by number and name", "SystemError errnoCode errnoMessage", "OSError, errno.errorcode"],
    ["marks that a tracer sees", "announceBegin announceFact announceLine announceQuiet isAnnouncing", "no counterpart"],
  ],
  "files and system": [
    ["facts of a descriptor's file, its length", "fstat ftruncate", "os.fstat, os.ftruncate"],
    ["names: make and remove directories, unlink, change directory", "mkdir rmdir unlink chdir", "os.mkdir, os.unlink"],
    ["clocks", "clock_gettime", "time.clock_gettime"],
  ],
};

const NOT_YET: Readonly<Record<Area, readonly Lack[]>> = {
  processes: [
    ["namespaces: unshare, setns", "os.unshare, os.setns, nix sched", "single-threaded callers only; in a forked child it could be had"],
    ["scheduling policies", "os.sched_setscheduler", "priorities are there"],
    ["capability sets", "rustix capabilities", "users, groups and no_new_privs are there"],
  ],
  signals: [],
  descriptors: [
    ["splice, tee, copy_file_range, sendfile", "os.splice, os.sendfile", "read and write move the bytes"],
    ["inotify, fanotify", "nix inotify", "the runtimes watch files"],
    ["io_uring", "rustix io_uring", "call threads and one epoll set serve what waits"],
  ],
  sockets: [["netlink and packet sockets as an API", "nix AF_NETLINK", "sock_diag is used inside"]],
  "IPC objects": [["read-write lock between processes", "pthread_rwlock", "a mutex, a condition variable and futexes are there to build one on"]],
  insight: [["the other end of a TCP connection on this machine", "lsof -E", "unix sockets, pipes and FIFOs are there"]],
  "files and system": [["pseudo-terminals", "os.openpty, pty.fork", "openat of /dev/ptmx and ioctl would be needed"]],
};

const NEVER: Readonly<Record<Area, readonly Lack[]>> = {
  processes: [
    ["vfork that returns twice", "nix has none", "its child would return through the parent's JavaScript frame; spawn makes its child so, with machine code"],
    ["an event loop in a forked child", "os.fork with asyncio", "the parent's cannot be shared, and no runtime can make a new one"],
    ["change the user of one thread alone", "rustix thread::set_thread_uid", "libc changes all threads, and the runtime's would differ"],
  ],
  signals: [["JavaScript in the middle of a signal", "C handlers", "a signal comes between any two machine instructions; handlers run at safe points"]],
  descriptors: [["close a descriptor of the runtime's without asking", "os.closerange(3, ...)", "the event loop would work on what the number means next"]],
  sockets: [],
  "IPC objects": [["read-only mappings", "mmap PROT_READ, SHM_RDONLY", "a write by JavaScript would end the process; seals refuse it in the file instead"]],
  insight: [["guesses where the kernel refuses", "", "what may not be read is unknown, with the reason"]],
  "files and system": [
    ["the whole file system", "os, pathlib", "node:fs and Deno have it"],
    ["other systems than Linux", "os on macOS and Windows", "the calls are Linux's"],
  ],
};

/**
 * Every capability, by area: what is there first. Never fails.
 *
 * @example
 * ```ts
 * import { capabilities } from "forkscope";
 * console.log(capabilities().find(({ names }) => names.includes("fork"))?.state); // "have"
 * ```
 */
export function capabilities(): Capability[] {
  entering("capabilities");
  return (Object.keys(HAVE) as Area[]).flatMap((area) => [
    ...HAVE[area].map(([capability, names, elsewhere, limit]): Capability => ({ capability, area, state: "have", names: names.split(" "), elsewhere, ...(limit === undefined ? {} : { reason: limit }) })),
    ...NOT_YET[area].map((row) => lacking(area, "not yet", row)),
    ...NEVER[area].map((row) => lacking(area, "never", row)),
  ]);
}

function lacking(area: Area, state: "not yet" | "never", [capability, elsewhere, reason]: Lack): Capability {
  return { capability, area, state, names: [], elsewhere, reason };
}
