/* exec: what the new program has, and why it could not be started; the twin of tests/fixtures/oracle/exec.ts. */

/* What a command tells that a child becomes after `prepare`. */
static void told_by(const char *name, void (*prepare)(void), char *const argv[]) {
  int pipes[2];
  pid_t c;
  pipe2(pipes, O_CLOEXEC);
  CHILD(c) {
    dup2(pipes[1], 1);
    prepare();
    execv(argv[0], argv);
  }
  close(pipes[1]);
  char said[4096];
  long length = read_all(pipes[0], said, sizeof said);
  close(pipes[0]);
  bytes(name, said, length);
  end_of("end", c);
}
static char *const signals_of[] = {"/bin/grep", "-E", "^(SigPnd|ShdPnd|SigBlk|SigIgn|SigCgt):", "/proc/self/status", 0};
static char *const limits_of[] = {"/bin/grep", "-E", "^Max (core|nice|cpu)", "/proc/self/limits", 0};
static void nothing(void) {}

static int kept, marked;
static void some_descriptors(void) {
  kept = dup2(open("/dev/null", O_RDONLY), 50);
  marked = dup3(kept, 51, O_CLOEXEC);
  fcntl(dup2(kept, 52), F_SETFD, FD_CLOEXEC);
  fcntl(dup3(kept, 53, O_CLOEXEC), F_SETFD, 0);
}
CASE(cloexec, "exec: close-on-exec, by flag and by fcntl") {
  char *const argv[] = {"/bin/sh", "-c", "for n in 50 51 52 53; do test -e /proc/self/fd/$n && echo $n; done; true", 0};
  told_by("open", some_descriptors, argv);
}

static void block_and_pend(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGRTMAX);
  sigprocmask(SIG_BLOCK, &set, 0);
  raise(SIGUSR1);
  kill(getpid(), SIGTERM);
  signal(SIGUSR2, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
}
CASE(exec_signals, "exec: mask, pending and ignored signals are kept") { told_by("signals", block_and_pend, signals_of); }
CASE(exec_clean, "exec: nothing blocked, ignored or pending unless it was") { told_by("signals", nothing, signals_of); }

static void some_limits(void) {
  struct rlimit core = {8192, 16384}, cpu = {100, 200};
  setrlimit(RLIMIT_CORE, &core);
  setrlimit(RLIMIT_CPU, &cpu);
}
CASE(exec_limits, "exec: limits are kept") { told_by("limits", some_limits, limits_of); }

static void moved(void) {
  umask(027);
  chdir("/usr");
  setpriority(PRIO_PROCESS, 0, 7);
}
CASE(exec_process, "exec: directory, umask and priority are kept") {
  char *const argv[] = {"/bin/sh", "-c", "pwd; umask; cut -d' ' -f19 /proc/self/stat", 0};
  told_by("kept", moved, argv);
}

static void at_four(void) {
  int fd = open("input", O_RDONLY);
  lseek(fd, 4, SEEK_SET);
  dup2(fd, 0);
}
CASE(exec_offset, "exec: the offset is the description's") {
  file_with("input", "0123456789", 0600);
  char *const argv[] = {"/bin/cat", 0};
  told_by("rest", at_four, argv);
}

static void parted(void) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
  prctl(PR_SET_NAME, "before", 0, 0, 0);
}
CASE(exec_name, "exec: a new name, the group stays") {
  char *const argv[] = {"/bin/sh", "-c", "cut -d' ' -f2,5 /proc/$$/stat | sed s/$$/self/", 0};
  told_by("name and group", parted, argv);
}

CASE(exec_alarm, "exec: an alarm is kept and ends the new program") {
  pid_t c;
  CHILD(c) {
    struct itimerval soon = {{0, 0}, {0, 100000}};
    setitimer(ITIMER_REAL, &soon, 0);
    execl("/bin/sleep", "sleep", "30", (char *)0);
  }
  end_of("end", c);
}

CASE(exec_ignored_chld, "exec: an ignored signal stays ignored in the new program") {
  pid_t c;
  CHILD(c) {
    signal(SIGTERM, SIG_IGN);
    execl("/bin/sh", "sh", "-c", "kill -TERM $$; exit 7", (char *)0);
  }
  end_of("ignored", c);
  CHILD(c) execl("/bin/sh", "sh", "-c", "kill -TERM $$; exit 7", (char *)0);
  end_of("default", c);
}

CASE(exec_arguments, "exec: arguments and environment as given") {
  pid_t c;
  int pipes[2];
  pipe2(pipes, O_CLOEXEC);
  CHILD(c) {
    dup2(pipes[1], 1);
    char *const argv[] = {"any name", "-c", "printf '%s|' \"$0\" \"$@\" \"$A\" \"$B\"; env | grep -c ^C=", "zero", "", "a b", "\xc3\xa9", 0};
    char *const env[] = {"A=1", "B=", "B=2", "PATH=/usr/bin:/bin", 0};
    execve("/bin/sh", argv, env);
  }
  close(pipes[1]);
  char said[4096];
  bytes("told", said, read_all(pipes[0], said, sizeof said));
  end_of("end", c);
}

