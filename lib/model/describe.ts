/**
 * Small questions to a World, asked by the explorer, the command line and the stories' checks.
 *
 * @module
 */
import type { Event } from "./event.ts";
import type { Description, FdEntry, Process, World } from "./world.ts";

/** A table entry and whose it is. */
export interface Holder { process: Process; entry: FdEntry }

/** A process and its children, in order of birth. */
export interface Branch { process: Process; children: Branch[] }

/** Every table entry that refers to a description, in order of the holders' birth. */
export function entriesOf(world: World, ofd: number): Holder[] {
  return inBirthOrder(world).flatMap((process) => [...process.fds.values()].filter((entry) => entry.ofd === ofd).map((entry) => ({ process, entry })));
}

/** Every table entry behind which an inode stands. */
export function holders(world: World, inode: string): Holder[] {
  return [...world.descriptions.values()].filter((one) => one.inode === inode).flatMap((one) => entriesOf(world, one.id));
}

/** The processes as trees: children under the parent they have now, roots first born first. */
export function tree(world: World): Branch[] {
  const branches = new Map(inBirthOrder(world).map((process) => [process.pid, { process, children: [] as Branch[] }]));
  const roots: Branch[] = [];
  for (const branch of branches.values()) {
    const parent = branches.get(branch.process.ppid);
    if (parent && parent !== branch) parent.children.push(branch);
    else roots.push(branch);
  }
  return roots;
}

/** Processes in order of birth. */
export function inBirthOrder(world: World): Process[] {
  return [...world.processes.values()].sort((a, b) => a.order - b.order);
}

/** An event is a step of the figure unless the library or the runtime did it for itself. */
export function visible(event: Event): boolean {
  return event.quiet !== true;
}

/** Reached by two or more references. */
export function isShared(description: Description): boolean {
  return description.refs >= 2;
}
