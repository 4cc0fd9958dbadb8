/** Listening sockets handed over by a service manager: LISTEN_FDS, both ways. @module */
import { libc } from "../../ffi/mod.ts";
import type { Child } from "../process/child.ts";
import { setVariable, variable } from "../process/environment.ts";
import { spawn, type SpawnOptions } from "../process/spawn.ts";
import { entering } from "../tap.ts";
import { checkInteger, checkOptions, checkPid, checkString, checkStrings, wrongSize, wrongType, wrongValue } from "../validate.ts";
import { Fd } from "./fd.ts";
import { takeInherited } from "./inherited.ts";

const FIRST = 3; // SD_LISTEN_FDS_START
const MAX_COUNT = 1000;
const VARIABLES = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"];
/** The process that will be the program tells its own pid; spawn gives it only afterwards. */
const SCRIPT = 'LISTEN_PID=$$ LISTEN_FDS=$1 LISTEN_FDNAMES=$2; export LISTEN_PID LISTEN_FDS LISTEN_FDNAMES; shift 2; exec "$@"';

/** A descriptor that was handed over. */
export interface ListenFd {
  fd: Fd;
  /** The name it was given; "unknown" when none was. */
  name: string;
}

/**
 * Takes the descriptors that a service manager handed over: LISTEN_FDS of them from 3 on, if LISTEN_PID is this process.
 *
 * They are owned and close-on-exec. The variables are taken out of the environment, so that no child takes them for its own, and a
 * second call gives none; nor does a forked child get any.
 *
 * @throws {SystemError} EBADF: one of them is not open
 * @throws {TypeError} LISTEN_FDS is no number, or the names are not as many
 * @see https://man7.org/linux/man-pages/man3/sd_listen_fds.3.html
 * @example
 * ```ts
 * import { listenFds } from "forkscope";
 * for (const { fd, name } of listenFds()) console.log(name, fd.number);
 * ```
 */
export function listenFds(): ListenFd[] {
  entering("listenFds");
  if (variable("LISTEN_PID") !== String(libc().getpid())) return [];
  const count = countOf(variable("LISTEN_FDS"));
  const names = namesOf(variable("LISTEN_FDNAMES"), count);
  for (const name of VARIABLES) setVariable(name, undefined);
  const taken: ListenFd[] = [];
  try {
    for (let i = 0; i < count; i++) taken.push({ fd: takeInherited(FIRST + i), name: names?.[i] ?? "unknown" });
    return taken;
  } catch (error) {
    for (const { fd } of taken) fd.close();
    throw error;
  }
}

/** What {@linkcode listenEnvironment} is told. */
export interface ListenEnvironmentOptions {
  /** A name each, without ":"; none unless given. */
  names?: readonly string[];
  /** The process that is to take them; this one unless given, for the exec that follows a fork. */
  pid?: number;
}

/**
 * The variables that tell a program of `count` descriptors from 3 on: for exec, after the descriptors were put there by dup2.
 *
 * @param count 0 to 1000
 * @throws {RangeError} not a name each
 * @see https://man7.org/linux/man-pages/man3/sd_listen_fds.3.html
 * @example
 * ```ts
 * import { listenEnvironment } from "forkscope";
 * console.log(listenEnvironment(2, { names: ["http", "admin"] }).LISTEN_FDNAMES); // "http:admin"
 * ```
 */
export function listenEnvironment(count: number, options: ListenEnvironmentOptions = {}): Record<"LISTEN_PID" | "LISTEN_FDS" | "LISTEN_FDNAMES", string> {
  entering("listenEnvironment");
  checkInteger("listenEnvironment", "count", count, 0, MAX_COUNT);
  checkOptions("listenEnvironment", options);
  const { names = Array.from({ length: count }, () => "unknown"), pid = libc().getpid() } = options;
  checkPid("listenEnvironment", pid);
  return { LISTEN_PID: String(pid), LISTEN_FDS: String(count), LISTEN_FDNAMES: joined("listenEnvironment", names, count) };
}

/** A descriptor to hand over: alone, or with a name without ":". */
export type HandedFd = number | Fd | { fd: number | Fd; name: string };

/**
 * Starts a program with descriptors as a service manager does: from 3 on, with LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES.
 *
 * Goes by way of /bin/sh, which alone can know the pid in time; the program's argv[0] is `file`. A program that cannot be started ends
 * with the shell's status 127 (not found) or 126.
 *
 * @param argv argv[0] stands for the name and is not used
 * @param options as for spawn; `fds` adds descriptors beyond those handed over
 * @throws {SystemError} as {@linkcode spawn}
 * @see https://man7.org/linux/man-pages/man3/sd_listen_fds.3.html
 * @example
 * ```ts
 * import { AF_UNIX, bind, listen, SOCK_STREAM, socket, spawnListening } from "forkscope";
 * const door = socket(AF_UNIX, SOCK_STREAM);
 * bind(door, "");
 * listen(door);
 * using child = spawnListening("sh", ["sh", "-c", "exit $LISTEN_FDS"], [{ fd: door, name: "door" }]);
 * console.log(child.wait().kind === "exited"); // true
 * ```
 */
export function spawnListening(file: string, argv: readonly string[], handed: readonly HandedFd[], options: SpawnOptions = {}): Child {
  entering("spawnListening");
  checkString("spawnListening", file, "file");
  const args = checkStrings("spawnListening", argv, "argv", 1);
  checkOptions("spawnListening", options);
  if (!Array.isArray(handed)) throw wrongType("spawnListening", "handed", handed, "an array of descriptors");
  if (handed.length > MAX_COUNT) throw wrongSize("spawnListening", "handed", `${handed.length} entries`, `at most ${MAX_COUNT}`);
  const entries = Array.from(handed, entryOf);
  const names = joined("spawnListening", entries.map(({ name }) => name), entries.length);
  const fds = Object.fromEntries(entries.map(({ number }, i) => [FIRST + i, number]));
  const words = ["sh", "-c", SCRIPT, "sh", String(entries.length), names, file, ...args.slice(1)];
  return spawn("/bin/sh", words, { ...options, fds: { ...options.fds, ...fds } });
}

function entryOf(handed: unknown, i: number): { number: number; name: string } {
  if (typeof handed === "number") return { number: handed, name: "unknown" };
  if (handed instanceof Fd) return { number: handed.number, name: "unknown" };
  if (typeof handed !== "object" || handed === null) throw wrongType("spawnListening", `handed[${i}]`, handed, "a descriptor or { fd, name }");
  const { fd, name } = handed as { fd: number | Fd; name: string };
  return { number: fd instanceof Fd ? fd.number : fd, name };
}

function joined(call: string, names: readonly string[], count: number): string {
  const list = checkStrings(call, names, "names");
  if (list.length !== count) throw wrongSize(call, "names", `${list.length} entries`, `${count}`);
  const bad = list.find((name) => name.includes(":"));
  if (bad !== undefined) throw wrongValue(call, "a name", bad, "without :");
  return list.join(":");
}

function countOf(text: string | undefined): number {
  if (text !== undefined && /^\d{1,4}$/.test(text) && Number(text) <= MAX_COUNT) return Number(text);
  throw wrongValue("listenFds", "LISTEN_FDS", text, `a number from 0 to ${MAX_COUNT}`);
}

function namesOf(text: string | undefined, count: number): string[] | undefined {
  if (text === undefined || (text === "" && count !== 1)) return undefined;
  const names = text.split(":");
  if (names.length === count) return names;
  throw wrongValue("listenFds", "LISTEN_FDNAMES", text, `${count} names with : between`);
}
