/* Who sent it: credentials and pidfds beside bytes; the twin of tests/fixtures/oracle/credentials.ts. */
#include "rights.h"

#ifndef SO_PASSPIDFD
#define SO_PASSPIDFD 76
#define SO_PEERPIDFD 77
#endif

static long as(int fd, int pid, int uid, int gid) {
  struct iovec piece = {"x", 1};
  char control[CMSG_SPACE(sizeof(struct ucred))] = {0};
  struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  struct cmsghdr *head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_CREDENTIALS;
  head->cmsg_len = CMSG_LEN(sizeof(struct ucred));
  memcpy(CMSG_DATA(head), &(struct ucred){pid, uid, gid}, sizeof(struct ucred));
  return sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}
static void who(const char *name, int fd, pid_t expected) {
  struct got got = received(fd, 10, -1, 0);
  char line[100];
  if (got.length == -1) return result(name, -1);
  if (!got.told) return text(name, "untold");
  sprintf(line, "%s %u %u", got.who.pid == expected ? "it" : got.who.pid == 0 ? "nobody" : "another", got.who.uid, got.who.gid);
  text(name, line);
}

CASE(credentials, "SCM_CREDENTIALS: told by itself, and what may be claimed") {
  int s[2], on = 1;
  socketpair(AF_UNIX, SOCK_SEQPACKET, 0, s);
  sent(s[0], "x", 1, 0, 0);
  who("not asked for", s[1], getpid());
  result("given, not asked for", as(s[0], getpid(), 0, 0));
  who("all the same", s[1], getpid());
  sent(s[0], "x", 1, 0, 0);
  setsockopt(s[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
  who("asked for when it was on its way", s[1], getpid());
  sent(s[0], "x", 1, 0, 0);
  who("asked for", s[1], getpid());
  result("another's, as root", as(s[0], getppid(), 1234, 1235));
  who("came", s[1], getppid());
  result("nobody's", as(s[0], 0x3ffffff, 0, 0));
  pid_t c;
  CHILD(c) {
    setresgid(65534, 65534, 65534);
    setresuid(65534, 65534, 65534);
    sent(s[0], "x", 1, 0, 0);
    board[0] = as(s[0], getpid(), 65534, 65534) == -1 ? errno : 0;
    board[1] = as(s[0], getppid(), 65534, 65534) == -1 ? errno : 0;
    board[2] = as(s[0], getpid(), 0, 65534) == -1 ? errno : 0;
    board[3] = as(s[0], getpid(), 65534, 0) == -1 ? errno : 0;
  }
  end_of("a child without privilege", c);
  for (int i = 0; i < 4; i++) number("its own, a pid, a uid, a gid", board[i]);
  who("untouched", s[1], c);
  who("its own", s[1], c);
  who("no more", s[1], c);
}

CASE(credential_streams, "SCM_CREDENTIALS in a stream: a read does not mix two senders") {
  int s[2], on = 1;
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  setsockopt(s[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
  write(s[0], "mine", 4);
  pid_t c;
  CHILD(c) write(s[0], "its", 3);
  end_of("child", c);
  write(s[0], "again", 5);
  pid_t from[] = {getpid(), c, getpid()};
  for (int i = 0; i < 3; i++) {
    struct got got = received(s[1], 30, -1, 0);
    number("bytes", got.length);
    fact("from", got.who.pid == from[i]);
  }
}

CASE(pidfds, "SO_PASSPIDFD and SO_PEERPIDFD: the sender, and the other end, as pidfds") {
  int s[2], on = 1, peer = -1;
  socklen_t size = sizeof peer;
  socketpair(AF_UNIX, SOCK_SEQPACKET, 0, s);
  outcome("the other end", getsockopt(s[0], SOL_SOCKET, SO_PEERPIDFD, &peer, &size));
  outcome("is it", peer == -1 ? -1 : syscall(SYS_pidfd_send_signal, peer, 0, 0, 0));
  outcome("ask", setsockopt(s[1], SOL_SOCKET, SO_PASSPIDFD, &on, sizeof on));
  pid_t c;
  int p[2];
  pipe2(p, 0);
  CHILD(c) {
    char byte;
    close(p[1]);
    sent(s[0], "x", 1, 0, 0);
    read(p[0], &byte, 1);
    _exit(6);
  }
  struct pollfd ready = {s[1], POLLIN, 0};
  poll(&ready, 1, -1);
  struct got got = received(s[1], 10, -1, 0);
  number("mark", got.pidfd == -1 ? -1 : fcntl(got.pidfd, F_GETFD));
  close(p[1]);
  info("waited for by it", P_PIDFD, got.pidfd, WEXITED, c);
  info("once", P_PIDFD, got.pidfd, WEXITED, c);
}
