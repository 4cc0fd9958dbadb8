/**
 * The arguments of each C function the library calls, by name and in order. A call of syscall(2) is read by `SYSCALLS`.
 *
 * @module
 */
import {
  address, addressOut, argv, bits, directory, envp, epollEventIn, epollEvents, fcntlArgument, given, intOut, itimer, itimerOut, kernelSet, lengthOut, message,
  messageOut, number, octal, one, openFlags, option, optionOut, pairOut, path, pointer, polled, rlimit, rlimitOut, semaphoreOperations, sigaction,
  sigactionOut, siginfoOut, signal, sigset, sigsetOut, socketType, statusOut, taken, time, timeOut, timer, timerOut, vectors,
} from "./kinds.ts";

const waitOptions = bits(/^W(NOHANG|UNTRACED|EXITED|CONTINUED|NOWAIT)$/);
const idtype = one(/^P_(ALL|PID|PGID|PIDFD)$/);
const domain = one(/^AF_/);
const level = one(/^SOL_/);
const optname = one(/^SO_/);
const transfer = bits(/^MSG_(?!NOERROR|EXCEPT)/);
const closeOnExec = bits(/^O_(CLOEXEC|NONBLOCK|DIRECT)$/);
const clock = one(/^CLOCK_/);
const protection = bits(/^PROT_/, "PROT_NONE");
const priority = one(/^PRIO_/);
const interval = one(/^ITIMER_/);
const ipc = bits(/^IPC_(CREAT|EXCL|NOWAIT)$/);
const control = one(/^IPC_(RMID|SET|STAT)$/);

const exec = { argv, envp };
const wait = { pid: number, wstatus: statusOut, options: waitOptions };
const ids = { ruid: number, euid: number, suid: number };

