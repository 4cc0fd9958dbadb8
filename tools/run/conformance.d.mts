import type { Case } from "./results.mjs";

export function conformanceTable(
  run: { facts: Record<"bun" | "deno" | "kernel" | "libc" | "machine" | "user", string>; cases: { bun: Case[]; deno: Case[] } },
  titleOf?: (file: string) => string,
): { markdown: string; lines: string[] };
