/** Declarations as a caller reads them: the author's own words, without bodies and defaults. */
import ts from "typescript";

/** `name(a: number, b?: string): void`. */
export function callText(declaration, name) {
  const types = declaration.typeParameters ? `<${declaration.typeParameters.map((one) => one.getText()).join(", ")}>` : "";
  const result = declaration.type ? `: ${declaration.type.getText()}` : "";
  return oneLine(`${name}${types}(${declaration.parameters.map(parameterText).join(", ")})${result}`);
}

/** The parameters of all overloads, each named once. */
export function parametersOf(declarations) {
  const found = new Map();
  for (const one of declarations.flatMap(({ parameters }) => parameters)) found.set(parameterName(one), parameterType(one));
  return Array.from(found, ([name, type]) => ({ name, type }));
}

export const returnOf = (declaration) => oneLine(declaration?.type?.getText() ?? "");

/** `class X extends Y`. */
export function classHead(declaration) {
  const types = declaration.typeParameters ? `<${declaration.typeParameters.map((one) => one.getText()).join(", ")}>` : "";
  const clauses = (declaration.heritageClauses ?? []).map((clause) => ` ${clause.getText()}`);
  return oneLine(`class ${declaration.name.text}${types}${clauses.join("")}`);
}

/** The public members of a class, an overloaded one once. */
export function classMembers(declaration, docOf) {
  const groups = grouped(declaration.members);
  groups.delete("");
  return Array.from(groups.values()).filter((members) => !docOf(members)?.isInternal).map((members) => {
    const shown = members.length > 1 && members.some(({ body }) => !body) ? members.filter(({ body }) => !body) : members.slice(0, 1);
    const name = members[0].name?.getText() ?? "constructor";
    return { name, text: shown.map((one) => memberText(one, name, members)).join("\n"), doc: docOf(members) };
  });
}

function grouped(members) {
  const groups = new Map();
  for (const one of members) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
}

/** Nothing for what is not public. */
function keyOf(member) {
  const hidden = has(member, ts.SyntaxKind.PrivateKeyword) || has(member, ts.SyntaxKind.ProtectedKeyword);
  if (hidden || ts.isClassStaticBlockDeclaration(member) || (member.name && ts.isPrivateIdentifier(member.name))) return "";
  return `${has(member, ts.SyntaxKind.StaticKeyword)} ${member.name?.getText() ?? "constructor"}`;
}

function memberText(member, name, all) {
  const prefix = has(member, ts.SyntaxKind.StaticKeyword) ? "static " : "";
  if (ts.isConstructorDeclaration(member)) return callText(member, `new ${member.parent.name.text}`);
  if (ts.isMethodDeclaration(member)) return `${prefix}${callText(member, name)}`;
  const isFixed = has(member, ts.SyntaxKind.ReadonlyKeyword) || (ts.isGetAccessor(member) && !all.some(ts.isSetAccessor));
  const type = member.type?.getText() ?? (member.initializer && ts.isNewExpression(member.initializer) ? member.initializer.expression.getText() : "");
  return oneLine(`${prefix}${isFixed ? "readonly " : ""}${name}${member.questionToken ? "?" : ""}${type ? `: ${type}` : ""}`);
}

function parameterText(parameter) {
  const optional = parameter.questionToken || parameter.initializer ? "?" : "";
  const type = parameterType(parameter);
  return `${parameter.dotDotDotToken ? "..." : ""}${parameterName(parameter)}${optional}${type ? `: ${type}` : ""}`;
}

const parameterName = ({ name }) => (ts.isIdentifier(name) ? name.text : "options");

function parameterType({ type, initializer }) {
  if (type) return oneLine(type.getText());
  if (initializer?.kind === ts.SyntaxKind.TrueKeyword || initializer?.kind === ts.SyntaxKind.FalseKeyword) return "boolean";
  return initializer && ts.isStringLiteralLike(initializer) ? "string" : "number";
}

/** The text of a declaration that a reader of the docs may copy. */
export const withoutExport = (text) => text.replace(/^export (declare )?/, "");

const oneLine = (text) => text.replace(/\s*\n\s*/g, " ").replace(/([([]) /g, "$1").replace(/,? ([)\]])/g, "$1");
const has = (node, kind) => (node.modifiers ?? []).some((modifier) => modifier.kind === kind);
