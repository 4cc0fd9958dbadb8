/* Descriptors: offsets, marks and flags, what is shared and what is each table's; the twin of tests/fixtures/oracle/fd.ts. */

static char buffer[1 << 20];
#define HERE(fd) lseek(fd, 0, SEEK_CUR)

CASE(offsets, "the offset: shared by dup and fork, not by a second open") {
  file_with("digits", "0123456789", 0600);
  int a = open("digits", O_RDWR), b = dup(a), c = open("digits", O_RDWR);
  read(a, buffer, 3);
  number("dup", HERE(b));
  number("open", HERE(c));
  pid_t child;
  CHILD(child) {
    read(a, buffer, 2);
    lseek(c, 7, SEEK_SET);
    close(a);
  }
  end_of("child", child);
  number("after fork", HERE(b));
  number("the other", HERE(c));
  outcome("still open here", HERE(a) == -1 ? -1 : 0);
}

CASE(seeks, "lseek: from where, and where not") {
  int fd = open("sparse", O_RDWR | O_CREAT | O_TRUNC, 0600), pipes[2];
  pipe2(pipes, 0);
  write(fd, "abc", 3);
  result("before the start", lseek(fd, -1, SEEK_SET));
  result("unknown whence", lseek(fd, 0, 99));
  result("a pipe", lseek(pipes[0], 0, SEEK_CUR));
  result("not open", lseek(999, 0, SEEK_CUR));
  result("beyond the end", lseek(fd, 1 << 20, SEEK_END));
  write(fd, "z", 1);
  struct stat s;
  fstat(fd, &s);
  number("size", s.st_size);
  number("read in the hole", pread(fd, buffer, 4, 5000));
  number("zeros", buffer[0] + buffer[1] + buffer[2] + buffer[3]);
  result("SEEK_HOLE", lseek(fd, 0, SEEK_HOLE) > 0);
  result("SEEK_DATA past the end", lseek(fd, 2 << 20, SEEK_DATA));
  result("back", lseek(fd, -1, SEEK_END));
  result("read", read(fd, buffer, 10));
  result("end of file", read(fd, buffer, 10));
}

CASE(dups, "dup2 and dup3: equal numbers, marks, errors") {
  int a = open("/dev/null", O_RDWR | O_CLOEXEC);
  fact("dup2 of itself", dup2(a, a) == a);
  number("keeps the mark", fcntl(a, F_GETFD));
  outcome("dup3 of itself", dup3(a, a, 0));
  fact("dup2", dup2(a, 200) == 200);
  number("mark of the copy", fcntl(200, F_GETFD));
  fact("dup3", dup3(a, 201, O_CLOEXEC) == 201);
  number("mark of the copy", fcntl(201, F_GETFD));
  outcome("dup of none", dup(999));
  outcome("dup2 of none", dup2(999, 200));
  number("200 is left", fcntl(200, F_GETFD));
  outcome("dup2 of none onto itself", dup2(999, 999));
  fact("F_DUPFD", fcntl(a, F_DUPFD, 300) == 300);
  fact("F_DUPFD, taken", fcntl(a, F_DUPFD_CLOEXEC, 300) == 301);
  number("mark", fcntl(300, F_GETFD) * 10 + fcntl(301, F_GETFD));
  close(a);
  int b = open("/dev/null", O_RDONLY);
  fact("the lowest free number", b == a);
  int c = open("digits2", O_RDWR | O_CREAT, 0600);
  write(c, "xy", 2);
  dup2(c, 200);
  number("dup2 closes what was there", HERE(200));
}

CASE(flags, "fcntl: status flags are the description's, marks the entry's") {
  int a = open("flags", O_RDWR | O_CREAT, 0600), b = dup(a);
  fcntl(a, F_SETFD, FD_CLOEXEC);
  number("mark of the other", fcntl(b, F_GETFD));
  fcntl(a, F_SETFL, O_APPEND | O_NONBLOCK);
  number("flags of the other", fcntl(b, F_GETFL) & (O_APPEND | O_NONBLOCK | O_ACCMODE));
  pid_t c;
  CHILD(c) {
    fcntl(a, F_SETFL, 0);
    fcntl(b, F_SETFD, FD_CLOEXEC);
  }
  end_of("child", c);
  number("flags after the child", fcntl(b, F_GETFL) & (O_APPEND | O_NONBLOCK | O_ACCMODE));
  number("mark after the child", fcntl(b, F_GETFD));
  fcntl(a, F_SETFL, O_WRONLY | O_TRUNC | O_CREAT);
  number("the access mode stays", fcntl(a, F_GETFL) & (O_ACCMODE | O_TRUNC | O_CREAT));
  outcome("not open", fcntl(999, F_GETFL));
}

