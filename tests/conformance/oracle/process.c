/* wait, sessions and groups, orphans, limits, what fork copies: the twin of tests/fixtures/oracle_process.ts. */

static void info(const char *name, idtype_t type, id_t id, int options, pid_t expected) {
  siginfo_t got;
  memset(&got, 0, sizeof got);
  if (waitid(type, id, &got, options) == -1) return text(name, strerrorname_np(errno));
  if (got.si_pid == 0) return text(name, "nothing yet");
  char line[64];
  snprintf(line, sizeof line, "%s uid %d code %d status %d", got.si_pid == expected ? "it" : "another", got.si_uid, got.si_code, got.si_status);
  text(name, line);
}

CASE(exits, "wait: the low eight bits of an exit") {
  int codes[] = {0, 1, 126, 127, 128, 255};
  for (int i = 0; i < 6; i++) {
    pid_t c;
    CHILD(c) _exit(codes[i]);
    end_of("raw", c);
  }
}

CASE(killed, "wait: the signal that ended it") {
  int signals[] = {SIGHUP, SIGKILL, SIGUSR1, SIGTERM, SIGALRM, 34, 50, 64};
  for (int i = 0; i < 8; i++) {
    pid_t c;
    CHILD(c) raise(signals[i]);
    end_of("raw", c);
  }
}

CASE(no_core, "wait: a core signal without a core") {
  pid_t c;
  CHILD(c) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    raise(SIGQUIT);
  }
  end_of("raw", c);
}

CASE(harmless, "wait: signals whose default is nothing") {
  pid_t c;
  CHILD(c) {
    raise(SIGCHLD);
    raise(SIGURG);
    raise(SIGWINCH);
    raise(SIGCONT);
    _exit(4);
  }
  end_of("raw", c);
}

CASE(stops, "wait: stop, continue, end") {
  pid_t c;
  int status = -1;
  CHILD(c) {
    raise(SIGSTOP);
    UNTIL(board[0]); /* a stop that comes at once hides the continue */
    raise(SIGTSTP);
    _exit(5);
  }
  fact("stopped", waitpid(c, &status, WUNTRACED) == c);
  number("raw", status);
  number("told once", waitpid(c, &status, WUNTRACED | WNOHANG));
  kill(c, SIGCONT);
  fact("continued", waitpid(c, &status, WCONTINUED) == c);
  number("raw", status);
  board[0] = 1;
  UNTIL(state_of(c) == 'T');
  fact("stopped again", waitpid(c, &status, WUNTRACED) == c);
  number("raw", status);
  kill(c, SIGCONT);
  end_of("end", c);
}

CASE(unheard_stop, "wait: without WUNTRACED a stop is no news") {
  pid_t c;
  int status = -1;
  CHILD(c) for (;;) pause();
  kill(c, SIGSTOP);
  UNTIL(state_of(c) == 'T');
  number("plain", waitpid(c, &status, WNOHANG));
  fact("with WUNTRACED", waitpid(c, &status, WNOHANG | WUNTRACED) == c);
  kill(c, SIGKILL);
  end_of("killed while stopped", c);
}

CASE(nohang, "wait: WNOHANG while it lives") {
  pid_t c;
  int pipes[2], status;
  pipe2(pipes, 0);
  CHILD(c) {
    char byte;
    close(pipes[1]);
    read(pipes[0], &byte, 1);
  }
  number("by pid", waitpid(c, &status, WNOHANG));
  number("any", waitpid(-1, &status, WNOHANG));
  close(pipes[1]);
  end_of("end", c);
}

CASE(echild, "wait: ECHILD") {
  int status;
  siginfo_t got;
  outcome("any", waitpid(-1, &status, 0));
  outcome("any, now", waitpid(-1, &status, WNOHANG));
  outcome("the parent", waitpid(getppid(), &status, 0));
  outcome("itself", waitpid(getpid(), &status, 0));
  outcome("waitid", waitid(P_ALL, 0, &got, WEXITED));
  pid_t c;
  CHILD(c) _exit(0);
  end_of("once", c);
  end_of("twice", c);
}

