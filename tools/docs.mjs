/**
 * `npm run docs`: writes `docs/api/` from the docstrings of what the library exports, and the types of what a call tap tells.
 *
 *   npm run docs               writes the pages
 *   npm run docs -- --check    changes nothing; tells which pages are stale and what docstrings lack
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { fileOf, indexOf, pageOf, placesOf } from "./docs/page.mjs";
import { missingIn } from "./docs/rules.mjs";
import { readSurface } from "./docs/surface.mjs";
import { tappedFile, tappedText } from "./docs/tapped.mjs";
import { at } from "./setup/paths.mjs";

const folder = at("docs", "api");

/** What the pages should be, and what docstrings lack. */
export function makeDocs() {
  const { sections, ready } = readSurface();
  const places = placesOf(sections);
  const pages = new Map(sections.map((section) => [fileOf(section.title), pageOf(section, places)]));
  pages.set("README.md", indexOf(sections, ready, places));
  return { pages, names: sections.flatMap((section) => section.exports).length, missing: missingIn(sections, ready) };
}

/** Pages on disk that differ from what they should be. */
export function stalePages(pages) {
  const found = existsSync(folder) ? readdirSync(folder) : [];
  const stale = [...pages].filter(([name, text]) => !found.includes(name) || readFileSync(join(folder, name), "utf8") !== text);
  return [...stale.map(([name]) => name), ...found.filter((name) => !pages.has(name))];
}

function write(pages) {
  mkdirSync(folder, { recursive: true });
  for (const name of stalePages(pages)) {
    if (pages.has(name)) writeFileSync(join(folder, name), pages.get(name));
    else rmSync(join(folder, name));
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const isCheck = process.argv.includes("--check");
  const tapped = tappedText();
  if (!isCheck && readFileSync(tappedFile, "utf8") !== tapped) writeFileSync(tappedFile, tapped);
  const { pages, names, missing } = makeDocs();
  if (!isCheck) write(pages);
  const stale = stalePages(pages).map((name) => `docs/api/${name} is not what the docstrings say`);
  if (readFileSync(tappedFile, "utf8") !== tapped) stale.push(`${relative(at(), tappedFile)} is not what the table of calls says`);
  for (const line of missing) console.log(line);
  for (const line of stale) console.log(`${line}: npm run docs`);
  console.log(`${names} names, ${missing.length} things missing, ${pages.size} pages, ${stale.length} files stale`);
  process.exitCode = isCheck && missing.length + stale.length > 0 ? 1 : 0;
}
