/** The report in words: docs/reports/speed.md from docs/reports/speed.json. */
import { ms, quartiles } from "./verdict.mjs";

const INTRODUCTION = `# Speed

\`npm run bench\` lets the library and its peers do the same work in turn, A B C A B C, in processes that live through the run; each is warmed
up first. A time is what one piece of work took, the median over the rounds; a ratio is that of two times of one round, the median over
the rounds; in brackets the quartiles. The limit of every work is the C program that makes the same calls, \`bench/c/\`, compiled with -O2.

Times of different works or days are not to be compared; ratios are.`;

export function page({ works, order }) {
  const all = order.map((name) => works[name]).filter(Boolean);
  return `${[INTRODUCTION, overview(all), ...all.map(section)].join("\n\n")}\n`;
}

function overview(all) {
  const rows = all.flatMap(({ title, races, growth }) => [...races.flatMap((race) => race.verdicts.map((one) => [title === race.title ? title : `${title}: ${race.title}`, one])), ...growth.map((one) => [title, one])]);
  const lines = rows.map(([title, { label, wanted, came, met }]) => `| ${title} | ${label} | ${wanted} | ${came} | ${mark(met)} |`);
  return `## Targets\n\n| work | who | target | came out | met |\n|---|---|---|---|---|\n${lines.join("\n")}`;
}

function section({ title, about, races, why }) {
  return [`## ${title}`, machine(about), ...races.map(table), why].filter(Boolean).join("\n\n");
}

function machine({ date, commit, changed, kernel, arch, processors, model, load, versions }) {
  const tools = Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", ");
  return `${date.slice(0, 10)}, commit ${commit}${changed ? " and changes" : ""}. Linux ${kernel} ${arch}, ${processors} x ${model}, load before the run ${load.toFixed(2)}. ${tools}.`;
}

function table({ title, base, contestants, missing, shown = [] }) {
  const basis = contestants.find((one) => one.id === base);
  const head = `| ${title} | time | to ${basis?.label ?? base} |${shown.map((name) => ` ${name} |`).join("")}\n|---|---|---|${shown.map(() => "---|").join("")}`;
  const rows = contestants.map((one) => {
    const ratio = one.against[base]?.ratio;
    const facts = shown.map((name) => ` ${one.facts[name] ?? one.sums[name] ?? ""} |`).join("");
    return `| ${one.label} | ${ms(one.ns.median)} | ${ratio ? quartiles(ratio, (x) => x.toFixed(2), "") : ""} |${facts}`;
  });
  const absent = missing.map(({ label, reason }) => `\nNot there: ${label} (${reason})`);
  return [head, ...rows, ...absent].join("\n");
}

function mark(met) {
  return met === undefined ? "not measured" : met ? "yes" : "**no**";
}
