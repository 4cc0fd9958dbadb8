/** Values as a reader of strace(1) expects them. @module */

/** Longest string shown, and longest path. */
export const LONGEST = 64;
export const LONGEST_PATH = 4096;
/** Most bytes of data shown. */
export const PREVIEW = 32;

const ESCAPES: Record<string, string> = { "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0", '"': '\\"', "\\": "\\\\" };

/** Text in quotes, control characters escaped; "..." follows when it was cut. */
export function quote(text: string, cut = false, longest = LONGEST): string {
  const long = text.length > longest;
  return `"${escaped(long ? text.slice(0, longest) : text)}"${cut || long ? "..." : ""}`;
}

/** The first bytes as printable text, for a reader to recognise. */
export function preview(bytes: Uint8Array, most = PREVIEW): string {
  return escaped(String.fromCharCode(...bytes.subarray(0, most)));
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

/** Words of constants.ts as names with their values: "READ", "5:NAME", "-". */
export function parsed(words: readonly string[], prefix: string, bits: boolean): [string, number][] {
  const found: [string, number][] = [];
  let next = bits ? 1 : 0;
  for (const word of words) {
    const [value, name] = word.includes(":") ? [Number(word.slice(0, word.indexOf(":"))), word.slice(word.indexOf(":") + 1)] : [next, word];
    if (name !== "-") found.push([`${prefix}${name}`, value]);
    next = bits ? 2 * value : value + 1;
  }
  return found;
}

/** Negative ones as they are, others too; what is far above any number as an address is. */
export function hex(value: number): string {
  return value === 0 ? "0" : `0x${value.toString(16)}`;
}
