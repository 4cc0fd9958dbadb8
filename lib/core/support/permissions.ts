/**
 * What this process may do, and what the system around it forbids.
 *
 * @module
 */
import { AT_FDCWD } from "../../ffi/constants/file.ts";
import { syscallNumber } from "../../ffi/constants/syscall.ts";
import { errno, errnoCode, libc, scratch, SystemError } from "../../ffi/mod.ts";
import { ROOT, text } from "../proc/file.ts";
import { pagesAt } from "../proc/pages.ts";
import { parseStatus, type Status } from "../proc/status.ts";
import { no, type SupportFact, unknown, yes } from "./fact.ts";

/** Names of the rights that are looked for. */
export type PermissionFeature =
  | "trace own children" | "trace other processes" | "look into other users' processes" | "see physical pages" | "signal other users' processes" | "change user"
  | "raise priority" | "raise hard limits" | "user namespaces" | "gain rights by exec" | "no seccomp filter" | "/dev/shm" | "POSIX queues shown";

/** Numbers of capabilities(7). */
const CAP = { KILL: 5, SETGID: 6, SETUID: 7, SYS_PTRACE: 19, SYS_ADMIN: 21, SYS_NICE: 23, SYS_RESOURCE: 24 } as const;
const W_OK = 2;
const X_OK = 1;

/** The process as its status tells it. */
export function ownStatus(): Status {
  return parseStatus(text(ROOT, "/proc/self/status"));
}

/** "no", "yes", or "deadly" where the filter is likely to end a process rather than refuse a call: systemd's do. */
export function filterOf(status: Status, environment: ReadonlyMap<string, string>): "no" | "yes" | "deadly" {
  if (status.seccomp === 0) return "no";
  return environment.has("INVOCATION_ID") ? "deadly" : "yes";
}

export function permissionFeatures(status: Status): Record<PermissionFeature, SupportFact> {
  const has = capabilities(status);
  return {
    "trace own children": tracing(has),
    "trace other processes": byCapability(has, "SYS_PTRACE", []),
    "look into other users' processes": byCapability(has, "SYS_PTRACE", ["proc.fdTable", "proc.descriptions", "proc.sharing", "kcmp", "pidfd_getfd"]),
    "see physical pages": physicalPages(),
    "signal other users' processes": byCapability(has, "KILL", ["kill", "killpg", "sigqueue", "pidfd_send_signal"]),
    "change user": has("SETUID") && has("SETGID") ? yes("permission", "CAP_SETUID and CAP_SETGID are there", USERS) : no("permission", "without CAP_SETUID and CAP_SETGID", USERS, "root, or sudo"),
    "raise priority": byCapability(has, "SYS_NICE", ["nice", "setpriority"]),
    "raise hard limits": byCapability(has, "SYS_RESOURCE", ["setrlimit"]),
    "user namespaces": userNamespaces(status, has),
    "gain rights by exec": status.noNewPrivs
      ? no("permission", "no_new_privs is set: set-user-id programs and file capabilities give nothing", ["execve", "spawn"], "it cannot be taken back; start the program without it (docker run without no-new-privileges, NoNewPrivileges=no)")
      : yes("permission", "no_new_privs is not set", ["execve", "spawn"]),
    "no seccomp filter": status.seccomp === 0
      ? yes("permission", "none is in force")
      : no("permission", status.seccomp === 1 ? "strict mode" : `a filter is in force (${status.raw.get("Seccomp_filters") ?? "some"}): calls may be refused that the kernel has`, [], "in a container: --security-opt seccomp=unconfined"),
    "/dev/shm": sharedMemory(),
    "POSIX queues shown": queuesShown(),
  };
}

const USERS = ["setresuid", "setresgid", "setgroups", "dropPrivileges", "spawn"];

type Has = (name: keyof typeof CAP) => boolean;

/** The effective set; of a mask of 64 bits both halves are looked at. */
function capabilities({ raw }: Status): Has {
  const mask = BigInt(`0x${raw.get("CapEff") ?? "0"}`);
  return (name) => (mask & (1n << BigInt(CAP[name]))) !== 0n;
}

function byCapability(has: Has, name: keyof typeof CAP, neededBy: readonly string[]): SupportFact {
  return has(name) ? yes("permission", `CAP_${name} is there${isNested() ? ", over what belongs to this user namespace" : ""}`, neededBy) : no("permission", `without CAP_${name}`, neededBy, `root, or CAP_${name} (docker run --cap-add ${name})`);
}

