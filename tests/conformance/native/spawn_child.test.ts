/** The code that a spawned child runs, for each machine: by a C program that fills in the sheet, where need be under an emulator. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CODE } from "../../../lib/ffi/native/spawn_child/code.ts";
import { compileAndRun, TARGETS, whyNot } from "../../helpers/compile.ts";
import { skip } from "../../helpers/skip.ts";

const bytesOf = (hex: string): string => (hex.match(/../g) ?? []).map((byte) => `0x${byte}`).join(",");

const source = (hex: string): string => `#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
static const unsigned char code[] = {${bytesOf(hex)}};
struct call { int32_t number, judge; int64_t args[6]; };
struct step { struct call call; int64_t unused; };
static struct {
  int32_t error, failed, shared, report, count, access; uint64_t every, mask; uint64_t action[4]; struct call clone; struct step steps[8];
} sheet __attribute__((aligned(16)));
static char stack[4096] __attribute__((aligned(16)));
static long (*spawn_child)(void *);
enum { CHECK, ANY, EQUAL, EXEC, HANDLERS };
#define P(x) ((int64_t)(intptr_t)(x))
#define ADD(judge, number, ...) add(judge, number, (int64_t[6]){__VA_ARGS__})
static void add(int judge, int number, const int64_t *args) {
  struct step *step = &sheet.steps[sheet.count++];
  step->call.number = number;
  step->call.judge = judge;
  memcpy(step->call.args, args, 48);
}
static void done(const char *name) {
  int pipe[2], status = 0, said[2] = {0, 0};
  pipe2(pipe, 02000000);
  sheet.report = pipe[1];
  sheet.every = ~0ull;
  sheet.clone.number = SYS_clone;
  sheet.clone.args[0] = CLONE_VM | CLONE_VFORK | SIGCHLD;
  sheet.clone.args[1] = P(stack + sizeof stack);
  sigset_t before, after;
  sigprocmask(SIG_BLOCK, NULL, &before);
  long pid = spawn_child(&sheet);
  sigprocmask(SIG_BLOCK, NULL, &after);
  close(pipe[1]);
  read(pipe[0], said, 8);
  close(pipe[0]);
  long waited = pid > 0 ? waitpid(pid, &status, 0) : 0;
  printf("%s %d %d %s %s\\n", name, said[0], said[1], pid < 0 ? "none" : waited < 0 ? "reaped" : WIFEXITED(status) && WEXITSTATUS(status) == 0 ? "ran" : WIFEXITED(status) && WEXITSTATUS(status) == 127 ? "reaped" : "other",
         sigismember(&before, SIGUSR1) == sigismember(&after, SIGUSR1) && sigismember(&before, SIGUSR2) == sigismember(&after, SIGUSR2) ? "mask" : "lost");
  memset(&sheet, 0, sizeof sheet);
}
static void handler(int signal) { _exit(signal); }
int main(void) {
  char *argv[] = {"true", NULL};
  void *page = mmap(0, sizeof code, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memcpy(page, code, sizeof code);
  mprotect(page, sizeof code, PROT_READ | PROT_EXEC);
  __builtin___clear_cache(page, (char *)page + sizeof code);
  spawn_child = (long (*)(void *))page;
  signal(SIGUSR1, handler);
  sigset_t some;
  sigemptyset(&some);
  sigaddset(&some, SIGUSR2);
  sigprocmask(SIG_SETMASK, &some, NULL);
  ADD(CHECK, SYS_chdir, P("/"));
  ADD(EXEC, SYS_execve, P("/bin/true"), P(argv), P(argv + 1));
  done("exec");
  ADD(CHECK, SYS_getpid, 0);
  ADD(CHECK, SYS_chdir, P("/nowhere"));
  done("chdir");
  ADD(ANY, SYS_chdir, P("/nowhere"));
  ADD(EXEC, SYS_execve, P("/nowhere/true"), P(argv), P(argv + 1));
  ADD(EXEC, SYS_execve, P("/etc/passwd/true"), P(argv), P(argv + 1));
  ADD(EXEC, SYS_execve, P("/bin/true"), P(argv), P(argv + 1));
  done("search");
  ADD(EXEC, SYS_execve, P("/etc/passwd"), P(argv), P(argv + 1));
  ADD(EXEC, SYS_execve, P("/nowhere/true"), P(argv), P(argv + 1));
  done("access");
  ADD(EXEC, SYS_execve, P("/nowhere/true"), P(argv), P(argv + 1));
  done("missing");
  ADD(EXEC, SYS_execve, 1, P(argv), P(argv + 1));
  ADD(EXEC, SYS_execve, P("/bin/true"), P(argv), P(argv + 1));
  done("fault");
  ADD(EQUAL, SYS_getppid, 0, 0, 0, 0, 0, getpid());
  ADD(EQUAL, SYS_getppid, 0, 0, 0, 0, 0, 1);
  done("parent");
  ADD(HANDLERS, 0, 0);
  ADD(EXEC, SYS_execve, P("/bin/true"), P(argv), P(argv + 1));
  done("handlers");
  done("nothing");
  printf("handler %s\\n", signal(SIGUSR1, SIG_DFL) == handler ? "kept" : "lost");
}
`;

const EXPECTED = [
  "exec 0 0 ran mask", // the program ran
  "chdir 2 1 reaped mask", // ENOENT of the second step
  "search 0 0 ran mask", // one result ignored, ENOENT and ENOTDIR passed by
  "access 13 1 reaped mask", // EACCES outlives the ENOENT after it
  "missing 2 0 reaped mask", // ENOENT where nothing else is left
  "fault 14 0 reaped mask", // EFAULT ends the search
  "parent 3 1 reaped mask", // ESRCH: the result is not the one demanded
  "handlers 0 0 ran mask",
  "nothing 38 -1 reaped mask", // a list without an exec
  "handler kept", // the child's dispositions are its own
];

for (const target of TARGETS) {
  test(`${target.arch}: steps are made in order, judged, and reported`, (t) => {
    const why = whyNot(target);
    if (why) return skip(t, why);
    assert.deepEqual(compileAndRun(target, [source(CODE[target.arch].bytes)]).trim().split("\n"), EXPECTED);
  });
}
