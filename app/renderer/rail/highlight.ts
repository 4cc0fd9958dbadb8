/**
 * Just enough colouring for a story's source: keywords, strings, calls, comments.
 *
 * @module
 */
export interface Token { text: string; kind: "" | "k" | "s" | "f" | "c" }

const pattern = /(\/\/.*$|^\s*\*.*$|^\s*\/\*.*$)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`?)|\b(const|let|if|else|for|of|in|while|return|function|await|async|new|throw|try|finally|catch|import|export|from|type|as|switch|case|default|break|continue|void|null|undefined|true|false)\b|\b([A-Za-z_$][\w$]*)(?=\()/g;

export function tokens(line: string): Token[] {
  const result: Token[] = [];
  let end = 0;
  for (const match of line.matchAll(pattern)) {
    if (match.index > end) result.push({ text: line.slice(end, match.index), kind: "" });
    result.push({ text: match[0], kind: match[1] !== undefined ? "c" : match[2] !== undefined ? "s" : match[3] !== undefined ? "k" : "f" });
    end = match.index + match[0].length;
  }
  if (end < line.length) result.push({ text: line.slice(end), kind: "" });
  return result;
}

/** Lines not reached yet: below the last one reached, or led by a line that another moment of the run announces. */
export function isAhead(line: number, reached: ReadonlySet<number>, announced: readonly number[], furthest: number): boolean {
  if (line > furthest) return true;
  let lead = 0;
  for (const each of announced) if (each <= line && each > lead) lead = each;
  return lead > 0 && !reached.has(lead);
}
