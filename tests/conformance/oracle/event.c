/* poll, epoll, eventfd, timerfd: when a descriptor is ready; the twin of tests/fixtures/oracle/event.ts. */
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>

static char buffer[1 << 16];
/* What poll tells of one descriptor. */
static void polled(const char *name, int fd, int events) {
  struct pollfd p = {fd, events, 0};
  int ready = poll(&p, 1, 0);
  if (ready == -1) return text(name, strerrorname_np(errno));
  number(name, ready ? p.revents : 0);
}

CASE(poll_pipe, "poll: a pipe") {
  int p[2];
  pipe2(p, O_NONBLOCK);
  polled("empty, to read", p[0], POLLIN);
  polled("empty, to write", p[1], POLLOUT);
  write(p[1], "x", 1);
  polled("one byte", p[0], POLLIN);
  polled("not asked for", p[0], 0);
  while (write(p[1], buffer, sizeof buffer) > 0) ;
  polled("full", p[1], POLLOUT);
  read(p[0], buffer, 100);
  polled("a little room", p[1], POLLOUT);
  read(p[0], buffer, 4096);
  polled("room", p[1], POLLOUT);
  close(p[1]);
  polled("no writer, bytes left", p[0], POLLIN);
  while (read(p[0], buffer, sizeof buffer) > 0) ;
  polled("no writer, empty", p[0], POLLIN);
  polled("asked for nothing", p[0], 0);
  pipe2(p, 0);
  close(p[0]);
  polled("no reader", p[1], POLLOUT);
  polled("the write end, to read", p[1], POLLIN);
}

