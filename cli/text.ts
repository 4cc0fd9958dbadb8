/**
 * Text in columns: how wide it stands in a terminal, cutting, padding, colour.
 *
 * @module
 */

export type Colour = "now" | "shared" | "run" | "sleep" | "stop" | "dead" | "dim" | "bold" | "good" | "bad";

/** Paints a text, or leaves it as it is. */
export type Paint = (colour: Colour, text: string) => string;

const CODES: Record<Colour, string> = {
  now: "38;5;208", shared: "38;5;75", run: "32", sleep: "36", stop: "33", dead: "35", dim: "2", bold: "1", good: "32", bad: "31",
};

export const plainPaint: Paint = (_colour, text) => text;
export const colourPaint: Paint = (colour, text) => (text === "" ? "" : `\x1b[${CODES[colour]}m${text}\x1b[0m`);

/** Colour only where a terminal is read by someone who wants it: NO_COLOR and TERM=dumb are respected. */
export function paintFor(terminal: boolean, env: Record<string, string | undefined>): Paint {
  return terminal && !env["NO_COLOR"] && env["TERM"] !== "dumb" ? colourPaint : plainPaint;
}

const WIDE = /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|[\u3000-\u303f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const ZERO = /\p{Mark}|\p{Default_Ignorable_Code_Point}/u;
// oxlint-disable-next-line no-control-regex
const PAINTED = /\x1b\[[0-9;]*m/g;

/** Columns a text takes: two for an East Asian wide character, none for a combining mark or a colour. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text.replace(PAINTED, "")) width += columns(character);
  return width;
}

function columns(character: string): number {
  if (character < "\x7f") return 1;
  if (ZERO.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** A plain text cut to `width` columns, with an ellipsis where something is missing. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let out = "";
  let used = 0;
  for (const character of text) {
    if (used + columns(character) > width - 1) break;
    out += character;
    used += columns(character);
  }
  return width > 0 ? `${out}…` : "";
}

/** A plain or painted text filled up with spaces to `width` columns. */
export function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

/** A text in lines of at most `width` columns, broken at spaces, or between wide characters. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const piece of text.match(/[\p{Script=Han}][，。；：、！？”）》]*|[^\s\p{Script=Han}]+\s*|\s+/gu) ?? []) {
    if (line !== "" && widthOf(line) + widthOf(piece.trimEnd()) > width) {
      lines.push(line.trimEnd());
      line = "";
    }
    line += piece;
  }
  return line.trim() === "" ? lines : [...lines, line.trimEnd()];
}

/** What a program or file wrote, made safe to print: control characters shown, never obeyed. */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(/[\x00-\x1f\x7f-\x9f]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
}
