/**
 * The small typed table behind every word of the interface. A key that one language lacks does not compile.
 *
 * @module
 */
import type { Lang } from "../../../engine/protocol.ts";
import { en } from "./en.ts";
import { zh } from "./zh.ts";

type Widen<T> = T extends string ? string : T extends (...args: infer A) => string ? (...args: A) => string : { [K in keyof T]: Widen<T[K]> };
export type Table = Widen<typeof en>;

export const tables: Record<Lang, Table> = { en, zh };
