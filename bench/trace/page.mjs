/** The report as a page. */
const NAMES = { untraced: "untraced", strace: "`strace -f -o FILE`", strace_same: "`strace -f --seccomp-bpf -e trace=<calls of fds>`", tree: "`forkscope trace --level tree`", fds: "`--level fds`", all: "`--level all`", tree_bpf: "`--engine bpf --level tree`", fds_bpf: "`--engine bpf --level fds`", all_bpf: "`--engine bpf --level all`" };

/** @returns {string} Markdown */
export function page(report) {
  const works = Object.values(report.works);
  return ["# Tracing beside strace", "", ...INTRODUCTION, ...works.flatMap(section)].join("\n");
}

const INTRODUCTION = [
  "`npm run bench:trace` wrote this. Every command is run as a user runs it, start of the program and recording to disk included; the",
  "contestants take turns, and a time is the median of its rounds. In brackets: the least and the greatest ratio within one round.", "",
];

function section({ title, about, rounds, ms, ratios, recorded, rows, verdicts }) {
  const lines = [`## ${title}`, "", machine(about, rounds), ""];
  if (ms) lines.push(...times(ms, ratios, recorded));
  if (rows) lines.push("| what | measured |", "|---|---|", ...rows.map(([what, value]) => `| ${what} | ${value} |`), "");
  lines.push("| target | wanted | came | |", "|---|---|---|---|");
  for (const { label, wanted, came, met } of verdicts) lines.push(`| ${label} | ${shown(wanted)} | ${shown(came)} | ${met ? "met" : "**not met**"} |`);
  return [...lines, ""];
}

function times(ms, ratios, recorded) {
  const lines = ["| | ms | over untraced | over strace -f | events | bytes an event |", "|---|---|---|---|---|---|"];
  for (const [id, name] of Object.entries(NAMES)) if (ms[id] !== undefined) {
    const range = ratios[id] ? ` (${ratios[id].low.toFixed(2)} to ${ratios[id].high.toFixed(2)})` : "";
    const held = recorded[id];
    lines.push(`| ${name} | ${ms[id].toFixed(0)} | ${(ms[id] / ms.untraced).toFixed(2)} | ${(ms[id] / ms.strace).toFixed(2)}${range} | ${held?.events ?? ""} | ${held ? (held.bytes / held.events).toFixed(1) : ""} |`);
  }
  return [...lines, ""];
}

function machine({ date, commit, changed, kernel, arch, processors, model, load, versions }, rounds) {
  const tools = Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", ");
  return `${rounds ? `${rounds} rounds, ` : ""}${date.slice(0, 10)}, commit ${commit}${changed ? " with changes" : ""}, Linux ${kernel} ${arch}, ${processors} x ${model}, load ${load.toFixed(1)}; ${tools}.`;
}

function shown(value) {
  if (typeof value !== "number") return String(value);
  return Number.isInteger(value) ? value.toLocaleString("en-US") : value.toFixed(2);
}
