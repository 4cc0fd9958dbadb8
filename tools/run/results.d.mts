export interface Result {
  passed: number;
  failed: number;
  skipped: { name: string; reason: string }[];
  failures: string[];
}
export interface Case {
  file: string;
  name: string;
  status: "passed" | "failed" | "skipped";
  reason?: string;
}
export function parseJunit(xml: string, printed: string): Result & { cases: Case[] };