export const FUNCTIONS = {
  // processes
  fork: {},
  _exit: { status: number },
  execve: { pathname: path, ...exec },
  execv: { pathname: path, argv },
  execvp: { file: path, argv },
  execvpe: { file: path, ...exec },
  fexecve: { fd: number, ...exec },
  spawn_child: { pathname: path, ...exec }, // the library's own, lib/ffi/native/spawn_child
  waitpid: wait,
  wait4: { ...wait, rusage: pointer },
  waitid: { idtype, id: number, infop: siginfoOut, options: waitOptions },
  getpid: {}, getppid: {}, gettid: {}, setsid: {}, getuid: {}, geteuid: {}, getgid: {}, getegid: {}, pause: {}, sched_yield: {},
  getpgid: { pid: number },
  setpgid: { pid: number, pgid: number },
  getsid: { pid: number },
  setresuid: ids,
  setresgid: { rgid: number, egid: number, sgid: number },
  setgroups: { size: number, list: pointer },
  prctl: { op: one(/^PR_/), arg2: number, arg3: number, arg4: number, arg5: number },
  getrlimit: { resource: number, rlim: rlimitOut },
  setrlimit: { resource: number, rlim: rlimit },
  // signals
  kill: { pid: number, sig: signal },
  raise: { sig: signal },
  signal: { signum: signal, handler: pointer },
  sigaction: { signum: signal, act: sigaction, oldact: sigactionOut },
  sigprocmask: { how: one(/^SIG_/), set: sigset, oldset: sigsetOut },
  sigpending: { set: sigsetOut },
  sigsuspend: { mask: sigset },
  sigqueue: { pid: number, sig: signal, value: number },
  alarm: { seconds: number },
  // descriptors and files
  open: { pathname: path, flags: openFlags, mode: octal },
  openat: { dirfd: directory, pathname: path, flags: openFlags, mode: octal },
  close: { fd: number },
  read: { fd: number, buf: taken, count: number },
  write: { fd: number, buf: given(2), count: number },
  pread: { fd: number, buf: taken, count: number, offset: number },
  pwrite: { fd: number, buf: given(2), count: number, offset: number },
  readv: { fd: number, iov: vectors, iovcnt: number },
  writev: { fd: number, iov: vectors, iovcnt: number },
  lseek: { fd: number, offset: number, whence: one(/^SEEK_/) },
  dup: { oldfd: number },
  dup2: { oldfd: number, newfd: number },
  dup3: { oldfd: number, newfd: number, flags: closeOnExec },
  pipe2: { pipefd: pairOut, flags: closeOnExec },
  fcntl: { fd: number, op: one(/^F_(?!SEAL|RDLCK|WRLCK|UNLCK)/), arg: fcntlArgument },
  flock: { fd: number, op: bits(/^LOCK_/) },
  ftruncate: { fd: number, length: number },
  fallocate: { fd: number, mode: number, offset: number, len: number },
  statx: { dirfd: directory, pathname: path, flags: bits(/^AT_(?!FDCWD|EXECFN)/), mask: number, statxbuf: pointer },
  readlinkat: { dirfd: directory, pathname: path, buf: taken, bufsiz: number },
  poll: { fds: polled(1), nfds: number, timeout: number },
  ppoll: { fds: polled(1), nfds: number, tmo_p: time, sigmask: sigset },
  epoll_create1: { flags: bits(/^EPOLL_CLOEXEC$/) },
  epoll_ctl: { epfd: number, op: one(/^EPOLL_CTL_/), fd: number, event: epollEventIn },
  epoll_wait: { epfd: number, events: epollEvents, maxevents: number, timeout: number },
  eventfd: { initval: number, flags: bits(/^EFD_/) },
  eventfd_read: { fd: number, value: pointer },
  eventfd_write: { fd: number, value: number },
  timerfd_create: { clockid: clock, flags: bits(/^TFD_(NONBLOCK|CLOEXEC)$/) },
  timerfd_settime: { fd: number, flags: bits(/^TFD_TIMER_/), new_value: timer, old_value: timerOut },
  timerfd_gettime: { fd: number, curr_value: timerOut },
  clock_gettime: { clockid: clock, tp: timeOut },
  memfd_create: { name: path, flags: bits(/^MFD_/) },
  mkfifo: { pathname: path, mode: octal },
  unlink: { pathname: path },
  mkdir: { pathname: path, mode: octal },
  rmdir: { pathname: path },
  chdir: { path },
  // sockets
  socket: { domain, type: socketType, protocol: number },
  socketpair: { domain, type: socketType, protocol: number, sv: pairOut },
  bind: { sockfd: number, addr: address(2), addrlen: number },
  listen: { sockfd: number, backlog: number },
  accept4: { sockfd: number, addr: addressOut, addrlen: lengthOut, flags: bits(/^SOCK_(NONBLOCK|CLOEXEC)$/) },
  connect: { sockfd: number, addr: address(2), addrlen: number },
  sendmsg: { sockfd: number, msg: message, flags: transfer },
  recvmsg: { sockfd: number, msg: messageOut, flags: transfer },
  sendto: { sockfd: number, buf: given(2), len: number, flags: transfer, dest_addr: address(5), addrlen: number },
  recv: { sockfd: number, buf: taken, len: number, flags: transfer },
  getsockopt: { sockfd: number, level, optname, optval: optionOut, optlen: lengthOut },
  setsockopt: { sockfd: number, level, optname, optval: option, optlen: number },
  getsockname: { sockfd: number, addr: addressOut, addrlen: lengthOut },
  getpeername: { sockfd: number, addr: addressOut, addrlen: lengthOut },
  shutdown: { sockfd: number, how: one(/^SHUT_/) },
  // IPC objects
  ftok: { pathname: path, proj_id: number },
  semget: { key: number, nsems: number, semflg: ipc },
  semop: { semid: number, sops: semaphoreOperations, nsops: number },
  semtimedop: { semid: number, sops: semaphoreOperations, nsops: number, timeout: time },
  semctl: { semid: number, semnum: number, op: one(/^(IPC_(RMID|SET|STAT)|(GET|SET)(PID|VAL|ALL|NCNT|ZCNT))$/), arg: pointer },
  shmget: { key: number, size: number, shmflg: ipc },
  shmat: { shmid: number, shmaddr: pointer, shmflg: number },
  shmdt: { shmaddr: pointer },
  shmctl: { shmid: number, op: control, buf: pointer },
  msgget: { key: number, msgflg: ipc },
  msgsnd: { msqid: number, msgp: pointer, msgsz: number, msgflg: ipc },
  msgrcv: { msqid: number, msgp: pointer, msgsz: number, msgtyp: number, msgflg: bits(/^(IPC_NOWAIT|MSG_NOERROR|MSG_EXCEPT)$/) },
  msgctl: { msqid: number, op: control, buf: pointer },
  mmap: { addr: pointer, length: number, prot: protection, flags: bits(/^MAP_/), fd: number, offset: number },
  munmap: { addr: pointer, length: number },
  shm_open: { name: path, oflag: openFlags, mode: octal },
  shm_unlink: { name: path },
  sem_open: { name: path, oflag: openFlags, mode: octal, value: number },
  sem_close: { sem: pointer },
  sem_unlink: { name: path },
  sem_init: { sem: pointer, pshared: number, value: number },
  sem_destroy: { sem: pointer },
  sem_wait: { sem: pointer },
  sem_trywait: { sem: pointer },
  sem_timedwait: { sem: pointer, abs_timeout: time },
  sem_post: { sem: pointer },
  sem_getvalue: { sem: pointer, sval: intOut },
  mq_open: { name: path, oflag: openFlags, mode: octal, attr: pointer },
  mq_unlink: { name: path },
  mq_notify: { mqdes: number, sevp: pointer },
  mq_getattr: { mqdes: number, attr: pointer },
  mq_send: { mqdes: number, msg_ptr: given(2), msg_len: number, msg_prio: number },
  mq_timedsend: { mqdes: number, msg_ptr: given(2), msg_len: number, msg_prio: number, abs_timeout: time },
  mq_receive: { mqdes: number, msg_ptr: taken, msg_len: number, msg_prio: intOut },
  mq_timedreceive: { mqdes: number, msg_ptr: taken, msg_len: number, msg_prio: intOut, abs_timeout: time },
  pthread_mutexattr_init: { attr: pointer },
  pthread_mutexattr_settype: { attr: pointer, type: number },
  pthread_mutexattr_setpshared: { attr: pointer, pshared: number },
  pthread_mutexattr_setrobust: { attr: pointer, robustness: number },
  pthread_mutexattr_destroy: { attr: pointer },
  pthread_mutex_init: { mutex: pointer, attr: pointer },
  pthread_mutex_lock: { mutex: pointer },
  pthread_mutex_trylock: { mutex: pointer },
  pthread_mutex_clocklock: { mutex: pointer, clockid: clock, abstime: time },
  pthread_mutex_consistent: { mutex: pointer },
  pthread_mutex_unlock: { mutex: pointer },
  // memory, environment, the rest
  madvise: { addr: pointer, length: number, advice: one(/^MADV_/) },
  getenv: { name: path },
  setenv: { name: path, value: path, overwrite: number },
  unsetenv: { name: path },
  getauxval: { type: number },
  getrandom: { buf: pointer, buflen: number, flags: number },
  ptrace: { op: one(/^PTRACE_(?!O_|EVENT|SYSCALL_INFO)/), pid: number, addr: pointer, data: pointer },
  process_vm_readv: { pid: number, local_iov: vectors, liovcnt: number, remote_iov: pointer, riovcnt: number, flags: number },
  usleep: { usec: number },
} as const;

