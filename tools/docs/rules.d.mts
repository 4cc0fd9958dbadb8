import type { Docstring } from "./docstring.mjs";

export function missingOf(one: {
  name: string;
  kind: "function" | "class" | "interface" | "type" | "constant" | "object";
  doc?: Docstring;
  members: { name: string; text: string; doc?: Docstring }[];
  group?: { key: string; names: string[]; doc?: Docstring };
}): string[];
