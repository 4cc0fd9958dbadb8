/** What the library exports, read with the TypeScript compiler: names, kinds, signatures and docstrings, by section of `mod.ts`. */
import { relative } from "node:path";
import ts from "typescript";
import { at } from "../setup/paths.mjs";
import { groupOf, isAlone } from "./constants.mjs";
import { commentsOf, parseDocstring } from "./docstring.mjs";
import { callText, classHead, classMembers, parametersOf, returnOf, withoutExport } from "./signature.mjs";

const entry = at("lib/core/mod.ts");
const ready = at("lib/ready.ts");

/**
 * @typedef {import("./docstring.mjs").Docstring} Docstring
 * @typedef {{ name: string, text: string, doc?: Docstring }} Member
 * @typedef {{ key: string, names: string[], doc?: Docstring }} Group constants that stand together in their file
 * @typedef {{ name: string, file: string, kind: "function" | "class" | "interface" | "type" | "constant" | "object", doc?: Docstring,
 *   text: string, params: { name: string, type: string }[], returns: string, members: Member[], value?: string, group?: Group }} Export
 * @typedef {{ title: string, exports: Export[] }} Section
 */

/** @returns {{ ready: Docstring | undefined, sections: Section[] }} */
export function readSurface() {
  const program = ts.createProgram([entry, ready], compilerOptions());
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entry);
  const sections = [];
  for (const statement of source.statements.filter(ts.isExportDeclaration)) {
    const title = sectionTitle(source, statement) ?? (sections.length === 0 ? "errors, marks" : undefined);
    if (title !== undefined) sections.push({ title, exports: [] });
    sections.at(-1).exports.push(...exportedBy(checker, statement));
  }
  return { ready: moduleDoc(program.getSourceFile(ready)), sections: sections.filter((one) => one.exports.length > 0) };
}

export function compilerOptions() {
  const { config } = ts.readConfigFile(at("tsconfig.json"), ts.sys.readFile);
  return ts.convertCompilerOptionsFromJson(config.compilerOptions, at()).options;
}

/** The words of a `// ...` line above a statement. */
function sectionTitle(source, statement) {
  const ranges = ts.getLeadingCommentRanges(source.text, statement.getFullStart()) ?? [];
  const line = ranges.findLast(({ kind }) => kind === ts.SyntaxKind.SingleLineCommentTrivia);
  return line && source.text.slice(line.pos + 2, line.end).trim();
}

function exportedBy(checker, statement) {
  const clause = statement.exportClause;
  const all = () => checker.getExportsOfModule(checker.getSymbolAtLocation(statement.moduleSpecifier)).toSorted(byPlace);
  if (!clause) return all().map((symbol) => describe(checker, symbol, symbol.name));
  if (ts.isNamespaceExport(clause)) return all().map((symbol) => describe(checker, symbol, `${clause.name.text}.${symbol.name}`));
  return clause.elements.map((element) => describe(checker, checker.getSymbolAtLocation(element.name), element.name.text));
}

const byPlace = (a, b) => (a.declarations?.[0]?.pos ?? 0) - (b.declarations?.[0]?.pos ?? 0);

function describe(checker, alias, name) {
  const symbol = alias.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(alias) : alias;
  const declarations = symbol.declarations ?? [];
  const [first] = declarations;
  const found = { name, file: relative(at(), first.getSourceFile().fileName), doc: docOf(declarations), text: "", params: [], returns: "", members: [] };
  if (ts.isFunctionDeclaration(first)) return { ...found, kind: "function", ...functionFacts(declarations, name) };
  if (ts.isClassDeclaration(first)) return { ...found, kind: "class", text: classHead(first), members: classMembers(first, docOf) };
  if (ts.isInterfaceDeclaration(first)) return { ...found, kind: "interface", text: withoutExport(first.getText()) };
  if (ts.isTypeAliasDeclaration(first)) return { ...found, kind: "type", text: withoutExport(first.getText()) };
  return variableFacts(checker, found, first);
}

function functionFacts(declarations, name) {
  const callable = declarations.length > 1 ? declarations.filter(({ body }) => !body) : declarations;
  return { text: callable.map((one) => callText(one, name)).join("\n"), params: parametersOf(callable), returns: returnOf(callable.at(-1)) };
}

function variableFacts(checker, found, declaration) {
  const statement = declaration.parent.parent;
  const isNumber = (checker.getTypeAtLocation(declaration).flags & ts.TypeFlags.NumberLike) !== 0;
  if (!isNumber) return { ...found, doc: docOf([statement]), kind: "object", text: `const ${declaration.getText()}` };
  const initial = declaration.initializer;
  const isLiteral = initial && (ts.isNumericLiteral(initial) || ts.isPrefixUnaryExpression(initial));
  const group = groupOf(statement);
  const doc = isAlone(statement, group) ? undefined : docOf([statement]);
  return { ...found, kind: "constant", doc, group, ...(isLiteral ? { value: initial.getText() } : {}) };
}

/** The docstring of the first declaration that has one; that of an overloaded function stands at its first form. */
function docOf(declarations) {
  const comment = declarations.map((one) => commentsOf(one).at(-1)).find((one) => one !== undefined);
  return comment === undefined ? undefined : parseDocstring(comment);
}

/** The comment at the head of a file. */
function moduleDoc(source) {
  const [first] = ts.getLeadingCommentRanges(source.text, 0) ?? [];
  return first && parseDocstring(source.text.slice(first.pos, first.end));
}
