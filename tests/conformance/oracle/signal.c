/* Signals: masks, pending, order, values, dispositions, timers; the twin of tests/fixtures/oracle_signal.ts. */
#include <sys/signalfd.h>

static sigset_t set_of(int first, ...) {
  sigset_t set;
  sigemptyset(&set);
  va_list list;
  va_start(list, first);
  for (int s = first; s != 0; s = va_arg(list, int)) sigaddset(&set, s);
  va_end(list);
  return set;
}
static void block(sigset_t set) { sigprocmask(SIG_BLOCK, &set, 0); }
static void numbers(const char *name, sigset_t *set) {
  char line[400] = "";
  for (int s = 1; s <= 64; s++) if (sigismember(set, s) == 1) sprintf(line + strlen(line), "%s%d", *line ? " " : "", s);
  text(name, line);
}
static void pending(const char *name) {
  sigset_t set;
  sigpending(&set);
  numbers(name, &set);
}
/* The raw call: libc's tells of tgkill as if it were kill. */
static int take(sigset_t set, siginfo_t *info, const struct timespec *time) {
  memset(info, 0, sizeof *info);
  return syscall(SYS_rt_sigtimedwait, &set, info, time, 8);
}
static const struct timespec now = {0, 0};
/* Takes a signal, and tells its fields as far as its origin has them. */
static void taken(const char *name, sigset_t set, pid_t expected) {
  siginfo_t info;
  if (take(set, &info, &now) == -1) return text(name, errno == EAGAIN ? "none" : strerrorname_np(errno));
  char line[100];
  int n = sprintf(line, "%d code %d", info.si_signo, info.si_code);
  int child = info.si_signo == SIGCHLD && info.si_code > 0;
  if (child || info.si_code == SI_USER || info.si_code == SI_TKILL || info.si_code == SI_QUEUE) n += sprintf(line + n, " %s uid %d", info.si_pid == expected ? "it" : "another", info.si_uid);
  if (info.si_code == SI_QUEUE) n += sprintf(line + n, " value %d", info.si_value.sival_int);
  if (child) sprintf(line + n, " status %d", info.si_status);
  text(name, line);
}
static int queue(pid_t pid, int signal, int value) { return sigqueue(pid, signal, (union sigval){.sival_int = value}); }

CASE(masks, "mask: block, unblock, replace, what cannot be blocked") {
  sigset_t before, set = set_of(SIGUSR1, SIGUSR2, SIGRTMAX, 0);
  sigprocmask(SIG_BLOCK, &set, &before);
  numbers("at first", &before);
  set = set_of(SIGUSR2, SIGHUP, 0);
  sigprocmask(SIG_UNBLOCK, &set, &before);
  numbers("blocked", &before);
  set = set_of(SIGKILL, SIGSTOP, SIGTERM, SIGCONT, 0);
  sigprocmask(SIG_SETMASK, &set, &before);
  numbers("unblocked", &before);
  sigprocmask(SIG_BLOCK, 0, &before);
  numbers("replaced", &before);
  pid_t c;
  CHILD(c) {
    sigset_t got;
    sigprocmask(SIG_BLOCK, 0, &got);
    _exit(sigismember(&got, SIGTERM) + sigismember(&got, SIGCONT));
  }
  end_of("the child's", c);
}

CASE(pend, "pending: the process's and the thread's, once each") {
  block(set_of(SIGUSR1, SIGTERM, SIGRTMIN, 0));
  pending("none");
  raise(SIGUSR1);
  kill(getpid(), SIGTERM);
  kill(getpid(), SIGTERM);
  kill(getpid(), SIGRTMIN);
  pending("three");
  pid_t c;
  CHILD(c) {
    sigset_t set;
    sigpending(&set);
    _exit(sigismember(&set, SIGUSR1) + sigismember(&set, SIGTERM) + sigismember(&set, SIGRTMIN));
  }
  end_of("the child's", c);
  taken("taken", set_of(SIGTERM, 0), getpid());
  pending("left");
  taken("not twice", set_of(SIGTERM, 0), getpid());
}

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

