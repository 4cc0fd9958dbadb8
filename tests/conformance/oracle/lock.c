/* flock, record locks, open-file-description locks: whose they are, and when they go; the twin of tests/fixtures/oracle/lock.ts. */
#include <sys/file.h>

static struct flock range(int type, long start, long length) {
  struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
  return lock;
}
static int set(int fd, int op, int type, long start, long length) {
  struct flock lock = range(type, start, length);
  return fcntl(fd, op, &lock);
}
/* Who stands in the way, by what the lock is; the holder as "it" or "another", or -1 for a description's. */
static void asked(const char *name, int fd, int op, int type, long start, long length, pid_t expected) {
  struct flock lock = range(type, start, length);
  char line[100];
  if (fcntl(fd, op, &lock) == -1) return text(name, strerrorname_np(errno));
  if (lock.l_type == F_UNLCK) return text(name, "free");
  sprintf(line, "%d from %d:%ld for %ld by %s", lock.l_type, lock.l_whence, (long)lock.l_start, (long)lock.l_len, lock.l_pid == -1 ? "a description" : lock.l_pid == expected ? "it" : "another");
  text(name, line);
}
static int new_file(const char *path) { return open(path, O_RDWR | O_CREAT, 0600); }

CASE(flocks, "flock: the description's, shared by dup and fork") {
  int a = new_file("f"), b = new_file("f"), copy = dup(a);
  outcome("exclusive", flock(a, LOCK_EX));
  outcome("another description", flock(b, LOCK_EX | LOCK_NB));
  outcome("to share", flock(b, LOCK_SH | LOCK_NB));
  outcome("the same again", flock(copy, LOCK_EX | LOCK_NB));
  pid_t c;
  CHILD(c) _exit(flock(copy, LOCK_EX | LOCK_NB) == -1 ? errno : 0);
  end_of("a child has it", c);
  close(a);
  outcome("a copy keeps it", flock(b, LOCK_EX | LOCK_NB));
  CHILD(c) flock(copy, LOCK_UN);
  end_of("a child lets it go", c);
  outcome("free", flock(b, LOCK_EX | LOCK_NB));
  outcome("let go", flock(b, LOCK_UN));
  outcome("twice", flock(b, LOCK_UN));
  outcome("shared", flock(b, LOCK_SH));
  outcome("shared by two", flock(copy, LOCK_SH | LOCK_NB));
  outcome("raised", flock(copy, LOCK_EX | LOCK_NB));
  outcome("none of the three", flock(b, LOCK_NB));
  outcome("not open", flock(999, LOCK_SH));
}

CASE(flock_end, "flock: goes with the holder's end, and wakes who waits") {
  int mine = new_file("f");
  pid_t holder, waiter;
  CHILD(holder) {
    flock(new_file("f"), LOCK_EX);
    board[0] = 1;
    for (;;) pause();
  }
  UNTIL(board[0]);
  outcome("held", flock(mine, LOCK_EX | LOCK_NB));
  CHILD(waiter) {
    int fd = new_file("f");
    flock(fd, LOCK_EX);
    board[0] = 2;
  }
  UNTIL(sleeps_in(waiter, SYS_flock));
  number("waits", board[0]);
  kill(holder, SIGKILL);
  end_of("holder", holder);
  end_of("waiter", waiter);
  number("got it", board[0]);
  outcome("free", flock(mine, LOCK_EX | LOCK_NB));
}

CASE(records, "record locks: the process's, not a child's, gone with any close") {
  int a = new_file("r"), b = new_file("r");
  outcome("set", set(a, F_SETLK, F_WRLCK, 10, 20));
  asked("no one's but ours", b, F_GETLK, F_WRLCK, 0, 0, 0);
  outcome("by another description of ours", set(b, F_SETLK, F_WRLCK, 10, 5));
  pid_t c, self = getpid();
  int told[2];
  pipe2(told, 0);
  CHILD(c) {
    struct flock lock = range(F_WRLCK, 0, 0);
    board[0] = set(a, F_SETLK, F_WRLCK, 15, 1) == -1 ? errno : 0;
    board[1] = set(a, F_SETLK, F_RDLCK, 15, 1) == -1 ? errno : 0;
    board[2] = set(a, F_SETLK, F_WRLCK, 30, 1) == -1 ? errno : 0;
    fcntl(a, F_GETLK, &lock);
    board[3] = lock.l_start;
    board[4] = lock.l_len;
    board[5] = lock.l_pid == self;
    board[6] = lock.l_type;
  }
  end_of("child", c);
  for (int i = 0; i < 7; i++) number("it saw", board[i]);
  close(b);
  CHILD(c) _exit(set(a, F_SETLK, F_WRLCK, 15, 1) == -1 ? errno : 0);
  end_of("after a close of another descriptor", c);
}

