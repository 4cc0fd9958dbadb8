/** Values as a reader of strace(1) expects them. @module */

/** Longest string shown. */
export const LONGEST = 64;
/** Most bytes of data shown. */
export const PREVIEW = 32;

const ESCAPES: Record<string, string> = { "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0", '"': '\\"', "\\": "\\\\" };

/** Text in quotes, control characters escaped; "..." follows when it was cut. */
export function quote(text: string, cut = false): string {
  const long = text.length > LONGEST;
  return `"${escaped(long ? text.slice(0, LONGEST) : text)}"${cut || long ? "..." : ""}`;
}

/** The first bytes as printable text, for a reader to recognise. */
export function preview(bytes: Uint8Array): string {
  return escaped(String.fromCharCode(...bytes.subarray(0, PREVIEW)));
}

function escaped(text: string): string {
  let out = "";
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    const known = ESCAPES[char];
    if (known !== undefined) out += known;
    else out += code < 32 || (code >= 127 && code < 160) ? `\\x${code.toString(16).padStart(2, "0")}` : char;
  }
  return out;
}

/** Names with their bits; a name whose bits are all set takes them. List wider ones first. */
export type FlagTable = readonly (readonly [string, number])[];

/** "O_WRONLY|O_CREAT"; bits without a name in hexadecimal. `none` stands for no bit. */
export function flagNames(value: number, table: FlagTable, none = "0"): string {
  const names: string[] = [];
  let left = value >>> 0;
  for (const [name, bits] of table) {
    if (bits !== 0 && ((left & bits) >>> 0) === bits >>> 0) {
      names.push(name);
      left = (left & ~bits) >>> 0;
    }
  }
  if (left !== 0) names.push(`0x${left.toString(16)}`);
  return names.length > 0 ? names.join("|") : none;
}

/** The name of a value, or the value. */
export function nameOf(value: number, names: ReadonlyMap<number, string>): string {
  return names.get(value) ?? String(value);
}
