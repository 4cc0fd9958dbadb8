/** Which rule refuses the programs in the kernel, and how to allow them. @module */
import { readFile } from "../../core/proc/process.ts";
import { isGone, link, ROOT } from "../../core/proc/file.ts";
import { SystemError } from "../../ffi/mod.ts";
import type { KnownCall } from "../decode/table.ts";
import { TraceError } from "../types.ts";
import { Watch } from "./watch.ts";

/** Inode of the first pid namespace: the programs know processes by their numbers there. */
const FIRST_PID_NAMESPACE = "pid:[4026531836]";

/** Loads and attaches the programs for these calls. */
export function openWatch(calls: Iterable<readonly [number: number, call: KnownCall]>): Watch {
  const namespace = link(ROOT, "/proc/self/ns/pid");
  if (namespace !== FIRST_PID_NAMESPACE) {
    throw new TraceError({ call: "bpf", message: `trace with programs in the kernel: this process is in a pid namespace of its own (${namespace}), where processes have other numbers`, hint: "run it outside the container, or docker run --pid=host" });
  }
  try {
    return new Watch(calls);
  } catch (error) {
    if (error instanceof SystemError) throw refusal(error);
    throw error;
  }
}

function refusal(error: SystemError): TraceError {
  const said = { call: error.syscall, errno: error.code };
  if (error.is("EPERM", "EACCES")) {
    const unprivileged = setting("sys/kernel/unprivileged_bpf_disabled");
    return new TraceError({
      ...said, message: `trace with programs in the kernel: ${error.code}; it takes CAP_BPF and CAP_PERFMON${unprivileged === "" ? "" : `, kernel.unprivileged_bpf_disabled is ${unprivileged}`}`,
      hint: "run it as root (sudo forkscope ...); in a container also --security-opt seccomp=unconfined; a locked-down kernel refuses root too (/sys/kernel/security/lockdown)",
    });
  }
  if (error.is("ENOSYS")) return new TraceError({ ...said, message: "trace with programs in the kernel: this kernel has no bpf(2)", hint: "CONFIG_BPF_SYSCALL=y" });
  if (isGone(error)) return new TraceError({ ...said, message: `trace with programs in the kernel: ${error.message}; the kernel's types are needed`, hint: "CONFIG_DEBUG_INFO_BTF=y" });
  return new TraceError({ ...said, message: `trace with programs in the kernel: ${error.message}` });
}

function setting(path: string): string {
  try {
    return readFile(path).trim();
  } catch (error) {
    if (error instanceof SystemError) return "";
    throw error;
  }
}
