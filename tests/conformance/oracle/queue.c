/* Signals taken: order, values, origins, sigtimedwait and signalfd; the twin of tests/fixtures/oracle/queue.ts. */
#include "signal.h"
#include <sys/signalfd.h>

CASE(coalesce, "queue: a standard signal is one, a real-time signal each") {
  block(set_of(SIGUSR1, SIGRTMIN + 1, 0));
  for (int i = 1; i <= 3; i++) queue(getpid(), SIGUSR1, i);
  for (int i = 1; i <= 3; i++) queue(getpid(), SIGRTMIN + 1, i);
  for (int i = 0; i < 5; i++) taken("taken", set_of(SIGUSR1, SIGRTMIN + 1, 0), getpid());
}

CASE(order, "queue: lowest number first, each in the order sent") {
  sigset_t all = set_of(SIGRTMAX, SIGRTMIN + 2, SIGRTMIN, SIGUSR2, SIGHUP, 0);
  block(all);
  int sent[] = {SIGRTMAX, SIGRTMIN + 2, SIGUSR2, SIGRTMIN, SIGHUP, SIGRTMIN + 2, SIGRTMIN};
  for (int i = 0; i < 7; i++) queue(getpid(), sent[i], 10 + i);
  for (int i = 0; i < 8; i++) taken("taken", all, getpid());
}

CASE(thread_first, "queue: the thread's own before the process's") {
  block(set_of(SIGUSR1, SIGHUP, 0));
  kill(getpid(), SIGHUP);
  raise(SIGUSR1);
  taken("first", set_of(SIGUSR1, SIGHUP, 0), getpid());
  taken("second", set_of(SIGUSR1, SIGHUP, 0), getpid());
}

CASE(origins, "siginfo: kill, raise, tgkill, sigqueue") {
  sigset_t set = set_of(SIGUSR1, 0);
  block(set);
  kill(getpid(), SIGUSR1);
  taken("kill", set, getpid());
  raise(SIGUSR1);
  taken("raise", set, getpid());
  syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), SIGUSR1);
  taken("tgkill", set, getpid());
  queue(getpid(), SIGUSR1, -7);
  taken("sigqueue", set, getpid());
  queue(getpid(), SIGUSR1, 2147483647);
  taken("sigqueue", set, getpid());
  pid_t c;
  CHILD(c) queue(getppid(), SIGUSR1, 5);
  UNTIL(state_of(c) == 'Z');
  taken("from a child", set, c);
  end_of("end", c);
}

CASE(timer_origin, "siginfo: of a timer's signal") {
  sigset_t set = set_of(SIGALRM, SIGVTALRM, 0);
  block(set);
  struct itimerval soon = {{0, 0}, {0, 1000}}, before;
  setitimer(ITIMER_REAL, &soon, 0);
  sigset_t got;
  UNTIL((sigpending(&got), sigismember(&got, SIGALRM)));
  taken("SIGALRM", set, 0);
  getitimer(ITIMER_REAL, &before);
  number("expired once", before.it_value.tv_sec + before.it_value.tv_usec);
}

CASE(sigchld, "SIGCHLD: what became of the child") {
  sigset_t set = set_of(SIGCHLD, 0);
  block(set);
  pid_t c;
  sigset_t got;
#define ARRIVED UNTIL((sigpending(&got), sigismember(&got, SIGCHLD)))
  CHILD(c) _exit(9);
  ARRIVED;
  taken("exited", set, c);
  end_of("end", c);
  CHILD(c) {
    raise(SIGSTOP);
    for (;;) pause();
  }
  ARRIVED;
  taken("stopped", set, c);
  kill(c, SIGCONT);
  ARRIVED;
  taken("continued", set, c);
  kill(c, SIGTERM);
  ARRIVED;
  taken("killed", set, c);
  end_of("end", c);
}

CASE(timed_wait, "sigtimedwait: EAGAIN, and only what was asked for") {
  block(set_of(SIGUSR1, SIGHUP, 0));
  taken("nothing", set_of(SIGUSR1, 0), 0);
  raise(SIGHUP);
  taken("not asked for", set_of(SIGUSR1, 0), 0);
  taken("an empty set", set_of(0), 0);
  pending("left");
  struct timespec short_time = {0, 30000000};
  siginfo_t info;
  outcome("over", take(set_of(SIGUSR1, 0), &info, &short_time) == -1 && errno == EAGAIN ? 0 : 1);
  pid_t c;
  CHILD(c) {
    UNTIL(sleeps_in(getppid(), SYS_rt_sigtimedwait));
    kill(getppid(), SIGUSR1);
  }
  struct timespec long_time = {20, 0};
  result("one that comes", take(set_of(SIGUSR1, 0), &info, &long_time));
  end_of("sender", c);
}

CASE(sigpending_limit, "RLIMIT_SIGPENDING: EAGAIN for sigqueue, kill still works") {
  block(set_of(SIGRTMIN, SIGUSR1, 0));
  struct rlimit none = {0, 0};
  setresuid(54321, 54321, 54321); /* a user with nothing queued */
  setrlimit(RLIMIT_SIGPENDING, &none);
  outcome("sigqueue", queue(getpid(), SIGRTMIN, 1));
  outcome("kill", kill(getpid(), SIGUSR1));
  pending("pending");
}

CASE(signalfds, "signalfd: reads what is pending, in order, with its fields") {
  sigset_t set = set_of(SIGUSR1, SIGRTMIN, SIGCHLD, 0);
  block(set);
  int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
  struct signalfd_siginfo info[4];
  struct pollfd p = {fd, POLLIN, 0};
  result("nothing", read(fd, info, sizeof info));
  number("not ready", poll(&p, 1, 0));
  queue(getpid(), SIGRTMIN, 11);
  queue(getpid(), SIGRTMIN, 12);
  kill(getpid(), SIGUSR1);
  number("ready", poll(&p, 1, 0));
  long length = read(fd, info, 3 * sizeof *info);
  for (int i = 0; i < length / (long)sizeof *info; i++) {
    char line[100];
    sprintf(line, "%d code %d %s", info[i].ssi_signo, info[i].ssi_code, (pid_t)info[i].ssi_pid == getpid() ? "it" : "another");
    if (info[i].ssi_code == SI_QUEUE) sprintf(line + strlen(line), " value %d", info[i].ssi_int);
    text("read", line);
  }
  pid_t c;
  CHILD(c) _exit(6);
  poll(&p, 1, -1);
  read(fd, info, sizeof *info);
  number("of a child", info[0].ssi_status);
  number("code", info[0].ssi_code);
  end_of("end", c);
  raise(SIGUSR1);
  CHILD(c) _exit(read(fd, info, sizeof *info) == -1 ? errno : 0); /* its own signals, and it has none */
  end_of("a child's", c);
  pending("left to the parent");
}

CASE(signalfd_change, "signalfd: another set for the same descriptor") {
  sigset_t first = set_of(SIGUSR1, 0), second = set_of(SIGUSR2, 0);
  block(set_of(SIGUSR1, SIGUSR2, 0));
  int fd = signalfd(-1, &first, SFD_NONBLOCK);
  struct signalfd_siginfo info;
  raise(SIGUSR2);
  result("not in the set", read(fd, &info, sizeof info));
  fact("the same descriptor", signalfd(fd, &second, 0) == fd);
  result("in the set", read(fd, &info, sizeof info) > 0 ? (long)info.ssi_signo : -1);
  outcome("not a signalfd", signalfd(open("/dev/null", O_RDONLY), &first, 0));
  outcome("not open", signalfd(999, &first, 0));
}
