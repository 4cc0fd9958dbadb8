/* A child of the race of a thousand: says by one byte into the FIFO argv[2] that it is there, and ends at the end of the FIFO argv[1]. */
#include <fcntl.h>
#include <unistd.h>

int main(int argc, char **argv) {
  char byte;
  if (argc < 3) return 2;
  int end = open(argv[1], O_RDONLY), ready = open(argv[2], O_WRONLY);
  if (end < 0 || ready < 0 || write(ready, "x", 1) != 1) return 1;
  close(ready);
  while (read(end, &byte, 1) > 0);
  return 0;
}
