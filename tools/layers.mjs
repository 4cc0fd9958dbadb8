/**
 * The layer rule as a program: which folder may import which, who may name a runtime, and how long a file may be.
 * Prints each breach and ends with status 1 when there is one.
 */
import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/**
 * First matching row decides. `folder`: files it is about. `may`: what they import from other folders of the project.
 * `types`: the same for `import type`. `builtins`: Node's modules. `packages`: npm packages ("*": any).
 */
const rows = [
  { folder: "lib/ffi/backend/", may: ["lib/ffi/"], builtins: true, packages: ["bun:ffi", "bun:jsc"] },
  { folder: "lib/ffi/", may: ["lib/ffi/"], builtins: true },
  { folder: "lib/core/", may: ["lib/core/", "lib/ffi/"], builtins: true },
  { folder: "lib/model/", may: ["lib/model/"] },
  { folder: "lib/trace/", may: ["lib/trace/", "lib/core/", "lib/ffi/", "lib/model/"], builtins: true },
  { folder: "lib/ready.ts", may: ["lib/ffi/", "lib/core/"], builtins: true },
  { folder: "lib/", may: ["lib/"], builtins: true },
  { folder: "scenarios/", may: ["scenarios/", "lib/core/", "lib/model/", "lib/ready.ts"], types: ["engine/protocol.ts"], builtins: true },
  { folder: "engine/protocol.ts", may: [], types: ["lib/model/"] },
  { folder: "engine/", may: ["engine/", "lib/", "scenarios/"], builtins: true },
  { folder: "cli/", may: ["cli/", "engine/", "lib/model/"], builtins: true },
  { folder: "app/renderer/", may: ["app/renderer/", "app/shared/", "lib/model/"], types: ["engine/protocol.ts"], packages: ["vue", "pinia", "@fontsource", "fflate"] },
  { folder: "app/shared/", may: ["app/shared/"], types: ["engine/protocol.ts", "lib/model/"] },
  { folder: "app/main/", may: ["app/main/", "app/shared/"], types: ["engine/protocol.ts"], builtins: true, packages: ["electron"] },
  { folder: "app/preload/", may: ["app/preload/", "app/shared/"], types: ["engine/protocol.ts"], packages: ["electron"] },
];

/** Longest file in lines, by folder. */
const budgets = [
  { folder: "lib/", lines: 300 },
];

const runtimeName = /\b(?:Deno|Bun)\s*(?:\.|\[)|["']bun:[a-z]+["']/;
const checked = ["lib", "scenarios", "engine", "cli", "app"];
const nodeModules = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));

/** Every breach in a checkout, as printable lines, and how many files were read. */
export function checkLayers(root) {
  const files = checked.flatMap((folder) => sources(join(root, folder))).map((file) => relative(root, file));
  const breaches = files.flatMap((file) => breachesOf(file, readFileSync(join(root, file), "utf8")));
  return { files: files.length, breaches };
}

/** The breaches of one file, given its path in the project and its text. */
export function breachesOf(file, text) {
  const row = rows.find(({ folder }) => file.startsWith(folder));
  if (row === undefined) return [`${file}: no row of tools/layers.mjs covers this file`];
  const code = withoutComments(text);
  const found = imports(code).map((one) => refusal(file, row, one)).filter(Boolean).map((why) => `${file}: ${why}`);
  if (file.startsWith("lib/") && !file.startsWith("lib/ffi/backend/") && runtimeName.test(code)) {
    found.push(`${file}: names a runtime (${code.match(runtimeName)[0]}); only lib/ffi/backend may`);
  }
  const budget = budgets.find(({ folder }) => file.startsWith(folder));
  const lines = text.split("\n").length - 1;
  if (budget && lines > budget.lines) found.push(`${file}: ${lines} lines, at most ${budget.lines}`);
  return found;
}

function refusal(file, row, { target, typeOnly }) {
  if (target.startsWith(".")) {
    const wanted = normalize(join(dirname(file), target.split("?")[0]));
    const allowed = typeOnly ? [...row.may, ...(row.types ?? [])] : row.may;
    if (allowed.some((prefix) => wanted.startsWith(prefix))) return undefined;
    const asType = row.types?.some((prefix) => wanted.startsWith(prefix));
    return `imports ${wanted}${asType ? " as a value; only its types may be imported" : ""}; ${row.folder} may import ${allowed.join(", ") || "nothing"}`;
  }
  if (nodeModules.has(target)) {
    if (!row.builtins) return `imports ${target}; ${row.folder} runs where Node's modules are missing`;
    return target.startsWith("node:") ? undefined : `imports "${target}"; write node:${target}`;
  }
  if (row.packages?.some((name) => target === name || target.startsWith(`${name}/`) || target.startsWith(`${name}-`))) return undefined;
  return `imports the package ${target}; ${row.folder} may import ${row.packages?.join(", ") ?? "no package"}`;
}

/** Static, re-exporting and dynamic imports with a literal target. */
function imports(code) {
  const found = [];
  for (const [, , type, target] of code.matchAll(/^\s*(import|export)\s+(type\s)?[^"'`;()]*?\bfrom\s*["']([^"']+)["']/gm)) {
    found.push({ target, typeOnly: Boolean(type) });
  }
  for (const [, target] of code.matchAll(/^\s*import\s*["']([^"']+)["']/gm)) found.push({ target, typeOnly: false });
  for (const [, target] of code.matchAll(/\bimport\s*\(\s*["']([^"']+)["']/g)) found.push({ target, typeOnly: false });
  for (const [, target] of code.matchAll(/new URL\(\s*["'](\.[^"']+\.ts)["']\s*,\s*import\.meta\.url/g)) found.push({ target, typeOnly: false });
  return found;
}

/** Strings are matched first, so that a "/*" inside one hides nothing. */
function withoutComments(text) {
  const stringOrComment = /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
  return text.replace(stringOrComment, (_, string) => string ?? "");
}

function sources(folder) {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "dist" ? [] : sources(path);
    return /\.(ts|vue|mjs|js)$/.test(entry.name) ? [path] : [];
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { files, breaches } = checkLayers(dirname(dirname(fileURLToPath(import.meta.url))));
  for (const line of breaches) console.error(line);
  console.log(`${files} files read, ${breaches.length} breaches`);
  process.exitCode = breaches.length > 0 || files === 0 ? 1 : 0;
}
