/** Progress and failure lines of the set-up and test programs. */

const colour = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code, text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);

/** One step that takes noticeable time. */
export const step = (text) => console.log(`${paint("34", "▸")} ${text}`);

/** A fact worth knowing that stops nothing. */
export const note = (text) => console.log(`  ${text}`);

export const heading = (text) => console.log(`\n${paint("1", text)}`);

/** What cannot go on: what is missing, and the command that supplies it. */
export class CannotGoOn extends Error {
  constructor(missing, command) {
    super(missing);
    this.command = command;
  }
}

/** Prints why set-up stopped; the caller sets the exit status. */
export function sayCannotGoOn(error) {
  console.error(`${paint("31", "✗")} ${error.message}`);
  if (error.command) console.error(`  Supply it with: ${error.command}`);
}

export const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
