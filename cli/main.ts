/**
 * The command line: reads the words, runs one command, ends with its status.
 *
 * @module
 */
import { Refusal } from "../engine/refusal.ts";
import { type CommandName, languageOf, type Options, readArguments } from "./args.ts";
import { leave, sayFailure } from "./out.ts";

type Command = (rest: readonly string[], options: Options) => number | Promise<number>;

const NOT_UNDERSTOOD = 2;

/** Loaded when wanted: `list` need not load the tracer. */
const commands: Record<CommandName, () => Promise<Command>> = {
  list: async () => (await import("./commands/list.ts")).list,
  play: async () => (await import("./commands/play.ts")).play,
  attach: async () => (await import("./commands/attach.ts")).attach,
  show: async () => (await import("./commands/show.ts")).show,
  why: async () => (await import("./commands/why.ts")).why,
  diff: async () => (await import("./commands/diff.ts")).diff,
  export: async () => (await import("./commands/export.ts")).exportRecording,
  trace: async () => {
    (await import("../engine/ahead.ts")).startAhead();
    return (await import("./commands/trace.ts")).trace;
  },
  serve: async () => (await import("./commands/serve.ts")).serve,
  doctor: async () => (await import("./commands/doctor.ts")).doctor,
};

await leave(await main(process.argv.slice(2)));

async function main(words: string[]): Promise<number> {
  const line = readArguments(words, process.env);
  switch (line.kind) {
    case "version": return say(`forkscope ${(await import("../engine/catalogue.ts")).version()}\n`);
    case "help": return say((await import("./help.ts")).usage(line.options.lang));
    case "wrong": return complain(line.why);
    case "run": return perform(line.command, line.rest, line.options);
  }
}

async function perform(name: CommandName, rest: readonly string[], options: Options): Promise<number> {
  try {
    const command = await commands[name]();
    return await command(rest, options);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    sayFailure(error.failure);
    return error.exit;
  }
}

function say(text: string): number {
  process.stdout.write(text);
  return 0;
}

async function complain(why: string): Promise<number> {
  const { usage } = await import("./help.ts");
  process.stderr.write(`forkscope: ${why}\n\n${usage(languageOf(process.env))}`);
  return NOT_UNDERSTOOD;
}
