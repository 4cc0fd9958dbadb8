/** A recording as one picture: a lane a process, its calls and moments along time. Standing alone, readable in both themes. @module */
import type { LifeSpan, Slice, Spans } from "./spans.ts";

const WIDTH = 1200;
const LEFT = 220;
const LANE = 26;
const TOP = 56;
/** More marks than this make no clearer picture. */
const MOST_SLICES = 4000;

/** The file's text. */
export function toSvg(spans: Spans): string {
  const end = Math.max(1, ...spans.lives.map(({ to }) => to));
  const x = (t: number): number => LEFT + ((WIDTH - LEFT - 20) * t) / end;
  const height = TOP + LANE * spans.lives.length + 40;
  const lanes = spans.lives.map((life) => lane(life, x)).join("");
  const shown = spans.slices.slice(0, MOST_SLICES);
  const left = spans.slices.length - shown.length;
  const title = escaped(spans.header.command.join(" "));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}">
<style>:root{color-scheme:light dark}text{font:12px system-ui,sans-serif;fill:#222}.h{font-size:15px;font-weight:600}.d{fill:#666}.l{fill:#dbe4ee}.c{fill:#3b7bb8}.m{stroke:#b85c1e;stroke-width:1.5}.f{stroke:#888;fill:none}@media(prefers-color-scheme:dark){svg{background:#16191d}text{fill:#e6e6e6}.d{fill:#9aa}.l{fill:#2c3641}.c{fill:#6aa9e0}.m{stroke:#e79a5c}}</style>
<text class="h" x="12" y="24">${title}</text>
<text class="d" x="12" y="42">${spans.lives.length} processes, ${spans.slices.length} calls and moments, ${(end / 1000).toFixed(1)} ms${left > 0 ? `; the last ${left} are not drawn` : ""}</text>
${lanes}${shown.map((slice) => mark(slice, x)).join("")}${flows(spans, shown.length, x)}</svg>
`;
}

function lane(life: LifeSpan, x: (t: number) => number): string {
  const y = TOP + LANE * life.id;
  const words = `${life.pid} ${life.name}`;
  return `<text x="12" y="${y + 15}">${escaped(words.length > 30 ? `${words.slice(0, 29)}…` : words)}</text><rect class="l" x="${x(life.from).toFixed(1)}" y="${y + 4}" width="${Math.max(1, x(life.to) - x(life.from)).toFixed(1)}" height="14" rx="2"><title>${escaped(`${words}${life.end ? `: ${life.end}` : ""}`)}</title></rect>\n`;
}

function mark({ life, name, kind, from, to, details }: Slice, x: (t: number) => number): string {
  const y = TOP + LANE * life;
  const title = `<title>${escaped(`${name} ${details.map(([, value]) => value).join(" ")}`.slice(0, 200))}</title>`;
  if (kind === "moment") return `<path class="m" d="M${x(from).toFixed(1)} ${y + 2}v18">${title}</path>`;
  return `<rect class="c" x="${x(from).toFixed(1)}" y="${y + 7}" width="${Math.max(0.6, x(to) - x(from)).toFixed(1)}" height="8">${title}</rect>`;
}

function flows(spans: Spans, shown: number, x: (t: number) => number): string {
  return spans.flows.filter(({ from, to }) => from < shown && to < shown).map(({ from, to }) => {
    const [cause, effect] = [spans.slices[from], spans.slices[to]];
    if (!cause || !effect) return "";
    const at = (slice: Slice): string => `${x(slice.from).toFixed(1)} ${TOP + LANE * slice.life + 11}`;
    return `<path class="f" d="M${at(cause)}L${at(effect)}"/>`;
  }).join("");
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "·"); // oxlint-disable-line no-control-regex
}
