/**
 * The frame around a story: under a tracer it says which line runs and publishes evidence; alone it prints what it finds.
 *
 * @module
 */
import { announceBegin, announceFact, announceLine, announceQuiet } from "../lib/core/marker.ts";
import { _exit, alarm, close, dup2, getpid, proc, sameDescription, write } from "../lib/core/mod.ts";
import { closeRuntimeDescriptors } from "../lib/core/process/close_runtime.ts";
import { onCall } from "../lib/core/tap.ts";
import { clearWorkshop } from "./workshop.ts";

let watched = false;
let observing = false;

/**
 * Runs `main` to its end, then ends the process. `url` is the story's own `import.meta.url`.
 * The runtime's descriptors are closed first, as fork does in a child: a story is synchronous from here on, and its own numbers
 * begin at 3. The copies a runtime makes of 0, 1 and 2 go too, since a story prints by write(2) alone.
 */
export function story(url: string, main: () => void): never {
  const first = getpid();
  watched = proc.status(first).tracerPid !== 0;
  closeRuntimeDescriptors();
  closeStreamCopies(first);
  if (watched) {
    // Until here an error was told on 2; from here on it is published as a fact, and 0 to 2 are one.
    dup2(1, 2);
    announceFrom(url);
  }
  const code = attempt(main);
  if (getpid() === first) aside(clearWorkshop);
  onCall(undefined);
  _exit(code);
}

function closeStreamCopies(pid: number): void {
  const isCopy = (fd: number): boolean => fd > 2 && [0, 1, 2].some((stream) => sameDescription({ pid, fd }, { pid, fd: stream }));
  for (const { fd, cloexec } of proc.fdTable(pid)) if (cloexec && isCopy(fd)) close(fd);
}

/** Announces each line before its call; looking for it may make Deno read source maps, which is no step. A watched process may be held for long, so the deadline of a forked child is lifted. */
function announceFrom(url: string): void {
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
