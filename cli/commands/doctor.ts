/** `forkscope doctor` @module */
import { examine, type Finding } from "../../engine/doctor.ts";
import type { Options } from "../args.ts";
import { standardOut } from "../out.ts";
import { pad, paintFor, wrap } from "../text.ts";

/** Says what this machine allows. Status 1 when something that play needs is missing. */
export async function doctor(_rest: readonly string[], { json, lang }: Options): Promise<number> {
  const findings = await examine();
  const out = standardOut();
  const status = findings.some((one) => one.state === "missing") ? 1 : 0;
  if (json) {
    for (const one of findings) out.write(`${JSON.stringify({ type: "finding", ...one })}\n`);
    return status;
  }
  const paint = paintFor(out.size !== undefined, process.env);
  const width = Math.max(...findings.map(({ name }) => name.length));
  const marks: Record<Finding["state"], string> = { ok: paint("good", "✓"), limited: paint("stop", "!"), missing: paint("bad", "✗") };
  for (const { name, state, found, cure } of findings) {
    out.write(`${marks[state]} ${pad(name, width)}  ${found}\n`);
    if (cure) for (const line of wrap(cure[lang], (out.size?.columns ?? 100) - width - 6)) out.write(`  ${pad("", width)}  ${line}\n`);
  }
  return status;
}
