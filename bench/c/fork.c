/* fork, _exit and waitpid, at a given resident size: argv[1] is VmRSS in KiB. */
#include "serve.h"
#include <sys/mman.h>
#include <sys/wait.h>

static long long work(long rounds) {
  long long start = now();
  for (long i = 0; i < rounds; i++) {
    int status;
    pid_t pid = fork();
    if (pid == 0) _exit(0);
    must(waitpid(pid, &status, 0) == pid && status == 0, "waitpid");
  }
  return now() - start;
}

int main(int argc, char **argv) {
  long wanted = argc > 1 ? atol(argv[1]) : 0, more;
  char facts[128];
  while ((more = wanted - status_kib("VmRSS")) > 0) {
    char *room = mmap(NULL, more * 1024, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    must(room != MAP_FAILED, "mmap");
    memset(room, 1, more * 1024);
  }
  snprintf(facts, sizeof facts, "{\"rss\":%ld,\"anon\":%ld}", status_kib("VmRSS"), status_kib("RssAnon"));
  return serve(facts, work);
}
