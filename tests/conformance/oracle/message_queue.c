/* System V message queues: types, room, who waits; the twin of tests/fixtures/oracle/message_queue.ts. */
#include <sys/msg.h>

static int key_of(int number) { return 0x05000000 | (getpid() & 0xffff) << 4 | number; }
struct message { long type; char data[100]; };
static int put(int queue, long type, const char *data, int flags) {
  struct message message = {type};
  strcpy(message.data, data);
  return msgsnd(queue, &message, strlen(data), flags);
}
static void took(const char *name, int queue, int room, long type, int flags) {
  struct message message = {0};
  char line[140];
  long length = msgrcv(queue, &message, room, type, flags | IPC_NOWAIT);
  if (length == -1) return result(name, -1);
  sprintf(line, "%ld %.*s", message.type, (int)length, message.data);
  text(name, line);
}

CASE(types, "msgrcv: the first, of a type, of the lowest, of another") {
  int queue = msgget(IPC_PRIVATE, 0600);
  long kinds[] = {5, 3, 5, 1, 4, 3, 2};
  for (int i = 0; i < 7; i++) put(queue, kinds[i], (char[]){'a' + i, 0}, 0);
  took("first", queue, 10, 0, 0);
  took("of type 3", queue, 10, 3, 0);
  took("lowest up to 2", queue, 10, -2, 0);
  took("not of type 5", queue, 10, 5, MSG_EXCEPT);
  took("none of type 9", queue, 10, 9, 0);
  took("lowest up to 1", queue, 10, -1, 0);
  took("lowest up to 100", queue, 10, -100, 0);
  for (int i = 0; i < 3; i++) took("the rest", queue, 10, 0, 0);
  outcome("a long type", put(queue, 1L << 40, "long", 0));
  took("a type above 32 bits", queue, 10, 1L << 40, 0);
  msgctl(queue, IPC_RMID, 0);
  took("removed", queue, 10, 0, 0);
}

CASE(message_room, "message queues: too long, cut, full, empty") {
  int queue = msgget(IPC_PRIVATE, 0600);
  struct msqid_ds about;
  put(queue, 1, "0123456789", 0);
  took("room for 4", queue, 4, 0, 0);
  took("cut", queue, 4, 0, MSG_NOERROR);
  took("its rest is lost", queue, 4, 0, 0);
  outcome("an empty one", put(queue, 7, "", 0));
  msgctl(queue, IPC_STAT, &about);
  number("one waits", about.msg_qnum);
  number("of no bytes", about.__msg_cbytes);
  took("came", queue, 0, 0, 0);
  about.msg_qbytes = 20;
  outcome("room for 20", msgctl(queue, IPC_SET, &about));
  outcome("fits", put(queue, 1, "0123456789", IPC_NOWAIT));
  outcome("fits too", put(queue, 1, "0123456789", IPC_NOWAIT));
  outcome("full", put(queue, 1, "x", IPC_NOWAIT));
  outcome("full even for nothing", put(queue, 1, "", IPC_NOWAIT));
  took("one out", queue, 10, 0, 0);
  outcome("longer than the queue", put(queue, 1, "0123456789012345678901", IPC_NOWAIT));
  msgctl(queue, IPC_STAT, &about);
  fact("last sent by this", about.msg_lspid == getpid());
  fact("and received", about.msg_lrpid == getpid());
  pid_t c;
  CHILD(c) {
    put(queue, 2, "it came", 0);
    board[0] = put(queue, 2, "0123456789", 0) == -1 ? errno : 0;
  }
  UNTIL(sleeps_in(c, SYS_msgsnd));
  took("makes room", queue, 10, 1, 0);
  took("for the one that waits", queue, 10, 0, 0);
  UNTIL(board[0] == 0 && state_of(c) == 'Z');
  end_of("end", c);
  took("it came", queue, 10, 0, 0);
  msgctl(queue, IPC_RMID, 0);
}

CASE(message_waiters, "message queues: who waits is woken by what it waits for, and by the removal") {
  int queue = msgget(IPC_PRIVATE, 0600), key = key_of(2);
  pid_t c, e;
  CHILD(c) {
    struct message message;
    board[0] = msgrcv(queue, &message, 10, 4, 0);
  }
  CHILD(e) {
    struct message message;
    board[1] = msgrcv(queue, &message, 10, 6, 0) == -1 ? errno : 0;
  }
  UNTIL(sleeps_in(c, SYS_msgrcv) && sleeps_in(e, SYS_msgrcv));
  put(queue, 5, "no", 0);
  put(queue, 4, "yes", 0);
  end_of("of its type", c);
  number("bytes", board[0]);
  msgctl(queue, IPC_RMID, 0);
  end_of("removed", e);
  number("for", board[1]);
  outcome("none", msgget(key, 0600));
  queue = msgget(key, IPC_CREAT | 0600);
  fact("found", msgget(key, 0) == queue);
  outcome("again", msgget(key, IPC_CREAT | IPC_EXCL));
  msgctl(queue, IPC_RMID, 0);
}
