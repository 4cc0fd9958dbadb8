/**
 * The command line as data. Unknown options, missing values and values out of range are refused.
 *
 * @module
 */
import { resolve } from "node:path";
import type { Lang, RuntimeName, TraceEngine, TraceLevel } from "../engine/protocol.ts";

export interface Options {
  runtime: RuntimeName;
  record?: string;
  /** Undefined: the command's own default. */
  level?: TraceLevel;
  /** Undefined: ptrace. */
  engine?: TraceEngine;
  json: boolean;
  /** Undefined: the command's own default. */
  verify?: boolean;
  /** Events a second; 0: as fast as it goes. Undefined: the command's own default. */
  pace?: number;
  lang: Lang;
  port: number;
  play?: string;
  /** Event to look at; undefined: the last one. */
  at?: number;
  /** Only what this process did. */
  follow?: number;
  /** Only events that this expression finds. */
  find?: string;
  /** Form to export to. */
  to?: ExportForm;
  /** File to write; undefined: standard output. */
  output?: string;
  /** Whose bytes to record as they pass, and how many of each call and each stream. */
  data?: string[];
  dataLimit?: number;
  dataTotal?: number;
  /** The stream to follow. */
  stream?: string;
  /** Bytes of a stream in hexadecimal. */
  hex?: true;
  /** Keep the data that passed, which is taken out of anything exported unless told to. */
  withData?: true;
}

export const FORMS = ["perfetto", "chrome", "html", "svg", "json"] as const;
export type ExportForm = (typeof FORMS)[number];

export const COMMANDS = ["list", "play", "trace", "attach", "show", "why", "diff", "export", "serve", "doctor"] as const;
export type CommandName = (typeof COMMANDS)[number];

export type CommandLine =
  | { kind: "run"; command: CommandName; rest: string[]; options: Options }
  | { kind: "help"; command?: CommandName; options: Options }
  | { kind: "version" }
  | { kind: "wrong"; why: string };

type Environment = Record<string, string | undefined>;
type Setter = (options: Options, value: string) => void;

/** Options with a value, by name. */
const valued: Record<string, Setter> = {
  "--runtime": (o, v) => { o.runtime = choice("--runtime", v, ["bun", "deno"]); },
  "--record": (o, v) => { o.record = v; },
  "--level": (o, v) => { o.level = choice("--level", v, ["tree", "fds", "all"]); },
  "--engine": (o, v) => { o.engine = choice("--engine", v, ["ptrace", "bpf"]); },
  "--at": (o, v) => { o.at = whole("--at", v); },
  "--follow": (o, v) => { o.follow = whole("--follow", v); },
  "--find": (o, v) => { o.find = v; },
  "--to": (o, v) => { o.to = choice("--to", v, FORMS); },
  "--output": (o, v) => { o.output = v; },
  "--data": (o, v) => { o.data = v.split(",").filter(Boolean).map(place); },
  "--data-limit": (o, v) => { o.dataLimit = whole("--data-limit", v); },
  "--data-total": (o, v) => { o.dataTotal = whole("--data-total", v); },
  "--stream": (o, v) => { o.stream = v; },
  "--pace": (o, v) => { o.pace = number("--pace", v, 0, 1_000_000); },
  "--lang": (o, v) => { o.lang = choice("--lang", v, ["zh", "en"]); },
  "--port": (o, v) => { o.port = number("--port", v, 0, 65535); },
  "--play": (o, v) => { o.play = v; },
};

/** Options without one. */
const plain: Record<string, (options: Options) => void> = {
  "--json": (o) => { o.json = true; },
  "--hex": (o) => { o.hex = true; },
  "--with-data": (o) => { o.withData = true; },
  "--verify": (o) => { o.verify = true; },
  "--no-verify": (o) => { o.verify = false; },
};

const DATA = ["--data", "--data-limit", "--data-total"];

const takes: Record<CommandName, readonly string[]> = {
  list: ["--json", "--lang", "--runtime"],
  play: ["--runtime", "--record", "--json", "--verify", "--no-verify", "--pace", "--lang"],
  trace: ["--runtime", "--level", "--engine", "--record", ...DATA, "--json", "--verify", "--no-verify", "--pace", "--lang"],
  attach: ["--runtime", "--level", "--engine", "--record", ...DATA, "--json", "--verify", "--no-verify", "--lang"],
  show: ["--at", "--follow", "--find", "--stream", "--hex", "--json", "--lang", "--runtime"],
  why: ["--at", "--json", "--lang", "--runtime"],
  diff: ["--json", "--lang", "--runtime"],
  export: ["--to", "--output", "--with-data", "--lang", "--runtime"],
  serve: ["--port", "--play", "--runtime", "--lang"],
  doctor: ["--json", "--lang", "--runtime"],
};

