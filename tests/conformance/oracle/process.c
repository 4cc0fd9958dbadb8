/* What fork copies: modes, masks, timers, priorities, names, privileges; the twin of tests/fixtures/oracle/process.ts. */

CASE(umask_rules, "umask: takes bits away, is copied, and gives what was") {
  number("before", umask(077));
  struct stat s;
  int fd = open("masked", O_RDWR | O_CREAT | O_EXCL, 0666);
  fstat(fd, &s);
  number("mode", s.st_mode & 07777);
  mkdir("masked-dir", 0777);
  int dir = open("masked-dir", O_RDONLY | O_DIRECTORY);
  fstat(dir, &s);
  number("directory", s.st_mode & 07777);
  pid_t c;
  CHILD(c) _exit(umask(0));
  end_of("the child's", c);
  number("after", umask(022));
  mkfifo("masked-fifo", 0777);
  int fifo = open("masked-fifo", O_RDWR);
  fstat(fifo, &s);
  number("fifo", s.st_mode & 07777);
}

CASE(fork_copies, "fork: what the child has and has not") {
  sigset_t set, got;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGRTMIN);
  sigprocmask(SIG_BLOCK, &set, 0);
  signal(SIGUSR2, SIG_IGN);
  raise(SIGUSR1);
  kill(getpid(), SIGRTMIN);
  struct itimerval timer = {{0, 0}, {1000, 0}};
  setitimer(ITIMER_VIRTUAL, &timer, 0);
  pid_t c;
  CHILD(c) {
    sigpending(&got);
    board[0] = sigismember(&got, SIGUSR1) + sigismember(&got, SIGRTMIN);
    sigprocmask(SIG_BLOCK, 0, &got);
    board[1] = sigismember(&got, SIGUSR1) + sigismember(&got, SIGRTMIN);
    struct sigaction action;
    sigaction(SIGUSR2, 0, &action);
    board[2] = action.sa_handler == SIG_IGN;
    getitimer(ITIMER_VIRTUAL, &timer);
    board[3] = timer.it_value.tv_sec;
    chdir("/");
    umask(0);
  }
  end_of("end", c);
  number("pending", board[0]);
  number("blocked", board[1]);
  number("ignored", board[2]);
  number("timer", board[3]);
  fact("the parent's directory stays", access("/bin/sh", F_OK) == 0 && open("bin", O_RDONLY | O_DIRECTORY) == -1);
  number("the parent's mask stays", umask(022));
  sigpending(&got);
  fact("the parent's pending stays", sigismember(&got, SIGUSR1) && sigismember(&got, SIGRTMIN));
}

CASE(priorities, "priority: copied by fork, errors") {
  number("before", getpriority(PRIO_PROCESS, 0));
  outcome("set", setpriority(PRIO_PROCESS, 0, 5));
  pid_t c;
  CHILD(c) _exit(getpriority(PRIO_PROCESS, 0));
  end_of("the child's", c);
  outcome("the end of the range", setpriority(PRIO_PROCESS, 0, 19));
  number("after", getpriority(PRIO_PROCESS, 0));
  errno = 0;
  outcome("of nobody", getpriority(PRIO_PROCESS, 0x3ffffff));
}

CASE(names, "the name of a process: copied by fork") {
  prctl(PR_SET_NAME, "fifteen-letters", 0, 0, 0);
  char name[17] = "";
  prctl(PR_GET_NAME, name, 0, 0, 0);
  text("own", name);
  pid_t c;
  CHILD(c) {
    char theirs[17] = "";
    prctl(PR_GET_NAME, theirs, 0, 0, 0);
    _exit(strcmp(theirs, "fifteen-letters"));
  }
  end_of("the same", c);
}

CASE(new_privileges, "no_new_privs: set for good, and inherited") {
  number("before", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  number("after", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  pid_t c;
  CHILD(c) _exit(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  end_of("the child's", c);
  outcome("taken back", prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0));
}