CASE(only_parent, "wait: a grandchild is no child") {
  int pipes[2];
  pid_t c;
  pipe2(pipes, 0);
  CHILD(c) {
    pid_t g;
    CHILD(g) for (;;) pause();
    board[0] = g;
    char byte;
    read(pipes[0], &byte, 1);
    kill(g, SIGKILL);
    end_of("unseen", g);
  }
  UNTIL(board[0] != 0);
  int status;
  outcome("grandchild", waitpid(board[0], &status, WNOHANG));
  write(pipes[1], "x", 1);
  end_of("child", c);
}

CASE(waitid_ends, "waitid: code and status of ends") {
  pid_t c;
  CHILD(c) _exit(300 & 0xff);
  info("exited", P_PID, c, WEXITED, c);
  CHILD(c) raise(SIGTERM);
  info("killed", P_PID, c, WEXITED, c);
  CHILD(c) raise(64);
  info("killed, real-time", P_ALL, 0, WEXITED, c);
  info("none left", P_ALL, 0, WEXITED, 0);
}

CASE(waitid_stops, "waitid: stops and continues, and what was not asked for") {
  pid_t c;
  CHILD(c) {
    raise(SIGSTOP);
    for (;;) pause();
  }
  info("stopped", P_PID, c, WSTOPPED, c);
  info("told once", P_PID, c, WSTOPPED | WNOHANG, c);
  kill(c, SIGCONT);
  info("continued", P_PID, c, WCONTINUED, c);
  info("told once", P_PID, c, WCONTINUED | WNOHANG, c);
  kill(c, SIGKILL);
  UNTIL(state_of(c) == 'Z');
  info("an end, not asked for", P_PID, c, WSTOPPED | WNOHANG, c);
  info("an end", P_PID, c, WEXITED, c);
}

CASE(wnowait, "waitid: WNOWAIT leaves the zombie") {
  pid_t c;
  CHILD(c) _exit(6);
  info("look", P_PID, c, WEXITED | WNOWAIT, c);
  info("look again", P_ALL, 0, WEXITED | WNOWAIT, c);
  fact("zombie", state_of(c) == 'Z');
  info("take", P_PID, c, WEXITED, c);
  info("gone", P_PID, c, WEXITED | WNOWAIT, c);
}

CASE(wnowait_stop, "waitid: WNOWAIT leaves a stop to be told again") {
  pid_t c;
  CHILD(c) raise(SIGSTOP);
  info("look", P_PID, c, WSTOPPED | WNOWAIT, c);
  info("look again", P_PID, c, WSTOPPED | WNOWAIT, c);
  info("take", P_PID, c, WSTOPPED, c);
  info("then", P_PID, c, WSTOPPED | WNOHANG, c);
  kill(c, SIGKILL);
  end_of("end", c);
}

CASE(group_wait, "wait: by process group") {
  pid_t other, ours;
  CHILD(other) {
    setpgid(0, 0);
    _exit(2);
  }
  setpgid(other, other);
  CHILD(ours) _exit(1);
  int status;
  fact("own group", waitpid(0, &status, 0) == ours);
  number("raw", status);
  outcome("own group, none left", waitpid(0, &status, 0));
  info("waitid, another group", P_PGID, other, WEXITED | WNOWAIT, other);
  fact("other group", waitpid(-other, &status, 0) == other);
  number("raw", status);
  outcome("a group of nobody", waitpid(-other, &status, 0));
}

CASE(zombie, "a zombie is there until it is reaped") {
  pid_t c;
  CHILD(c) _exit(0);
  UNTIL(state_of(c) == 'Z');
  outcome("kill 0", kill(c, 0));
  outcome("kill", kill(c, SIGKILL));
  outcome("its group", kill(-c, 0));
  fact("getpgid", getpgid(c) == getpgrp());
  end_of("its end is the one it had", c);
  outcome("kill, reaped", kill(c, 0));
  outcome("getpgid, reaped", getpgid(c));
  outcome("getsid, reaped", getsid(c));
}

CASE(subreaper, "an orphan is adopted by the subreaper, and waited for") {
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  pid_t self = getpid(), c;
  CHILD(c) {
    int on = 0;
    prctl(PR_GET_CHILD_SUBREAPER, &on, 0, 0, 0);
    board[1] = on;
    pid_t g;
    CHILD(g) {
      UNTIL(getppid() == self);
      _exit(9);
    }
    board[0] = g;
  }
  end_of("child", c);
  end_of("orphan", board[0]);
  number("the mark is not inherited", board[1]);
}

