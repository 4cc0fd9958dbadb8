/**
 * What this machine, its libc, the runtime and the rights of this process offer, known before anything is tried.
 *
 * @module
 */
import { backend, libc } from "../../ffi/mod.ts";
import { arch } from "../../ffi/arch.ts";
import { ROOT, text } from "../proc/file.ts";
import { type LimitName, limitsOf } from "../proc/limits.ts";
import { startEnvironment } from "../process/self.ts";
import type { Limits } from "../process/limits.ts";
import { entering } from "../tap.ts";
import { containerOf, processesLeft } from "./container.ts";
import { no, type SupportFact, yes } from "./fact.ts";
import { type KernelFeature, kernelFeatures } from "./kernel.ts";
import { filterOf, ownStatus, type PermissionFeature, permissionFeatures, setting } from "./permissions.ts";
import { libcVersion, type RuntimeFeature, runtimeFeatures } from "./runtime.ts";

/** Name of something that a machine may lack. */
export type Feature = KernelFeature | RuntimeFeature | PermissionFeature | "FFI";

/** What there is here. */
export interface Support {
  /** Undefined where libc cannot be called. */
  kernel: { release: string; machine: string } | undefined;
  libc: { name: "glibc" | "musl"; version: string | undefined } | undefined;
  /** Undefined in a runtime without FFI. */
  runtime: { name: "bun" | "deno"; version: string } | undefined;
  /** The kind of container this runs in, as far as it shows: "docker", "podman", "kubernetes", "lxc"...; undefined when nothing hints at one. */
  container: string | undefined;
  /** Resource limits by name. */
  limits: Partial<Record<LimitName, Limits>>;
  /** Processes and threads of the control group, and how many it may have; undefined where no such limit shows. */
  processes: { used: number; most: number } | undefined;
  /** By name. Where libc cannot be called, "FFI" alone. */
  features: Partial<Record<Feature, SupportFact>> & { FFI: SupportFact };
}

/**
 * What can be had here, and how the rest can: kernel, libc, runtime, rights.
 *
 * It tries what can be tried without an effect (calls that mean nothing, and are known by the error they answer) and reads the rest; it
 * does not judge by version numbers. Never fails: without FFI it says so.
 *
 * @see https://man7.org/linux/man-pages/man7/capabilities.7.html
 * @example
 * ```ts
 * import { support } from "forkscope";
 * const { features } = support();
 * console.log(features.FFI.state); // "yes"
 * for (const [name, { state, reason, lift }] of Object.entries(features)) {
 *   if (state !== "yes") console.log(`${name}: ${reason}${lift ? `; ${lift}` : ""}`);
 * }
 * ```
 */
export function support(): Support {
  entering("support");
  const ffi = ffiFact();
  const runtime = backend && { name: backend.runtime, version: backend.version };
  if (ffi.state !== "yes") return { kernel: undefined, libc: undefined, runtime, container: undefined, limits: {}, processes: undefined, features: { FFI: ffi } };
  const release = setting("kernel/osrelease") ?? "";
  const environment = startEnvironment();
  const status = ownStatus();
  return {
    kernel: { release, machine: arch },
    libc: libcVersion(),
    runtime,
    container: containerOf(environment),
    limits: limitsOf(text(ROOT, "/proc/self/limits")),
    processes: processesLeft(),
    features: { FFI: ffi, ...kernelFeatures(release, filterOf(status, environment)), ...runtimeFeatures(), ...permissionFeatures(status) },
  };
}

function ffiFact(): SupportFact {
  const everything = ["everything"];
  if (!backend) return no("runtime", "this runtime has no FFI", everything, "run the program under Bun or Deno");
  if (backend.os !== "linux") return no("runtime", `this is ${backend.os}`, everything, "Linux");
  const permission = backend.permission();
  if (permission !== "granted") return no("runtime", `the permission for FFI is "${permission}"`, everything, "deno run --allow-ffi");
  try {
    libc();
    return yes("runtime", "libc is loaded and can be called", everything);
  } catch (error) {
    return no("runtime", `libc cannot be loaded: ${error instanceof Error ? error.message : String(error)}`, everything, "a system with libc.so.6, or musl's name for it");
  }
}
