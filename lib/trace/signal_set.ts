/** The kernel's sigset_t as numbers. @module */

/** Signals of a set given as its low and its high 32 bits, ascending. */
export function setMembers(low: number, high: number): number[] {
  const members: number[] = [];
  for (let bit = 0; bit < 64; bit++) if (((bit < 32 ? low : high) >>> (bit % 32)) & 1) members.push(bit + 1);
  return members;
}
