/* Limits and rights: what is refused, and what goes on working; the twin of tests/fixtures/oracle/limit.ts. */

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
