/** The functions of poll, epoll, eventfd, timerfd, memfd, locks and vectors, loaded on first use. @module */
import type { Functions, Signature } from "./backend/types.ts";
import { loadMore } from "./libc.ts";

const TABLE = {
  ppoll: { args: ["ptr", "usize", "ptr", "ptr"], result: "i32" }, // int ppoll(struct pollfd *fds, nfds_t nfds, const struct timespec *tmo_p, const sigset_t *sigmask)
  epoll_create1: { args: ["i32"], result: "i32" }, // int epoll_create1(int flags)
  epoll_ctl: { args: ["i32", "i32", "i32", "ptr"], result: "i32" }, // int epoll_ctl(int epfd, int op, int fd, struct epoll_event *event)
  epoll_wait: { args: ["i32", "ptr", "i32", "i32"], result: "i32" }, // int epoll_wait(int epfd, struct epoll_event *events, int maxevents, int timeout)
  eventfd: { args: ["u32", "i32"], result: "i32" }, // int eventfd(unsigned int initval, int flags)
  eventfd_read: { args: ["i32", "ptr"], result: "i32" }, // int eventfd_read(int fd, eventfd_t *value)
  eventfd_write: { args: ["i32", "usize"], result: "i32" }, // int eventfd_write(int fd, eventfd_t value)
  timerfd_create: { args: ["i32", "i32"], result: "i32" }, // int timerfd_create(int clockid, int flags)
  timerfd_settime: { args: ["i32", "i32", "ptr", "ptr"], result: "i32" }, // int timerfd_settime(int fd, int flags, const struct itimerspec *new_value, struct itimerspec *old_value)
  timerfd_gettime: { args: ["i32", "ptr"], result: "i32" }, // int timerfd_gettime(int fd, struct itimerspec *curr_value)
  clock_gettime: { args: ["i32", "ptr"], result: "i32" }, // int clock_gettime(clockid_t clockid, struct timespec *tp)
  memfd_create: { args: ["ptr", "u32"], result: "i32" }, // int memfd_create(const char *name, unsigned int flags)
  mkfifo: { args: ["ptr", "u32"], result: "i32" }, // int mkfifo(const char *pathname, mode_t mode)
  flock: { args: ["i32", "i32"], result: "i32" }, // int flock(int fd, int op)
  ftruncate: { args: ["i32", "i64"], result: "i32" }, // int ftruncate(int fd, off_t length)
  statx: { args: ["i32", "ptr", "i32", "u32", "ptr"], result: "i32" }, // int statx(int dirfd, const char *pathname, int flags, unsigned int mask, struct statx *statxbuf)
  pread: { args: ["i32", "buf", "usize", "i64"], result: "i64" }, // ssize_t pread(int fd, void *buf, size_t count, off_t offset)
  pwrite: { args: ["i32", "buf", "usize", "i64"], result: "i64" }, // ssize_t pwrite(int fd, const void *buf, size_t count, off_t offset)
  readv: { args: ["i32", "ptr", "i32"], result: "i64" }, // ssize_t readv(int fd, const struct iovec *iov, int iovcnt)
  writev: { args: ["i32", "ptr", "i32"], result: "i64" }, // ssize_t writev(int fd, const struct iovec *iov, int iovcnt)
} as const satisfies Record<string, Signature>;

let loaded: Functions<typeof TABLE> | undefined;

/** These functions, callable. */
export function eventFunctions(): Functions<typeof TABLE> {
  return (loaded ??= loadMore(TABLE));
}
