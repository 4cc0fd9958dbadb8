/* unix sockets: streams, datagrams, packets; the twin of tests/fixtures/oracle/socket.ts. */
#include "socket.h"

CASE(streams, "stream: bytes without borders, halves, EPIPE, ECONNRESET") {
  int s[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  received("empty", s[1], 10, 0);
  write(s[0], "abc", 3);
  write(s[0], "defg", 4);
  received("a look", s[1], 5, MSG_PEEK);
  received("part", s[1], 5, 0);
  received("the rest", s[1], 10, 0);
  outcome("shut one half", shutdown(s[0], SHUT_WR));
  received("end of file", s[1], 10, 0);
  result("write to the shut half", send(s[0], "x", 1, MSG_NOSIGNAL));
  result("the other half works", write(s[1], "back", 4));
  received("back", s[0], 10, 0);
  outcome("shut the other for reading", shutdown(s[0], SHUT_RD));
  result("write to who does not read", send(s[1], "x", 1, MSG_NOSIGNAL));
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  write(s[0], "unread", 6);
  write(s[1], "left", 4);
  close(s[1]);
  received("closed with something unread", s[0], 2, 0);
  received("then", s[0], 10, 0);
  received("and then", s[0], 10, 0);
  result("write to the closed", send(s[0], "x", 1, MSG_NOSIGNAL));
  int alone = socket(AF_UNIX, SOCK_STREAM, 0);
  received("never connected", alone, 10, 0);
  result("write, never connected", send(alone, "x", 1, MSG_NOSIGNAL));
  outcome("shut, never connected", shutdown(alone, SHUT_WR));
}

CASE(datagrams, "datagram: a message at a time, cut, empty, too long") {
  int s[2];
  socketpair(AF_UNIX, SOCK_DGRAM, 0, s);
  send(s[0], "hello", 5, 0);
  send(s[0], "", 0, 0);
  send(s[0], "world", 5, 0);
  send(s[0], "again", 5, 0);
  received("a look", s[1], 3, MSG_PEEK);
  received("cut", s[1], 3, 0);
  received("empty", s[1], 3, 0);
  received("its whole length", s[1], 2, MSG_TRUNC);
  received("whole", s[1], 30, 0);
  received("none", s[1], 30, 0);
  int room = 4096;
  setsockopt(s[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
  result("too long", send(s[0], buffer, sizeof buffer, MSG_DONTWAIT));
  int alone = socket(AF_UNIX, SOCK_DGRAM, 0);
  result("to nobody", send(alone, "x", 1, 0));
  outcome("listen", listen(alone, 1));
  close(s[1]);
  result("to the closed", send(s[0], "x", 1, MSG_NOSIGNAL));
  received("from the closed", s[0], 10, 0);
}

CASE(addressed, "datagram: sent to a name, and who it is from") {
  int door = socket(AF_UNIX, SOCK_DGRAM, 0), named = socket(AF_UNIX, SOCK_DGRAM, 0), plain = socket(AF_UNIX, SOCK_DGRAM, 0);
  bound(door, PATH("door"));
  bound(named, PATH("named"));
  socklen_t size;
  struct sockaddr_un to = name_of(PATH("door"), &size), from;
  result("named", sendto(named, "one", 3, 0, (void *)&to, size));
  result("plain", sendto(plain, "two", 3, 0, (void *)&to, size));
  for (int i = 0; i < 2; i++) {
    size = sizeof from;
    memset(&from, 0, sizeof from);
    result("bytes", recvfrom(door, buffer, 10, 0, (void *)&from, &size));
    text("from", size > 2 ? from.sun_path : "");
  }
  to = name_of(PATH("nowhere"), &size);
  result("to no name", sendto(plain, "x", 1, 0, (void *)&to, size));
  outcome("connect", called(plain, PATH("door")));
  result("then", send(plain, "y", 1, 0));
  result("to a name, connected", sendto(plain, "z", 1, 0, (void *)&(struct sockaddr_un){AF_UNIX, "named"}, sizeof(struct sockaddr_un)));
  outcome("the other connects elsewhere", called(door, PATH("named")));
  result("to who hears another", send(plain, "z", 1, MSG_NOSIGNAL));
}

CASE(packets, "seqpacket: packets in order, MSG_EOR, the end of the connection") {
  int s[2];
  socketpair(AF_UNIX, SOCK_SEQPACKET, 0, s);
  send(s[0], "one", 3, 0);
  send(s[0], "two!", 4, MSG_EOR);
  send(s[0], "", 0, 0);
  send(s[0], "three", 5, 0);
  received("first", s[1], 10, 0);
  received("second, cut", s[1], 2, 0);
  received("an empty one", s[1], 10, 0);
  received("third", s[1], 10, 0);
  received("none", s[1], 10, 0);
  shutdown(s[0], SHUT_WR);
  received("the end", s[1], 10, 0);
  close(s[1]);
  result("to the closed", send(s[0], "x", 1, MSG_NOSIGNAL));
  outcome("connect again", called(s[0], PATH("nowhere")));
}

CASE(options, "options: type, errors, buffers, what is read once") {
  int s[2], value = 0, on = 1;
  socklen_t size = sizeof value;
  socketpair(AF_UNIX, SOCK_SEQPACKET, 0, s);
#define ASKED(name, fd, option) outcome(name, getsockopt(fd, SOL_SOCKET, option, &value, &size)); number("is", value)
  ASKED("type", s[0], SO_TYPE);
  ASKED("domain", s[0], SO_DOMAIN);
  ASKED("accepts", s[0], SO_ACCEPTCONN);
  ASKED("credentials", s[0], SO_PASSCRED);
  setsockopt(s[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
  ASKED("credentials, asked for", s[0], SO_PASSCRED);
  ASKED("of the other", s[1], SO_PASSCRED);
  value = 5000;
  outcome("buffer", setsockopt(s[0], SOL_SOCKET, SO_SNDBUF, &value, sizeof value));
  ASKED("doubled", s[0], SO_SNDBUF);
  value = 1;
  outcome("too small", setsockopt(s[0], SOL_SOCKET, SO_SNDBUF, &value, sizeof value));
  ASKED("the least", s[0], SO_SNDBUF);
  int t[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, t);
  write(t[0], "x", 1);
  close(t[1]);
  ASKED("reset", t[0], SO_ERROR);
  ASKED("once", t[0], SO_ERROR);
  outcome("unknown", getsockopt(s[0], SOL_SOCKET, 9999, &value, &size));
  outcome("of TCP", getsockopt(s[0], 6, 1, &value, &size));
  outcome("not a socket", getsockopt(1, SOL_SOCKET, SO_TYPE, &value, &size));
  outcome("no such family", socket(999, SOCK_STREAM, 0));
  outcome("no such type", socket(AF_UNIX, 77, 0));
  outcome("no such protocol", socket(AF_UNIX, SOCK_STREAM, 99));
  outcome("a pair of TCP", socketpair(AF_INET, SOCK_STREAM, 0, t));
}
