/* pidfds: one process, whoever has its number; the twin of tests/fixtures/oracle/pidfd.ts. */

CASE(pidfds, "pidfd: readable at the end, bound to one process") {
  pid_t c;
  int pipes[2];
  pipe2(pipes, 0);
  CHILD(c) {
    char byte;
    close(pipes[1]);
    read(pipes[0], &byte, 1);
    _exit(8);
  }
  int fd = syscall(SYS_pidfd_open, c, 0);
  struct pollfd p = {fd, POLLIN, 0};
  fact("close-on-exec", fcntl(fd, F_GETFD) == FD_CLOEXEC);
  number("living", poll(&p, 1, 0));
  outcome("signal 0", syscall(SYS_pidfd_send_signal, fd, 0, 0, 0));
  close(pipes[1]);
  number("ended", poll(&p, 1, -1));
  number("events", p.revents);
  outcome("signal to a zombie", syscall(SYS_pidfd_send_signal, fd, SIGKILL, 0, 0));
  info("waitid", P_PIDFD, fd, WEXITED, c);
  outcome("signal, reaped", syscall(SYS_pidfd_send_signal, fd, 0, 0, 0));
  info("waitid, reaped", P_PIDFD, fd, WEXITED, c);
  outcome("open, reaped", syscall(SYS_pidfd_open, c, 0));
  info("not a pidfd", P_PIDFD, pipes[0], WEXITED, c);
  outcome("signal by no pidfd", syscall(SYS_pidfd_send_signal, pipes[0], 0, 0, 0));
}

CASE(pidfd_nonblock, "pidfd: PIDFD_NONBLOCK makes waitid fail with EAGAIN") {
  pid_t c;
  CHILD(c) for (;;) pause();
  int fd = syscall(SYS_pidfd_open, c, O_NONBLOCK);
  info("living", P_PIDFD, fd, WEXITED, c);
  kill(c, SIGKILL);
  UNTIL(state_of(c) == 'Z');
  info("ended", P_PIDFD, fd, WEXITED, c);
}

CASE(pidfd_other, "pidfd: of a process that is no child") {
  int fd = syscall(SYS_pidfd_open, getppid(), 0);
  outcome("signal 0", syscall(SYS_pidfd_send_signal, fd, 0, 0, 0));
  info("waitid", P_PIDFD, fd, WEXITED, 0);
}

CASE(pidfd_getfd_case, "pidfd_getfd: one description in two tables") {
  int file = open("lent", O_RDWR | O_CREAT, 0600);
  write(file, "0123456789", 10);
  int fd = syscall(SYS_pidfd_open, getpid(), 0);
  int copy = syscall(SYS_pidfd_getfd, fd, file, 0);
  fact("close-on-exec", fcntl(copy, F_GETFD) == FD_CLOEXEC);
  lseek(copy, 4, SEEK_SET);
  number("offset", lseek(file, 0, SEEK_CUR));
  outcome("not open there", syscall(SYS_pidfd_getfd, fd, 999, 0));
}
