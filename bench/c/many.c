/* many COUNT: makes that many children, all alive at once, each sleeping in a read; then lets them go and reaps them. Prints how many
 * there were: fewer when the system gives no more. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
  int want = argc > 1 ? atoi(argv[1]) : 100;
  int gate[2];
  if (pipe(gate) < 0) return 2;
  int alive = 0;
  for (; alive < want; alive++) {
    pid_t pid = fork();
    if (pid < 0) {
      perror("fork");
      break;
    }
    if (pid > 0) continue;
    char byte;
    close(gate[1]);
    _exit(read(gate[0], &byte, 1) == 0 ? 0 : 1);
  }
  close(gate[1]);
  int failed = 0;
  for (int i = 0; i < alive; i++) {
    int status;
    while (wait(&status) < 0) if (errno != EINTR) return 2;
    if (status != 0) failed++;
  }
  printf("%d\n", alive);
  return failed > 0;
}
