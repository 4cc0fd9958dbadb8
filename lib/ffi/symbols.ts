/**
 * The C functions the library calls, in one table. Each line is the C prototype it stands for.
 * Variadic functions (open, fcntl, prctl, syscall) are declared with the arguments used here; on the supported
 * machines integers travel the same way in both forms.
 *
 * @module
 */
import type { ArgType, ResultType, Signature } from "./backend/types.ts";

const f = <const A extends readonly ArgType[], R extends ResultType>(result: R, ...args: A): { args: A; result: R } => ({ args, result });

export const SYMBOLS = {
  // processes
  fork: f("i32"), // pid_t fork(void)
  _exit: f("void", "i32"), // void _exit(int status)
  execve: f("i32", "ptr", "ptr", "ptr"), // int execve(const char *path, char *const argv[], char *const envp[])
  execv: f("i32", "ptr", "ptr"), // int execv(const char *path, char *const argv[])
  execvp: f("i32", "ptr", "ptr"), // int execvp(const char *file, char *const argv[])
  execvpe: f("i32", "ptr", "ptr", "ptr"), // int execvpe(const char *file, char *const argv[], char *const envp[])
  fexecve: f("i32", "i32", "ptr", "ptr"), // int fexecve(int fd, char *const argv[], char *const envp[])
  waitpid: f("i32", "i32", "ptr", "i32"), // pid_t waitpid(pid_t pid, int *wstatus, int options)
  wait4: f("i32", "i32", "ptr", "i32", "ptr"), // pid_t wait4(pid_t pid, int *wstatus, int options, struct rusage *rusage)
  waitid: f("i32", "i32", "u32", "ptr", "i32"), // int waitid(idtype_t idtype, id_t id, siginfo_t *infop, int options)
  getpid: f("i32"), // pid_t getpid(void)
  getppid: f("i32"), // pid_t getppid(void)
  gettid: f("i32"), // pid_t gettid(void)
  getpgid: f("i32", "i32"), // pid_t getpgid(pid_t pid)
  setpgid: f("i32", "i32", "i32"), // int setpgid(pid_t pid, pid_t pgid)
  getsid: f("i32", "i32"), // pid_t getsid(pid_t pid)
  setsid: f("i32"), // pid_t setsid(void)
  getuid: f("u32"), // uid_t getuid(void)
  geteuid: f("u32"), // uid_t geteuid(void)
  getgid: f("u32"), // gid_t getgid(void)
  getegid: f("u32"), // gid_t getegid(void)
  setresuid: f("i32", "u32", "u32", "u32"), // int setresuid(uid_t ruid, uid_t euid, uid_t suid)
  setresgid: f("i32", "u32", "u32", "u32"), // int setresgid(gid_t rgid, gid_t egid, gid_t sgid)
  setgroups: f("i32", "usize", "ptr"), // int setgroups(size_t size, const gid_t *list)
  prctl: f("i32", "i32", "usize", "usize", "usize", "usize"), // int prctl(int op, unsigned long arg2, ...)
  posix_spawn: f("i32", "ptr", "ptr", "ptr", "ptr", "ptr", "ptr"), // int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *, const posix_spawnattr_t *, char *const argv[], char *const envp[])
  posix_spawnp: f("i32", "ptr", "ptr", "ptr", "ptr", "ptr", "ptr"), // int posix_spawnp(...): as posix_spawn, file searched in PATH
  // signals
  kill: f("i32", "i32", "i32"), // int kill(pid_t pid, int sig)
  raise: f("i32", "i32"), // int raise(int sig)
  signal: f("ptr", "i32", "ptr"), // sighandler_t signal(int signum, sighandler_t handler)
  sigaction: f("i32", "i32", "ptr", "ptr"), // int sigaction(int signum, const struct sigaction *act, struct sigaction *oldact)
  sigprocmask: f("i32", "i32", "ptr", "ptr"), // int sigprocmask(int how, const sigset_t *set, sigset_t *oldset)
  sigpending: f("i32", "ptr"), // int sigpending(sigset_t *set)
  sigsuspend: f("i32", "ptr"), // int sigsuspend(const sigset_t *mask)
  sigqueue: f("i32", "i32", "i32", "i64"), // int sigqueue(pid_t pid, int sig, const union sigval value)
  alarm: f("u32", "u32"), // unsigned int alarm(unsigned int seconds)
  pause: f("i32"), // int pause(void)
  // descriptors
  open: f("i32", "ptr", "i32", "u32"), // int open(const char *pathname, int flags, mode_t mode)
  openat: f("i32", "i32", "ptr", "i32", "u32"), // int openat(int dirfd, const char *pathname, int flags, mode_t mode)
  close: f("i32", "i32"), // int close(int fd)
  read: f("i64", "i32", "buf", "usize"), // ssize_t read(int fd, void *buf, size_t count)
  write: f("i64", "i32", "buf", "usize"), // ssize_t write(int fd, const void *buf, size_t count)
  pread: f("i64", "i32", "ptr", "usize", "i64"), // ssize_t pread(int fd, void *buf, size_t count, off_t offset)
  pwrite: f("i64", "i32", "ptr", "usize", "i64"), // ssize_t pwrite(int fd, const void *buf, size_t count, off_t offset)
  lseek: f("i64", "i32", "i64", "i32"), // off_t lseek(int fd, off_t offset, int whence)
  dup: f("i32", "i32"), // int dup(int oldfd)
  dup2: f("i32", "i32", "i32"), // int dup2(int oldfd, int newfd)
  dup3: f("i32", "i32", "i32", "i32"), // int dup3(int oldfd, int newfd, int flags)
  pipe2: f("i32", "ptr", "i32"), // int pipe2(int pipefd[2], int flags)
  fcntl: f("i32", "i32", "i32", "i64"), // int fcntl(int fd, int op, long arg)
  readlinkat: f("i64", "i32", "ptr", "ptr", "usize"), // ssize_t readlinkat(int dirfd, const char *pathname, char *buf, size_t bufsiz)
  poll: f("i32", "ptr", "u32", "i32"), // int poll(struct pollfd *fds, nfds_t nfds, int timeout)
  // sockets
  socket: f("i32", "i32", "i32", "i32"), // int socket(int domain, int type, int protocol)
  socketpair: f("i32", "i32", "i32", "i32", "ptr"), // int socketpair(int domain, int type, int protocol, int sv[2])
  bind: f("i32", "i32", "ptr", "u32"), // int bind(int sockfd, const struct sockaddr *addr, socklen_t addrlen)
  listen: f("i32", "i32", "i32"), // int listen(int sockfd, int backlog)
  accept4: f("i32", "i32", "ptr", "ptr", "i32"), // int accept4(int sockfd, struct sockaddr *addr, socklen_t *addrlen, int flags)
  connect: f("i32", "i32", "ptr", "u32"), // int connect(int sockfd, const struct sockaddr *addr, socklen_t addrlen)
  sendmsg: f("i64", "i32", "ptr", "i32"), // ssize_t sendmsg(int sockfd, const struct msghdr *msg, int flags)
  recvmsg: f("i64", "i32", "ptr", "i32"), // ssize_t recvmsg(int sockfd, struct msghdr *msg, int flags)
  sendto: f("i64", "i32", "ptr", "usize", "i32", "ptr", "u32"), // ssize_t sendto(int sockfd, const void *buf, size_t len, int flags, const struct sockaddr *dest_addr, socklen_t addrlen)
  recv: f("i64", "i32", "ptr", "usize", "i32"), // ssize_t recv(int sockfd, void *buf, size_t len, int flags)
  getsockopt: f("i32", "i32", "i32", "i32", "ptr", "ptr"), // int getsockopt(int sockfd, int level, int optname, void *optval, socklen_t *optlen)
  setsockopt: f("i32", "i32", "i32", "i32", "ptr", "u32"), // int setsockopt(int sockfd, int level, int optname, const void *optval, socklen_t optlen)
  getsockname: f("i32", "i32", "ptr", "ptr"), // int getsockname(int sockfd, struct sockaddr *addr, socklen_t *addrlen)
  getpeername: f("i32", "i32", "ptr", "ptr"), // int getpeername(int sockfd, struct sockaddr *addr, socklen_t *addrlen)
  shutdown: f("i32", "i32", "i32"), // int shutdown(int sockfd, int how)
  unlink: f("i32", "ptr"), // int unlink(const char *pathname)
  mkdir: f("i32", "ptr", "u32"), // int mkdir(const char *pathname, mode_t mode)
  rmdir: f("i32", "ptr"), // int rmdir(const char *pathname)
  chdir: f("i32", "ptr"), // int chdir(const char *path)
  setrlimit: f("i32", "u32", "ptr"), // int setrlimit(int resource, const struct rlimit *rlim)
  getrlimit: f("i32", "u32", "ptr"), // int getrlimit(int resource, struct rlimit *rlim)
  // memory, environment, randomness
  madvise: f("i32", "ptr", "usize", "i32"), // int madvise(void *addr, size_t length, int advice)
  getenv: f("ptr", "ptr"), // char *getenv(const char *name)
  setenv: f("i32", "ptr", "ptr", "i32"), // int setenv(const char *name, const char *value, int overwrite)
  unsetenv: f("i32", "ptr"), // int unsetenv(const char *name)
  getauxval: f("ptr", "usize"), // unsigned long getauxval(unsigned long type)
  getrandom: f("i64", "ptr", "usize", "u32"), // ssize_t getrandom(void *buf, size_t buflen, unsigned int flags)
  // anything else, by number
  syscall: f("i64", "i64", "i64", "i64", "i64", "i64", "i64", "i64"), // long syscall(long number, ...)
  ptrace: f("i64", "i32", "i32", "ptr", "ptr"), // long ptrace(enum op, pid_t pid, void *addr, void *data)
  process_vm_readv: f("i64", "i32", "ptr", "usize", "ptr", "usize", "usize"), // ssize_t process_vm_readv(pid_t pid, const struct iovec *local, unsigned long, const struct iovec *remote, unsigned long, unsigned long flags)
  usleep: f("i32", "u32"), // int usleep(useconds_t usec)
  sched_yield: f("i32"), // int sched_yield(void)
} as const satisfies Record<string, Signature>;
