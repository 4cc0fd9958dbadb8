/** Programs in docstrings, and what their comments say they print. */

/** One example: where it stands, what for, and its text. */
export interface Example {
  name: string;
  code: string;
}

/** The `ts` blocks in the comments of a file. */
export function examplesIn(file: string, text: string): Example[] {
  return [...text.matchAll(/^ *\* ```ts\n([\s\S]*?)^ *\* ```$/gm)].map((match) => {
    const line = text.slice(0, match.index).split("\n").length;
    return { name: `${subject(text.slice(match.index))}${file}:${line}`, code: (match[1] ?? "").replace(/^ *\* ?/gm, "") };
  });
}

/** What the comment is about: the name that is declared after it. */
function subject(text: string): string {
  const after = text.slice(text.indexOf("*/") + 2);
  const [, name] = /^\s*(?:export )?(?:declare )?(?:async )?(?:function\*?|class|const|interface|type) (\w+)/.exec(after) ?? [];
  return name === undefined ? "" : `${name} in `;
}

/**
 * The values that a program's comments say it prints: `console.log(2 + 2); // 4`. A comment in words is none. Three dots stand for
 * anything, and a value may be followed by a colon and the reason.
 */
export function promised(code: string): string[] {
  return [...code.matchAll(/console\.log\(.*; \/\/ (.+)$/gm)].map(([, text = ""]) => text.trim()).filter(isValue).map(withoutReason);
}

/** `// true: runtimes ignore it` promises true. */
const withoutReason = (text: string): string => /^(-?[\d.]+|true|false|null|undefined|"[^"]*"): /.exec(text)?.[1] ?? text;

const isValue = (text: string): boolean => !/^\S+, or /.test(text) && /^(?:-?\d|["'[{]|(?:true|false|null|undefined)\b|[A-Z][A-Z0-9_]+$)/.test(text);

/** The promised values that are not among what was printed. Space, quotes and the line breaks of large values do not count. */
export function unkept(code: string, printed: string): string[] {
  const values = valuesOf(printed);
  return promised(code).filter((value) => {
    const at = values.findIndex((found) => matches(bare(value), found));
    if (at >= 0) values.splice(at, 1);
    return at < 0;
  });
}

/** Lines, joined while a bracket is open; as they are when it never closes. */
function valuesOf(printed: string): string[] {
  const values: string[] = [];
  let open: string[] = [];
  for (const line of printed.split("\n")) {
    open.push(line);
    const text = open.join("");
    const depth = (text.match(/[[{(]/g)?.length ?? 0) - (text.match(/[\]})]/g)?.length ?? 0);
    if (depth > 0) continue;
    values.push(bare(text));
    open = [];
  }
  return [...values, ...open.map(bare)];
}

const bare = (text: string): string => text.replace(/["'\s]/g, "").replace(/,(?=[\]}])/g, "");

function matches(promise: string, found: string): boolean {
  const parts = promise.split("...").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(found);
}