CASE(poll_socket, "poll: a socket, and its halves") {
  int s[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  polled("to write", s[0], POLLIN | POLLOUT);
  write(s[1], "x", 1);
  polled("a byte", s[0], POLLIN | POLLOUT);
  shutdown(s[1], SHUT_WR);
  polled("the other half is shut", s[0], POLLIN | POLLRDHUP);
  read(s[0], buffer, 1);
  polled("end of file", s[0], POLLIN | POLLRDHUP | POLLOUT);
  polled("the shut half", s[1], POLLIN | POLLRDHUP | POLLOUT);
  close(s[1]);
  polled("the other is closed", s[0], POLLIN | POLLRDHUP | POLLOUT);
  int alone = socket(AF_UNIX, SOCK_STREAM, 0);
  polled("never connected", alone, POLLIN | POLLOUT);
  int datagram = socket(AF_UNIX, SOCK_DGRAM, 0);
  polled("a datagram socket", datagram, POLLIN | POLLOUT);
}

CASE(poll_others, "poll: files, none, and many at once") {
  file_with("file", "", 0600);
  int file = open("file", O_RDONLY), p[2];
  pipe2(p, 0);
  polled("a file", file, POLLIN | POLLOUT | POLLPRI);
  polled("not open", 999, POLLIN);
  polled("passed over", -1, POLLIN);
  write(p[1], "x", 1);
  struct pollfd many[] = {{p[0], POLLIN, 0}, {999, POLLIN, 0}, {-1, POLLIN, 0}, {p[1], 0, 0}, {p[0], POLLIN, 0}};
  number("ready", poll(many, 5, -1));
  for (int i = 0; i < 5; i++) number("of many", many[i].revents);
  number("none asked", poll(many, 0, 1));
}

CASE(poll_waits, "poll: sleeps until another process writes") {
  int p[2];
  pipe2(p, 0);
  pid_t c, self = getpid();
  CHILD(c) {
    UNTIL(sleeps_in(self, SYS_poll));
    write(p[1], "x", 1);
  }
  struct pollfd one = {p[0], POLLIN, 0};
  number("ready", poll(&one, 1, 20000));
  number("for", one.revents);
  end_of("child", c);
}

static void waited(const char *name, int ep) {
  struct epoll_event got[8];
  int n = epoll_wait(ep, got, 8, 0);
  char line[200] = "";
  if (n == -1) return text(name, strerrorname_np(errno));
  for (int i = 0; i < n; i++) sprintf(line + strlen(line), "%s%d:%d", i ? " " : "", got[i].data.u32, got[i].events);
  text(name, line);
}
static int watch(int ep, int op, int fd, unsigned events, int data) {
  struct epoll_event event = {.events = events, .data.u64 = data};
  return epoll_ctl(ep, op, fd, &event);
}

CASE(epoll_level, "epoll: by level, until it is read") {
  int ep = epoll_create1(EPOLL_CLOEXEC), p[2];
  pipe2(p, 0);
  number("mark", fcntl(ep, F_GETFD));
  outcome("add", watch(ep, EPOLL_CTL_ADD, p[0], EPOLLIN, 7));
  outcome("twice", watch(ep, EPOLL_CTL_ADD, p[0], EPOLLIN, 7));
  waited("empty", ep);
  write(p[1], "ab", 2);
  waited("two bytes", ep);
  read(p[0], buffer, 1);
  waited("one byte", ep);
  outcome("another copy", watch(ep, EPOLL_CTL_ADD, dup2(p[0], 300), EPOLLIN, 8));
  waited("both", ep);
  outcome("modify", watch(ep, EPOLL_CTL_MOD, 300, 0, 9));
  waited("one", ep);
  outcome("remove", epoll_ctl(ep, EPOLL_CTL_DEL, p[0], 0));
  outcome("twice", epoll_ctl(ep, EPOLL_CTL_DEL, p[0], 0));
  outcome("modify the removed", watch(ep, EPOLL_CTL_MOD, p[0], EPOLLIN, 1));
  close(p[1]);
  waited("a hang-up, unasked", ep);
}

CASE(epoll_edge, "epoll: EPOLLET tells of news, EPOLLONESHOT once") {
  int ep = epoll_create1(0), p[2], q[2];
  pipe2(p, 0);
  pipe2(q, 0);
  watch(ep, EPOLL_CTL_ADD, p[0], EPOLLIN | EPOLLET, 1);
  write(p[1], "ab", 2);
  waited("news", ep);
  waited("no news", ep);
  read(p[0], buffer, 1);
  waited("read in part", ep);
  write(p[1], "c", 1);
  waited("more", ep);
  outcome("modify", watch(ep, EPOLL_CTL_MOD, p[0], EPOLLIN | EPOLLET, 1));
  waited("as new", ep);
  watch(ep, EPOLL_CTL_ADD, q[0], EPOLLIN | EPOLLONESHOT, 2);
  write(q[1], "x", 1);
  waited("once", ep);
  write(q[1], "y", 1);
  waited("not again", ep);
  watch(ep, EPOLL_CTL_MOD, q[0], EPOLLIN | EPOLLONESHOT, 3);
  waited("armed again", ep);
}

CASE(epoll_lifetime, "epoll: an entry lives as long as the description") {
  int ep = epoll_create1(0), p[2];
  pipe2(p, 0);
  watch(ep, EPOLL_CTL_ADD, p[0], EPOLLIN, 1);
  int copy = dup(p[0]);
  close(p[0]);
  write(p[1], "x", 1);
  waited("a copy is open", ep);
  close(copy);
  waited("none is", ep);
  pipe2(p, 0);
  watch(ep, EPOLL_CTL_ADD, p[0], EPOLLIN, 2);
  write(p[1], "y", 1);
  pid_t c;
  CHILD(c) {
    struct epoll_event got[2];
    int seen = epoll_wait(ep, got, 2, 0);
    epoll_ctl(ep, EPOLL_CTL_DEL, p[0], 0);
    _exit(seen);
  }
  end_of("a child shares it", c);
  waited("and its removal", ep);
}

CASE(epoll_errors, "epoll: what cannot be watched") {
  file_with("file", "", 0600);
  int ep = epoll_create1(0), other = epoll_create1(0), p[2];
  pipe2(p, 0);
  outcome("a file", watch(ep, EPOLL_CTL_ADD, open("file", O_RDONLY), EPOLLIN, 0));
  outcome("a folder", watch(ep, EPOLL_CTL_ADD, open("/", O_RDONLY), EPOLLIN, 0));
  outcome("itself", watch(ep, EPOLL_CTL_ADD, ep, EPOLLIN, 0));
  outcome("none", watch(ep, EPOLL_CTL_ADD, 999, EPOLLIN, 0));
  outcome("no epoll", watch(p[0], EPOLL_CTL_ADD, p[1], EPOLLIN, 0));
  outcome("not open", watch(999, EPOLL_CTL_ADD, p[1], EPOLLIN, 0));
  outcome("another epoll", watch(ep, EPOLL_CTL_ADD, other, EPOLLIN, 5));
  outcome("in a circle", watch(other, EPOLL_CTL_ADD, ep, EPOLLIN, 0));
  watch(other, EPOLL_CTL_ADD, p[0], EPOLLIN, 6);
  write(p[1], "x", 1);
  waited("through the other", ep);
  struct epoll_event got[1];
  outcome("wait on no epoll", epoll_wait(p[0], got, 1, 0));
}

CASE(eventfds, "eventfd: a counter, its end, and semaphores") {
  int fd = eventfd(3, EFD_NONBLOCK | EFD_CLOEXEC);
  uint64_t value = 0;
  result("bytes", read(fd, &value, 8));
  number("value", value);
  result("empty", read(fd, &value, 8));
  polled("empty", fd, POLLIN | POLLOUT);
  value = 5;
  write(fd, &value, 8);
  write(fd, &value, 8);
  polled("set", fd, POLLIN | POLLOUT);
  read(fd, &value, 8);
  number("sum", value);
  value = 0xfffffffffffffffeULL;
  result("the most", write(fd, &value, 8));
  polled("full", fd, POLLIN | POLLOUT);
  value = 1;
  result("more", write(fd, &value, 8));
  value = 0xffffffffffffffffULL;
  result("beyond", write(fd, &value, 8));
  result("too short", read(fd, &value, 4));
  int semaphore = eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK);
  for (int i = 0; i < 3; i++) {
    value = 9;
    result("semaphore", read(semaphore, &value, 8));
    number("one", value);
  }
  fd = eventfd(0, 0);
  pid_t c;
  CHILD(c) {
    value = 42;
    write(fd, &value, 8);
  }
  read(fd, &value, 8);
  number("from a child", value);
  end_of("child", c);
}