CASE(nearest, "an orphan goes to the nearest subreaper") {
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  pid_t near;
  CHILD(near) {
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    pid_t self = getpid(), c;
    CHILD(c) {
      pid_t g;
      CHILD(g) {
        UNTIL(getppid() == self);
        board[0] = 1;
      }
    }
    int status;
    for (int i = 0; i < 2; i++) board[1] += wait(&status) > 0;
  }
  end_of("near", near);
  number("it was the near one", board[0]);
  number("reaped there", board[1]);
}

CASE(pdeathsig, "the parent's death sends its signal") {
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  pid_t c;
  CHILD(c) {
    pid_t g, self = getpid();
    CHILD(g) {
      prctl(PR_SET_PDEATHSIG, SIGUSR1, 0, 0, 0);
      int signal = 0;
      prctl(PR_GET_PDEATHSIG, &signal, 0, 0, 0);
      board[1] = signal;
      pid_t gg;
      CHILD(gg) {
        prctl(PR_GET_PDEATHSIG, &signal, 0, 0, 0);
        _exit(signal);
      }
      int status;
      waitpid(gg, &status, 0);
      board[2] = status;
      board[0] = getpid();
      for (;;) pause();
    }
    UNTIL(board[0] != 0);
  }
  end_of("parent", c);
  end_of("child of the dead", board[0]);
  number("set", board[1]);
  number("cleared for a child of fork", board[2]);
}

CASE(setsid_rules, "setsid: a leader may not, another becomes the leader") {
  outcome("a leader of a group", setsid());
  pid_t c;
  CHILD(c) {
    pid_t self = getpid();
    board[0] = setsid() == self;
    board[1] = getsid(0) == self && getpgrp() == self;
    errno = 0;
    board[2] = setsid() == -1 ? errno : 0;
    board[3] = setpgid(0, 0) == -1 ? errno : 0;
    pid_t g;
    CHILD(g) _exit(getsid(0) == self && getpgrp() == self);
    int status;
    waitpid(g, &status, 0);
    board[4] = status;
  }
  end_of("end", c);
  number("its pid", board[0]);
  number("session and group", board[1]);
  number("twice", board[2]);
  number("a session's leader keeps its group", board[3]);
  number("its child is in both", board[4]);
}

CASE(setpgid_rules, "setpgid: whom and whither") {
  pid_t own, session;
  int pipes[2];
  char byte;
  pipe2(pipes, 0);
  CHILD(own) {
    close(pipes[1]);
    read(pipes[0], &byte, 1);
  }
  CHILD(session) {
    close(pipes[1]);
    setsid();
    board[0] = 1;
    read(pipes[0], &byte, 1);
  }
  UNTIL(board[0] == 1);
  outcome("a child", setpgid(own, own));
  fact("moved", getpgid(own) == own);
  outcome("back", setpgid(own, getpgrp()));
  outcome("a child in another session", setpgid(session, session));
  outcome("a group of another session", setpgid(own, session));
  outcome("a group of nobody", setpgid(own, 0x3ffffff));
  outcome("no child of ours", setpgid(getppid(), 0));
  fact("getsid of another session", getsid(session) == session);
  close(pipes[1]);
  end_of("own", own);
  end_of("session", session);
}

CASE(setpgid_exec, "setpgid: too late once the child has called exec") {
  pid_t c;
  int pipes[2];
  pipe2(pipes, O_CLOEXEC);
  CHILD(c) execl("/bin/sleep", "sleep", "30", (char *)0);
  close(pipes[1]);
  char byte;
  read(pipes[0], &byte, 1); /* end of file: exec has happened */
  outcome("after exec", setpgid(c, c));
  kill(c, SIGKILL);
  end_of("end", c);
}

CASE(orphaned_stopped, "an orphaned group with a stopped member gets SIGHUP and SIGCONT") {
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  pid_t c;
  CHILD(c) {
    setsid();
    pid_t g;
    CHILD(g) {
      setpgid(0, 0);
      board[0] = getpid();
      raise(SIGSTOP);
      _exit(1);
    }
    UNTIL(board[0] != 0 && state_of(board[0]) == 'T');
  }
  end_of("session leader", c);
  end_of("stopped member", board[0]);
}