CASE(nocldstop, "SA_NOCLDSTOP: no SIGCHLD for a stop") {
  sigset_t set = set_of(SIGCHLD, 0);
  block(set);
  struct sigaction action = {.sa_handler = SIG_DFL, .sa_flags = SA_NOCLDSTOP};
  sigaction(SIGCHLD, &action, 0);
  pid_t c;
  int status;
  CHILD(c) raise(SIGSTOP);
  waitpid(c, &status, WUNTRACED);
  number("stopped", status);
  taken("nothing", set, c);
  kill(c, SIGCONT);
  end_of("end", c);
  taken("its end", set, c);
}

CASE(nocldwait, "SA_NOCLDWAIT and SIG_IGN: no zombie, and a wait that ends with ECHILD") {
  struct sigaction action = {.sa_handler = SIG_DFL, .sa_flags = SA_NOCLDWAIT};
  sigaction(SIGCHLD, &action, 0);
  pid_t c;
  CHILD(c) _exit(3);
  end_of("SA_NOCLDWAIT", c);
  fact("gone", kill(c, 0) == -1 && errno == ESRCH);
  signal(SIGCHLD, SIG_IGN);
  CHILD(c) _exit(3);
  end_of("SIG_IGN", c);
  outcome("any", waitpid(-1, 0, 0));
  signal(SIGCHLD, SIG_DFL);
  CHILD(c) _exit(3);
  end_of("as before", c);
}

CASE(ignored, "ignore: pending is thrown away, and nothing comes") {
  block(set_of(SIGUSR1, SIGCHLD, 0));
  raise(SIGUSR1);
  raise(SIGCHLD);
  pending("before");
  signal(SIGUSR1, SIG_IGN);
  pending("ignored");
  signal(SIGUSR1, SIG_DFL);
  pending("default again");
  sigset_t none = set_of(0);
  sigprocmask(SIG_SETMASK, &none, 0);
  signal(SIGTERM, SIG_IGN);
  outcome("a signal that is ignored", raise(SIGTERM));
  pending("nothing");
}

CASE(ignored_blocked, "ignore: of a blocked signal") {
  block(set_of(SIGTERM, 0));
  signal(SIGTERM, SIG_IGN);
  raise(SIGTERM);
  pending("blocked and ignored");
  taken("taken", set_of(SIGTERM, 0), getpid());
}

CASE(cont_stop, "SIGCONT throws away pending stops, a stop a pending SIGCONT") {
  block(set_of(SIGTSTP, SIGTTIN, SIGCONT, 0));
  raise(SIGTSTP);
  raise(SIGTTIN);
  pending("stops");
  raise(SIGCONT);
  pending("continue");
  raise(SIGTSTP);
  pending("stop");
}

CASE(unchangeable, "sigaction: what cannot be changed, and what was there") {
  struct sigaction before, ignore = {.sa_handler = SIG_IGN};
  outcome("SIGKILL", sigaction(SIGKILL, &ignore, 0));
  outcome("SIGSTOP", sigaction(SIGSTOP, &ignore, 0));
  outcome("SIGKILL, to ask", sigaction(SIGKILL, 0, &before));
  fact("default", before.sa_handler == SIG_DFL);
  sigaction(SIGUSR1, &ignore, &before);
  fact("was default", before.sa_handler == SIG_DFL);
  sigaction(SIGUSR1, &before, &before);
  fact("was ignored", before.sa_handler == SIG_IGN);
  pid_t c;
  CHILD(c) raise(SIGUSR1);
  end_of("default again", c);
}

CASE(kill_errors, "kill: whom and with what") {
  pid_t c, group;
  outcome("nobody", kill(0x3ffffff, 0));
  outcome("a group of nobody", kill(-0x3ffffff, 0));
  outcome("itself, 0", kill(getpid(), 0));
  outcome("sigqueue to nobody", queue(0x3ffffff, SIGTERM, 0));
  outcome("tgkill of another's thread", syscall(SYS_tgkill, getpid(), getppid(), 0));
  CHILD(group) {
    setpgid(0, 0);
    pid_t member;
    CHILD(member) for (;;) pause();
    board[0] = member;
    for (;;) pause();
  }
  UNTIL(board[0] != 0);
  outcome("a group", kill(-group, SIGTERM));
  end_of("its leader", group);
  UNTIL(state_of(board[0]) == 'Z' || state_of(board[0]) == '-');
  fact("its member", 1);
}

