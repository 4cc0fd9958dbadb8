/* wait and waitid: ends, stops, what is left for another look; the twin of tests/fixtures/oracle/wait.ts. */

CASE(exits, "wait: the low eight bits of an exit") {
  int codes[] = {0, 1, 126, 127, 128, 255};
  for (int i = 0; i < 6; i++) {
    pid_t c;
    CHILD(c) _exit(codes[i]);
    end_of("raw", c);
  }
}

CASE(killed, "wait: the signal that ended it") {
  int signals[] = {SIGHUP, SIGKILL, SIGUSR1, SIGTERM, SIGALRM, 34, 50, 64};
  for (int i = 0; i < 8; i++) {
    pid_t c;
    CHILD(c) raise(signals[i]);
    end_of("raw", c);
  }
}

CASE(no_core, "wait: a core signal without a core") {
  pid_t c;
  CHILD(c) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    raise(SIGQUIT);
  }
  end_of("raw", c);
}

CASE(harmless, "wait: signals whose default is nothing") {
  pid_t c;
  CHILD(c) {
    raise(SIGCHLD);
    raise(SIGURG);
    raise(SIGWINCH);
    raise(SIGCONT);
    _exit(4);
  }
  end_of("raw", c);
}

CASE(stops, "wait: stop, continue, end") {
  pid_t c;
  int status = -1;
  CHILD(c) {
    raise(SIGSTOP);
    UNTIL(board[0]); /* a stop that comes at once hides the continue */
    raise(SIGTSTP);
    _exit(5);
  }
  fact("stopped", waitpid(c, &status, WUNTRACED) == c);
  number("raw", status);
  number("told once", waitpid(c, &status, WUNTRACED | WNOHANG));
  kill(c, SIGCONT);
  fact("continued", waitpid(c, &status, WCONTINUED) == c);
  number("raw", status);
  board[0] = 1;
  UNTIL(state_of(c) == 'T');
  fact("stopped again", waitpid(c, &status, WUNTRACED) == c);
  number("raw", status);
  kill(c, SIGCONT);
  end_of("end", c);
}

CASE(unheard_stop, "wait: without WUNTRACED a stop is no news") {
  pid_t c;
  int status = -1;
  CHILD(c) for (;;) pause();
  kill(c, SIGSTOP);
  UNTIL(state_of(c) == 'T');
  number("plain", waitpid(c, &status, WNOHANG));
  fact("with WUNTRACED", waitpid(c, &status, WNOHANG | WUNTRACED) == c);
  kill(c, SIGKILL);
  end_of("killed while stopped", c);
}

CASE(nohang, "wait: WNOHANG while it lives") {
  pid_t c;
  int pipes[2], status;
  pipe2(pipes, 0);
  CHILD(c) {
    char byte;
    close(pipes[1]);
    read(pipes[0], &byte, 1);
  }
  number("by pid", waitpid(c, &status, WNOHANG));
  number("any", waitpid(-1, &status, WNOHANG));
  close(pipes[1]);
  end_of("end", c);
}

CASE(echild, "wait: ECHILD") {
  int status;
  siginfo_t got;
  outcome("any", waitpid(-1, &status, 0));
  outcome("any, now", waitpid(-1, &status, WNOHANG));
  outcome("the parent", waitpid(getppid(), &status, 0));
  outcome("itself", waitpid(getpid(), &status, 0));
  outcome("waitid", waitid(P_ALL, 0, &got, WEXITED));
  pid_t c;
  CHILD(c) _exit(0);
  end_of("once", c);
  end_of("twice", c);
}

CASE(only_parent, "wait: a grandchild is no child") {
  int pipes[2];
  pid_t c;
  pipe2(pipes, 0);
  CHILD(c) {
    pid_t g;
    CHILD(g) for (;;) pause();
    board[0] = g;
    char byte;
    read(pipes[0], &byte, 1);
    kill(g, SIGKILL);
    end_of("unseen", g);
  }
  UNTIL(board[0] != 0);
  int status;
  outcome("grandchild", waitpid(board[0], &status, WNOHANG));
  write(pipes[1], "x", 1);
  end_of("child", c);
}

CASE(waitid_ends, "waitid: code and status of ends") {
  pid_t c;
  CHILD(c) _exit(300 & 0xff);
  info("exited", P_PID, c, WEXITED, c);
  CHILD(c) raise(SIGTERM);
  info("killed", P_PID, c, WEXITED, c);
  CHILD(c) raise(64);
  info("killed, real-time", P_ALL, 0, WEXITED, c);
  info("none left", P_ALL, 0, WEXITED, 0);
}

CASE(waitid_stops, "waitid: stops and continues, and what was not asked for") {
  pid_t c;
  CHILD(c) {
    raise(SIGSTOP);
    for (;;) pause();
  }
  info("stopped", P_PID, c, WSTOPPED, c);
  info("told once", P_PID, c, WSTOPPED | WNOHANG, c);
  kill(c, SIGCONT);
  info("continued", P_PID, c, WCONTINUED, c);
  info("told once", P_PID, c, WCONTINUED | WNOHANG, c);
  kill(c, SIGKILL);
  UNTIL(state_of(c) == 'Z');
  info("an end, not asked for", P_PID, c, WSTOPPED | WNOHANG, c);
  info("an end", P_PID, c, WEXITED, c);
}

CASE(wnowait, "waitid: WNOWAIT leaves the zombie") {
  pid_t c;
  CHILD(c) _exit(6);
  info("look", P_PID, c, WEXITED | WNOWAIT, c);
  info("look again", P_ALL, 0, WEXITED | WNOWAIT, c);
  fact("zombie", state_of(c) == 'Z');
  info("take", P_PID, c, WEXITED, c);
  info("gone", P_PID, c, WEXITED | WNOWAIT, c);
}

CASE(wnowait_stop, "waitid: WNOWAIT leaves a stop to be told again") {
  pid_t c;
  CHILD(c) raise(SIGSTOP);
  info("look", P_PID, c, WSTOPPED | WNOWAIT, c);
  info("look again", P_PID, c, WSTOPPED | WNOWAIT, c);
  info("take", P_PID, c, WSTOPPED, c);
  info("then", P_PID, c, WSTOPPED | WNOHANG, c);
  kill(c, SIGKILL);
  end_of("end", c);
}

CASE(group_wait, "wait: by process group") {
  pid_t other, ours;
  CHILD(other) {
    setpgid(0, 0);
    _exit(2);
  }
  setpgid(other, other);
  CHILD(ours) _exit(1);
  int status;
  fact("own group", waitpid(0, &status, 0) == ours);
  number("raw", status);
  outcome("own group, none left", waitpid(0, &status, 0));
  info("waitid, another group", P_PGID, other, WEXITED | WNOWAIT, other);
  fact("other group", waitpid(-other, &status, 0) == other);
  number("raw", status);
  outcome("a group of nobody", waitpid(-other, &status, 0));
}