CASE(orphaned_running, "an orphaned group without a stopped member is left alone") {
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  pid_t c, self = getpid();
  CHILD(c) {
    setsid();
    pid_t g;
    CHILD(g) {
      setpgid(0, 0);
      board[0] = getpid();
      UNTIL(getppid() == self);
      _exit(3);
    }
    UNTIL(board[0] != 0);
  }
  end_of("session leader", c);
  end_of("running member", board[0]);
}

CASE(orphan_tstp, "SIGTSTP does not stop a member of an orphaned group") {
  pid_t c;
  CHILD(c) {
    setsid();
    raise(SIGTSTP);
    raise(SIGTTIN);
    raise(SIGTTOU);
    _exit(7);
  }
  end_of("end", c);
}

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

CASE(emfile, "RLIMIT_NOFILE: EMFILE, and what goes on working") {
  int pipes[2], pair[2], kept = open("/dev/null", O_RDWR);
  struct rlimit limit, low;
  getrlimit(RLIMIT_NOFILE, &limit);
  low = limit;
  low.rlim_cur = 0;
  outcome("lower", setrlimit(RLIMIT_NOFILE, &low));
  outcome("open", open("/dev/null", O_RDONLY));
  outcome("dup", dup(kept));
  outcome("dup2 above it", dup2(kept, 100));
  outcome("dup2 onto itself", dup2(kept, kept));
  outcome("F_DUPFD above it", fcntl(kept, F_DUPFD, 0));
  outcome("pipe2", pipe2(pipes, 0));
  outcome("socketpair", socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  outcome("memfd_create", memfd_create("x", 0));
  result("write to an open one", write(kept, "abc", 3));
  low.rlim_cur = limit.rlim_cur;
  outcome("raise to the hard limit", setrlimit(RLIMIT_NOFILE, &low));
  int again = open("/dev/null", O_RDONLY);
  outcome("open again", again);
}

CASE(rlimit_hard, "rlimits: the hard limit, and whose they are") {
  struct rlimit limit = {10, 20};
  outcome("lower both", setrlimit(RLIMIT_CORE, &limit));
  limit.rlim_cur = 21;
  outcome("soft above hard", setrlimit(RLIMIT_CORE, &limit));
  pid_t c;
  CHILD(c) {
    struct rlimit got;
    getrlimit(RLIMIT_CORE, &got);
    board[0] = got.rlim_cur;
    board[1] = got.rlim_max;
    got.rlim_cur = 5;
    setrlimit(RLIMIT_CORE, &got);
  }
  end_of("end", c);
  number("the child's soft", board[0]);
  number("the child's hard", board[1]);
  getrlimit(RLIMIT_CORE, &limit);
  number("the parent's stays", limit.rlim_cur);
}

CASE(fsize, "RLIMIT_FSIZE: a part is written, then SIGXFSZ, ignored EFBIG") {
  pid_t c;
  struct rlimit limit = {10, 10};
  CHILD(c) {
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    int fd = open("limited", O_RDWR | O_CREAT, 0600);
    board[0] = write(fd, "0123456789abcdef", 16);
    board[1] = write(fd, "more", 4) == -1 ? errno : 0;
    board[2] = ftruncate(fd, 11) == -1 ? errno : 0;
    board[3] = ftruncate(fd, 4);
  }
  end_of("ignored", c);
  for (int i = 0; i < 4; i++) number("seen", board[i]);
  CHILD(c) {
    setrlimit(RLIMIT_FSIZE, &limit);
    int fd = open("limited too", O_RDWR | O_CREAT, 0600);
    write(fd, "0123456789", 10);
    write(fd, "x", 1);
    _exit(1);
  }
  end_of("default", c);
}

CASE(nproc, "RLIMIT_NPROC: EAGAIN for a user without privilege") {
  pid_t c;
  CHILD(c) {
    setresgid(65534, 65534, 65534);
    board[0] = setresuid(65534, 65534, 65534) == -1 ? errno : 0;
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_NPROC, &none);
    pid_t g = fork();
    if (g == 0) _exit(0);
    board[1] = g == -1 ? errno : 0;
  }
  end_of("end", c);
  number("become nobody", board[0]);
  number("fork", board[1]);
}

