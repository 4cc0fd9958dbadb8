/** What `npm pack` of the library gives, judged as a user would: linted, type-checked, installed into an empty project, run. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { at, bin, childEnv } from "../setup/paths.mjs";
import { run } from "./child.mjs";
import { nothing } from "./results.mjs";

const folder = at("test-results", "package");
const minute = 60_000;

/** Every check is counted; those of an installed package need the tarball. */
export async function checkPackage() {
  const result = nothing();
  const count = (name, failure) => {
    console.log(failure === undefined ? `ok       ${name}` : `not ok   ${name}: ${failure}`);
    if (failure === undefined) result.passed += 1;
    else result.failures.push(`package: ${name}`);
    result.failed = result.failures.length;
  };
  const [npm, jsr] = ["package.json", "jsr.json"].map((file) => JSON.parse(readFileSync(at("lib", file), "utf8")));
  count("npm and JSR have one version", npm.version === jsr.version ? undefined : `${npm.version} and ${jsr.version}`);
  const tarball = await pack();
  count("npm pack gives one tarball", tarball.failure);
  count("deno publish would accept the sources", await refusal([bin("deno"), "publish", "--dry-run", "--allow-dirty"], at("lib")));
  if (tarball.failure !== undefined) return result;
  count("publint finds nothing", await refusal([bin("publint"), tarball.file, "--strict"]));
  count("types are found by every way of resolving them", await refusal([bin("attw"), tarball.file, "--profile", "esm-only"]));
  const project = mkdtempSync(join(tmpdir(), "forkscope-project-"));
  try {
    count("it installs without a network and brings no dependency", await install(project, tarball.file));
    for (const [name, argv] of uses) count(name, await wrongOutput(argv, project));
  } finally {
    rmSync(project, { recursive: true });
  }
  return result;
}

async function pack() {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const failure = await refusal(["npm", "pack", "--pack-destination", folder], at("lib"));
  const files = readdirSync(folder);
  if (failure !== undefined || files.length !== 1) return { failure: failure ?? `${files.length} files` };
  return { file: join(folder, files[0]), failure: undefined };
}

async function install(project, tarball) {
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "empty", private: true, type: "module" }));
  writeFileSync(join(project, "main.ts"), PROGRAM);
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify(CONSUMER));
  const failure = await refusal(["npm", "install", "--offline", "--no-audit", "--no-fund", tarball], project);
  const installed = readdirSync(join(project, "node_modules")).filter((name) => !name.startsWith("."));
  return failure ?? (installed.join() === "forkscope" ? undefined : `node_modules holds ${installed.join(", ")}`);
}

/** Forks, spawns and hands a descriptor over; prints the same on both runtimes. */
const PROGRAM = `import "forkscope/ready";
import { _exit, Fd, fork, forkRun, getpid, O_RDONLY, proc, receiveDescriptor, sendDescriptor, socketpair, spawn, SystemError, waitpid, open } from "forkscope";

const pid: number = fork();
if (pid === 0) _exit(7);
console.log(JSON.stringify(waitpid(pid).status));

const [here, there] = socketpair();
const child = forkRun(() => {
  using file = Fd.open("/etc/passwd", O_RDONLY);
  sendDescriptor(there, file);
});
using received = receiveDescriptor(here);
console.log(proc.fdLink(getpid(), received.number), received.cloexec, JSON.stringify(child.wait()));

console.log(JSON.stringify(spawn("/bin/sh", ["sh", "-c", "exit 3"]).wait()));
try {
  open("/nowhere", O_RDONLY);
} catch (error) {
  console.log(error instanceof SystemError && error.code);
}
`;

const EXPECTED = `{"kind":"exited","code":7,"raw":1792}
/etc/passwd true {"kind":"exited","code":0,"raw":0}
{"kind":"exited","code":3,"raw":768}
ENOENT
`;

/** A user's settings, strict, and the library's declarations checked too. */
const CONSUMER = {
  compilerOptions: { target: "es2022", module: "nodenext", lib: ["es2022", "esnext.disposable", "dom"], types: [], strict: true, exactOptionalPropertyTypes: true, noEmit: true, skipLibCheck: false },
  files: ["main.ts"],
};

const uses = [
  ["a program runs on Bun", [bin("bun"), "main.ts"]],
  ["a program runs on Deno with --allow-ffi alone", [bin("deno"), "run", "--allow-ffi", "--node-modules-dir=manual", "main.ts"]],
  ["tsc accepts the program, declarations included", [bin("tsc"), "-p", "tsconfig.json"]],
  ["deno check accepts the program", [bin("deno"), "check", "--quiet", "main.ts"]],
];

async function wrongOutput(argv, cwd) {
  const isRun = argv.at(-1) === "main.ts" && argv[1] !== "check";
  const done = await run(argv, { cwd, env: quiet(), deadline: 2 * minute });
  if (done.code !== 0) return said(done);
  return isRun && done.out !== EXPECTED ? `printed ${JSON.stringify(done.out)}` : undefined;
}

/** Nothing when the program ends well, else what it said. */
async function refusal(argv, cwd = at()) {
  const done = await run(argv, { cwd, env: quiet(), deadline: 2 * minute });
  return done.code === 0 && !done.timedOut ? undefined : said(done);
}

const said = (done) => done.error?.message ?? `${done.timedOut ? "its deadline" : `status ${done.code ?? done.signal}`}\n${done.out.trimEnd()}`;
const quiet = () => childEnv({ NO_COLOR: "1", FORCE_COLOR: undefined, DENO_NO_UPDATE_CHECK: "1" });
