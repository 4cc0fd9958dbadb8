/**
 * The package's own manifest, while it is packed. In the checkout "forkscope" means the sources; what is published means `dist`, as
 * `publishConfig` says. pnpm and yarn make that exchange themselves, npm does not.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { at } from "../setup/paths.mjs";

const manifest = at("lib", "package.json");
const kept = at("lib", "dist", "package.source.json");

/** Puts the published manifest in its place; the other is kept. */
export function putPublished() {
  const text = existsSync(kept) ? readFileSync(kept, "utf8") : readFileSync(manifest, "utf8");
  writeFileSync(kept, text);
  writeFileSync(manifest, `${JSON.stringify(published(JSON.parse(text)), null, 2)}\n`);
}

/** Puts the checkout's manifest back. */
export function putBack() {
  if (!existsSync(kept)) return;
  writeFileSync(manifest, readFileSync(kept));
  rmSync(kept);
}

/** What `publishConfig` says stands above; scripts stay at home. */
function published(source) {
  const { publishConfig, ...rest } = source;
  delete rest.scripts;
  return { ...rest, ...publishConfig };
}
