/**
 * Splits a line into arguments at spaces, as a shell does for plain words: quotes keep words together,
 * a backslash keeps the next character. Nothing else of a shell: no variables, no patterns, no pipes.
 *
 * @module
 */
export function splitCommand(line: string): string[] {
  const words: string[] = [];
  let word = "";
  let started = false;
  let quote = "";
  for (let i = 0; i < line.length; i++) {
    const c = line[i] ?? "";
    if (quote !== "" && c === quote) quote = "";
    else if (quote === "" && (c === '"' || c === "'")) {
      quote = c;
      started = true;
    } else if (c === "\\" && quote !== "'" && i + 1 < line.length) {
      word += line[++i] ?? "";
      started = true;
    } else if (quote === "" && /\s/.test(c)) {
      if (started) words.push(word);
      word = "";
      started = false;
    } else {
      word += c;
      started = true;
    }
  }
  if (started) words.push(word);
  return words;
}
