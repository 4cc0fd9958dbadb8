/* Descriptors that travel beside bytes; the twin of tests/fixtures/oracle/rights.ts. */
#include "rights.h"

/* Bytes and descriptors, if none was lost. All are closed; gives how many had arrived. */
static int told(const char *name, int fd, int bytes, int room) {
  struct got got = received(fd, bytes, room, 0);
  char line[100];
  sprintf(line, "%ld with %d", got.length, got.count);
  if (got.length == -1) result(name, -1);
  else text(name, got.flags & MSG_CTRUNC ? "lost some" : line);
  close_all(&got);
  return got.count;
}
static int open_ones(void) {
  int count = 0;
  for (int fd = 0; fd < 400; fd++) count += fcntl(fd, F_GETFD) != -1;
  return count;
}

CASE(passes, "SCM_RIGHTS: a new number for the same description") {
  int s[2], file = open("passed", O_RDWR | O_CREAT, 0600);
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  write(file, "0123456789", 10);
  result("send", sent(s[0], "x", 1, &file, 1));
  lseek(file, 3, SEEK_SET);
  struct got got = received(s[1], 10, 1, 0);
  number("bytes", got.length);
  number("descriptors", got.count);
  fact("another number", got.fds[0] != file);
  number("mark", fcntl(got.fds[0], F_GETFD));
  number("offset", lseek(got.fds[0], 0, SEEK_CUR));
  fcntl(got.fds[0], F_SETFL, O_APPEND);
  number("flags are shared", (fcntl(file, F_GETFL) & O_APPEND) != 0);
  int twice[] = {file, file};
  result("the same twice", sent(s[0], "y", 1, twice, 2));
  got = received(s[1], 10, 2, 0);
  number("two numbers", got.count);
  fact("different", got.fds[0] != got.fds[1]);
}

CASE(in_flight, "SCM_RIGHTS: a message holds what is in it, until it is received or lost") {
  int s[2], p[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  pipe2(p, O_NONBLOCK);
  char byte;
  sent(s[0], "x", 1, &p[1], 1);
  close(p[1]);
  result("a writer is on its way", read(p[0], &byte, 1));
  struct got got = received(s[1], 1, 1, 0);
  result("write by what came", write(got.fds[0], "ab", 2));
  result("read", read(p[0], &byte, 1));
  sent(s[0], "y", 1, got.fds, 1);
  close(got.fds[0]);
  result("the rest", read(p[0], &byte, 1));
  close(s[1]);
  result("lost with the socket", read(p[0], &byte, 1));
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  pipe2(p, O_NONBLOCK);
  sent(s[0], "z", 1, &p[1], 1);
  close(p[1]);
  result("a plain read of its byte", read(s[1], &byte, 1));
  result("closes it", read(p[0], &byte, 1));
  sent(s[0], "self", 4, s, 2);
  told("both ends by themselves", s[1], 10, 2);
}

CASE(room_for, "SCM_RIGHTS: room for fewer than came") {
  int s[2], three[] = {0, 1, 2};
  socketpair(AF_UNIX, SOCK_SEQPACKET, 0, s);
  int before = open_ones();
  for (int room = 0; room <= 4; room++) {
    sent(s[0], "x", 1, three, 3);
    told("room", s[1], 10, room);
  }
  number("left open", open_ones() - before);
}

CASE(barriers, "SCM_RIGHTS in a stream: a read stops at a set of descriptors") {
  int s[2], fds[] = {0, 1};
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  sent(s[0], "aa", 2, 0, 0);
  sent(s[0], "bbb", 3, fds, 1);
  sent(s[0], "c", 1, 0, 0);
  sent(s[0], "dd", 2, fds, 2);
  sent(s[0], "e", 1, fds, 1);
  for (int i = 0; i < 6; i++) told("read", s[1], 30, 4);
  sent(s[0], "long", 4, fds, 2);
  told("part of the bytes", s[1], 1, 4);
  told("the rest", s[1], 30, 4);
  sent(s[0], "f", 1, fds, 1);
  sent(s[0], "g", 1, 0, 0);
  struct got got = received(s[1], 30, 2, MSG_PEEK);
  number("a look", got.length);
  number("with numbers of its own", got.count);
  struct got again = received(s[1], 30, 2, 0);
  number("taken", again.count);
  fact("others", got.fds[0] != again.fds[0]);
}

CASE(kinds, "SCM_RIGHTS: by datagrams and packets, without bytes, of what is not open") {
  int d[2], q[2], bad[] = {0, 999};
  socketpair(AF_UNIX, SOCK_DGRAM, 0, d);
  socketpair(AF_UNIX, SOCK_SEQPACKET, 0, q);
  result("datagram without bytes", sent(d[0], "", 0, bad, 1));
  told("came", d[1], 10, 2);
  result("packet without bytes", sent(q[0], "", 0, bad, 1));
  told("came", q[1], 10, 2);
  sent(q[0], "long", 4, bad, 1);
  sent(q[0], "next", 4, 0, 0);
  told("cut bytes, whole rights", q[1], 2, 2);
  told("next", q[1], 10, 2);
  result("not open", sent(q[0], "x", 1, bad, 2));
  told("nothing went", q[1], 10, 2);
}

CASE(most, "SCM_RIGHTS: 253 in one message") {
  int s[2], many[MOST];
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  for (int i = 0; i < MOST; i++) many[i] = 0;
  result("send", sent(s[0], "x", 1, many, MOST));
  told("came", s[1], 10, MOST);
  result("send", sent(s[0], "x", 1, many, MOST));
  told("one too few", s[1], 10, MOST - 1);
}

CASE(receiver_limit, "SCM_RIGHTS: no number left at the receiver") {
  int s[2], three[] = {0, 0, 0};
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  struct rlimit limit, low;
  getrlimit(RLIMIT_NOFILE, &limit);
  for (int spare = 0; spare <= 3; spare++) {
    sent(s[0], "x", 1, three, 3);
    low = limit;
    int soft = 0; /* so many numbers are free below it */
    for (int free = 0; free <= spare; soft++) free += fcntl(soft, F_GETFD) == -1;
    low.rlim_cur = soft - 1;
    setrlimit(RLIMIT_NOFILE, &low);
    number("arrived", told("numbers", s[1], 10, 3));
    setrlimit(RLIMIT_NOFILE, &limit);
  }
}

CASE(too_many, "SCM_RIGHTS: ETOOMANYREFS for a user without privilege") {
  pid_t c;
  CHILD(c) {
    int s[2], one = 0, count = 0;
    socketpair(AF_UNIX, SOCK_DGRAM, 0, s);
    setresuid(54322, 54322, 54322);
    setrlimit(RLIMIT_NOFILE, &(struct rlimit){30, 30});
    int ten[10] = {0};
    while (count < 20 && sent(s[0], "x", 1, ten, 10) != -1) count++;
    board[1] = errno;
    board[0] = count;
    struct got got = received(s[1], 1, 10, 0);
    close_all(&got);
    board[2] = sent(s[0], "x", 1, &one, 1) == -1 ? errno : 0;
    close(s[0]);
    close(s[1]);
    socketpair(AF_UNIX, SOCK_DGRAM, 0, s);
    board[3] = sent(s[0], "x", 1, ten, 10) == -1 ? errno : 0;
  }
  end_of("end", c);
  number("messages of ten", board[0]);
  number("then", board[1]);
  number("after one was received", board[2]);
  number("after all went", board[3]);
}
