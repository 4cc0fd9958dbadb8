/* POSIX semaphores, shared memory, message queues with notify; the twin of tests/fixtures/oracle/posix.ts. */
#include <mqueue.h>
#include <semaphore.h>

static char name_buffer[64];
static const char *own(const char *tag) {
  sprintf(name_buffer, "/oracle-%s-%d", tag, getppid());
  return name_buffer;
}
static int value_of(sem_t *semaphore) {
  int value = -1;
  sem_getvalue(semaphore, &value);
  return value;
}
static struct timespec past = {1, 0};
static int opened(const char *name, int flags, int value) { return sem_open(name, flags, 0600, value) == SEM_FAILED ? -1 : 0; }

CASE(named, "sem_open: by name, without it, and by a child") {
  outcome("none", opened(own("s"), 0, 0));
  sem_t *semaphore = sem_open(own("s"), O_CREAT | O_EXCL, 0600, 2);
  outcome("again", opened(own("s"), O_CREAT | O_EXCL, 5));
  fact("the same", sem_open(own("s"), O_CREAT, 0600, 9) == semaphore);
  number("value", value_of(semaphore));
  outcome("unlink", sem_unlink(own("s")));
  outcome("twice", sem_unlink(own("s")));
  outcome("by name", opened(own("s"), 0, 0));
  sem_wait(semaphore);
  pid_t c;
  CHILD(c) {
    sem_wait(semaphore);
    board[0] = sem_trywait(semaphore) == -1 ? errno : 0;
    sem_post(semaphore);
    sem_post(semaphore);
    sem_wait(semaphore);
  }
  end_of("child", c);
  number("none left there", board[0]);
  number("nothing comes back", value_of(semaphore));
  CHILD(c) {
    sem_wait(semaphore);
    raise(SIGKILL);
  }
  end_of("killed with it", c);
  number("lost", value_of(semaphore));
  outcome("close", sem_close(semaphore));
}

CASE(semaphores, "sem_init: in shared memory; times, overflow, who waits") {
  sem_t *semaphore = (void *)(board + 512);
  outcome("make", sem_init(semaphore, 1, 1));
  outcome("take", sem_trywait(semaphore));
  outcome("none", sem_trywait(semaphore));
  outcome("a time gone by", sem_timedwait(semaphore, &past));
  sem_post(semaphore);
  outcome("taken before the time is looked at", sem_timedwait(semaphore, &past));
  pid_t c;
  CHILD(c) {
    sem_wait(semaphore);
    board[0] = 1;
  }
  UNTIL(sleeps_in(c, SYS_futex));
  number("it waits", board[0]);
  sem_post(semaphore);
  end_of("woken", c);
  number("taken", value_of(semaphore));
  outcome("the most", sem_init(semaphore, 1, 0x7fffffff));
  outcome("one more", sem_post(semaphore));
  number("as it was", value_of(semaphore));
  outcome("destroy", sem_destroy(semaphore));
}

CASE(shared_memory, "shm_open: a file without a folder: modes, sizes, unlink") {
  outcome("none", shm_open(own("m"), O_RDWR, 0));
  int fd = shm_open(own("m"), O_RDWR | O_CREAT | O_EXCL, 0640);
  outcome("again", shm_open(own("m"), O_RDWR | O_CREAT | O_EXCL, 0600));
  struct stat s;
  fstat(fd, &s);
  number("mode", s.st_mode & 07777);
  number("size", s.st_size);
  number("mark", fcntl(fd, F_GETFD));
  ftruncate(fd, 8192);
  volatile char *memory = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  int other = shm_open(own("m"), O_RDONLY, 0);
  memory[8191] = 5;
  char byte = 0;
  result("by the file", pread(other, &byte, 1, 8191));
  number("is", byte);
  result("to write by a read-only one", pwrite(other, "x", 1, 0));
  outcome("to cut by it", ftruncate(other, 0));
  pid_t c;
  CHILD(c) memory[0] = 6;
  end_of("child", c);
  number("shared", memory[0]);
  int cut = shm_open(own("m"), O_RDWR | O_TRUNC, 0);
  fstat(fd, &s);
  number("O_TRUNC", s.st_size);
  outcome("unlink", shm_unlink(own("m")));
  outcome("twice", shm_unlink(own("m")));
  outcome("by name", shm_open(own("m"), O_RDWR, 0));
  outcome("it lives", ftruncate(cut, 100));
  fstat(fd, &s);
  number("for both", s.st_size);
}

static mqd_t queue_of(const char *tag, int flags, int maxmsg, int size) {
  struct mq_attr limits = {.mq_maxmsg = maxmsg, .mq_msgsize = size};
  return mq_open(own(tag), O_RDWR | O_CREAT | O_EXCL | flags, 0600, &limits);
}
static void took(const char *name, mqd_t queue) {
  char data[65], line[100];
  unsigned priority = 0;
  long length = mq_receive(queue, data, 64, &priority);
  if (length == -1) return result(name, -1);
  sprintf(line, "%u %.*s", priority, (int)length, data);
  text(name, line);
}
#define SEND(queue, data, priority) mq_send(queue, data, strlen(data), priority)

