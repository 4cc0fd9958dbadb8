/*
 * Descriptors of other processes grouped by open file description: an inode of each by statx, then a merge sort by kcmp.
 * argv: how many each process holds (see hold.c), and the processes.
 */
#include "serve.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

struct entry { pid_t pid; int fd; unsigned long long inode; };
static struct entry *entries, *sorted;
static long count;

static int compare(const void *a, const void *b) {
  const struct entry *x = a, *y = b;
  if (x->inode != y->inode) return x->inode < y->inode ? -1 : 1;
  long order = syscall(SYS_kcmp, x->pid, y->pid, 0, x->fd, y->fd);
  must(order >= 0 && order < 3, "kcmp");
  return order == 0 ? 0 : order == 1 ? -1 : 1;
}

static long long work(long rounds) {
  char path[64];
  struct statx facts;
  long groups = 0;
  long long start = now();
  for (long round = 0; round < rounds; round++) {
    for (long i = 0; i < count; i++) {
      snprintf(path, sizeof path, "/proc/%d/fd/%d", entries[i].pid, entries[i].fd);
      must(statx(AT_FDCWD, path, AT_STATX_DONT_SYNC, STATX_BASIC_STATS, &facts) == 0, "statx");
      entries[i].inode = facts.stx_ino;
    }
    memcpy(sorted, entries, count * sizeof *entries);
    qsort(sorted, count, sizeof *sorted, compare);
    groups = 1;
    for (long i = 1; i < count; i++) groups += compare(&sorted[i - 1], &sorted[i]) != 0;
  }
  must(groups == count - count / 4, "grouping");
  return now() - start;
}

int main(int argc, char **argv) {
  must(argc > 2, "arguments");
  long each = atol(argv[1]);
  entries = calloc(each * (argc - 2), sizeof *entries);
  sorted = calloc(each * (argc - 2), sizeof *sorted);
  must(entries && sorted, "calloc");
  for (int holder = 2; holder < argc; holder++)
    for (long i = 0; i < each; i++) entries[count++] = (struct entry){atoi(argv[holder]), 3 + i, 0};
  return serve("{}", work);
}
