/* What the oracle's C programs share: cases by name, each in a process of its own, what was seen as one JSON line. The twin of
 * tests/fixtures/oracle/support.ts, word for word. Included before each family by the compiler. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DEADLINE 30
#define MAX_CASES 200

static struct { const char *title; void (*run)(void); } cases[MAX_CASES];
static int case_count;
static char out[1 << 16];
static int out_length;
/* Memory that a case shares with its children. */
static volatile int *board;

static void add_case(const char *title, void (*run)(void)) {
  cases[case_count].title = title;
  cases[case_count++].run = run;
}
#define CASE(id, title)                                                              \
  static void id(void);                                                              \
  __attribute__((constructor)) static void register_##id(void) { add_case(title, id); } \
  static void id(void)

/* CHILD(pid) { ... } runs the block in a child, which exits 0 at its end. */
#define CHILD(pid) for (int once_ = (fflush(0), (pid = fork()) == 0); once_; _exit(0))
/* Waits for a fact. */
#define UNTIL(fact)                                                                  \
  for (int tries_ = 0; !(fact); tries_++) {                                          \
    if (tries_ > 20000) { fprintf(stderr, "gave up waiting for %s\n", #fact); _exit(98); } \
    usleep(500);                                                                     \
  }

static void add(const char *format, ...) {
  va_list list;
  va_start(list, format);
  out_length += vsnprintf(out + out_length, sizeof out - out_length, format, list);
  va_end(list);
}
static void name_it(const char *name) { add("%s[\"%s\",", out[out_length - 1] == '[' ? "" : ",", name); }

static void number(const char *name, long value) { name_it(name); add("%ld]", value); }
static void fact(const char *name, int truth) { name_it(name); add("%s]", truth ? "true" : "false"); }
static void text(const char *name, const char *value) {
  name_it(name);
  add("\"");
  for (; *value; value++) {
    if (*value == '"' || *value == '\\') add("\\%c", *value);
    else if ((unsigned char)*value < 32) add("\\u%04x", *value);
    else add("%c", *value);
  }
  add("\"]");
}
static void bytes(const char *name, const char *data, long length) {
  char copy[4097];
  memcpy(copy, data, length < 0 ? 0 : length);
  copy[length < 0 ? 0 : length] = 0;
  text(name, copy);
}
/* libc has two names for one number. */
static const char *error_name(int error) { return error == ENOTSUP ? "ENOTSUP" : strerrorname_np(error); }
/* A call's result: a number, or the name of its error. */
static void result(const char *name, long value) {
  if (value == -1) text(name, error_name(errno));
  else number(name, value);
}
/* A call that gives nothing worth telling but success. */
static void outcome(const char *name, long value) { result(name, value == -1 ? -1 : 0); }

/* Waits for a child's end, and gives its raw status. */
static int status_of(pid_t pid) {
  int status = 0;
  return waitpid(pid, &status, 0) == -1 ? -1 : status;
}
/* Waits for a child's end and tells its raw status. */
static void end_of(const char *name, pid_t pid) { result(name, status_of(pid)); }

/* Tells what waitid gives, by whose news it is. */
static void info(const char *name, idtype_t type, id_t id, int options, pid_t expected) {
  siginfo_t got;
  memset(&got, 0, sizeof got);
  if (waitid(type, id, &got, options) == -1) return text(name, strerrorname_np(errno));
  if (got.si_pid == 0) return text(name, "nothing yet");
  char line[64];
  snprintf(line, sizeof line, "%s uid %d code %d status %d", got.si_pid == expected ? "it" : "another", got.si_uid, got.si_code, got.si_status);
  text(name, line);
}

static char state_of(pid_t pid) {
  char path[64], line[512];
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  int fd = open(path, O_RDONLY);
  if (fd < 0) return '-';
  long length = read(fd, line, sizeof line - 1);
  close(fd);
  line[length < 0 ? 0 : length] = 0;
  char *end = strrchr(line, ')');
  return end ? end[2] : '-';
}
/* True while a process sleeps in a system call. */
static int sleeps_in(pid_t pid, long number) {
  char path[64], line[256];
  snprintf(path, sizeof path, "/proc/%d/syscall", pid);
  int fd = open(path, O_RDONLY);
  if (fd < 0) return 0;
  long length = read(fd, line, sizeof line - 1);
  close(fd);
  line[length < 0 ? 0 : length] = 0;
  char *end;
  long found = strtol(line, &end, 10);
  return end != line && found == number;
}
/* Everything up to the end of a pipe. */
static long read_all(int fd, char *into, long room) {
  long all = 0, got;
  while (all < room - 1 && (got = read(fd, into + all, room - 1 - all)) > 0) all += got;
  into[all] = 0;
  return all;
}
static void file_with(const char *path, const char *content, int mode) {
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
  write(fd, content, strlen(content));
  close(fd);
  chmod(path, mode);
}

static void run_case(int i) {
  pid_t pid;
  memset((void *)board, 0, 4096);
  CHILD(pid) {
    setpgid(0, 0);
    alarm(DEADLINE);
    umask(022);
    /* By the call itself: libc refuses 32 and 33, which some who start programs leave ignored. */
    static const long as_default[4];
    for (int s = 1; s <= 64; s++) syscall(SYS_rt_sigaction, s, as_default, 0, 8);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, 0);
    add("{\"case\":\"%s\",\"seen\":[", cases[i].title);
    cases[i].run();
    add("]}\n");
    write(1, out, out_length);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  if (status != 0) {
    printf("{\"case\":\"%s\",\"died\":%d}\n", cases[i].title, status);
    fflush(stdout);
  }
  kill(-pid, SIGKILL);
}

int main(void) {
  board = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  for (int i = 0; i < case_count; i++) run_case(i);
  return 0;
}
