/**
 * What the events since the last step can have changed, so that a step looks at that alone and not at the whole world.
 *
 * @module
 */
import type { Event } from "../../../lib/model/event.ts";
import type { Process, World } from "../../../lib/model/world.ts";

/** Calls that touch a description and leave tables, sockets and messages as they are. */
const inPlace: ReadonlySet<string> = new Set(["read", "write", "seek", "cloexec", "flags"]);
/** Calls that say something new of a socket which a table has already. */
const ofSockets: ReadonlySet<string> = new Set(["bind", "listen", "connect", "accept"]);

export class Tracks {
  readonly pids = new Set<number>();
  readonly ofds = new Set<number>();
  /** Anything may have changed: the recording starts, or messages hold references that nobody touches. */
  all = true;
  /** Rows, sockets or messages may have changed. */
  tablesChanged = true;
  inodesChanged = true;
  #hadMessages = false;

  /** Takes the next event and the world after it. */
  follow(event: Event, world: World): void {
    const { touched } = world;
    const hasMessages = world.messages.length > 0 || touched.delivered.length > 0;
    if (event.kind === "start" || hasMessages || this.#hadMessages) this.all = true;
    this.#hadMessages = hasMessages;
    if (this.all || changesTables(event, world)) this.tablesChanged = true;
    if (touched.inodes.length > 0 || this.all) this.inodesChanged = true;
    for (const pid of touched.pids) this.pids.add(pid);
    for (const ofd of touched.ofds) this.ofds.add(ofd);
  }

  /** Processes that can have changed, in the world's order. */
  processes(world: World): Process[] {
    if (this.all) return [...world.processes.values()];
    const found = [...this.pids].map((pid) => world.processes.get(world.byPid.get(pid) ?? ""));
    return found.filter((process): process is Process => process !== undefined).sort((a, b) => a.order - b.order);
  }

  clear(): void {
    this.pids.clear();
    this.ofds.clear();
    this.all = false;
    this.tablesChanged = false;
    this.inodesChanged = false;
  }
}

function changesTables(event: Event, world: World): boolean {
  const op = event.kind === "call" ? event.op?.op : undefined;
  if (op !== undefined && ofSockets.has(op)) return true;
  return world.touched.ofds.length > 0 && !(op !== undefined && inPlace.has(op));
}
