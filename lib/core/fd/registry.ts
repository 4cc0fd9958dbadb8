/**
 * Which descriptors this program made through the library. Everything else that is close-on-exec and of a kind
 * only runtimes make is the runtime's own, and is closed in a forked child.
 *
 * @module
 */

const numbers = new Set<number>();
let heard: ((first: number, last: number) => void) | undefined;

/** Sets what hears of descriptors that the library closes, before or after the call. */
export function onGone(hears: (first: number, last: number) => void): void {
  heard = hears;
}

/** The library made this descriptor for the program (open, pipe2, dup, socket, accept, a received one...). */
export function made(fd: number): void {
  numbers.add(fd);
}

/** The descriptor was closed. */
export function gone(fd: number): void {
  numbers.delete(fd);
  heard?.(fd, fd);
}

/** All descriptors from `first` to `last`, both included, were closed. */
export function goneBetween(first: number, last: number): void {
  for (const fd of numbers) if (fd >= first && fd <= last) numbers.delete(fd);
  heard?.(first, last);
}

/** True when the library made it and has not closed it. */
export function isMade(fd: number): boolean {
  return numbers.has(fd);
}
