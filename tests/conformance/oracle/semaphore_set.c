/* System V semaphores: sets changed at once, and undone; the twin of tests/fixtures/oracle/semaphore_set.ts. */
#include <sys/sem.h>

#define DO(...) (struct sembuf[]){__VA_ARGS__}, sizeof((struct sembuf[]){__VA_ARGS__}) / sizeof(struct sembuf)
static int key_of(int number) { return 0x05000000 | (getpid() & 0xffff) << 4 | number; }
static int set_with(int a, int b) {
  int set = semget(IPC_PRIVATE, 2, 0600);
  semctl(set, 0, SETALL, (unsigned short[]){a, b});
  return set;
}
static void values(const char *name, int set) {
  unsigned short all[2];
  char line[40];
  if (semctl(set, 0, GETALL, all) == -1) return result(name, -1);
  sprintf(line, "%d %d", all[0], all[1]);
  text(name, line);
}

CASE(at_once, "semop: all at once, in order, or not at all") {
  int set = set_with(2, 0);
  outcome("both", semop(set, DO({0, -1, 0}, {1, 5, 0})));
  values("both", set);
  outcome("one of two", semop(set, DO({0, -1, IPC_NOWAIT}, {1, -6, IPC_NOWAIT})));
  values("neither", set);
  outcome("given, then taken", semop(set, DO({0, 3, 0}, {0, -4, IPC_NOWAIT})));
  values("in order", set);
  outcome("taken, then given", semop(set, DO({0, -1, IPC_NOWAIT}, {0, 3, 0})));
  outcome("zero", semop(set, DO({0, 0, IPC_NOWAIT})));
  outcome("not zero", semop(set, DO({1, 0, IPC_NOWAIT})));
  outcome("zero, then up", semop(set, DO({0, 0, 0}, {0, 1, 0})));
  outcome("over", semop(set, DO({0, 32767, 0})));
  outcome("no such semaphore", semop(set, DO({2, 1, 0})));
  fact("of this process", semctl(set, 0, GETPID) == getpid());
  semctl(set, 0, IPC_RMID);
  outcome("removed", semop(set, DO({0, 1, 0})));
}

CASE(undo, "SEM_UNDO: what the process took comes back at its end, however it ends") {
  int set = set_with(5, 0);
  pid_t c;
  CHILD(c) {
    semop(set, DO({0, -2, SEM_UNDO}));
    semop(set, DO({0, -1, SEM_UNDO}, {1, 4, SEM_UNDO}));
    semop(set, DO({1, 1, 0}));
    board[0] = semctl(set, 0, GETVAL) * 100 + semctl(set, 1, GETVAL);
  }
  end_of("exits", c);
  number("within", board[0]);
  values("after", set);
  CHILD(c) {
    semop(set, DO({0, -5, SEM_UNDO}));
    board[1] = 1;
    for (;;) pause();
  }
  UNTIL(board[1]);
  values("held", set);
  kill(c, SIGKILL);
  end_of("killed", c);
  values("after", set);
  CHILD(c) {
    pid_t g;
    semop(set, DO({0, -2, SEM_UNDO}));
    CHILD(g) semop(set, DO({0, -1, 0}));
    end_of("unseen", g);
    board[2] = semctl(set, 0, GETVAL);
  }
  end_of("a child of it has none of it", c);
  number("after the grandchild", board[2]);
  values("after", set);
  semctl(set, 0, IPC_RMID);
}

CASE(undo_edges, "SEM_UNDO: forgotten by SETVAL, cut at zero, kept by exec") {
  int set = set_with(5, 5);
  pid_t c;
  CHILD(c) {
    semop(set, DO({0, -2, SEM_UNDO}, {1, -2, SEM_UNDO}));
    semctl(set, 0, SETVAL, 1);
  }
  end_of("end", c);
  values("set to 1, and what comes back", set);
  CHILD(c) {
    semop(set, DO({0, 3, SEM_UNDO}));
    semop(set, DO({0, -4, 0}));
  }
  end_of("gave 3, took 4", c);
  values("no lower than zero", set);
  CHILD(c) {
    semop(set, DO({1, -5, SEM_UNDO}));
    execl("/bin/true", "true", (char *)0);
  }
  end_of("exec", c);
  values("then its end", set);
  semctl(set, 0, IPC_RMID);
}

CASE(sem_waiters, "semop: who waits is counted, woken, and told of the removal") {
  int set = set_with(0, 1);
  pid_t c, z, e;
  CHILD(c) {
    semop(set, DO({0, -2, 0}));
    board[0] = 1;
  }
  CHILD(z) {
    semop(set, DO({1, 0, 0}));
    board[1] = 1;
  }
  UNTIL(semctl(set, 0, GETNCNT) == 1 && semctl(set, 1, GETZCNT) == 1);
  number("for more", semctl(set, 0, GETNCNT));
  number("for zero", semctl(set, 0, GETZCNT));
  semop(set, DO({0, 1, 0}));
  number("not enough", semctl(set, 0, GETNCNT));
  semop(set, DO({0, 1, 0}, {1, -1, 0}));
  end_of("enough", c);
  end_of("zero", z);
  values("left", set);
  CHILD(e) {
    _exit(semop(set, DO({0, -1, 0})) == -1 ? errno : 0);
  }
  UNTIL(semctl(set, 0, GETNCNT) == 1);
  struct timespec soon = {0, 2000000};
  outcome("a time", semtimedop(set, DO({0, -1, 0}), &soon));
  semctl(set, 0, IPC_RMID);
  end_of("removed", e);
}

CASE(sem_gets, "semget and semctl: keys, sizes, rights") {
  int key = key_of(1);
  outcome("none", semget(key, 1, 0600));
  int set = semget(key, 2, IPC_CREAT | IPC_EXCL | 0600);
  outcome("made", set);
  outcome("again", semget(key, 2, IPC_CREAT | IPC_EXCL | 0600));
  fact("found", semget(key, 0, 0) == set);
  fact("with fewer", semget(key, 1, IPC_CREAT) == set);
  outcome("with more", semget(key, 3, 0));
  outcome("of none", semget(IPC_PRIVATE, 0, 0600));
  outcome("set too high", semctl(set, 5, SETVAL, 1));
  outcome("unknown command", semctl(set, 5, GETVAL));
  struct semid_ds about;
  semctl(set, 0, IPC_STAT, &about);
  number("semaphores", about.sem_nsems);
  number("mode", about.sem_perm.mode);
  number("never used", about.sem_otime);
  pid_t c;
  CHILD(c) {
    setresgid(65534, 65534, 65534);
    setresuid(65534, 65534, 65534);
    board[0] = semget(key, 0, 0) == -1 ? errno : 0;
    board[1] = semget(key, 0, 0600) == -1 ? errno : 0;
    board[2] = semop(set, DO({0, 1, 0})) == -1 ? errno : 0;
    board[3] = semctl(set, 0, GETVAL) == -1 ? errno : 0;
    board[4] = semctl(set, 0, IPC_RMID) == -1 ? errno : 0;
  }
  end_of("another user", c);
  for (int i = 0; i < 5; i++) number("find, with a mode, use, look, remove", board[i]);
  outcome("remove", semctl(set, 0, IPC_RMID));
  outcome("twice", semctl(set, 0, IPC_RMID));
  outcome("by key", semget(key, 0, 0));
}
