/**
 * Numbers, times and flags as text.
 *
 * @module
 */
const thin = "\u2009";

/** Groups digits of numbers of four digits and more by thin spaces. Never used for pids. */
export function grouped(n: number): string {
  const digits = String(Math.trunc(n));
  return digits.length < 4 ? digits : digits.replace(/\B(?=(\d{3})+(?!\d))/g, thin);
}

/** A moment or a span in µs, in the unit that suits it. */
export function duration(us: number): string {
  if (us < 1000) return `${Math.round(us)} µs`;
  if (us < 1_000_000) return `${trim(us / 1000)} ms`;
  return `${trim(us / 1_000_000)} s`;
}

function trim(value: number): string {
  return value >= 100 ? value.toFixed(1) : value.toFixed(3);
}

/** Short label of a tick on the ruler. */
function tick(us: number, digits: number): string {
  if (us === 0) return "0 ms";
  if (us < 1000) return `${Math.round(us)} µs`;
  if (us < 1_000_000) return `${+(us / 1000).toPrecision(digits)} ms`;
  return `${+(us / 1_000_000).toPrecision(digits)} s`;
}

/** Labels of a ruler: as short as keeps each different from the one before. */
export function tickLabels(times: readonly number[]): string[] {
  return times.map((time, i) => {
    const before = times[i - 1];
    for (let digits = 3; digits < 7; digits++) {
      const label = tick(time, digits);
      if (before === undefined || label !== tick(before, digits)) return label;
    }
    return tick(time, 7);
  });
}

const accessModes = ["O_RDONLY", "O_WRONLY", "O_RDWR", "O_PATH"];
/** Status flags worth showing. Values of x86-64 and aarch64 alike; O_LARGEFILE says nothing and is left out. */
const statusFlags: readonly (readonly [number, string])[] = [
  [0o2000, "O_APPEND"], [0o4000, "O_NONBLOCK"], [0o20000, "O_ASYNC"], [0o4010000, "O_SYNC"],
];

/** Access mode and status flags of a description. */
export function flagNames(flags: number): string[] {
  const names = [accessModes[flags & 3] ?? ""];
  for (const [bits, name] of statusFlags) if ((flags & bits) === bits) names.push(name);
  return names;
}

/** Last part of a path; a terminal keeps its folder ("pts/3"), other devices are named in full. */
export function baseName(path: string): string {
  if (path.startsWith("/dev/")) return path.replace(/^\/dev\/(?=.*\/)/, "");
  return path.replace(/ \(deleted\)$/, "").split("/").pop() || path;
}
