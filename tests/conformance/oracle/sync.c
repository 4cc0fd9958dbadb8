/* Words in shared memory: futexes, and a mutex that survives its owner; the twin of tests/fixtures/oracle/sync.ts. */
#include <linux/futex.h>
#include <pthread.h>

static void waited(const char *name, volatile int *word, int value, long millis, unsigned bits) {
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_nsec += millis % 1000 * 1000000;
  until.tv_sec += millis / 1000 + until.tv_nsec / 1000000000;
  until.tv_nsec %= 1000000000;
  long got = syscall(SYS_futex, word, FUTEX_WAIT_BITSET, value, &until, 0, bits);
  text(name, got == 0 ? "ok" : errno == EAGAIN ? "not-equal" : errno == ETIMEDOUT ? "timed-out" : strerrorname_np(errno));
}
static long woken(volatile int *word, int count, unsigned bits) { return syscall(SYS_futex, word, FUTEX_WAKE_BITSET, count, 0, 0, bits); }
/* A child that sleeps on the word and exits with what it was woken by. */
static pid_t sleeper(volatile int *word, unsigned bits) {
  pid_t c;
  CHILD(c) _exit(syscall(SYS_futex, word, FUTEX_WAIT_BITSET, *word, 0, 0, bits) == -1 ? errno : 0);
  UNTIL(sleeps_in(c, SYS_futex));
  return c;
}

CASE(futexes, "futex: another value, a time, and a wake that nobody heard") {
  volatile int *word = board + 100;
  waited("another value", word, 1, 5000, ~0u);
  number("nobody sleeps", woken(word, 10, ~0u));
  waited("a time", word, 0, 3, ~0u);
  *word = -1;
  waited("all bits", word, -1, 3, ~0u);
  waited("other bits", word, -2, 3, 1);
}

CASE(wakes, "futex: how many are woken, and by which bits") {
  volatile int *word = board + 100;
  pid_t c[3];
  for (int i = 0; i < 3; i++) c[i] = sleeper(word, ~0u);
  number("two", woken(word, 2, ~0u));
  number("at most", woken(word, 10, ~0u));
  number("none is left", woken(word, 10, ~0u));
  for (int i = 0; i < 3; i++) end_of("end", c[i]);
  c[0] = sleeper(word, 1);
  c[1] = sleeper(word, 2);
  c[2] = sleeper(word, 3);
  number("no bit in common", woken(word, 10, 4));
  number("the second", woken(word, 1, 2));
  end_of("end", c[1]);
  number("the others", woken(word, 10, 1));
  end_of("end", c[0]);
  end_of("end", c[2]);
  c[0] = sleeper(word, ~0u);
  number("another word", woken(word + 1, 10, ~0u));
  kill(c[0], SIGKILL);
  end_of("killed asleep", c[0]);
  number("nobody", woken(word, 10, ~0u));
}

static pthread_mutex_t *mutex_at(int place) {
  pthread_mutex_t *mutex = (void *)(board + place);
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init(mutex, &attributes);
  return mutex;
}
/* The error that a pthread call gives, by name; 0. */
static void gave(const char *name, int error) {
  errno = error;
  result(name, error == 0 ? 0 : -1);
}

CASE(mutexes, "mutex: held by one thread, and let go by it") {
  pthread_mutex_t *mutex = mutex_at(200);
  gave("lock", pthread_mutex_lock(mutex));
  gave("twice", pthread_mutex_lock(mutex));
  pid_t c;
  CHILD(c) {
    board[0] = pthread_mutex_trylock(mutex);
    struct timespec past = {1, 0};
    board[1] = pthread_mutex_clocklock(mutex, CLOCK_MONOTONIC, &past);
  }
  end_of("child", c);
  number("it is held", board[0]);
  number("for a time", board[1]);
  CHILD(c) {
    _exit(pthread_mutex_lock(mutex));
  }
  UNTIL(sleeps_in(c, SYS_futex));
  gave("let go", pthread_mutex_unlock(mutex));
  end_of("the child that waited", c);
  gave("it died with it", pthread_mutex_lock(mutex));
  gave("mended", pthread_mutex_consistent(mutex));
  gave("let go", pthread_mutex_unlock(mutex));
  gave("as new", pthread_mutex_lock(mutex));
  pthread_mutex_unlock(mutex);
}

CASE(robust, "mutex: its owner dies: the next one is told, and may mend it or lose it") {
  pthread_mutex_t *mutex = mutex_at(200), *second = mutex_at(240);
  pid_t c;
  CHILD(c) {
    pthread_mutex_lock(mutex);
    pthread_mutex_lock(second);
    raise(SIGKILL);
  }
  end_of("killed with both", c);
  gave("the first", pthread_mutex_lock(mutex));
  gave("the second", pthread_mutex_trylock(second));
  gave("let go unmended", pthread_mutex_unlock(mutex));
  gave("lost", pthread_mutex_lock(mutex));
  gave("mended", pthread_mutex_consistent(second));
  gave("let go", pthread_mutex_unlock(second));
  gave("as new", pthread_mutex_lock(second));
  CHILD(c) {
    board[0] = pthread_mutex_trylock(second);
    _exit(0);
  }
  end_of("a child does not hold it", c);
  number("it is held", board[0]);
  pthread_mutex_unlock(second);
  CHILD(c) {
    pthread_mutex_lock(second);
    execl("/bin/true", "true", (char *)0);
  }
  end_of("exec lets go", c);
  gave("told", pthread_mutex_lock(second));
}
