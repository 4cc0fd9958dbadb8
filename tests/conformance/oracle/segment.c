/* System V shared memory: how often it is attached, and when it goes; the twin of tests/fixtures/oracle/segment.ts. */
#include <sys/shm.h>

static int key_of(int number) { return 0x05000000 | (getpid() & 0xffff) << 4 | number; }
static long attached(int id) {
  struct shmid_ds about;
  return shmctl(id, IPC_STAT, &about) == -1 ? -1 : about.shm_nattch;
}

CASE(segments, "shmat: counted through fork, exec and the end") {
  int id = shmget(IPC_PRIVATE, 5000, 0600);
  volatile char *memory = shmat(id, 0, 0);
  number("attached", attached(id));
  number("zeros", memory[0] + memory[4999]);
  memory[4999] = 7;
  char *again = shmat(id, 0, 0);
  number("twice", attached(id));
  number("the same memory", again[4999]);
  pid_t c;
  int p[2];
  pipe2(p, O_CLOEXEC);
  CHILD(c) {
    board[0] = attached(id);
    memory[0] = 9;
    shmdt((void *)memory);
    board[1] = attached(id);
    board[2] = again[0];
    execl("/bin/sleep", "sleep", "30", (char *)0);
  }
  close(p[1]);
  char byte;
  read(p[0], &byte, 1); /* end of file: exec has happened */
  number("after exec", attached(id));
  kill(c, SIGKILL);
  end_of("end", c);
  number("in the child", board[0]);
  number("detached there", board[1]);
  number("the other stays", board[2]);
  number("its write", memory[0]);
  outcome("detach", shmdt(again));
  number("left", attached(id));
  outcome("remove", shmctl(id, IPC_RMID, 0));
  number("still there", attached(id));
  memory[1] = 3;
  number("and works", memory[1]);
  CHILD(c) _exit(memory[1]);
  end_of("for a child", c);
  shmdt((void *)memory);
  outcome("gone", attached(id));
}

CASE(segment_gets, "shmget: keys, sizes, rights, removal under a key") {
  int key = key_of(3), id = shmget(key, 100, IPC_CREAT | IPC_EXCL | 0600);
  outcome("again", shmget(key, 100, IPC_CREAT | IPC_EXCL | 0600));
  fact("found", shmget(key, 0, 0) == id && shmget(key, 50, 0) == id);
  outcome("larger", shmget(key, 5000, 0));
  outcome("of none", shmget(IPC_PRIVATE, 0, 0600));
  void *memory = shmat(id, 0, 0);
  pid_t c;
  CHILD(c) {
    setresgid(65534, 65534, 65534);
    setresuid(65534, 65534, 65534);
    board[0] = shmat(id, 0, 0) == (void *)-1 ? errno : 0;
    board[1] = shmctl(id, IPC_RMID, 0) == -1 ? errno : 0;
  }
  end_of("another user", c);
  number("attach", board[0]);
  number("remove", board[1]);
  shmctl(id, IPC_RMID, 0);
  outcome("its key is free", shmget(key, 0, 0));
  int other = shmget(key, 200, IPC_CREAT | IPC_EXCL | 0600);
  fact("for another", other != -1 && other != id);
  result("by its number it is there", shmat(id, 0, 0) == (void *)-1 ? -1 : 0);
  shmctl(other, IPC_RMID, 0);
  outcome("never attached, gone at once", attached(other));
}