/** System calls made by number. */
export const SYSCALLS = {
  pidfd_open: { pid: number, flags: bits(/^PIDFD_/) },
  pidfd_send_signal: { pidfd: number, sig: signal, info: pointer, flags: number },
  pidfd_getfd: { pidfd: number, targetfd: number, flags: number },
  close_range: { first: number, last: number, flags: bits(/^CLOSE_RANGE_/) },
  kcmp: { pid1: number, pid2: number, type: one(/^KCMP_/), idx1: number, idx2: number },
  execveat: { dirfd: directory, pathname: path, argv, envp, flags: bits(/^AT_(?!FDCWD|EXECFN)/) },
  getdents64: { fd: number, dirp: pointer, count: number },
  tgkill: { tgid: number, tid: number, sig: signal },
  signalfd4: { fd: number, mask: kernelSet, sizemask: number, flags: bits(/^SFD_/) },
  rt_sigtimedwait: { set: kernelSet, info: siginfoOut, timeout: time, sigsetsize: number },
  rt_sigqueueinfo: { tgid: number, sig: signal, info: pointer },
  setitimer: { which: interval, new_value: itimer, old_value: itimerOut },
  getitimer: { which: interval, curr_value: itimerOut },
  eventfd2: { initval: number, flags: bits(/^EFD_/) },
  setpriority: { which: priority, who: number, prio: number },
  getpriority: { which: priority, who: number },
  umask: { mask: octal },
  getgroups: { size: number, list: pointer },
  prlimit64: { pid: number, resource: number, new_limit: rlimit, old_limit: rlimitOut },
  futex: { uaddr: pointer, futex_op: number, val: number, timeout: pointer, uaddr2: pointer, val3: number },
} as const;
