/**
 * What libc and the runtime offer.
 *
 * @module
 */
import { MAP_ANONYMOUS, PROT_READ, PROT_WRITE } from "../../ffi/constants/ipc.ts";
import { MAP_PRIVATE, PROT_EXEC } from "../../ffi/constants/memory.ts";
import { errno, errnoCode, libc, libcName, loadMore } from "../../ffi/mod.ts";
import { ipcFunctions } from "../../ffi/ipc_symbols.ts";
import { nativeFunctions } from "../../ffi/native/functions.ts";
import { textAt } from "../calls/argument.ts";
import { isForkSafe } from "../process/hazard.ts";
import { threadNames } from "../process/self.ts";
import { no, type SupportFact, unknown, yes } from "./fact.ts";

/** Names of what is asked of libc and the runtime. */
export type RuntimeFeature = "glibc" | "POSIX objects in libc" | "waiters in a sem_t" | "fork without helper threads" | "machine code" | "main thread";

const PAGE = 65536;

type Libc = { name: "glibc" | "musl"; version: string | undefined };

let known: Libc | undefined;
let posix: boolean | undefined;

/** libc by name and version. */
export function libcVersion(): Libc {
  return (known ??= askLibc());
}

function askLibc(): Libc {
  if (libcName() !== "libc.so.6") return { name: "musl", version: undefined };
  try {
    return { name: "glibc", version: textAt(loadMore({ gnu_get_libc_version: { args: [], result: "ptr" } }).gnu_get_libc_version()) };
  } catch {
    return { name: "musl", version: undefined }; // a musl that goes by the other's name
  }
}

export function runtimeFeatures(): Record<RuntimeFeature, SupportFact> {
  return { glibc: glibc(), "POSIX objects in libc": posixObjects(), "waiters in a sem_t": semaphoreWaiters(libcVersion()), "fork without helper threads": forkSafety(), "machine code": machineCode(), "main thread": mainThread() };
}

function glibc(): SupportFact {
  const { name, version } = libcVersion();
  if (name === "glibc") return yes("libc", `glibc ${version}`);
  return unknown("libc", "musl: its functions have the same names, and nothing was tested with it", [], "a runtime and a system with glibc");
}

function posixObjects(): SupportFact {
  const neededBy = ["shm_open", "SharedMemory", "sem_open", "NamedSemaphore", "mq_open", "PosixQueue", "pollAsync"];
  posix ??= canLoad();
  if (posix) return yes("libc", "shm_open, sem_open, mq_open and pthread_create are in libc itself", neededBy);
  return no("libc", "shm_open, sem_open, mq_open or pthread_create is in a library beside libc", neededBy, "glibc 2.34 or newer");
}

/**
 * An asynchronous wait for a POSIX semaphore is made of what a sem_t is in glibc since 2.21: who waits is counted beside the value. musl marks the value
 * itself in newer versions, and wakes nobody for whom it is not marked.
 */
export function semaphoreWaiters({ name, version = "" }: Libc): SupportFact {
  const neededBy = ["sem_waitAsync", "sem_timedwaitAsync", "NamedSemaphore", "SharedSemaphore"];
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (name !== "glibc") return unknown("libc", "musl's sem_t is not glibc's: a post may not wake who waits without blocking", neededBy, "a system with glibc, or sem_wait in a process of its own");
  if (major > 2 || (major === 2 && minor >= 21)) return yes("libc", `glibc ${version} counts those who wait in the upper half of a sem_t`, neededBy);
  return no("libc", `glibc ${version} is older than the sem_t that the library knows`, neededBy, "glibc 2.21 or newer");
}

function canLoad(): boolean {
  try {
    loadMore({ shm_open: { args: ["ptr", "i32", "u32"], result: "i32" }, sem_open: { args: ["ptr", "i32"], result: "ptr" }, mq_open: { args: ["ptr", "i32"], result: "i32" }, pthread_create: { args: ["ptr", "ptr", "ptr", "ptr"], result: "i32" } });
    return true;
  } catch {
    return false;
  }
}

function forkSafety(): SupportFact {
  const neededBy = ["fork", "forkRun", "daemonize"];
  if (isForkSafe()) return yes("runtime", "started without the helper threads that a forked child would miss", neededBy);
  const helpers = [...new Set(threadNames().slice(1))].join(", ");
  return no("runtime", `helper threads run: ${helpers || "none just now, but the runtime may start some"}`, neededBy, 'import "forkscope/ready", first in the program');
}

/** Maps a page, makes it executable and gives it back. */
function machineCode(): SupportFact {
  const neededBy = ["spawn", "sigaction", "pollAsync"];
  const { mmap, mprotect } = nativeFunctions();
  const address = mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (address === -1) return unknown("runtime", `no memory to try with: ${errnoCode(errno())}`, neededBy);
  const refused = mprotect(address, PAGE, PROT_READ | PROT_EXEC) === 0 ? undefined : errnoCode(errno());
  ipcFunctions().munmap(address, PAGE);
  if (refused === undefined) return yes("runtime", "memory that was written to may be run", neededBy);
  return no("runtime", `${refused}: no memory that was written to may be run (SELinux without execmem, PR_SET_MDWE, systemd's MemoryDenyWriteExecute)`, neededBy, "setsebool deny_execmem 0, or MemoryDenyWriteExecute=no in the unit");
}

function mainThread(): SupportFact {
  const neededBy = ["fork", "spawn"];
  if (libc().getpid() === libc().gettid()) return yes("runtime", "this is the process's first thread", neededBy);
  return no("runtime", "this is a Worker: a parent-death signal of its children comes when the Worker ends, and each forked child is tried out first", neededBy, "call from the main thread");
}
