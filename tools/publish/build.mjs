/**
 * `lib/dist`: the library as it is published. JavaScript, since Deno runs no TypeScript of an installed package; few files, since a
 * program that imports the library waits for each; and its declarations.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { rolldown } from "rolldown";
import ts from "typescript";
import { at } from "../setup/paths.mjs";

const dist = at("lib", "dist");
const types = join(dist, "types");
const entries = { mod: at("lib", "core", "mod.ts"), ready: at("lib", "ready.ts") };

export async function buildLibrary() {
  rmSync(dist, { recursive: true, force: true });
  await bundle();
  declare();
}

/** The first line of each file: it tells Bun that there is nothing to translate in it, which it would do at every import. */
const TRANSLATED = "// @bun\n";

/** Names stay as they are, for errors and stacks; only comments and space go. */
async function bundle() {
  const build = await rolldown({ input: entries, platform: "neutral", external: /^(?:bun|node):/ });
  try {
    const { output } = await build.write({
      dir: dist,
      format: "esm",
      comments: { legal: true, annotation: false, jsdoc: false },
      minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
      chunkFileNames: ({ name }) => `${name === "rolldown-runtime" ? "runtime" : name}.js`,
    });
    for (const { fileName, code } of output) writeFileSync(join(dist, fileName), TRANSLATED + code);
  } finally {
    await build.close();
  }
}

/** The declarations that the two entries reach. */
function declare() {
  const { config } = ts.readConfigFile(at("tsconfig.json"), ts.sys.readFile);
  const settings = ts.convertCompilerOptionsFromJson({ ...config.compilerOptions, noEmit: false, declaration: true, emitDeclarationOnly: true, stripInternal: true }, at()).options;
  const program = ts.createProgram([...Object.values(entries), at("lib", "ffi", "backend", "bun_ffi.d.ts")], { ...settings, outDir: types, rootDir: at("lib") });
  const texts = new Map();
  program.emit(undefined, (file, text) => texts.set(normalize(file), text.replace(/(["'])(\.[^"'\n]*)\.ts\1/g, "$1$2.js$1")));
  const wanted = [join(types, "core", "mod.d.ts"), join(types, "ready.d.ts")];
  for (const file of wanted) {
    const text = texts.get(file);
    if (text === undefined) throw new Error(`Cannot declare ${relative(dist, file)}: the compiler wrote ${texts.size} files and not this one`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    for (const [, , target] of text.matchAll(/(["'])(\.[^"'\n]*)\.js\1/g)) {
      const next = normalize(join(dirname(file), `${target}.d.ts`));
      if (!wanted.includes(next)) wanted.push(next);
    }
  }
}
