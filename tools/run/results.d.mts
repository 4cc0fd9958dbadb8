export interface Result {
  passed: number;
  failed: number;
  skipped: { name: string; reason: string }[];
  failures: string[];
}
export function parseJunit(xml: string, printed: string): Result;
