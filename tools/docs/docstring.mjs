/** A docstring as data: the text of a comment, split at its tags. */

/**
 * @typedef {{ text: string, params: { name: string, text: string }[], returns: string[], throws: string[], see: string[],
 *   since: string[], examples: { title: string, code: string }[], others: string[], isInternal?: true }} Docstring
 */

/**
 * Reads the text of one comment, its marks included.
 * @param {string} comment
 * @returns {Docstring}
 */
export function parseDocstring(comment) {
  const [text = "", ...tags] = sections(withoutMarks(comment));
  const doc = { text: text.trim(), params: [], returns: [], throws: [], see: [], since: [], examples: [], others: [] };
  for (const tag of tags) addTag(doc, tag);
  return doc;
}

/** The first paragraph, on one line. */
export function sentence(doc) {
  return (doc?.text ?? "").split(/\n\s*\n/)[0].replace(/\s*\n\s*/g, " ").trim();
}

/** The C call a docstring opens with, as in `dup2(oldfd, newfd)`; undefined when it opens with words. */
export function cCall(doc) {
  return sentence(doc).match(/^`([^`]*\w\([^`]*\)[^`]*)`/)?.[1];
}

/** Program texts of a tag or of prose. */
export function codeBlocks(text) {
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code);
}

function withoutMarks(comment) {
  return comment.replace(/^\/\*\*[ \t]?/, "").replace(/[ \t]*\*\/$/, "").split("\n").map((line, i) => (i === 0 ? line : line.replace(/^\s*\*? ?/, ""))).join("\n");
}

/** A tag: any at the start of a line, a known one after words. */
const TAG = /^@[a-z]+|(?<=\s)@(?:param|returns|throws|see|since|internal|module)\b/g;

/** Splits before each tag, which may follow words on their line, but not inside a program. */
function sections(text) {
  const found = [""];
  let inCode = false;
  for (const line of text.split("\n")) {
    if (line.startsWith("```")) inCode = !inCode;
    const [words = "", ...tags] = inCode ? [line] : line.replace(TAG, "\0$&").split("\0");
    found[found.length - 1] += `${words}\n`;
    for (const tag of tags) found.push(`${tag}\n`);
  }
  return found;
}

function addTag(doc, tag) {
  const [, name = "", body = ""] = tag.match(/^@([a-zA-Z]+)\s*([\s\S]*)$/) ?? [];
  const text = body.trim();
  const lists = { returns: doc.returns, throws: doc.throws, see: doc.see, since: doc.since };
  if (name === "param") {
    const [, param = "", words = ""] = text.match(/^(\S+)\s*([\s\S]*)$/) ?? [];
    doc.params.push({ name: param, text: words.trim() });
  } else if (name === "example") {
    doc.examples.push({ title: text.split("```")[0].trim(), code: codeBlocks(`${body.slice(body.indexOf("```"))}\n`)[0] ?? "" });
  } else if (name === "internal") doc.isInternal = true;
  else if (lists[name]) lists[name].push(text);
  else if (name !== "module") doc.others.push(`@${name} ${text}`.trim());
}

/** The comments above a declaration of the compiler's tree, those of the file left out. */
export const commentsOf = (node) => (node.jsDoc ?? []).map((one) => one.getText()).filter((text) => !/@module\b/.test(text));
