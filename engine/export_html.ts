/**
 * A recording as one page that replays it without a server: the built explorer, its styles and fonts, and the recording, all in one file.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Event, RecordingHeader } from "../lib/model/event.ts";
import { rendererFolder } from "./places.ts";
import { recordingBytes } from "./recordings.ts";
import { Refusal } from "./refusal.ts";

/** The page's text. */
export function toHtml(header: RecordingHeader, events: readonly Event[]): string {
  const assets = join(rendererFolder, "assets");
  if (!existsSync(assets)) throw new Refusal("export --to html: the explorer is not built", "npm run build");
  const files = readdirSync(assets);
  const read = (ending: string): string => files.filter((name) => name.endsWith(ending)).map((name) => readFileSync(join(assets, name), "utf8")).join("\n");
  const script = read(".js").replace(/^\/\/# sourceMappingURL=.*$/m, "").replaceAll("</script", "<\\/script");
  const style = withFonts(read(".css"), assets).replaceAll("</style", "<\\/style");
  const recording = Buffer.from(recordingBytes(header, events)).toString("base64");
  const policy = `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; font-src data:; img-src data:; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<title>${escaped(header.command.join(" "))} · forkscope</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<div id="app"></div>
<script type="application/octet-stream" id="recording">${recording}</script>
<script type="module">${script}</script>
</body>
</html>
`;
}

/** Fonts by their data; one that is not there is left to the reader's own. */
function withFonts(css: string, assets: string): string {
  return css.replace(/url\((["']?)\.?\/?(?:assets\/)?([^"')]+\.woff2)\1\)/g, (whole, _quote, name: string) => {
    const file = join(assets, name.slice(name.lastIndexOf("/") + 1));
    return existsSync(file) ? `url(data:font/woff2;base64,${readFileSync(file).toString("base64")})` : whole;
  });
}

function hash(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}
