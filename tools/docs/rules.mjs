/** What a docstring must have, and what is missing. */
import { cCall, sentence } from "./docstring.mjs";
import { firstKernel } from "./kernel.mjs";

const manualPage = /^https:\/\/man7\.org\/linux\/man-pages\/man\d\/[\w.-]+\.html$/;
const kernel = /^Linux (\d+\.\d+(?:\.\d+)?)(?: .+)?$/;

/**
 * One line for each thing missing: file, name, what.
 * @param {import("./surface.mjs").Section[]} sections
 * @param {import("./docstring.mjs").Docstring | undefined} ready
 */
export function missingIn(sections, ready) {
  const all = sections.flatMap((section) => section.exports);
  const found = all.flatMap((one) => missingOf(one).map((what) => `${one.file}: ${one.name}: ${what}`));
  const inReady = ready ? needs(ready, { example: true }) : ["no docstring"];
  return [...new Set([...found, ...missingOfGroups(all), ...inReady.map((what) => `lib/ready.ts: forkscope/ready: ${what}`)])];
}

/** What is missing at one export. */
export function missingOf(one) {
  if (one.kind === "constant") return [...wrongKernel(one.name, one.doc, one.group?.doc), ...malformed(one.doc), ...isExplained(one) ? [] : ["no words of its own, nor its name in the docstring of its group"]];
  if (!one.doc) return ["no docstring", ...wrongKernel(one.name, undefined)];
  const isCalled = one.kind === "function" || one.kind === "class";
  const isMadeElsewhere = one.kind === "class" && /\{@linkcode /.test(one.doc.text);
  const needed = { example: (isCalled && !isMadeElsewhere) || one.kind === "object", errors: one.kind === "function", manual: one.kind === "function" && cCall(one.doc) !== undefined };
  const members = one.members.filter(({ name, doc }) => !name.startsWith("[Symbol.") && name !== "constructor" && sentence(doc) === "");
  return [...needs(one.doc, needed), ...wrongKernel(one.name, one.doc), ...members.map(({ name }) => `no sentence for its member ${name}`)];
}

/** By words of its own, or by its name in what is said of its group. */
function isExplained({ name, doc, group }) {
  const together = group?.doc?.text ?? "";
  return sentence(doc) !== "" || group?.names.length === 1 && together !== "" || new RegExp(`\\b${name}\\b`).test(together);
}

function needs(doc, { example = false, errors = false, manual = false }) {
  const found = [];
  if (sentence(doc) === "") found.push("no sentence");
  if (example && doc.examples.length === 0) found.push("no @example");
  if (doc.examples.some(({ code }) => code === "")) found.push("an @example without a ts block");
  if (errors && doc.throws.length === 0 && !/\b(Never|never|Cannot|cannot) fails?\b/.test(doc.text)) found.push("no @throws, nor the words \"Never fails\"");
  if (manual && !doc.see.some((link) => manualPage.test(link))) found.push("a C call without @see and its man7.org page");
  return [...found, ...malformed(doc)];
}

function malformed(doc) {
  if (!doc) return [];
  return [
    ...doc.throws.filter((text) => !/^\{[\w |]+\} \S/.test(text)).map((text) => `@throws without {Class} and words: ${text.slice(0, 40)}`),
    ...doc.since.filter((text) => !kernel.test(text)).map((text) => `@since is not "Linux x.y": ${text.slice(0, 40)}`),
    ...doc.others.map((text) => `unknown tag ${text.slice(0, 40)}`),
  ];
}

function wrongKernel(name, ...docs) {
  const wanted = firstKernel[name];
  if (wanted === undefined || docs.some((doc) => doc?.since.some((text) => text.match(kernel)?.[1] === wanted))) return [];
  return [`no @since Linux ${wanted}`];
}

/** Constants have one docstring together: a sentence, the manual page, and an example or the function that has one. */
function missingOfGroups(all) {
  const groups = new Map(all.filter(({ group }) => group).map(({ group, file }) => [group.key, { group, file }]));
  return Array.from(groups.values()).flatMap(({ group, file }) => missingOfGroup(group).map((what) => `${file}: the constants from ${group.names[0]}: ${what}`));
}

function missingOfGroup({ doc }) {
  if (!doc || sentence(doc) === "") return ["no docstring of their own above the first"];
  const found = [];
  if (!doc.see.some((link) => manualPage.test(link))) found.push("no @see with a man7.org page");
  if (doc.examples.length === 0 && !/\{@linkcode /.test(doc.text)) found.push("neither an @example nor {@linkcode} to the function that takes them");
  return [...found, ...malformed(doc)];
}