CASE(own_group, "kill 0: the caller's group, the caller too") {
  pid_t c;
  CHILD(c) {
    setpgid(0, 0);
    pid_t member;
    CHILD(member) {
      board[0] = 1;
      for (;;) pause();
    }
    UNTIL(board[0]);
    board[1] = member;
    kill(0, SIGUSR2);
    for (;;) pause();
  }
  end_of("caller", c);
  UNTIL(state_of(board[1]) == 'Z' || state_of(board[1]) == '-');
  fact("member", 1);
}

CASE(unblocked, "a pending signal acts when it is unblocked") {
  pid_t c;
  CHILD(c) {
    sigset_t set = set_of(SIGTERM, 0);
    block(set);
    raise(SIGTERM);
    board[0] = 1;
    sigprocmask(SIG_UNBLOCK, &set, 0);
    board[0] = 2;
  }
  end_of("end", c);
  number("got to", board[0]);
}

CASE(suspend, "sigsuspend: acts on what it lets through") {
  pid_t c;
  CHILD(c) {
    block(set_of(SIGTERM, 0));
    raise(SIGTERM);
    board[0] = 1;
    sigset_t none = set_of(0);
    sigsuspend(&none);
    board[0] = 2;
  }
  end_of("end", c);
  number("got to", board[0]);
}

CASE(stopped_later, "a stopped process takes signals when it goes on, SIGKILL at once") {
  pid_t c;
  CHILD(c) for (;;) pause();
  kill(c, SIGSTOP);
  UNTIL(state_of(c) == 'T');
  kill(c, SIGTERM);
  fact("still stopped", state_of(c) == 'T');
  kill(c, SIGCONT);
  end_of("then", c);
  CHILD(c) for (;;) pause();
  kill(c, SIGSTOP);
  UNTIL(state_of(c) == 'T');
  kill(c, SIGKILL);
  end_of("SIGKILL", c);
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

CASE(itimers, "setitimer and alarm: one timer, what was left") {
  block(set_of(SIGALRM, SIGVTALRM, SIGPROF, 0));
  alarm(0);
  struct itimerval value = {{50, 0}, {100, 0}}, before;
  setitimer(ITIMER_REAL, &value, &before);
  number("before", before.it_value.tv_sec);
  fact("alarm tells what is left", alarm(7) > 90);
  getitimer(ITIMER_REAL, &before);
  fact("alarm has set it", before.it_value.tv_sec <= 7);
  number("without an interval", before.it_interval.tv_sec);
  number("alarm off", alarm(0) > 0);
  number("off", alarm(0));
  struct itimerval often = {{0, 500}, {0, 500}}, none = {{0, 0}, {0, 0}};
  setitimer(ITIMER_REAL, &often, 0);
  siginfo_t info;
  struct timespec long_time = {20, 0};
  for (int i = 0; i < 3; i++) result("again", take(set_of(SIGALRM, 0), &info, &long_time));
  setitimer(ITIMER_REAL, &none, &before);
  number("interval", before.it_interval.tv_usec);
  taken("perhaps one more, thrown away", set_of(SIGUSR1, 0), 0);
  value.it_value.tv_sec = 0;
  value.it_value.tv_usec = 1000;
  setitimer(ITIMER_VIRTUAL, &value, 0);
  sigset_t got;
  do sigpending(&got);
  while (!sigismember(&got, SIGVTALRM));
  fact("processor time", 1);
  alarm(DEADLINE);
}

CASE(sigpipe, "SIGPIPE: ends, or ignored leaves EPIPE") {
  pid_t c;
  int pipes[2];
  pipe2(pipes, 0);
  close(pipes[0]);
  CHILD(c) write(pipes[1], "x", 1);
  end_of("default", c);
  CHILD(c) {
    signal(SIGPIPE, SIG_IGN);
    _exit(write(pipes[1], "x", 1) == -1 ? errno : 0);
  }
  end_of("ignored", c);
  CHILD(c) {
    block(set_of(SIGPIPE, 0));
    int failed = write(pipes[1], "x", 1) == -1 ? errno : 0;
    sigset_t set;
    sigpending(&set);
    _exit(failed == EPIPE && sigismember(&set, SIGPIPE) ? 5 : 0);
  }
  end_of("blocked", c);
}