CASE(append, "O_APPEND: every write at the end, whoever wrote before") {
  int a = open("log", O_WRONLY | O_CREAT | O_APPEND, 0600), b = open("log", O_WRONLY), c = open("log", O_RDONLY);
  write(a, "one", 3);
  write(b, "ONETWO", 6);
  write(a, "+", 1);
  lseek(a, 0, SEEK_SET);
  write(a, "-", 1);
  number("offset", HERE(a));
  pid_t child;
  CHILD(child) for (int i = 0; i < 50; i++) write(a, "cc", 2);
  for (int i = 0; i < 50; i++) write(a, "pp", 2);
  end_of("child", child);
  long length = read(c, buffer, 1000);
  number("length", length);
  bytes("start", buffer, 8);
  int halves = 0;
  for (long i = 8; i < length; i += 2) halves += buffer[i] != buffer[i + 1];
  number("torn", halves);
  number("pwrite, at the end too", pwrite(a, "!", 1, 0));
  fact("there", pread(c, buffer, 1, 208) == 1 && buffer[0] == '!');
}

CASE(positions, "pread, pwrite, readv, writev") {
  int fd = open("positions", O_RDWR | O_CREAT, 0600), pipes[2];
  pipe2(pipes, 0);
  struct iovec put[] = {{"ab", 2}, {"", 0}, {"cdef", 4}};
  result("writev", writev(fd, put, 3));
  result("pwrite", pwrite(fd, "XY", 2, 10));
  number("the offset stays", HERE(fd));
  result("pread", pread(fd, buffer, 20, 0));
  bytes("a hole of zeros", buffer, 6);
  result("pread past the end", pread(fd, buffer, 5, 100));
  result("pread of a pipe", pread(pipes[0], buffer, 1, 0));
  result("pwrite of a pipe", pwrite(pipes[1], "x", 1, 0));
  lseek(fd, 0, SEEK_SET);
  char one[3] = "", two[10] = "";
  struct iovec got[] = {{one, 2}, {two, 3}};
  result("readv", readv(fd, got, 2));
  bytes("first", one, 2);
  bytes("second", two, 3);
  number("offset", HERE(fd));
  close(fd);
  fd = open("positions", O_RDONLY);
  result("write to a read-only one", write(fd, "x", 1));
  result("pwrite to a read-only one", pwrite(fd, "x", 1, 0));
  result("truncate a read-only one", ftruncate(fd, 0));
  result("read of a write-only one", read(open("positions", O_WRONLY), buffer, 1));
  result("read of a folder", read(open("/", O_RDONLY), buffer, 1));
}

CASE(truncates, "ftruncate: cut, grow with zeros, and the offset stays") {
  int fd = open("cut", O_RDWR | O_CREAT, 0600), pipes[2];
  pipe2(pipes, 0);
  write(fd, "0123456789", 10);
  outcome("cut", ftruncate(fd, 4));
  number("offset", HERE(fd));
  result("read", read(fd, buffer, 10));
  outcome("grow", ftruncate(fd, 8));
  result("pread", pread(fd, buffer, 10, 0));
  number("zeros", buffer[4] + buffer[7]);
  result("write behind the end", write(fd, "z", 1));
  result("size", lseek(fd, 0, SEEK_END));
  outcome("a pipe", ftruncate(pipes[1], 0));
  outcome("a device", ftruncate(open("/dev/null", O_WRONLY), 0));
}

CASE(closes, "close and close_range") {
  int fd = open("/dev/null", O_RDONLY);
  outcome("once", close(fd));
  outcome("twice", close(fd));
  outcome("never open", close(999));
  dup2(0, 400);
  dup2(0, 402);
  dup2(0, 404);
  outcome("a range with gaps", close_range(400, 403, 0));
  outcome("in it", fcntl(402, F_GETFD));
  number("beyond it", fcntl(404, F_GETFD));
  outcome("mark", close_range(404, 404, CLOSE_RANGE_CLOEXEC));
  number("marked", fcntl(404, F_GETFD));
  outcome("from above to below", close_range(10, 9, 0));
  outcome("to no end", close_range(404, ~0U, 0));
  outcome("closed", fcntl(404, F_GETFD));
}

CASE(closed_elsewhere, "close in a child leaves the parent's entry") {
  int fd = open("/dev/null", O_WRONLY);
  pid_t c;
  CHILD(c) _exit(close_range(fd, fd, 0));
  end_of("child", c);
  result("here", write(fd, "x", 1));
}
