/**
 * What descriptions and sockets are called, remembered after they are gone, so that a struck row or
 * a caption about a closed descriptor can still name it.
 *
 * @module
 */
import type { InodeType, StartEvent } from "../../../lib/model/event.ts";
import type { World } from "../../../lib/model/world.ts";
import { isInherited } from "./groups.ts";

export interface Known {
  ofd: number;
  link: string;
  type: InodeType;
  inode: string;
  /** Access mode: 0 read, 1 write, 2 both. */
  access: number;
  runtime: boolean;
  /** Stood before the recording began. */
  inherited: boolean;
  /** Socket: its letter in this recording. */
  letter?: string;
  address?: string;
}

export class Memory {
  readonly #known = new Map<number, Known>();
  readonly #runtimeFds = new Set<number>();
  readonly #letters = new Map<string, string>();

  /** The runtime's own row: its description is the runtime's, or it is a copy of a standard one that stood at the start. */
  readonly hidden = (ofd: number, fd: number): boolean => {
    const known = this.#known.get(ofd);
    return known !== undefined && (known.runtime || (known.inherited && this.#runtimeFds.has(fd)));
  };

  /** Numbers that the runtime kept for itself when the recording began. */
  learnStart(event: StartEvent): void {
    for (const process of event.snapshot.processes) {
      for (const fd of process.fds) if (fd.runtime) this.#runtimeFds.add(fd.fd);
    }
  }

  learn(world: World): void {
    for (const description of world.descriptions.values()) {
      const inode = world.inodes.get(description.inode);
      const type = inode?.type ?? "anon";
      const known: Known = {
        ofd: description.id, link: inode?.link ?? description.link, type, inode: description.inode,
        access: description.flags & 3, runtime: description.runtime, inherited: isInherited(description),
      };
      if (type === "socket" && !description.runtime) known.letter = this.#letterOf(description.inode, description.id);
      if (inode?.address !== undefined && inode.address !== "") known.address = inode.address;
      this.#known.set(description.id, known);
    }
  }

  get(ofd: number): Known | undefined {
    return this.#known.get(ofd);
  }

  letter(inode: string): string {
    return this.#letters.get(inode) ?? "";
  }

  /** An inode number may be used again: the letter belongs to the number and the description. */
  #letterOf(inode: string, ofd: number): string {
    const old = this.#known.get(ofd)?.letter;
    if (old !== undefined) return old;
    this.#count += 1;
    const letter = this.#count <= 26 ? String.fromCharCode(96 + this.#count) : String(this.#count);
    this.#letters.set(inode, letter);
    return letter;
  }

  #count = 0;
}
