/* Messages with descriptors and credentials beside the bytes. */
#define SCM_PIDFD_TYPE 4
#define MOST 253

static long sent(int fd, const char *data, int length, const int *fds, int count) {
  struct iovec piece = {(void *)data, length};
  char control[CMSG_SPACE(sizeof(int) * MOST)] = {0};
  struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
  if (count > 0) {
    message.msg_control = control;
    message.msg_controllen = CMSG_LEN(sizeof(int) * count);
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof(int) * count);
    memcpy(CMSG_DATA(head), fds, sizeof(int) * count);
  }
  return sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

struct got { long length; int flags, count, fds[MOST + 3], pidfd, told; struct ucred who; char data[64]; };

/* Room for so many descriptors exactly: a buffer of CMSG_SPACE would let one more in. */
static struct got received(int fd, int bytes, int room, int flags) {
  struct got got = {.pidfd = -1};
  static char control[4096];
  struct iovec piece = {got.data, bytes};
  struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = control, .msg_controllen = room < 0 ? sizeof control : room == 0 ? 0 : CMSG_LEN(sizeof(int) * room)};
  if (message.msg_controllen == 0) message.msg_control = 0;
  got.length = recvmsg(fd, &message, flags | MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  got.flags = message.msg_flags;
  if (got.length == -1) return got;
  for (struct cmsghdr *head = CMSG_FIRSTHDR(&message); head; head = CMSG_NXTHDR(&message, head)) {
    if (head->cmsg_type == SCM_RIGHTS) {
      got.count = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
      memcpy(got.fds, CMSG_DATA(head), got.count * sizeof(int));
    }
    if (head->cmsg_type == SCM_CREDENTIALS) {
      got.told = 1;
      memcpy(&got.who, CMSG_DATA(head), sizeof got.who);
    }
    if (head->cmsg_type == SCM_PIDFD_TYPE) memcpy(&got.pidfd, CMSG_DATA(head), sizeof(int));
  }
  return got;
}
static void close_all(struct got *got) {
  for (int i = 0; i < got->count; i++) close(got->fds[i]);
}