/** How many words a command takes, and what is missing when there are too few. */
const words: Partial<Record<CommandName, readonly [least: number, most: number, what: string]>> = {
  play: [1, 1, "a scenario"],
  trace: [1, Infinity, "a command"],
  attach: [1, 1, "a process id"],
  show: [1, 1, "a recording"],
  why: [1, 2, "a recording"],
  diff: [2, 2, "a second recording"],
  export: [1, 1, "a recording"],
};

/** Reads the words after the program's name. */
export function readArguments(given: readonly string[], env: Environment): CommandLine {
  const options: Options = { runtime: "bun", json: false, lang: languageOf(env), port: 0 };
  try {
    return read([...given], options);
  } catch (error) {
    if (error instanceof Wrong) return { kind: "wrong", why: error.message };
    throw error;
  }
}

/** Chinese when the environment's locale is Chinese, else English. */
export function languageOf(env: Environment): Lang {
  const locale = env["LC_ALL"] || env["LC_MESSAGES"] || env["LANG"] || "";
  return /^zh/i.test(locale) ? "zh" : "en";
}

class Wrong extends Error {}

function read(line: string[], options: Options): CommandLine {
  let command: CommandName | undefined;
  const rest: string[] = [];
  const used: string[] = [];
  let help = false;
  while (line.length > 0) {
    const word = line.shift() ?? "";
    if (word === "--") return finish(command, [...rest, ...line], used, help, options);
    if (word === "--help" || word === "-h") help = true;
    else if (word === "--version" && command === undefined) return { kind: "version" };
    else if (word.startsWith("-") && word !== "-") used.push(take(word, line, options));
    else if (command === undefined) command = choice("command", word, COMMANDS);
    else {
      rest.push(word);
      // What follows the first word of a traced command is the command's own business.
      if (command === "trace") return finish(command, [...rest, ...line], used, help, options);
    }
  }
  return finish(command, rest, used, help, options);
}

function finish(command: CommandName | undefined, rest: string[], used: string[], help: boolean, options: Options): CommandLine {
  if (help) return { kind: "help", options, ...(command ? { command } : {}) };
  if (command === undefined) throw new Wrong(`read command: none given, one of ${COMMANDS.join(", ")}`);
  const stray = used.find((name) => !takes[command].includes(name));
  if (stray !== undefined) throw new Wrong(`read ${stray}: ${command} has no such option`);
  const [least, most, what] = words[command] ?? [0, 0, ""];
  if (rest.length < least) throw new Wrong(`read ${command}: ${what} is missing`);
  if (rest.length > most) throw new Wrong(`read ${command}: "${rest[most]}" is one word too many`);
  return { kind: "run", command, rest, options };
}

/** Applies one option; gives back its name. */
function take(word: string, line: string[], options: Options): string {
  const [name = "", inline] = word.includes("=") ? [word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1)] : [word, undefined];
  const set = Object.hasOwn(valued, name) ? valued[name] : undefined;
  const mark = Object.hasOwn(plain, name) ? plain[name] : undefined;
  if (mark && inline === undefined) mark(options);
  else if (set) set(options, inline ?? following(name, line));
  else throw new Wrong(`read ${word}: no such option`);
  return name;
}

/** A path as the kernel shows it; any other word as it is. */
function place(word: string): string {
  if (!word.includes("/")) return word;
  return word.endsWith("/") && word.length > 1 ? `${resolve(word)}/` : resolve(word);
}

function following(name: string, line: string[]): string {
  const value = line.shift();
  if (value === undefined || value === "--") throw new Wrong(`read ${name}: a value is missing`);
  return value;
}

function choice<const T extends string>(name: string, value: string, choices: readonly T[]): T {
  const found = choices.find((one) => one === value);
  if (found === undefined) throw new Wrong(`read ${name}: "${value}" is not one of ${choices.join(", ")}`);
  return found;
}

function whole(name: string, value: string): number {
  if (!/^\d+$/.test(value) || Number(value) > Number.MAX_SAFE_INTEGER) throw new Wrong(`read ${name}: "${value}" is not a whole number`);
  return Number(value);
}

function number(name: string, value: string, least: number, most: number): number {
  const found = Number(value);
  if (value.trim() === "" || !(found >= least && found <= most) || (name === "--port" && !Number.isInteger(found))) {
    throw new Wrong(`read ${name}: "${value}" is not a number from ${least} to ${most}`);
  }
  return found;
}
