/** Limits as C has them: struct rlimit. @module */
import type { Block } from "../../ffi/mod.ts";
import { checkInteger, wrongType } from "../validate.ts";
import type { Limits } from "./limits.ts";

const MAX = Number.MAX_SAFE_INTEGER;

/** Writes a struct rlimit. */
export function writeLimits(call: string, block: Block, limits: Limits): void {
  if (typeof limits !== "object" || limits === null) throw wrongType(call, "limits", limits, "an object with soft and hard");
  [limits.soft, limits.hard].forEach((limit, i) => {
    if (limit !== Infinity) block.setU64(8 * i, checkInteger(call, i === 0 ? "soft" : "hard", limit, 0, MAX));
    else block.bytes.fill(0xff, 8 * i, 8 * i + 8);
  });
}