CASE(no_rights, "without privilege: signals, ids, priorities, limits") {
  pid_t root, c;
  CHILD(root) for (;;) pause();
  CHILD(c) {
    setresgid(65534, 65534, 65534);
    setresuid(65534, 65534, 65534);
    board[0] = kill(root, 0) == -1 ? errno : 0;
    board[1] = setresuid(0, 0, 0) == -1 ? errno : 0;
    board[2] = setpriority(PRIO_PROCESS, 0, -1) == -1 ? errno : 0;
    struct rlimit high = {100, 100};
    setrlimit(RLIMIT_CORE, &(struct rlimit){10, 10});
    board[3] = setrlimit(RLIMIT_CORE, &high) == -1 ? errno : 0;
    board[4] = setgroups(0, 0) == -1 ? errno : 0;
    board[5] = setpriority(PRIO_PROCESS, 0, 3) == -1 ? errno : 0;
    board[6] = getpriority(PRIO_PROCESS, 0);
    board[7] = setpriority(PRIO_PROCESS, root, 5) == -1 ? errno : 0;
  }
  end_of("end", c);
  for (int i = 0; i < 8; i++) number("seen", board[i]);
  kill(root, SIGKILL);
  end_of("root's", root);
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

CASE(pidfds, "pidfd: readable at the end, bound to one process") {
  pid_t c;
  int pipes[2];
  pipe2(pipes, 0);
  CHILD(c) {
    char byte;
    close(pipes[1]);
    read(pipes[0], &byte, 1);
    _exit(8);
  }
  int fd = syscall(SYS_pidfd_open, c, 0);
  struct pollfd p = {fd, POLLIN, 0};
  fact("close-on-exec", fcntl(fd, F_GETFD) == FD_CLOEXEC);
  number("living", poll(&p, 1, 0));
  outcome("signal 0", syscall(SYS_pidfd_send_signal, fd, 0, 0, 0));
  close(pipes[1]);
  number("ended", poll(&p, 1, -1));
  number("events", p.revents);
  outcome("signal to a zombie", syscall(SYS_pidfd_send_signal, fd, SIGKILL, 0, 0));
  info("waitid", P_PIDFD, fd, WEXITED, c);
  outcome("signal, reaped", syscall(SYS_pidfd_send_signal, fd, 0, 0, 0));
  info("waitid, reaped", P_PIDFD, fd, WEXITED, c);
  outcome("open, reaped", syscall(SYS_pidfd_open, c, 0));
  info("not a pidfd", P_PIDFD, pipes[0], WEXITED, c);
  outcome("signal by no pidfd", syscall(SYS_pidfd_send_signal, pipes[0], 0, 0, 0));
}

CASE(pidfd_nonblock, "pidfd: PIDFD_NONBLOCK makes waitid fail with EAGAIN") {
  pid_t c;
  CHILD(c) for (;;) pause();
  int fd = syscall(SYS_pidfd_open, c, O_NONBLOCK);
  info("living", P_PIDFD, fd, WEXITED, c);
  kill(c, SIGKILL);
  UNTIL(state_of(c) == 'Z');
  info("ended", P_PIDFD, fd, WEXITED, c);
}

CASE(pidfd_other, "pidfd: of a process that is no child") {
  int fd = syscall(SYS_pidfd_open, getppid(), 0);
  outcome("signal 0", syscall(SYS_pidfd_send_signal, fd, 0, 0, 0));
  info("waitid", P_PIDFD, fd, WEXITED, 0);
}

CASE(pidfd_getfd_case, "pidfd_getfd: one description in two tables") {
  int file = open("lent", O_RDWR | O_CREAT, 0600);
  write(file, "0123456789", 10);
  int fd = syscall(SYS_pidfd_open, getpid(), 0);
  int copy = syscall(SYS_pidfd_getfd, fd, file, 0);
  fact("close-on-exec", fcntl(copy, F_GETFD) == FD_CLOEXEC);
  lseek(copy, 4, SEEK_SET);
  number("offset", lseek(file, 0, SEEK_CUR));
  outcome("not open there", syscall(SYS_pidfd_getfd, fd, 999, 0));
}
