/**
 * Descriptions that belong together on the right: one inode's, or the two ends of a socket pair.
 *
 * @module
 */
import type { Description, Inode, World } from "../../../lib/model/world.ts";

/** What the placement book is told about one group of the present world. */
export interface GroupNow {
  id: string;
  members: number[];
  /** Seats needed to draw its inode beside it. */
  room: number;
}

/** The three standard descriptors as the recording found them: folded until something is done with them. */
export function isInherited(description: Description): boolean {
  return description.bornAt <= 0;
}

/** Tells the runtime's own rows, which are folded away. */
export type Hidden = (ofd: number, fd: number) => boolean;

/** Descriptions that some row that is drawn, or a message, refers to. */
export function drawnDescriptions(world: World, hidden: Hidden): Set<number> {
  const drawn = new Set<number>();
  for (const process of world.processes.values()) {
    for (const entry of process.fds.values()) {
      const description = world.descriptions.get(entry.ofd);
      if (description && !hidden(entry.ofd, entry.fd) && !(entry.fd <= 2 && isInherited(description))) drawn.add(entry.ofd);
    }
  }
  for (const message of world.messages) {
    for (const ofd of message.ofds) drawn.add(ofd);
  }
  return drawn;
}

/** Names the group of an inode for as long as one of its members lives. */
export class GroupNames {
  readonly #names = new Map<string, string>();

  /** Groups of this world, in order of their oldest description. */
  groupsOf(world: World, hidden: Hidden): GroupNow[] {
    const groups = new Map<string, GroupNow>();
    const drawn = [...drawnDescriptions(world, hidden)].sort((a, b) => a - b);
    for (const ofd of drawn) {
      const description = world.descriptions.get(ofd);
      if (!description) continue;
      const inode = world.inodes.get(description.inode);
      const id = this.#nameOf(description.inode, inode);
      const group = groups.get(id) ?? { id, members: [], room: roomFor(inode) };
      group.members.push(ofd);
      groups.set(id, group);
    }
    this.#forget(new Set(groups.keys()));
    return [...groups.values()];
  }

  #nameOf(key: string, inode: Inode | undefined): string {
    const known = this.#names.get(key) ?? (inode?.peer === undefined ? undefined : this.#names.get(inode.peer));
    const name = known ?? key;
    this.#names.set(key, name);
    return name;
  }

  #forget(alive: ReadonlySet<string>): void {
    for (const [key, name] of this.#names) if (!alive.has(name)) this.#names.delete(key);
  }
}

function roomFor(inode: Inode | undefined): number {
  if (inode?.type === "pipe" || inode?.type === "fifo") return 2;
  return inode?.peer === undefined ? 1 : 2;
}
