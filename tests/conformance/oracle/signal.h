/* What the oracle's families about signals share: sets, pending, and a signal taken with its fields. */
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
