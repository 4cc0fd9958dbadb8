/** The types of what a call tap tells, written out: JSR wants every public type in words, and people read them so. */
import ts from "typescript";
import { at } from "../setup/paths.mjs";
import { compilerOptions } from "./surface.mjs";

const table = at("lib", "core", "calls", "functions.ts");
export const tappedFile = at("lib", "core", "calls", "tapped.ts");

const HEAD = `/**
 * The arguments of each call as a tap tells them: made from functions.ts by \`npm run docs\`.
 *
 * @module
 */
`;

/** What lib/core/calls/tapped.ts should be. */
export function tappedText() {
  const program = ts.createProgram([table, at("lib/ffi/backend/bun_ffi.d.ts")], compilerOptions());
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(table);
  const imports = new Map();
  const rows = new Map();
  for (const symbol of checker.getExportsOfModule(checker.getSymbolAtLocation(source))) {
    for (const call of checker.getTypeOfSymbol(symbol).getProperties()) if (!rows.has(call.name)) rows.set(call.name, argumentsOf(checker, source, checker.getTypeOfSymbol(call), imports));
  }
  const lines = Array.from(imports, ([file, names]) => `import type { ${[...names].sort().join(", ")} } from "${file}";`).sort();
  const body = Array.from(rows, ([name, text]) => `  ${name}: ${text};`);
  return [HEAD.trimEnd(), ...lines, "", "/** Arguments by call, each by its name in the manual page. What an address points to, decoded; undefined for NULL. */", "export interface TappedCalls {", ...body, "}", ""].join("\n");
}

function argumentsOf(checker, source, type, imports) {
  const fields = type.getProperties().map((argument) => {
    const read = checker.getTypeOfPropertyOfType(checker.getTypeOfSymbol(argument), "read");
    const text = checker.typeToString(read.getCallSignatures()[0].getReturnType(), source, flags);
    return `${argument.name}: ${imported(text, imports)}`;
  });
  return fields.length === 0 ? "Readonly<Record<never, never>>" : `{ ${fields.join("; ")} }`;
}

const flags = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.UseFullyQualifiedType;

/** Names of other files become imports. */
function imported(text, imports) {
  return text.replace(/import\("([^"]+)"\)\.(\w+)/g, (_, file, name) => {
    imports.set(file, (imports.get(file) ?? new Set()).add(name));
    return name;
  }).replace(/; }/g, " }");
}
