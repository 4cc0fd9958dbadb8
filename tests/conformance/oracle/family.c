/* Zombies, orphans and who adopts them, sessions and groups; the twin of tests/fixtures/oracle/family.ts. */

CASE(zombie, "a zombie is there until it is reaped") {
  pid_t c;
  CHILD(c) _exit(0);
  UNTIL(state_of(c) == 'Z');
  outcome("kill 0", kill(c, 0));
  outcome("kill", kill(c, SIGKILL));
  outcome("its group", kill(-c, 0));
  fact("getpgid", getpgid(c) == getpgrp());
  end_of("its end is the one it had", c);
  outcome("kill, reaped", kill(c, 0));
  outcome("getpgid, reaped", getpgid(c));
  outcome("getsid, reaped", getsid(c));
}

CASE(subreaper, "an orphan is adopted by the subreaper, and waited for") {
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  pid_t self = getpid(), c;
  CHILD(c) {
    int on = 0;
    prctl(PR_GET_CHILD_SUBREAPER, &on, 0, 0, 0);
    board[1] = on;
    pid_t g;
    CHILD(g) {
      UNTIL(getppid() == self);
      _exit(9);
    }
    board[0] = g;
  }
  end_of("child", c);
  end_of("orphan", board[0]);
  number("the mark is not inherited", board[1]);
}

CASE(nearest, "an orphan goes to the nearest subreaper") {
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  pid_t near;
  CHILD(near) {
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    pid_t self = getpid(), c;
    CHILD(c) {
      pid_t g;
      CHILD(g) {
        UNTIL(getppid() == self);
        board[0] = 1;
      }
    }
    int status;
    for (int i = 0; i < 2; i++) board[1] += wait(&status) > 0;
  }
  end_of("near", near);
  number("it was the near one", board[0]);
  number("reaped there", board[1]);
}

CASE(pdeathsig, "the parent's death sends its signal") {
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  pid_t c;
  CHILD(c) {
    pid_t g, self = getpid();
    CHILD(g) {
      prctl(PR_SET_PDEATHSIG, SIGUSR1, 0, 0, 0);
      int signal = 0;
      prctl(PR_GET_PDEATHSIG, &signal, 0, 0, 0);
      board[1] = signal;
      pid_t gg;
      CHILD(gg) {
        prctl(PR_GET_PDEATHSIG, &signal, 0, 0, 0);
        _exit(signal);
      }
      board[2] = status_of(gg);
      board[0] = getpid();
      for (;;) pause();
    }
    UNTIL(board[0] != 0);
  }
  end_of("parent", c);
  end_of("child of the dead", board[0]);
  number("set", board[1]);
  number("cleared for a child of fork", board[2]);
}

CASE(setsid_rules, "setsid: a leader may not, another becomes the leader") {
  outcome("a leader of a group", setsid());
  pid_t c;
  CHILD(c) {
    pid_t self = getpid();
    board[0] = setsid() == self;
    board[1] = getsid(0) == self && getpgrp() == self;
    errno = 0;
    board[2] = setsid() == -1 ? errno : 0;
    board[3] = setpgid(0, 0) == -1 ? errno : 0;
    pid_t g;
    CHILD(g) _exit(getsid(0) == self && getpgrp() == self);
    board[4] = status_of(g);
  }
  end_of("end", c);
  number("its pid", board[0]);
  number("session and group", board[1]);
  number("twice", board[2]);
  number("a session's leader keeps its group", board[3]);
  number("its child is in both", board[4]);
}

CASE(setpgid_rules, "setpgid: whom and whither") {
  pid_t own, session;
  int pipes[2];
  char byte;
  pipe2(pipes, 0);
  CHILD(own) {
    close(pipes[1]);
    read(pipes[0], &byte, 1);
  }
  CHILD(session) {
    close(pipes[1]);
    setsid();
    board[0] = 1;
    read(pipes[0], &byte, 1);
  }
  UNTIL(board[0] == 1);
  outcome("a child", setpgid(own, own));
  fact("moved", getpgid(own) == own);
  outcome("back", setpgid(own, getpgrp()));
  outcome("a child in another session", setpgid(session, session));
  outcome("a group of another session", setpgid(own, session));
  outcome("a group of nobody", setpgid(own, 0x3ffffff));
  outcome("no child of ours", setpgid(getppid(), 0));
  fact("getsid of another session", getsid(session) == session);
  close(pipes[1]);
  end_of("own", own);
  end_of("session", session);
}

CASE(setpgid_exec, "setpgid: too late once the child has called exec") {
  pid_t c;
  int pipes[2];
  pipe2(pipes, O_CLOEXEC);
  CHILD(c) execl("/bin/sleep", "sleep", "30", (char *)0);
  close(pipes[1]);
  char byte;
  read(pipes[0], &byte, 1); /* end of file: exec has happened */
  outcome("after exec", setpgid(c, c));
  kill(c, SIGKILL);
  end_of("end", c);
}

CASE(orphaned_stopped, "an orphaned group with a stopped member gets SIGHUP and SIGCONT") {
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  pid_t c;
  CHILD(c) {
    setsid();
    pid_t g;
    CHILD(g) {
      setpgid(0, 0);
      board[0] = getpid();
      raise(SIGSTOP);
      _exit(1);
    }
    UNTIL(board[0] != 0 && state_of(board[0]) == 'T');
  }
  end_of("session leader", c);
  end_of("stopped member", board[0]);
}

CASE(orphaned_running, "an orphaned group without a stopped member is left alone") {
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  pid_t c, self = getpid();
  CHILD(c) {
    setsid();
    pid_t g;
    CHILD(g) {
      setpgid(0, 0);
      board[0] = getpid();
      UNTIL(getppid() == self);
      _exit(3);
    }
    UNTIL(board[0] != 0);
  }
  end_of("session leader", c);
  end_of("running member", board[0]);
}

CASE(orphan_tstp, "SIGTSTP does not stop a member of an orphaned group") {
  pid_t c;
  CHILD(c) {
    setsid();
    raise(SIGTSTP);
    raise(SIGTTIN);
    raise(SIGTTOU);
    _exit(7);
  }
  end_of("end", c);
}
