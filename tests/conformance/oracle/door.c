/* unix sockets: names, who listens and who calls, who is at the other end; the twin of tests/fixtures/oracle/door.ts. */
#include "socket.h"

static void peer(const char *name, int fd, pid_t expected) {
  struct ucred who;
  socklen_t size = sizeof who;
  char line[100];
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) == -1) return result(name, -1);
  sprintf(line, "%s %u %u", who.pid == expected ? "it" : who.pid == 0 ? "nobody" : "another", who.uid, who.gid);
  text(name, line);
}

CASE(paths, "names: paths, what stands there already, and what is left") {
  int a = socket(AF_UNIX, SOCK_STREAM, 0), b = socket(AF_UNIX, SOCK_STREAM, 0), c = socket(AF_UNIX, SOCK_DGRAM, 0);
  outcome("call no path", called(b, PATH("here")));
  outcome("bind", bound(a, PATH("here")));
  outcome("bind twice", bound(a, PATH("there")));
  outcome("bind another", bound(b, PATH("here")));
  outcome("call who does not listen", called(b, PATH("here")));
  outcome("of another type", called(c, PATH("here")));
  file_with("file", "x", 0600);
  outcome("call a file", called(b, PATH("file")));
  outcome("bind through a file", bound(b, PATH("file/x")));
  outcome("bind in no folder", bound(b, PATH("none/x")));
  outcome("listen without a name", listen(b, 1));
  outcome("listen", listen(a, 1));
  outcome("call", called(b, PATH("here")));
  outcome("call twice", called(b, PATH("here")));
  outcome("listen, connected", listen(b, 1));
  outcome("bind, connected", bound(b, PATH("late")));
  struct stat s;
  outcome("it is there", stat("late", &s));
  fact("a socket", (s.st_mode & S_IFMT) == S_IFSOCK);
  close(a);
  outcome("closed, and left", bound(socket(AF_UNIX, SOCK_STREAM, 0), PATH("here")));
  int d = socket(AF_UNIX, SOCK_STREAM, 0);
  outcome("call what is left", called(d, PATH("here")));
  unlink("here");
  outcome("taken away", bound(d, PATH("here")));
}

CASE(abstract, "names: abstract ones, NULs among them, gone with the socket") {
  int a = socket(AF_UNIX, SOCK_STREAM, 0), b = socket(AF_UNIX, SOCK_STREAM, 0), c = socket(AF_UNIX, SOCK_STREAM, 0);
  char name[40];
  int length = sprintf(name + 1, "oracle %d", getpid()) + 1;
  name[0] = 0;
  memcpy(name + length, "\0x", 2);
  outcome("bind", bound(a, name, length + 2));
  outcome("twice", bound(b, name, length + 2));
  outcome("a shorter one", bound(b, name, length + 1));
  listen(a, 5);
  outcome("call", called(c, name, length + 2));
  struct sockaddr_un address;
  socklen_t size = sizeof address;
  getpeername(c, (void *)&address, &size);
  fact("length of the peer's", size - offsetof(struct sockaddr_un, sun_path) == length + 2);
  fact("the same", memcmp(address.sun_path, name, length + 2) == 0);
  size = sizeof address;
  getsockname(c, (void *)&address, &size);
  number("none of its own", size - offsetof(struct sockaddr_un, sun_path));
  int copy = dup(a);
  close(a);
  outcome("a copy is open", bound(socket(AF_UNIX, SOCK_STREAM, 0), name, length + 2));
  close(copy);
  outcome("none is", bound(socket(AF_UNIX, SOCK_STREAM, 0), name, length + 2));
  int chosen = socket(AF_UNIX, SOCK_STREAM, 0);
  outcome("let the kernel choose", bound(chosen, "", 0));
  size = sizeof address;
  getsockname(chosen, (void *)&address, &size);
  fact("six bytes, a NUL first", size - offsetof(struct sockaddr_un, sun_path) == 6 && address.sun_path[0] == 0);
  outcome("not a socket", called(open("/dev/null", O_RDONLY), name, length));
  outcome("not open", called(999, name, length));
  size = sizeof address;
  outcome("the peer of nobody", getpeername(chosen, (void *)&address, &size));
}

CASE(backlogs, "listen and accept: the backlog, flags, what is refused") {
  int door = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0), calls = 0;
  bound(door, PATH("busy"));
  outcome("accept before listen", accept4(door, 0, 0, 0));
  outcome("listen", listen(door, 2));
  outcome("nobody calls", accept4(door, 0, 0, 0));
  int one = -1;
  for (; calls < 10; calls++) {
    int caller = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (one == -1) one = caller;
    if (called(caller, PATH("busy")) == -1) {
      outcome("one too many", -1);
      break;
    }
  }
  number("before it", calls);
  write(one, "early", 5);
  int a = accept4(door, 0, 0, SOCK_CLOEXEC);
  number("mark", fcntl(a, F_GETFD));
  number("flags are not inherited", fcntl(a, F_GETFL) & O_NONBLOCK);
  received("what was sent before", a, 10, 0);
  outcome("more", listen(door, 5));
  outcome("now there is room", called(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0), PATH("busy")));
  outcome("accept on what does not listen", accept4(a, 0, 0, 0));
  close(door);
  result("who was not accepted", send(one, "x", 1, MSG_NOSIGNAL));
  outcome("not open", accept4(door, 0, 0, 0));
}

CASE(never_accepted, "a call that nobody took ends with the door") {
  int door = socket(AF_UNIX, SOCK_STREAM, 0), caller = socket(AF_UNIX, SOCK_STREAM, 0);
  bound(door, PATH("idle"));
  listen(door, 5);
  outcome("call", called(caller, PATH("idle")));
  result("write", write(caller, "x", 1));
  close(door);
  received("read", caller, 10, 0);
  received("again", caller, 10, 0);
  result("write", send(caller, "x", 1, MSG_NOSIGNAL));
}

CASE(peers, "SO_PEERCRED: of the moment of connect and listen") {
  int door = socket(AF_UNIX, SOCK_STREAM, 0), pair[2], datagrams[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
  socketpair(AF_UNIX, SOCK_DGRAM, 0, datagrams);
  peer("a pair", pair[0], getpid());
  peer("a pair of datagram sockets", datagrams[0], getpid());
  bound(door, PATH("open door"));
  chmod("open door", 0777);
  listen(door, 5);
  pid_t self = getpid(), c;
  CHILD(c) {
    char byte;
    int caller = socket(AF_UNIX, SOCK_STREAM, 0);
    struct ucred who;
    socklen_t size = sizeof who;
    setresgid(1234, 1234, 1234);
    setresuid(1235, 1235, 1235);
    called(caller, PATH("open door"));
    setresuid(1235, 1235, 1235);
    getsockopt(caller, SOL_SOCKET, SO_PEERCRED, &who, &size);
    board[0] = who.pid == self;
    board[1] = who.uid;
    getsockopt(pair[0], SOL_SOCKET, SO_PEERCRED, &who, &size);
    board[2] = who.pid == self;
    read(caller, &byte, 1);
  }
  int taken = accept4(door, 0, 0, 0);
  peer("who called", taken, c);
  write(taken, "x", 1);
  end_of("end", c);
  peer("after its end", taken, c);
  number("it saw the listener", board[0]);
  number("as", board[1]);
  number("a pair's is its maker", board[2]);
  peer("the door", door, getpid());
  peer("never connected", socket(AF_UNIX, SOCK_STREAM, 0), 0);
  peer("not a socket", open("/dev/null", O_RDONLY), 0);
}
