/* posix_spawn(/bin/true) and waitpid. */
#include "serve.h"
#include <spawn.h>
#include <sys/wait.h>

extern char **environ;

static long long work(long rounds) {
  char *argv[] = {"true", NULL};
  long long start = now();
  for (long i = 0; i < rounds; i++) {
    pid_t pid;
    int status;
    must(posix_spawn(&pid, "/bin/true", NULL, NULL, argv, environ) == 0, "posix_spawn");
    must(waitpid(pid, &status, 0) == pid && status == 0, "waitpid");
  }
  return now() - start;
}

int main(void) { return serve("{}", work); }
