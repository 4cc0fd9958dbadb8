/**
 * The frame around a story: under a tracer it says which line runs and publishes evidence; alone it prints what it finds.
 *
 * @module
 */
import { announceBegin, announceFact, announceLine, announceQuiet } from "../lib/core/marker.ts";
import { _exit, alarm, close, dup2, fork, getpid, proc, waitpid, write } from "../lib/core/mod.ts";
import { onCall } from "../lib/core/tap.ts";
import { clearWorkshop, makeWorkshop } from "./workshop.ts";

let watched = false;
let observing = false;

/**
 * Runs `main` as a process of its own, in a folder of its own, and ends as it does. `url` is the story's `import.meta.url`;
 * `files` are made in the folder before it begins, by size in bytes.
 */
export function story(url: string, main: () => void, files: Record<string, number> = {}): never {
  const pid = fork({ deadline: 0 });
  if (pid === 0) perform(url, main, files);
  const { status } = waitpid(pid);
  _exit(status.kind === "exited" ? status.code : status.kind === "signaled" ? 128 + status.signal : 1);
}

function perform(url: string, main: () => void, files: Record<string, number>): never {
  const first = getpid();
  watched = proc.status(first).tracerPid !== 0;
  closeTheRuntimes(first);
  const folder = makeWorkshop(files);
  if (watched) {
    // Until here an error was told on 2; from here on it is published as a fact, and 0 to 2 are one.
    dup2(1, 2);
    announceFrom(url);
  }
  const code = attempt(main);
  if (getpid() === first) aside(() => { clearWorkshop(folder, Object.keys(files)); });
  onCall(undefined);
  _exit(code);
}

/**
 * Every descriptor from 3 on is to be the story's own. What fork leaves of the runtime's serves printing and the event loop:
 * a story prints by write(2), and ends without ever coming back to the loop.
 */
function closeTheRuntimes(pid: number): void {
  for (const { fd, cloexec } of proc.fdTable(pid)) if (fd > 2 && cloexec) close(fd);
}

/** Frames of a stack in which the story's own is looked for: an engine keeps ten unless told otherwise. */
const DEEP = 64;

/** Announces each line before its call; looking for it may make Deno read source maps, which is no step. A watched process may be held for long, so the deadline of a forked child is lifted. */
function announceFrom(url: string): void {
  Error.stackTraceLimit = DEEP;
  const line = lineIn(url);
  let self = process.pid;
  onCall(() => {
    if (observing) return;
    announceLine(aside(line));
    if (self === process.pid) return;
    self = process.pid;
    aside(() => alarm(0));
  });
  announceBegin();
}

/** Publishes an observation. */
export function fact(name: string, value: unknown): void {
  if (watched) announceFact(name, value);
  else print(`${name} ${JSON.stringify(value)}`);
}

/** Looks at something without making it a step of the story, publishes it and gives it back. */
export function observe<T>(name: string, look: () => T): T {
  const value = aside(look);
  fact(name, value);
  return value;
}

function aside<T>(act: () => T): T {
  observing = true;
  announceQuiet(true);
  try {
    return act();
  } finally {
    announceQuiet(false);
    observing = false;
  }
}

function attempt(main: () => void): number {
  try {
    main();
    return 0;
  } catch (error) {
    fact("error", String(error));
    if (!watched) print(error instanceof Error && error.stack ? error.stack : String(error));
    return 1;
  }
}

function print(text: string): void {
  aside(() => write(1, `${text}\n`));
}

/** Finds the line of the story's own file that the current call came from; both runtimes write `file:line:column`. */
function lineIn(url: string): () => number {
  const name = url.slice(url.lastIndexOf("/") + 1).replaceAll(".", "\\.");
  const frame = new RegExp(`/${name}:(\\d+):\\d+`);
  return () => Number(frame.exec(new Error().stack ?? "")?.[1] ?? 0);
}
