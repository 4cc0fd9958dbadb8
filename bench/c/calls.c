/* calls PROCESSES SECONDS MOST: that many processes make cheap system calls, for so many seconds or until each has made MOST of them
 * (0: no limit); every 64th writes a text of its own. Prints how many were made in all, by the programs' own count. */
#include <fcntl.h>
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

static int64_t call(int process, int sink, double seconds, int64_t most) {
  double end = now() + seconds;
  int64_t count = 0;
  char text[64];
  while ((most == 0 || count < most) && (count % 256 != 0 || now() < end)) {
    if (count++ % 64 != 0) {
      syscall(SYS_getppid);
      continue;
    }
    int length = snprintf(text, sizeof text, "call %lld of %d", (long long)count, process);
    if (write(sink, text, length) != length) return -1;
  }
  return count;
}

int main(int argc, char **argv) {
  int processes = argc > 1 ? atoi(argv[1]) : 1;
  double seconds = argc > 2 ? atof(argv[2]) : 1;
  int64_t most = argc > 3 ? atoll(argv[3]) : 0;
  int64_t *made = mmap(NULL, sizeof(int64_t) * processes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int sink = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (made == MAP_FAILED || sink < 0) return 2;
  for (int i = 0; i < processes; i++) {
    pid_t pid = fork();
    if (pid < 0) return 2;
    if (pid > 0) continue;
    made[i] = call(i, sink, seconds, most);
    _exit(made[i] < 0);
  }
  int64_t all = 0;
  for (int i = 0; i < processes; i++) {
    int status;
    if (wait(&status) < 0 || status != 0) return 2;
  }
  for (int i = 0; i < processes; i++) all += made[i];
  printf("%lld\n", (long long)all);
  return 0;
}
