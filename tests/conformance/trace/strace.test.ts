/** The oracle from outside: strace(1) on the same command sees as many calls of each kind, and reads their arguments as the tracer does. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Event } from "../../../lib/model/event.ts";
import { skip } from "../../helpers/skip.ts";
import { byProcess, comparable, counted, type Line, straceCalls, tracedCalls } from "../../helpers/strace_lines.ts";
import { has, programs, temporary, traced } from "./programs.ts";

const ENV = { PATH: "/usr/bin:/bin", LC_ALL: "C" };

/** The calls of a command as strace -f writes them, in an empty folder of this name; undefined: strace cannot trace here. */
function straced(folder: string, ...command: string[]): Line[] | undefined {
  const file = join(temporary(), "strace");
  mkdirSync(folder);
  // env -i: what a program reads at its start depends on the environment, and Deno's spawnSync adds to the one given. sh: to have no descriptor but 0, 1 and 2.
  const environment = Object.entries(ENV).map(([name, value]) => `${name}=${value}`);
  const close = Array.from({ length: 29 }, (_, i) => `${i + 3}>&-`).join(" ");
  const run = ["env", "-i", ...environment, "strace", "-f", "-o", file, ...command].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  const { status } = spawnSync("bash", ["-c", `exec ${run} ${close}`], { cwd: folder, stdio: ["ignore", "ignore", "ignore"] });
  const lines = status === 1 ? [] : straceCalls(readFileSync(file, "utf8"));
  return lines.length > 0 ? lines : undefined;
}

/** The same as the tracer tells them. The first exec, where a recording begins, is added. */
async function ours(folder: string, ...command: string[]): Promise<Line[]> {
  mkdirSync(folder);
  const run = await traced({ schedule: "free", level: "all", env: ENV, cwd: folder, give: "events" }, ...command);
  assert.equal(run.failure, undefined);
  const events = run.events as Event[];
  return [{ pid: events[0]?.pid ?? 0, call: "execve", text: "execve() = 0" }, ...tracedCalls(events)];
}

const whyNot = (): string | undefined => (has("strace", "-V") && has("bash", "-c", ":") ? undefined : "needs strace and bash (Debian: strace)");

/** Calls whose result is another in each run. */
const VARIES = /^P\d+ (?:execve.* = 0$|getppid|getpgid|getsid|kcmp|getrusage|getcwd|bpf|membarrier|msgrcv|getrandom)/;

test("what strace -f writes of 200 calls with their arguments, structures and results, the tracer tells word for word", async (t) => {
  const missing = whyNot();
  if (missing !== undefined) return skip(t, missing);
  const program = programs("trace_calls");
  if (program === undefined) return skip(t, "needs a C compiler (Debian: gcc)");
  const folder = temporary();
  const theirs = straced(join(folder, "strace"), program);
  if (!theirs) return skip(t, "strace cannot trace here");
  const ready = (lines: readonly Line[]): Record<string, string[]> => byProcess(comparable(lines).filter((line) => !VARIES.test(line)));
  const [expected, found] = [ready(theirs), ready(await ours(join(folder, "ours"), program))];
  assert.ok(Object.values(expected).flat().length > 190, "the program made its calls");
  assert.deepEqual(found, expected);
});

/** Calls made as often as two threads or processes happen to meet. */
const RACES = ["futex", "sched_yield", "madvise", "restart_syscall"];

interface Command {
  what: string;
  needs: string;
  command: (program: string) => string[];
  /** Calls made as often as chance has it: a name for a temporary file is drawn until one suits, memory is trimmed if its address is not round. */
  chance?: string[];
}

const COMMANDS: Command[] = [
  { what: "ls -l /usr", needs: "ls", command: () => ["ls", "-l", "/usr"] },
  { what: "a bash pipeline", needs: "bash", command: () => ["bash", "-c", "ls / | sort | head -3; true"] },
  { what: "python3 with a thread and a child", needs: "/usr/bin/python3", command: () => ["/usr/bin/python3", "-c", "import threading, subprocess\nt = threading.Thread(target=lambda: open('/etc/passwd').read())\nt.start(); t.join()\nsubprocess.run(['true'], check=True)"], chance: ["munmap"] },
  { what: "cc of a C file", needs: "cc", command: () => ["cc", "-o", "out", join(SOURCE, "f.c")], chance: ["getrandom"] },
  { what: "threads", needs: "cc", command: (program) => [program, "threads"], chance: ["munmap"] },
  { what: "an exec from a thread", needs: "cc", command: (program) => [program, "thread-exec"] },
  { what: "vfork", needs: "cc", command: (program) => [program, "vfork"] },
];
const SOURCE = temporary();
writeFileSync(join(SOURCE, "f.c"), "int main(void) { return 0; }\n");

for (const { what, needs, command, chance = [] } of COMMANDS) {
  test(`strace -f counts as many of each call: ${what}`, async (t) => {
    const missing = whyNot() ?? (has(needs, "--version") ? undefined : `needs ${needs}`);
    if (missing !== undefined) return skip(t, missing);
    const program = programs();
    if (program === undefined) return skip(t, "needs a C compiler (Debian: gcc)");
    const folder = temporary();
    const theirs = straced(join(folder, "strace"), ...command(program));
    if (!theirs) return skip(t, "strace cannot trace here");
    const [expected, found] = [counted(theirs), counted(await ours(join(folder, "ours"), ...command(program)))];
    for (const call of [...RACES, ...chance]) {
      delete expected[call];
      delete found[call];
    }
    assert.ok((expected["mmap"] ?? 0) > 3 && (expected["exit_group"] ?? 0) > 0, "strace saw the command");
    assert.deepEqual(found, expected);
  });
}

test("calls with arguments that mean nothing are told as they are, and nothing stumbles over them", async (t) => {
  const program = programs("trace_calls");
  if (program === undefined) return skip(t, "needs a C compiler (Debian: gcc)");
  const folder = temporary();
  const run = await traced({ schedule: "free", level: "all", env: ENV, cwd: folder, give: "events" }, program, "garbage");
  assert.equal(run.failure, undefined);
  assert.deepEqual(run.status, { kind: "exited", code: 0 });
  const refused = (run.events as Event[]).filter((event) => event.kind === "call" && event.errno !== undefined);
  assert.ok(refused.length > 500, `${refused.length} refused calls`);
  assert.ok(Object.keys(run.calls).length > 280, `${Object.keys(run.calls).length} different calls`);
});
