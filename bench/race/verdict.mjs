/** Targets, and whether a race met them. */

const MS = 1e6;

/** One line a target and contestant: what was wanted, what came out, whether it is met. Undefined: not measured. */
export function verdicts(result, targets = []) {
  return targets.flatMap((target) => target.who.map((id) => verdict(result, target, id)));
}

function verdict(result, target, id) {
  const own = result.contestants.find((one) => one.id === id);
  const other = result.contestants.find((one) => one.id === target.against);
  const label = own?.label ?? id;
  if (!own || (target.against && !other)) return { label, wanted: `${wanted(target)} ${target.against ?? ""}`.trim(), came: "not measured", met: undefined };
  if (target.atMost !== undefined) return { label, wanted: `at most ${target.atMost / MS} ms`, came: ms(own.ns.median), met: own.ns.median <= target.atMost };
  if (target.none !== undefined) return { label, wanted: `none ${target.none}`, came: String(own.sums[target.none]), met: own.sums[target.none] === 0 };
  const { ratio, more } = own.against[other.id];
  if (target.more !== undefined) {
    return { label, wanted: `${target.says ?? ""} at most ${target.more / MS} ms over: ${other.label}`.trim(), came: quartiles(more, (ns) => (ns / MS).toFixed(2), " ms"), met: more.median <= target.more };
  }
  const beats = target.ratio === 1;
  return { label, wanted: `${wanted(target)} ${other.label}`, came: quartiles(ratio, (x) => x.toFixed(2), ""), met: beats ? ratio.median < 1 : ratio.median <= target.ratio };
}

function wanted({ ratio }) {
  if (ratio === undefined) return "";
  return ratio === 1 ? "less than" : `at most ${ratio.toFixed(2)} x`;
}

/** Growth of what one unit costs over races of rising size. */
export function growthVerdicts(results, races, { who, most }) {
  return who.map((id) => {
    const units = results.map((result, i) => (result.contestants.find((one) => one.id === id)?.ns.median ?? Number.NaN) / races[i].perUnit);
    const growth = Math.max(...units) / units[0];
    const label = results[0].contestants.find((one) => one.id === id)?.label ?? id;
    const wantedText = `ns for each of n log2 n, over all sizes: at most ${most.toFixed(2)} x the first`;
    return { label, wanted: wantedText, came: Number.isNaN(growth) ? "not measured" : `${units.map((x) => x.toFixed(0)).join(", ")}: ${growth.toFixed(2)} x`, met: Number.isNaN(growth) ? undefined : growth <= most };
  });
}

export function ms(ns) {
  return ns >= 10 * MS ? `${(ns / MS).toFixed(1)} ms` : ns >= MS ? `${(ns / MS).toFixed(2)} ms` : ns >= 1000 ? `${(ns / 1000).toFixed(ns >= 100_000 ? 0 : 2)} us` : `${ns.toFixed(0)} ns`;
}

export function quartiles({ median, low, high }, shown, unit) {
  return `${shown(median)}${unit} (${shown(low)} to ${shown(high)})`;
}
