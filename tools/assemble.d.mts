export const ARCHES: readonly ("x86_64" | "aarch64")[];
export function routines(): string[];
export function whyNot(arch: "x86_64" | "aarch64"): string | undefined;
export function assemble(routine: string, arch: "x86_64" | "aarch64"): { bytes: string; symbols: Record<string, number> };
