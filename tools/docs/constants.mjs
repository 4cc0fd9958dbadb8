/** Constants that stand together: what is said once of all of them. */
import { relative } from "node:path";
import ts from "typescript";
import { at } from "../setup/paths.mjs";
import { commentsOf, parseDocstring } from "./docstring.mjs";

/**
 * The constants around one, without an empty line between their statements. What is said of all stands in a comment of its own above the
 * first one's, or is the only comment among them.
 */
export function groupOf(statement) {
  const source = statement.getSourceFile();
  const run = runAround(source, statement);
  const comments = commentsOf(run[0]);
  const text = comments.length > 1 ? comments.at(-2) : run.length === 1 || isOnlyComment(run) ? comments[0] : undefined;
  const names = run.flatMap((one) => one.declarationList.declarations.map(({ name }) => name.getText()));
  return { key: `${relative(at(), source.fileName)}:${names[0]}`, names, doc: text === undefined ? undefined : parseDocstring(text) };
}

/** Whether the comment at a constant is the one of its group. */
export function isAlone(statement, group) {
  return group.doc !== undefined && commentsOf(statement).length < 2 && group.names[0] === statement.declarationList.declarations[0].name.getText();
}

const isOnlyComment = (run) => run.slice(1).every((one) => commentsOf(one).length === 0);

function runAround(source, statement) {
  const all = source.statements;
  let from = all.indexOf(statement);
  let to = from;
  while (from > 0 && isConstant(all[from - 1]) && !isApart(source, all[from])) from -= 1;
  while (to + 1 < all.length && isConstant(all[to + 1]) && !isApart(source, all[to + 1])) to += 1;
  return all.slice(from, to + 1);
}

const isConstant = (statement) => ts.isVariableStatement(statement) && (statement.modifiers ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
const isApart = (source, statement) => /\n[ \t]*\n/.test(source.text.slice(statement.getFullStart(), statement.getStart()));
