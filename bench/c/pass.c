/* One descriptor sent over a socketpair with one byte, received close-on-exec, and closed. */
#include "serve.h"
#include <sys/socket.h>

static int pair[2];

static void send_one(int socket, int descriptor) {
  char byte = 0;
  union { char room[CMSG_SPACE(sizeof(int))]; struct cmsghdr align; } control = {0};
  struct iovec data = {&byte, 1};
  struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(rights), &descriptor, sizeof(int));
  must(sendmsg(socket, &message, 0) == 1, "sendmsg");
}

static int receive_one(int socket) {
  char byte;
  int descriptor = -1;
  union { char room[CMSG_SPACE(sizeof(int))]; struct cmsghdr align; } control;
  struct iovec data = {&byte, 1};
  struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = CMSG_LEN(sizeof(int))};
  must(recvmsg(socket, &message, MSG_CMSG_CLOEXEC) == 1 && !(message.msg_flags & MSG_CTRUNC), "recvmsg");
  struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
  if (rights && rights->cmsg_level == SOL_SOCKET && rights->cmsg_type == SCM_RIGHTS) memcpy(&descriptor, CMSG_DATA(rights), sizeof(int));
  return descriptor;
}

static long long work(long rounds) {
  long long start = now();
  for (long i = 0; i < rounds; i++) {
    send_one(pair[0], 0);
    must(close(receive_one(pair[1])) == 0, "close");
  }
  return now() - start;
}

int main(void) {
  must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0, "socketpair");
  return serve("{}", work);
}
