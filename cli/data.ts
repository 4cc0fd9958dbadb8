/** Whose bytes a run records as they pass, by the options of the command line. @module */
import { Refusal } from "../engine/refusal.ts";
import type { Beginning } from "../engine/start.ts";
import type { Options } from "./args.ts";

/** Bytes of one call, and of one stream, unless told otherwise. */
const PER_CALL = 1 << 16;
const PER_STREAM = 1 << 24;

export function dataOf({ data, dataLimit, dataTotal, level }: Options): Pick<Beginning, "data"> {
  if (data === undefined) {
    if (dataLimit !== undefined || dataTotal !== undefined) throw new Refusal("read --data-limit: whose bytes to record is not said", "--data all, or descriptors, paths, pipe, socket, file");
    return {};
  }
  if (data.length === 0) throw new Refusal("read --data: nothing is named", "--data all, or descriptors, paths, pipe, socket, file");
  if (level === "tree") throw new Refusal("read --data: level tree sees no reads and writes", "--level fds or all");
  return { data: { of: data, perCall: dataLimit ?? PER_CALL, perStream: dataTotal ?? PER_STREAM } };
}