CASE(splits, "record locks: split, joined, changed, to the end of the file") {
  int fd = new_file("s");
  set(fd, F_SETLK, F_WRLCK, 0, 100);
  set(fd, F_SETLK, F_UNLCK, 40, 20);
  set(fd, F_SETLK, F_RDLCK, 80, 0);
  pid_t c;
  int said[2];
  pipe2(said, 0);
  CHILD(c) {
    dup2(said[1], 1);
    long starts[] = {0, 40, 60, 80, 1000000};
    for (int i = 0; i < 5; i++) {
      struct flock lock = range(F_WRLCK, starts[i], i == 1 ? 20 : 1);
      fcntl(fd, F_GETLK, &lock);
      if (lock.l_type == F_UNLCK) printf("free;");
      else printf("%d %ld %ld;", lock.l_type, (long)lock.l_start, (long)lock.l_len);
    }
    fflush(stdout);
  }
  end_of("child", c);
  close(said[1]);
  char line[400];
  bytes("in the way", line, read_all(said[0], line, sizeof line));
  struct flock back = {.l_type = F_WRLCK, .l_whence = SEEK_CUR, .l_start = 5, .l_len = -3};
  lseek(fd, 200, SEEK_SET);
  outcome("backwards from here", fcntl(fd, F_SETLK, &back));
  outcome("before the start", set(fd, F_SETLK, F_WRLCK, 1, -5));
  outcome("a negative start", set(fd, F_SETLK, F_WRLCK, -1, 0));
  outcome("not open", set(999, F_SETLK, F_WRLCK, 0, 0));
  int reading = open("s", O_RDONLY), writing = open("s", O_WRONLY);
  outcome("to write by a read-only one", set(reading, F_SETLK, F_WRLCK, 500, 1));
  outcome("to read by a write-only one", set(writing, F_SETLK, F_RDLCK, 500, 1));
}

CASE(deadlock, "record locks: each waits for the other: EDEADLK") {
  int fd = new_file("d");
  set(fd, F_SETLK, F_WRLCK, 0, 1);
  pid_t c;
  CHILD(c) {
    set(fd, F_SETLK, F_WRLCK, 1, 1);
    board[0] = 1;
    _exit(set(fd, F_SETLKW, F_WRLCK, 0, 1) == -1 ? errno : 0);
  }
  UNTIL(board[0] && sleeps_in(c, SYS_fcntl));
  outcome("the second to wait", set(fd, F_SETLKW, F_WRLCK, 1, 1));
  set(fd, F_SETLK, F_UNLCK, 0, 0);
  end_of("the first gets it", c);
}

CASE(ofd, "open-file-description locks: shared by dup and fork, gone with the last close") {
  int a = new_file("o"), b = new_file("o"), copy = dup(a);
  outcome("set", set(a, F_OFD_SETLK, F_WRLCK, 0, 10));
  outcome("another description of ours", set(b, F_OFD_SETLK, F_WRLCK, 5, 1));
  asked("who", b, F_OFD_GETLK, F_WRLCK, 5, 1, 0);
  asked("who, of record locks", b, F_GETLK, F_RDLCK, 0, 0, 0);
  outcome("beside it", set(b, F_OFD_SETLK, F_RDLCK, 10, 1));
  outcome("a record lock of ours", set(b, F_SETLK, F_WRLCK, 0, 1));
  pid_t c;
  CHILD(c) {
    board[0] = set(copy, F_OFD_SETLK, F_WRLCK, 0, 5) == -1 ? errno : 0;
    board[1] = set(copy, F_OFD_SETLK, F_UNLCK, 0, 5) == -1 ? errno : 0;
  }
  end_of("child", c);
  number("it has it", board[0]);
  number("and lets go", board[1]);
  asked("of a half", b, F_OFD_GETLK, F_WRLCK, 0, 0, 0);
  close(a);
  outcome("a copy keeps the rest", set(b, F_OFD_SETLK, F_WRLCK, 5, 1));
  close(copy);
  outcome("free", set(b, F_OFD_SETLK, F_WRLCK, 0, 0));
}
