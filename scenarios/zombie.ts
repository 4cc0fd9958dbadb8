import "../lib/ready.ts";
import {
  _exit, close, fork, getrlimit, kill, P_PID, pipe2, proc, raise, read, RLIMIT_CORE, setName, setrlimit,
  SystemError, unlink, waitid, waitpid, WCONTINUED, WCOREDUMP, WEXITED, WEXITSTATUS, WIFCONTINUED,
  WIFEXITED, WIFSIGNALED, WIFSTOPPED, WNOHANG, WNOWAIT, WSTOPSIG, WTERMSIG, WUNTRACED,
} from "../lib/core/mod.ts";
import { fact, observe, story } from "./story.ts";

const byte = new Uint8Array(new ArrayBuffer(1));

story(import.meta.url, () => {
  setName("main");
  const [gate, opener] = pipe2();
  const worker = child("worker", () => { close(opener); read(gate, byte); return 3; });
  close(gate);

  // Not ended yet: WNOHANG gives 0. Ended and not waited for: a zombie. Waited for: gone.
  fact("while it runs", waitpid(worker, WNOHANG).pid);
  close(opener);
  waitid(P_PID, worker, WEXITED | WNOWAIT);
  observe("before the wait", () => proc.stat(worker).state);
  const ended = waitpid(worker, WNOHANG);
  fact("once ended", { pid: ended.pid, child: worker, ...macros(ended.status?.raw ?? -1) });
  observe("after the wait", () => attempt(() => proc.stat(worker).state));
  fact("no child left", attempt(() => waitpid(worker, WNOHANG).pid));

  // Four more ways a child changes state, each asked of the status by its macros.
  const victim = child("victim", () => { raise("SIGTERM"); return 0; });
  fact("killed", macros(waitpid(victim).status.raw));
  const dumper = child("dumper", () => { dumpHere(); raise("SIGQUIT"); return 0; });
  fact("dumped", macros(waitpid(dumper).status.raw));
  observe("core file", () => ["core", `core.${dumper}`].some((name) => attempt(() => unlink(name)) !== "ENOENT"));
  const sleeper = child("sleeper", () => { raise("SIGSTOP"); return 0; });
  fact("stopped", macros(waitpid(sleeper, WUNTRACED).status?.raw ?? -1));
  kill(sleeper, "SIGCONT");
  fact("continued", macros(waitpid(sleeper, WCONTINUED).status?.raw ?? -1));
  waitpid(sleeper);
});

function child(name: string, life: () => number): number {
  const pid = fork();
  if (pid > 0) return pid;
  setName(name);
  _exit(life());
}

function macros(raw: number): Record<string, boolean | number> {
  if (WIFCONTINUED(raw)) return { WIFCONTINUED: true };
  if (WIFSTOPPED(raw)) return { WIFSTOPPED: true, WSTOPSIG: WSTOPSIG(raw) };
  if (WIFSIGNALED(raw)) return { WIFSIGNALED: true, WTERMSIG: WTERMSIG(raw), WCOREDUMP: WCOREDUMP(raw) };
  return { WIFEXITED: WIFEXITED(raw), WEXITSTATUS: WEXITSTATUS(raw) };
}

function dumpHere(): void {
  const { hard } = getrlimit(RLIMIT_CORE);
  setrlimit(RLIMIT_CORE, { soft: Math.min(65536, hard), hard });
}

function attempt<T>(act: () => T): T | string {
  try {
    return act();
  } catch (error) {
    if (error instanceof SystemError) return error.code;
    throw error;
  }
}
