/** An execve of the program itself: so that the runtime starts without helper threads, or with signals blocked. @module */
import { errno, libc, scratch, usable } from "../../ffi/mod.ts";
import { O_CLOEXEC, O_PATH } from "../../ffi/constants/file.ts";
import { link, ROOT, text } from "../proc/file.ts";
import { environmentAddress, setVariable } from "./environment.ts";
import { listenFirst } from "./guard.ts";
import { isForkSafe } from "./hazard.ts";
import { getName, setName } from "./prctl.ts";
import { startEnvironment } from "./self.ts";
import { say } from "./say.ts";

/** Names of the variables that were added for the runtime, to be taken out again. A launcher may set it too. */
const ADDED = "FORKSCOPE_ADDED_ENV";
/** Before the value of a variable that was added to, its value as it was. */
const BEFORE = "FORKSCOPE_BEFORE_";
/** "<pid> <name>" of the process that replaced itself: it never does so twice. */
const DONE = "FORKSCOPE_READY";
/** "<pid> <signals>" of the process that replaced itself to have these blocked. */
export const BLOCKED = "FORKSCOPE_BLOCKED";

const AT_EXECFN = 31;
const PATH_MAX = 4096;
const SIGPIPE = 13;
const SIG_DFL = 0;

/** Called by `forkscope/ready`. */
export function makeReady(): void {
  const started = startEnvironment();
  const again = isAnew(started);
  if (!isForkSafe() && !again) return replaceMyself(started);
  forgetStart(started);
  cleanEnvironment(started);
  usable().host.prepare();
  listenFirst();
}

/** After a start anew: the process gets its name back, and the environment no longer tells of it. */
export function forgetStart(started: ReadonlyMap<string, string>): void {
  if (isAnew(started)) restoreName((started.get(DONE) ?? "").replace(/^\d+ /, ""));
  for (const name of [DONE, BLOCKED]) if (started.has(name)) setVariable(name, undefined);
}

/** True when this very process replaced itself. */
function isAnew(started: ReadonlyMap<string, string>): boolean {
  return Number.parseInt(started.get(DONE) ?? "", 10) === libc().getpid();
}

/** Takes out what was added to the environment for the runtime. */
function cleanEnvironment(started: ReadonlyMap<string, string>): void {
  for (const name of addedNames(started)) setVariable(name, started.get(BEFORE + name));
  for (const name of started.keys()) if (name.startsWith(BEFORE) || name === ADDED) setVariable(name, undefined);
}

function addedNames(started: ReadonlyMap<string, string>): string[] {
  return (started.get(ADDED) ?? "").split(/[:,]/).filter(Boolean);
}

/** The environment is handed on as it came: what the runtime made of it (`bun run` adds to PATH) it makes of it again. */
function replaceMyself(started: ReadonlyMap<string, string>): void {
  if (usable().host.isScriptOnStdin()) return say("forkscope: the program came on standard input and cannot be started anew for safe forking; it goes on as it is");
  startAnew(withFlags(started));
  say("forkscope: the program could not be started anew for safe forking; it goes on as it is");
}

/** execve of the program itself: same pid, name, arguments and mask. Comes back only when that failed, with the errno. */
export function startAnew(environment: ReadonlyMap<string, string>): number {
  const entries = [...new Map(environment).set(DONE, `${libc().getpid()} ${getName()}`)].map(([name, value]) => `${name}=${value}`);
  using room = scratch();
  const argv = text(ROOT, "/proc/self/cmdline").split("\0").slice(0, -1);
  const ignored = libc().signal(SIGPIPE, SIG_DFL);
  libc().execve(room.string(programPath()), room.strings(argv), environmentAddress(room, entries));
  const failure = errno();
  libc().signal(SIGPIPE, ignored);
  return failure;
}

/** An environment with the runtime's flags; a list that the user set is added to. */
function withFlags(started: ReadonlyMap<string, string>): Map<string, string> {
  const environment = new Map(started);
  const { safeEnvironment, lists } = usable().host;
  const names = addedNames(started);
  for (const [name, value] of Object.entries(safeEnvironment)) {
    const had = started.get(name);
    if (had !== undefined && !names.includes(name)) environment.set(BEFORE + name, had);
    environment.set(name, had && lists.includes(name) ? `${had},${value}` : value);
    if (!names.includes(name)) names.push(name);
  }
  return environment.set(ADDED, names.join(":"));
}

/** The path this process was started by, when it names the runtime still; it gives the process its name. */
function programPath(): string {
  const real = link(ROOT, "/proc/self/exe");
  const given = stringAt(libc().getauxval(AT_EXECFN));
  return realPath(given) === real ? given : real;
}

/** The text at an address, up to its NUL; read bytewise, since it lies at the very end of the stack. */
function stringAt(address: number): string {
  const bytes: number[] = [];
  if (address === 0) return "";
  for (let i = 0; i < PATH_MAX; i++) {
    const byte = usable().readBytes(address + i, 1)[0] ?? 0;
    if (byte === 0) break;
    bytes.push(byte);
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}

function realPath(path: string): string | undefined {
  using room = scratch();
  const fd = libc().open(room.string(path), O_PATH | O_CLOEXEC, 0);
  if (fd < 0) return undefined;
  const real = link(ROOT, `/proc/self/fd/${fd}`);
  libc().close(fd);
  return real;
}

/** A script started by its #! line has the script's name, which a new start by the runtime's path would lose. */
function restoreName(name: string): void {
  if (name !== "" && name !== getName()) setName(name);
}
