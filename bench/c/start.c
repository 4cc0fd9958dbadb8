/* A program started and waited for; its standard streams are /dev/null but for errors. argv: the program and its arguments. */
#include "serve.h"
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

extern char **environ;
static char **command;
static posix_spawn_file_actions_t streams;

static long long work(long rounds) {
  long long start = now();
  for (long i = 0; i < rounds; i++) {
    pid_t pid;
    int status;
    must(posix_spawnp(&pid, command[0], &streams, NULL, command, environ) == 0, "posix_spawnp");
    must(waitpid(pid, &status, 0) == pid && status == 0, "the program");
  }
  return now() - start;
}

int main(int argc, char **argv) {
  must(argc > 1, "arguments");
  command = argv + 1;
  posix_spawn_file_actions_init(&streams);
  posix_spawn_file_actions_addopen(&streams, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&streams, 1, "/dev/null", O_WRONLY, 0);
  return serve("{}", work);
}
