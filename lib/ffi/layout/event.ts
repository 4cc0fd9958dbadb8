/** Layouts of epoll, timers and record locks. @module */
import { layout } from "./layout.ts";

/** struct epoll_event: packed on x86_64, and there alone. */
export const EPOLL_EVENT = {
  x86_64: layout("sys/epoll.h", "struct epoll_event", 12, { events: 0, data: 4 }),
  aarch64: layout("sys/epoll.h", "struct epoll_event", 16, { events: 0, data: 8 }),
};

/** struct itimerspec of timerfd_settime(2). */
export const ITIMERSPEC = layout("time.h", "struct itimerspec", 32, { it_interval: 0, it_value: 16 });

/** struct flock of fcntl(2)'s locks. */
export const FLOCK = layout("fcntl.h", "struct flock", 32, { l_type: 0, l_whence: 2, l_start: 8, l_len: 16, l_pid: 24 });