/** True in a user namespace other than the first, whose map of users is the whole. */
function isNested(): boolean {
  return !/^\s*0\s+0\s+4294967295\s*$/.test(text(ROOT, "/proc/self/uid_map"));
}

/** Looks at a page of this process that is certainly in memory. */
function physicalPages(): SupportFact {
  const neededBy = ["proc.pages", "proc.pageSharing"];
  using room = scratch();
  try {
    const [page] = pagesAt("/proc/self/pagemap", room.take(1).address);
    if (page?.frame !== undefined) return yes("permission", "the kernel tells which page of memory one is", neededBy);
    return no("permission", "the kernel hides which page of memory one is: without CAP_SYS_ADMIN outside of user namespaces", neededBy, "root (docker run --cap-add SYS_ADMIN)");
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    return no("permission", `/proc/self/pagemap: ${error.code}`, neededBy, "a kernel with CONFIG_PROC_PAGE_MONITOR");
  }
}

function tracing(has: Has): SupportFact {
  const scope = setting("kernel/yama/ptrace_scope");
  if (scope === undefined) return yes("permission", "this kernel has no Yama to restrict it");
  const said = `kernel.yama.ptrace_scope is ${scope}`;
  if (scope === "0" || scope === "1" || (scope === "2" && has("SYS_PTRACE"))) return yes("permission", said);
  if (scope === "2") return no("permission", said, [], "as root: sysctl -w kernel.yama.ptrace_scope=1");
  return no("permission", `${said}: nobody may trace until the next boot`, [], "set kernel.yama.ptrace_scope to 1 in /etc/sysctl.d and restart the machine");
}

/** unshare(2) would show it, and would change this process. */
function userNamespaces({ seccomp }: Status, has: Has): SupportFact {
  const most = setting("user/max_user_namespaces");
  if (most === undefined) return no("permission", "this kernel has no user namespaces", [], "a kernel with CONFIG_USER_NS");
  if (most === "0") return no("permission", "user.max_user_namespaces is 0", [], "sysctl -w user.max_user_namespaces=15000");
  if (!has("SYS_ADMIN")) {
    if (setting("kernel/unprivileged_userns_clone") === "0") return no("permission", "kernel.unprivileged_userns_clone is 0", [], "sysctl -w kernel.unprivileged_userns_clone=1");
    if (setting("kernel/apparmor_restrict_unprivileged_userns") === "1") return no("permission", "kernel.apparmor_restrict_unprivileged_userns is 1", [], "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or an AppArmor profile");
  }
  if (seccomp !== 0) return unknown("permission", "no setting forbids them; a seccomp filter may", [], "in a container: --security-opt seccomp=unconfined");
  return yes("permission", `no setting forbids them; user.max_user_namespaces is ${most}`);
}

function sharedMemory(): SupportFact {
  const neededBy = ["shm_open", "SharedMemory", "sem_open", "NamedSemaphore"];
  using room = scratch();
  const denied = libc().syscall(syscallNumber("faccessat"), AT_FDCWD, room.string("/dev/shm"), W_OK | X_OK, 0, 0, 0) === -1 ? errnoCode(errno()) : undefined;
  if (denied === undefined) return yes("permission", "/dev/shm is there and may be written to", neededBy);
  return no("permission", `/dev/shm: ${denied}`, neededBy, denied === "ENOENT" ? "as root: mkdir -m 1777 /dev/shm && mount -t tmpfs tmpfs /dev/shm" : "as root: chmod 1777 /dev/shm, or mount it without ro");
}

function queuesShown(): SupportFact {
  const neededBy = ["proc.ipcObjects"];
  if (/^\S+ \S+ mqueue /m.test(text(ROOT, "/proc/self/mounts"))) return yes("permission", "their file system is mounted", neededBy);
  return no("permission", "their file system is not mounted; the queues work without", neededBy, "as root: mkdir -p /dev/mqueue && mount -t mqueue none /dev/mqueue");
}

/** A setting below /proc/sys; undefined where there is none. */
export function setting(path: string): string | undefined {
  try {
    return text(ROOT, `/proc/sys/${path}`).trim();
  } catch (error) {
    if (error instanceof SystemError) return undefined;
    throw error;
  }
}
