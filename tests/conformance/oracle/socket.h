/* Names of unix sockets, and one message received. */
static char buffer[1 << 18];

static struct sockaddr_un name_of(const char *path, int length, socklen_t *size) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  memcpy(address.sun_path, path, length);
  *size = offsetof(struct sockaddr_un, sun_path) + length;
  return address;
}
static int bound(int fd, const char *path, int length) {
  socklen_t size;
  struct sockaddr_un address = name_of(path, length, &size);
  return bind(fd, (void *)&address, size);
}
static int called(int fd, const char *path, int length) {
  socklen_t size;
  struct sockaddr_un address = name_of(path, length, &size);
  return connect(fd, (void *)&address, size);
}
#define PATH(text) text, sizeof text /* with its NUL */
#define ABSTRACT(text) "\0" text, sizeof text

/* One message, with as much room: bytes, flags that matter, and what it says. */
static void received(const char *name, int fd, int room, int flags) {
  struct iovec piece = {buffer, room};
  struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
  memset(buffer, 0, 64);
  long length = recvmsg(fd, &message, flags | MSG_DONTWAIT);
  if (length == -1) return result(name, -1);
  char line[200];
  sprintf(line, "%ld%s%s %.*s", length, message.msg_flags & MSG_TRUNC ? " cut" : "", message.msg_flags & MSG_EOR ? " end" : "", length < room ? (int)length : room, buffer);
  text(name, line);
}
