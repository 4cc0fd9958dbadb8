/* One byte there and back between two processes. argv[1]: "pipe" or "socket". */
#include "serve.h"
#include <fcntl.h>
#include <sys/socket.h>

static int in, out;

static long long work(long rounds) {
  char byte = 1;
  long long start = now();
  for (long i = 0; i < rounds; i++) {
    must(write(out, &byte, 1) == 1, "write");
    must(read(in, &byte, 1) == 1, "read");
  }
  return now() - start;
}

static void echo(void) {
  char byte;
  while (read(in, &byte, 1) == 1) must(write(out, &byte, 1) == 1, "write");
  _exit(0);
}

int main(int argc, char **argv) {
  int there[2], back[2];
  if (argc > 1 && !strcmp(argv[1], "socket")) {
    must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, there) == 0, "socketpair");
    back[0] = there[0];
    back[1] = there[1];
    there[0] = back[1], there[1] = back[0];
  } else {
    must(pipe2(there, O_CLOEXEC) == 0 && pipe2(back, O_CLOEXEC) == 0, "pipe2");
  }
  int pid = fork();
  must(pid >= 0, "fork");
  in = pid == 0 ? there[0] : back[0];
  out = pid == 0 ? back[1] : there[1];
  close(pid == 0 ? there[1] : there[0]);
  if (back[0] != there[1]) close(pid == 0 ? back[0] : back[1]);
  if (pid == 0) echo();
  return serve("{}", work);
}
