/* calls PROCESSES SECONDS MOST: that many processes make cheap system calls, for so many seconds or until each has made MOST of them
 * (0: no limit). Prints how many were made in all, by the programs' own count. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
  int processes = argc > 1 ? atoi(argv[1]) : 1;
  double seconds = argc > 2 ? atof(argv[2]) : 1;
  int64_t most = argc > 3 ? atoll(argv[3]) : 0;
  int64_t *made = mmap(NULL, sizeof(int64_t) * processes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (made == MAP_FAILED) return 2;
  for (int i = 0; i < processes; i++) {
    pid_t pid = fork();
    if (pid < 0) return 2;
    if (pid > 0) continue;
    double end = now() + seconds;
    int64_t count = 0;
    while ((most == 0 || count < most) && (count % 256 != 0 || now() < end)) {
      syscall(SYS_getppid);
      count++;
    }
    made[i] = count;
    _exit(0);
  }
  int64_t all = 0;
  for (int i = 0; i < processes; i++) if (wait(NULL) < 0) return 2;
  for (int i = 0; i < processes; i++) all += made[i];
  printf("%lld\n", (long long)all);
  return 0;
}
