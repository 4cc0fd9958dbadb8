/**
 * Which object owns which descriptor of this process: one at a time. A close by number ends the ownership, so that
 * an object never closes a number that came to mean something else.
 *
 * @module
 */
import { goneBetween } from "./registry.ts";

const owners = new Map<number, object>();

/** Makes `owner` the owner; false when another object owns the descriptor. */
export function own(fd: number, owner: object): boolean {
  if (owners.has(fd)) return false;
  owners.set(fd, owner);
  return true;
}

/** True while this object owns the descriptor. */
export function isOwner(fd: number, owner: object): boolean {
  return owners.get(fd) === owner;
}

/** Ends the ownership, if any. */
export function disown(fd: number): void {
  owners.delete(fd);
}

/** The descriptors from `first` to `last` were closed: nobody owns them and the library's marks go. */
export function disownRange(first: number, last: number): void {
  for (const fd of owners.keys()) if (fd >= first && fd <= last) owners.delete(fd);
  goneBetween(first, last);
}