static int exec_error(const char *path) {
  char *const argv[] = {"x", 0}, *const env[] = {0};
  execve(path, argv, env);
  return -1;
}
CASE(exec_errors, "exec: why a program cannot be started") {
  file_with("plain", "no program", 0644);
  file_with("nobody may", "#!/bin/sh\n", 0);
  file_with("no format", "no program", 0755);
  file_with("empty", "", 0755);
  file_with("no interpreter", "#!/nonexistent/sh\n", 0755);
  file_with("interpreter is a folder", "#!/\n", 0755);
  symlink("loop", "loop");
  char name[300];
  memset(name, 'n', 256);
  name[256] = 0;
  outcome("no such file", exec_error("nonexistent"));
  outcome("no such folder", exec_error("nonexistent/x"));
  outcome("empty path", exec_error(""));
  outcome("through a file", exec_error("plain/x"));
  outcome("no right to execute", exec_error("plain"));
  outcome("no right at all", exec_error("nobody may"));
  outcome("a folder", exec_error("/"));
  outcome("a device", exec_error("/dev/null"));
  outcome("not of any format", exec_error("no format"));
  outcome("an empty file", exec_error("empty"));
  outcome("an interpreter that is not there", exec_error("no interpreter"));
  outcome("an interpreter that cannot be", exec_error("interpreter is a folder"));
  outcome("a name too long", exec_error(name));
  int busy = open("no format", O_WRONLY);
  outcome("open to be written", exec_error("no format"));
  close(busy);
}

CASE(exec_loop, "exec: a symbolic link that leads to itself") {
  symlink("/proc/self/cwd/turn", "turn");
  outcome("ELOOP", exec_error("turn"));
}

CASE(exec_too_big, "exec: more arguments than fit") {
  struct rlimit limit;
  getrlimit(RLIMIT_STACK, &limit);
  limit.rlim_cur = 1 << 20;
  setrlimit(RLIMIT_STACK, &limit);
  static char word[100001];
  memset(word, 'w', 100000);
  char *argv[22] = {"/bin/true"}, *const env[] = {0};
  for (int i = 1; i < 21; i++) argv[i] = word;
  outcome("E2BIG", execve("/bin/true", argv, env));
  argv[2] = 0;
  pid_t c;
  CHILD(c) execve("/bin/true", argv, env);
  end_of("one of them fits", c);
}

CASE(exec_search, "execvp: PATH, a script without #!, and what it does not try") {
  file_with("script", "exit 5\n", 0755);
  file_with("plain", "exit 6\n", 0644);
  pid_t c;
  char cwd[1024], path[1100];
  getcwd(cwd, sizeof cwd);
  snprintf(path, sizeof path, "/nonexistent:%s", cwd);
  setenv("PATH", path, 1);
  CHILD(c) {
    execlp("script", "script", (char *)0);
    _exit(errno);
  }
  end_of("by the shell", c);
  CHILD(c) {
    execl("./script", "script", (char *)0);
    _exit(errno);
  }
  end_of("execl does not ask the shell", c);
  CHILD(c) {
    execlp("plain", "plain", (char *)0);
    _exit(errno);
  }
  end_of("no right", c);
  CHILD(c) {
    execlp("nonexistent", "x", (char *)0);
    _exit(errno);
  }
  end_of("nowhere", c);
}

CASE(fexecve_case, "fexecve and execveat: by descriptor") {
  pid_t c;
  int sh = open("/bin/true", O_RDONLY | O_CLOEXEC), dir = open("/bin", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  char *const argv[] = {"x", 0}, *const env[] = {0};
  CHILD(c) {
    fexecve(sh, argv, env);
    _exit(errno);
  }
  end_of("fexecve", c);
  CHILD(c) {
    syscall(SYS_execveat, dir, "true", argv, env, 0);
    _exit(errno);
  }
  end_of("execveat", c);
  CHILD(c) {
    syscall(SYS_execveat, sh, "", argv, env, AT_EMPTY_PATH);
    _exit(errno);
  }
  end_of("AT_EMPTY_PATH", c);
  CHILD(c) {
    syscall(SYS_execveat, sh, "true", argv, env, 0);
    _exit(errno);
  }
  end_of("not a folder", c);
  symlink("/bin/true", "link");
  CHILD(c) {
    syscall(SYS_execveat, AT_FDCWD, "link", argv, env, AT_SYMLINK_NOFOLLOW);
    _exit(errno);
  }
  end_of("AT_SYMLINK_NOFOLLOW", c);
  CHILD(c) {
    syscall(SYS_execveat, 999, "true", argv, env, 0);
    _exit(errno);
  }
  end_of("no such folder", c);
}

CASE(failed_exec, "exec: a failed one leaves all as it was") {
  int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
  signal(SIGUSR1, SIG_IGN);
  alarm(20);
  outcome("fails", exec_error("nonexistent"));
  result("still open", write(fd, "x", 1));
  struct sigaction action;
  sigaction(SIGUSR1, 0, &action);
  fact("still ignored", action.sa_handler == SIG_IGN);
  fact("still timed", alarm(20) > 0);
}
