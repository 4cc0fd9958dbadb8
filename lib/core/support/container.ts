/**
 * Signs of a container, and the limit of processes that its control group sets.
 *
 * @module
 */
import { SystemError } from "../../ffi/mod.ts";
import { ROOT, statx, text } from "../proc/file.ts";
import { STATX_BASIC_STATS } from "../../ffi/constants/file.ts";

const MARKS = [["/.dockerenv", "docker"], ["/run/.containerenv", "podman"], ["/run/systemd/container", "systemd-nspawn"]] as const;
const PATHS = /\/(docker|kubepods|lxc|libpod|containerd|crio|garden)[-/.]/;
const NAMES: Readonly<Record<string, string>> = { kubepods: "kubernetes", libpod: "podman" };

/** The kind of container, by the marks that engines leave; undefined when there is none. */
export function containerOf(environment: ReadonlyMap<string, string>): string | undefined {
  const said = environment.get("container");
  if (environment.has("KUBERNETES_SERVICE_HOST")) return "kubernetes";
  if (said) return said;
  for (const [path, name] of MARKS) if (attempt(() => statx(ROOT, path, 0, STATX_BASIC_STATS))) return name;
  const [, found] = PATHS.exec(attempt(() => text(ROOT, "/proc/self/cgroup")) ?? "") ?? [];
  return found && (NAMES[found] ?? found);
}

/** pids.current and pids.max of this process's control group (version 2), of the nearest group that has a limit. */
export function processesLeft(): { used: number; most: number } | undefined {
  const [, path = ""] = /^0::(\/.*)$/m.exec(attempt(() => text(ROOT, "/proc/self/cgroup")) ?? "") ?? [];
  for (let group = path.replace(/\/$/, ""); ; group = group.slice(0, group.lastIndexOf("/"))) {
    const most = attempt(() => text(ROOT, `/sys/fs/cgroup${group}/pids.max`))?.trim();
    const used = attempt(() => text(ROOT, `/sys/fs/cgroup${group}/pids.current`))?.trim();
    if (most !== undefined && used !== undefined && most !== "max") return { used: Number(used), most: Number(most) };
    if (group === "") return undefined;
  }
}

function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof SystemError) return undefined;
    throw error;
  }
}
