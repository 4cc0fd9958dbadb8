/**
 * What this machine allows: each thing tried, not guessed, with what to do where it is refused.
 *
 * @module
 */
import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { release } from "node:os";
import { delimiter, join } from "node:path";
import { close, getuid, O_RDONLY, open, proc, sameDescription, support } from "../lib/core/mod.ts";
import { root } from "./places.ts";
import type { Words } from "./protocol.ts";
import { runtimeInfos } from "./runtimes.ts";
import { Session } from "./session.ts";
import { commandStart } from "./start.ts";
import { nullDevice } from "./stdio.ts";

export interface Finding {
  name: string;
  /** limited: something works less well; missing: scenarios cannot be watched. */
  state: "ok" | "limited" | "missing";
  /** What was found. */
  found: string;
  /** What to do about it. */
  cure?: Words;
}

export async function examine(): Promise<Finding[]> {
  return [kernel(), user(), ...runtimes(), yama(), await tracing(), await bpf(), kcmp(), sockDiag(), library(), explorer(), electron(), chromium()];
}

const known = (): ReturnType<typeof support>["features"] => support().features;

function kernel(): Finding {
  const supported = process.platform === "linux" && (process.arch === "x64" || process.arch === "arm64");
  const found = `${process.platform} ${release()} ${process.arch}`;
  return supported ? { name: "kernel", state: "ok", found } : {
    name: "kernel", state: "missing", found,
    cure: { zh: "需要 x86_64 或 aarch64 上的 Linux。", en: "Linux on x86_64 or aarch64 is needed." },
  };
}

function user(): Finding {
  const uid = getuid();
  return { name: "user", state: "ok", found: uid === 0 ? "root" : `uid ${uid}` };
}

function runtimes(): Finding[] {
  return runtimeInfos().map(({ name, version, available, get }): Finding => available
    ? { name, state: "ok", found: version ?? "" }
    : { name, state: "limited", found: "not found", cure: get });
}

function yama(): Finding {
  const fact = known()["trace own children"];
  if (fact?.state !== "no") return { name: "yama", state: "ok", found: fact?.reason ?? "" };
  return {
    name: "yama", state: "missing", found: fact.reason,
    cure: { zh: "把 kernel.yama.ptrace_scope 设为 1，然后重新启动机器。", en: fact.lift ?? "" },
  };
}

/** What the library finds missing here; `support()` tells of each why, and how it can be had. */
function library(): Finding {
  const all = Object.entries(known());
  const gaps = all.filter(([, { state }]) => state !== "yes").map(([name]) => name);
  return { name: "library", state: "ok", found: `${all.length - gaps.length} of ${all.length} features${gaps.length ? `; without: ${gaps.join(", ")}` : ""}` };
}

/** Traces a real command, with the filter and the checks a scenario gets. */
async function tracing(): Promise<Finding> {
  const start = commandStart(["true"], { held: false, pace: 0, verify: true, record: false }, nullDevice());
  const end = await Session.traced(0, start, { events: () => {}, state: () => {}, verdicts: () => {} }).done;
  if (end.status?.kind === "exited" && end.status.code === 0) {
    return { name: "ptrace", state: "ok", found: `traced "true" with a seccomp filter, ${end.checks} checks, ${end.disagreements} disagreements` };
  }
  const hint = end.failure?.hint ?? "In a container, allow ptrace: docker run --cap-add SYS_PTRACE --security-opt seccomp=unconfined";
  return { name: "ptrace", state: "missing", found: end.failure?.message ?? "the traced command did not end well", cure: { zh: hint, en: hint } };
}

/** Without it whatever can be held is watched all the same. */
async function bpf(): Promise<Finding> {
  const start = commandStart(["true"], { held: false, pace: 0, verify: false, record: false, engine: "bpf" }, nullDevice());
  let events = 0;
  const end = await Session.traced(0, start, { events: (batch) => { events += batch.length; }, state: () => {}, verdicts: () => {} }).done;
  if (end.status?.kind === "exited" && end.status.code === 0) return { name: "bpf", state: "ok", found: `watched "true" without stopping it, ${events} events` };
  const hint = end.failure?.hint ?? "Run it as root";
  return { name: "bpf", state: "limited", found: end.failure?.message ?? "the watched command did not end well", cure: { zh: hint, en: hint } };
}

function kcmp(): Finding {
  return attempt("kcmp", () => {
    const fd = open("/dev/null", O_RDONLY);
    try {
      return sameDescription({ pid: process.pid, fd }, { pid: process.pid, fd }) ? "compares open file descriptions" : "gives a wrong answer";
    } finally {
      close(fd);
    }
  }, {
    zh: "没有 kcmp 就无法与内核核对哪些描述符共享同一打开文件描述；在容器中请允许 SYS_PTRACE。",
    en: "Without kcmp shared descriptions cannot be checked against the kernel; in a container allow SYS_PTRACE.",
  });
}

function sockDiag(): Finding {
  return attempt("sock_diag", () => `${proc.unixSockets().length} unix sockets seen`, {
    zh: "没有 sock_diag 就看不到 unix 套接字的对端；内核模块 unix_diag 需可加载。",
    en: "Without sock_diag the peers of unix sockets stay unknown; the kernel module unix_diag must be loadable.",
  });
}

function explorer(): Finding {
  if (existsSync(join(root, "out", "renderer", "index.html"))) return { name: "explorer", state: "ok", found: "built" };
  return { name: "explorer", state: "limited", found: "not built", cure: { zh: "运行 npm run build", en: "Run npm run build" } };
}

function electron(): Finding {
  const own = process.env["ELECTRON_OVERRIDE_DIST_PATH"];
  const folders = [...(own ? [own] : []), join(root, "node_modules", "electron", "dist"), ...subfolders(join(root, ".cache", "electron")), ...path()];
  const found = folders.map((folder) => join(folder, "electron")).find(isProgram);
  if (found) return { name: "electron", state: "ok", found };
  return {
    name: "electron", state: "limited", found: "not found; the explorer opens in a browser",
    cure: { zh: "运行 npm start，它会尝试取得 Electron；或用 ELECTRON_OVERRIDE_DIST_PATH 指明。", en: "Run npm start, which tries to get it, or name its folder in ELECTRON_OVERRIDE_DIST_PATH." },
  };
}

function chromium(): Finding {
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  const found = path().flatMap((folder) => names.map((name) => join(folder, name))).find(isProgram);
  if (found) return { name: "chromium", state: "ok", found };
  return { name: "chromium", state: "limited", found: "not found", cure: { zh: "只有端到端测试需要它：apt-get install chromium", en: "Only the end-to-end tests need it: apt-get install chromium" } };
}

function attempt(name: string, look: () => string, cure: Words): Finding {
  try {
    return { name, state: "ok", found: look() };
  } catch (error) {
    return { name, state: "limited", found: error instanceof Error ? error.message : String(error), cure };
  }
}

function subfolders(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function path(): string[] {
  return (process.env["PATH"] ?? "").split(delimiter).filter(Boolean);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
