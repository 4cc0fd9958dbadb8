/* Files by name and without one: open, unlink, memfd with seals; the twin of tests/fixtures/oracle/file.ts. */

static char buffer[1 << 20];

CASE(opens, "open: why not") {
  file_with("there", "x", 0600);
  mkdir("folder", 0700);
  symlink("there", "link");
  symlink("nowhere", "dangling");
  outcome("none", open("none", O_RDONLY));
  outcome("O_EXCL, one is there", open("there", O_RDWR | O_CREAT | O_EXCL, 0600));
  outcome("O_EXCL, a dangling link", open("dangling", O_RDWR | O_CREAT | O_EXCL, 0600));
  outcome("a folder to write", open("folder", O_WRONLY));
  outcome("O_DIRECTORY, a file", open("there", O_RDONLY | O_DIRECTORY));
  outcome("O_NOFOLLOW, a link", open("link", O_RDONLY | O_NOFOLLOW));
  outcome("through a file", open("there/x", O_RDONLY));
  outcome("a slash after a file", open("there/", O_RDONLY));
  outcome("empty", open("", O_RDONLY));
  outcome("create in a folder that is not there", open("none/x", O_RDWR | O_CREAT, 0600));
  outcome("create through a dangling link", open("dangling", O_RDWR | O_CREAT, 0600));
  outcome("which made it", open("nowhere", O_RDONLY));
  int dir = open("folder", O_RDONLY | O_DIRECTORY);
  outcome("openat", openat(dir, "inside", O_RDWR | O_CREAT, 0600));
  outcome("the same by path", open("folder/inside", O_RDONLY));
  outcome("openat, not a folder", openat(open("there", O_RDONLY), "inside", O_RDONLY));
  outcome("openat, not open", openat(999, "inside", O_RDONLY));
  outcome("openat, absolute, not open", openat(999, "/dev/null", O_RDONLY));
  outcome("rmdir, not empty", rmdir("folder"));
  outcome("rmdir, a file", rmdir("there"));
  outcome("unlink, a folder", unlink("folder"));
  outcome("mkdir, one is there", mkdir("folder", 0700));
  outcome("unlink, none", unlink("none"));
  pid_t c;
  CHILD(c) {
    setresuid(65534, 65534, 65534);
    _exit(open("there", O_RDONLY) == -1 ? errno : 0);
  }
  end_of("no right", c);
}

CASE(unlinked, "a file without a name lives while it is open") {
  int fd = open("doomed", O_RDWR | O_CREAT, 0600);
  struct stat s;
  write(fd, "abc", 3);
  unlink("doomed");
  fstat(fd, &s);
  number("names", s.st_nlink);
  number("size", s.st_size);
  outcome("by name", open("doomed", O_RDONLY));
  result("read", pread(fd, buffer, 3, 0));
  fact("regular", S_ISREG(s.st_mode));
}

CASE(memfds, "memfd: seals hold for everyone and never go") {
  int fd = memfd_create("sealed", MFD_ALLOW_SEALING), plain = memfd_create("plain", MFD_CLOEXEC);
  write(fd, "0123456789", 10);
  result("none", fcntl(fd, F_GET_SEALS));
  result("without MFD_ALLOW_SEALING", fcntl(plain, F_GET_SEALS));
  outcome("seal it all the same", fcntl(plain, F_ADD_SEALS, F_SEAL_WRITE));
  number("marks", fcntl(fd, F_GETFD) * 10 + fcntl(plain, F_GETFD));
  outcome("grow", fcntl(fd, F_ADD_SEALS, F_SEAL_GROW));
  outcome("to grow", ftruncate(fd, 20));
  result("to write beyond", pwrite(fd, "x", 1, 10));
  result("to write inside", pwrite(fd, "x", 1, 9));
  outcome("to shrink", ftruncate(fd, 9));
  outcome("shrink", fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK));
  outcome("to shrink", ftruncate(fd, 8));
  outcome("write", fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
  result("to write", pwrite(fd, "x", 1, 0));
  outcome("by another description", open("/proc/self/fd/999", O_RDWR));
  outcome("seal", fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL));
  outcome("to seal", fcntl(fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE));
  result("all", fcntl(fd, F_GET_SEALS));
  pid_t c;
  CHILD(c) _exit(pwrite(fd, "x", 1, 0) == -1 ? errno : 0);
  end_of("a child", c);
  outcome("of a file", fcntl(open("of a file", O_RDWR | O_CREAT, 0600), F_GET_SEALS));
  outcome("unknown flags", memfd_create("x", 0x80000000u));
}

CASE(seal_mapped, "memfd: F_SEAL_WRITE while it is mapped to write: EBUSY") {
  int fd = memfd_create("mapped", MFD_ALLOW_SEALING);
  ftruncate(fd, 4096);
  char *map = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  map[0] = 'm';
  outcome("mapped", fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
  outcome("future", fcntl(fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE));
  result("to write by call", pwrite(fd, "x", 1, 0));
  map[1] = 'n';
  pread(fd, buffer, 2, 0);
  bytes("by the mapping", buffer, 2);
  munmap(map, 4096);
  outcome("unmapped", fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
}
