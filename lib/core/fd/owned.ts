/**
 * Which object owns which descriptor of this process: one at a time. A close by number ends the ownership, so that
 * an object never closes a number that came to mean something else.
 *
 * @module
 */
import { goneBetween } from "./registry.ts";

const owners = new Map<number, object>();

/** Makes `owner` the owner, whoever was: of a number the kernel has just given, a former owner's descriptor is gone. */
export function own(fd: number, owner: object): void {
  owners.set(fd, owner);
}

/** True when an object owns the descriptor. */
export function isOwned(fd: number): boolean {
  return owners.has(fd);
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
