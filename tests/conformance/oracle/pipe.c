/* Pipes and FIFOs: ends, order, room; the twin of tests/fixtures/oracle/pipe.ts. */

static char buffer[1 << 20];

CASE(pipes, "pipe: end of file, EPIPE, EAGAIN, order") {
  int p[2];
  signal(SIGPIPE, SIG_IGN);
  pipe2(p, O_NONBLOCK);
  result("empty", read(p[0], buffer, 1));
  result("write", write(p[1], "abcdef", 6));
  result("part", read(p[0], buffer, 4));
  bytes("of it", buffer, 4);
  int copy = dup(p[1]);
  close(p[1]);
  result("rest", read(p[0], buffer, 10));
  result("a copy is open", read(p[0], buffer, 10));
  close(copy);
  result("none is open", read(p[0], buffer, 10));
  pipe2(p, 0);
  close(p[0]);
  result("nobody reads", write(p[1], "x", 1));
  result("read of the write end", read(p[1], buffer, 1));
  pipe2(p, O_DIRECT);
  write(p[1], "one", 3);
  write(p[1], "two", 3);
  result("a packet at a time", read(p[0], buffer, 100));
  result("its rest is lost", read(p[0], buffer, 1));
  fcntl(p[0], F_SETFL, O_NONBLOCK);
  result("empty", read(p[0], buffer, 1));
}

CASE(pipe_room, "pipe: PIPE_BUF is whole or not at all, more in part") {
  int p[2];
  pipe2(p, O_NONBLOCK);
  long size = fcntl(p[1], F_GETPIPE_SZ), filled = 0, got;
  while ((got = write(p[1], buffer, 65536)) > 0) filled += got;
  result("full", got);
  fact("all of it", filled == size);
  read(p[0], buffer, 4096);
  result("4096 fit", write(p[1], buffer, 4096));
  read(p[0], buffer, 4096);
  result("5000 in part", write(p[1], buffer, 5000));
  result("one more", write(p[1], "x", 1));
  outcome("shrink below what is in it", fcntl(p[1], F_SETPIPE_SZ, 4096));
  while (read(p[0], buffer, sizeof buffer) > 0) ;
  result("shrink", fcntl(p[1], F_SETPIPE_SZ, 4096));
  result("the other end says the same", fcntl(p[0], F_GETPIPE_SZ));
  result("not a pipe", fcntl(open("/dev/null", O_RDONLY), F_GETPIPE_SZ));
}

CASE(last_writer, "pipe: a child's copy keeps it open") {
  int p[2], go[2];
  pipe2(p, O_NONBLOCK);
  pipe2(go, 0);
  pid_t c;
  CHILD(c) {
    close(go[1]);
    read(go[0], buffer, 1);
  }
  close(p[1]);
  result("the child has one", read(p[0], buffer, 1));
  close(go[1]);
  end_of("child", c);
  result("nobody has", read(p[0], buffer, 1));
}

CASE(fifos, "FIFO: O_NONBLOCK, both ends, end of file") {
  outcome("make", mkfifo("fifo", 0600));
  outcome("again", mkfifo("fifo", 0600));
  outcome("nobody reads", open("fifo", O_WRONLY | O_NONBLOCK));
  int r = open("fifo", O_RDONLY | O_NONBLOCK);
  result("nobody has written", read(r, buffer, 1));
  int w = open("fifo", O_WRONLY | O_NONBLOCK);
  outcome("somebody reads", w);
  result("empty", read(r, buffer, 1));
  result("write", write(w, "abc", 3));
  result("read", read(r, buffer, 10));
  close(w);
  result("end of file", read(r, buffer, 1));
  close(r);
  pid_t c;
  CHILD(c) write(open("fifo", O_WRONLY), "again", 5);
  r = open("fifo", O_RDONLY);
  result("waits for the other end", read(r, buffer, 10));
  end_of("child", c);
}
