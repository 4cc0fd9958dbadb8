/** Bad options of spawn are refused before anything is done. */
import { Fd, type Limits, O_RDONLY, RLIMIT_NOFILE, spawn, type SpawnOptions } from "../../../lib/core/mod.ts";
import { testRefused } from "../../helpers/refusal.ts";

const TYPE = "ERR_INVALID_ARG_TYPE";
const VALUE = "ERR_INVALID_ARG_VALUE";
const RANGE = "ERR_OUT_OF_RANGE";

/** A value of the wrong type on purpose. */
const wrong = <T>(value: unknown): T => value as T;
const limit = (soft: unknown, hard: unknown): Limits => ({ soft: wrong(soft), hard: wrong(hard) });

/** What is wrong, the options, and how it is refused. */
const OPTIONS: readonly (readonly [string, SpawnOptions, string])[] = [
  ["cwd null", { cwd: wrong(null) }, TYPE],
  ["cwd a negative descriptor", { cwd: -1 }, RANGE],
  ["cwd a fraction", { cwd: 1.5 }, RANGE],
  ["cwd with a lone surrogate", { cwd: "/\ud800" }, VALUE],
  ["chroot a number", { chroot: wrong(1) }, TYPE],
  ["chroot with NUL", { chroot: "/\0" }, VALUE],
  ["setsid a number", { setsid: wrong(1) }, TYPE],
  ["terminal without setsid", { terminal: 0 }, VALUE],
  ["terminal negative", { setsid: true, terminal: -1 }, RANGE],
  ["terminal above 1023", { setsid: true, terminal: 1024 }, RANGE],
  ["pgroup with setsid", { setsid: true, pgroup: 1 }, VALUE],
  ["pgroup beyond int", { pgroup: 2 ** 31 }, RANGE],
  ["uid -1, which means as it is", { uid: -1 }, RANGE],
  ["uid 2 ** 32 - 1, which is -1", { uid: 2 ** 32 - 1 }, RANGE],
  ["uid as text", { uid: wrong("0") }, TYPE],
  ["uid as bigint", { uid: wrong(0n) }, TYPE],
  ["gid NaN", { gid: NaN }, RANGE],
  ["groups a number", { groups: wrong(1) }, TYPE],
  ["groups with a hole", { groups: Array<number>(2) }, TYPE],
  ["groups with -1", { groups: [-1] }, RANGE],
  ["noNewPrivileges 1", { noNewPrivileges: wrong(1) }, TYPE],
  ["umask 0o1000", { umask: 0o1000 }, RANGE],
  ["umask -0", { umask: -0 }, RANGE],
  ["nice 20", { nice: 20 }, RANGE],
  ["nice -21", { nice: -21 }, RANGE],
  ["nice a fraction", { nice: 0.5 }, RANGE],
  ["affinity a number", { affinity: wrong(0) }, TYPE],
  ["affinity with a processor beyond 8191", { affinity: [8192] }, RANGE],
  ["affinity with -1", { affinity: [-1] }, RANGE],
  ["rlimits a list", { rlimits: wrong([limit(1, 1)]) }, TYPE],
  ["rlimits of a resource by name", { rlimits: wrong({ nofile: limit(1, 1) }) }, VALUE],
  ["rlimits of resource 16", { rlimits: { 16: limit(1, 1) } }, RANGE],
  ["rlimits without an object", { rlimits: { [RLIMIT_NOFILE]: wrong(10) } }, TYPE],
  ["rlimits with a negative limit", { rlimits: { [RLIMIT_NOFILE]: limit(-1, 10) } }, RANGE],
  ["rlimits without a hard limit", { rlimits: { [RLIMIT_NOFILE]: limit(1, undefined) } }, TYPE],
  ["sigmask of libc's own signal", { sigmask: [32] }, RANGE],
  ["sigignore a name that is none", { sigignore: [wrong("SIGNONE")] }, VALUE],
  ["sigignore text", { sigignore: wrong("SIGPIPE") }, TYPE],
  ["parentDeathSignal 0", { parentDeathSignal: 0 }, RANGE],
  ["parentDeathSignal 65", { parentDeathSignal: 65 }, RANGE],
  ["pidfd a number", { pidfd: wrong(1) }, TYPE],
  ["fds with an object", { fds: { 3: wrong({}) } }, TYPE],
  ["fds null", { fds: wrong(null) }, TYPE],
  ["env a name with =", { env: { "A=B": "1" } }, VALUE],
  ["env a number", { env: wrong({ A: 1 }) }, TYPE],
];

for (const [title, options, code] of OPTIONS) testRefused(`spawn: ${title}`, () => spawn("/bin/true", ["true"], options), code);

const released = Fd.open("/dev/null", O_RDONLY);
released.close();

for (const [title, file, code] of [
  ["file an object", {}, TYPE],
  ["file undefined", undefined, TYPE],
  ["file a negative descriptor", -1, RANGE],
  ["file a huge number", 2 ** 40, RANGE],
  ["file with NUL", "/bin/\0", VALUE],
] as const) testRefused(`spawn: ${title}`, () => spawn(wrong(file), ["x"]), code);
