/** Notes what the current event touched. @module */
import type { World } from "./world.ts";

export function touchPid(world: World, pid: number): void {
  add(world.touched.pids, pid);
}

export function touchFd(world: World, pid: number, fd: number): void {
  add(world.touched.fds, `${pid}/${fd}`);
}

/** A description and the inode behind it. */
export function touchDescription(world: World, id: number): void {
  add(world.touched.ofds, id);
  const description = world.descriptions.get(id);
  if (description !== undefined) touchInode(world, description.inode);
}

export function touchInode(world: World, key: string): void {
  add(world.touched.inodes, key);
}

export function touchMessage(world: World, id: number): void {
  add(world.touched.messages, id);
}

function add<T>(list: T[], item: T): void {
  if (!list.includes(item)) list.push(item);
}
