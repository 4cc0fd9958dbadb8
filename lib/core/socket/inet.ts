/**
 * IPv4 and IPv6 addresses between text and bytes; the text is the shortest, as RFC 5952 wants it.
 *
 * @module
 */

/** True for an address of the form 127.0.0.1. */
export function isIPv4(host: string): boolean {
  return !host.includes(":");
}

/** The 4 or 16 bytes of an address in numbers; undefined when it is none. Leading zeros, which some read as octal, are refused in IPv4. */
export function octetsOf(host: string): number[] | undefined {
  return isIPv4(host) ? four(host) : sixteen(host);
}

/** The address of 4 or 16 bytes as text. */
export function textOf(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  const mapped = bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  if (mapped) return `::ffff:${bytes.subarray(12).join(".")}`;
  const groups = Array.from({ length: 8 }, (_, i) => (bytes[2 * i] ?? 0) * 256 + (bytes[2 * i + 1] ?? 0));
  const { start, length } = longestZeros(groups);
  const words = groups.map((group) => group.toString(16));
  if (length < 2) return words.join(":");
  return `${words.slice(0, start).join(":")}::${words.slice(start + length).join(":")}`;
}

function four(host: string): number[] | undefined {
  const parts = host.split(".");
  const valid = parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
  return valid ? parts.map(Number) : undefined;
}

function sixteen(host: string): number[] | undefined {
  const halves = host.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, i) => (half === "" ? [] : groupsOf(half, i === halves.length - 1)));
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  const given = head.length + (tail?.length ?? 0);
  const fits = halves.length === 2 ? given <= 14 : given === 16;
  return fits ? [...head, ...Array<number>(16 - given).fill(0), ...(tail ?? [])] : undefined;
}

/** Bytes of groups with colons between; the last may be an IPv4 address when the text ends there. */
function groupsOf(text: string, isEnd: boolean): number[] | undefined {
  const words = text.split(":");
  const bytes: number[] = [];
  for (const [i, word] of words.entries()) {
    const last = i === words.length - 1 && isEnd && word.includes(".") ? four(word) : undefined;
    if (last) bytes.push(...last);
    else if (/^[0-9a-f]{1,4}$/i.test(word)) bytes.push(Number.parseInt(word, 16) >> 8, Number.parseInt(word, 16) & 255);
    else return undefined;
  }
  return bytes;
}

/** The first of the longest runs of zeros. */
function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (groups[end] === 0) end++;
    if (end - start > best.length) best = { start, length: end - start };
  }
  return best;
}
