/* So many children ended at once, and all reaped by waitpid(-1). argv: how many, the child's program, the FIFO of the end, the FIFO of readiness. */
#include "serve.h"
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

extern char **environ;
static long children;
static char **names;
static long missed;

static long long once(void) {
  char bytes[4096], *argv[] = {names[0], names[1], names[2], NULL};
  int end = open(names[1], O_RDWR | O_CLOEXEC), ready = open(names[2], O_RDWR | O_CLOEXEC);
  long reaped = 0;
  must(end >= 0 && ready >= 0, "open");
  for (long i = 0; i < children; i++) {
    pid_t pid;
    must(posix_spawn(&pid, names[0], NULL, NULL, argv, environ) == 0, "posix_spawn");
  }
  for (long there = 0; there < children;) {
    long count = read(ready, bytes, sizeof bytes);
    must(count > 0, "read");
    there += count;
  }
  long long start = now();
  close(end);
  while (waitpid(-1, NULL, 0) > 0) reaped++;
  long long took = now() - start;
  close(ready);
  missed += children - reaped;
  return took;
}

static long long work(long rounds) {
  long long took = 0;
  for (long i = 0; i < rounds; i++) took += once();
  return took;
}

int main(int argc, char **argv) {
  must(argc > 4, "arguments");
  children = atol(argv[1]);
  names = argv + 2;
  int status = serve("{}", work);
  return missed ? 1 : status;
}