CASE(timerfds, "timerfd: expirations are counted") {
  int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  uint64_t count = 0;
  struct itimerspec often = {{0, 1000000}, {0, 1000000}}, none = {{0, 0}, {0, 0}}, before;
  result("not set", read(fd, &count, 8));
  polled("not set", fd, POLLIN);
  timerfd_settime(fd, 0, &often, &before);
  number("before", before.it_value.tv_nsec + before.it_interval.tv_nsec);
  for (int waiting = 1; waiting;) {
    struct timespec start;
    usleep(20000);
    struct pollfd p = {fd, POLLIN, 0};
    waiting = poll(&p, 1, 0) == 0;
  }
  result("read", read(fd, &count, 8));
  fact("several", count > 1);
  timerfd_settime(fd, 0, &none, &before);
  number("interval", before.it_interval.tv_nsec / 1000000);
  fact("left", before.it_value.tv_nsec <= 1000000);
  timerfd_gettime(fd, &before);
  number("unset", before.it_value.tv_nsec);
  read(fd, &count, 8);
  result("no more", read(fd, &count, 8));
  struct itimerspec past = {{0, 0}, {1, 0}};
  timerfd_settime(fd, TFD_TIMER_ABSTIME, &past, 0);
  struct pollfd p = {fd, POLLIN, 0};
  poll(&p, 1, -1);
  result("a time gone by", read(fd, &count, 8));
  number("once", count);
  result("write", write(fd, &count, 8));
  result("too short", read(fd, &count, 4));
  outcome("not a timerfd", timerfd_settime(1, 0, &none, 0));
  struct itimerspec later = {{0, 0}, {100, 0}};
  timerfd_settime(fd, 0, &later, 0);
  pid_t c;
  CHILD(c) timerfd_settime(fd, 0, &none, 0);
  end_of("child", c);
  timerfd_gettime(fd, &before);
  number("a child has unset it", before.it_value.tv_sec);
}
