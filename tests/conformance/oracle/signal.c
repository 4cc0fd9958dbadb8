/* Signals: masks, pending, dispositions, timers, whom kill reaches; the twin of tests/fixtures/oracle/signal.ts. */
#include "signal.h"

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