CASE(queues, "mq: the highest priority first, each in the order sent; full, empty, too long") {
  outcome("none", mq_open(own("q"), O_RDWR));
  mqd_t queue = queue_of("q", O_NONBLOCK, 4, 64);
  outcome("again", queue_of("q", 0, 4, 64));
  took("empty", queue);
  SEND(queue, "a", 1);
  SEND(queue, "b", 5);
  SEND(queue, "c", 1);
  outcome("the fourth", SEND(queue, "d", 32767));
  outcome("full", SEND(queue, "e", 0));
  struct mq_attr about;
  mq_getattr(queue, &about);
  number("messages", about.mq_curmsgs);
  number("most", about.mq_maxmsg);
  number("bytes", about.mq_msgsize);
  number("flags", about.mq_flags);
  for (int i = 0; i < 5; i++) took("taken", queue);
  char long_one[66];
  memset(long_one, 'x', 65);
  long_one[65] = 0;
  outcome("too long", SEND(queue, long_one, 0));
  outcome("an empty one", SEND(queue, "", 3));
  took("empty", queue);
  mqd_t other = mq_open(own("q"), O_RDONLY);
  outcome("to send by a read-only one", SEND(other, "x", 0));
  outcome("a time gone by", mq_timedreceive(other, long_one, 64, 0, &past));
  SEND(queue, "y", 0);
  took("by the other", other);
  number("mark", fcntl(queue, F_GETFD));
  outcome("unlink", mq_unlink(own("q")));
  outcome("twice", mq_unlink(own("q")));
  outcome("it lives", SEND(queue, "z", 0));
  took("for all", other);
  outcome("not a queue", mq_getattr(1, &about));
  outcome("not open", SEND(999, "x", 0));
}

CASE(queue_waits, "mq: a child waits until one comes, and until there is room; poll tells") {
  mqd_t queue = queue_of("w", 0, 1, 64);
  struct pollfd ready = {queue, POLLIN | POLLOUT, 0};
  poll(&ready, 1, 0);
  number("empty", ready.revents);
  pid_t c;
  CHILD(c) {
    char data[64];
    unsigned priority;
    board[0] = mq_receive(queue, data, 64, &priority);
    SEND(queue, "one", 0);
    SEND(queue, "two", 0);
  }
  UNTIL(sleeps_in(c, SYS_mq_timedreceive));
  SEND(queue, "hello", 0);
  UNTIL(sleeps_in(c, SYS_mq_timedsend));
  number("it got", board[0]);
  poll(&ready, 1, 0);
  number("full", ready.revents);
  took("room for two", queue);
  end_of("child", c);
  took("two", queue);
  mq_unlink(own("w"));
}

CASE(notices, "mq_notify: once, to one process, for an empty queue that nobody waits at") {
  mqd_t queue = queue_of("n", 0, 4, 64);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, 0);
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 42};
  static const struct timespec now = {0, 0};
  siginfo_t got;
#define HEARD(name)                                                                                            \
  if (sigtimedwait(&set, &got, &now) == -1) text(name, "nothing");                                             \
  else {                                                                                                       \
    char line[60];                                                                                             \
    sprintf(line, "%d %d %s", got.si_code, got.si_value.sival_int, got.si_pid == getpid() ? "it" : "another"); \
    text(name, line);                                                                                          \
  }
  outcome("ask", mq_notify(queue, &event));
  outcome("ask twice", mq_notify(queue, &event));
  pid_t c;
  CHILD(c) _exit(mq_notify(queue, &event) == -1 ? errno : 0);
  end_of("another process", c);
  SEND(queue, "a", 0);
  HEARD("told");
  SEND(queue, "b", 0);
  HEARD("once");
  outcome("ask again", mq_notify(queue, &event));
  SEND(queue, "c", 0);
  HEARD("not empty");
  for (int i = 0; i < 3; i++) took("taken", queue);
  SEND(queue, "d", 0);
  HEARD("empty, then one");
  took("taken", queue);
  outcome("ask once more", mq_notify(queue, &event));
  outcome("take it back", mq_notify(queue, 0));
  outcome("nothing to take back", mq_notify(queue, 0));
  outcome("ask for silence", mq_notify(queue, &(struct sigevent){.sigev_notify = SIGEV_NONE}));
  outcome("it is asked for", mq_notify(queue, &event));
  mq_notify(queue, 0);
  mq_notify(queue, &event);
  CHILD(c) {
    char data[64];
    unsigned priority;
    mq_receive(queue, data, 64, &priority);
  }
  UNTIL(sleeps_in(c, SYS_mq_timedreceive));
  SEND(queue, "e", 0);
  end_of("one that waits gets it", c);
  HEARD("untold");
  CHILD(c) SEND(queue, "f", 0);
  end_of("sender", c);
  if (sigtimedwait(&set, &got, &now) != -1) fact("told by whom", got.si_pid == c);
  mq_unlink(own("n"));
  mqd_t other = dup(queue);
  took("taken", queue);
  mq_notify(queue, &event);
  close(other);
  SEND(queue, "g", 0);
  HEARD("a copy was closed");
}
