/** Paths, name by name, as the kernel has them at that moment. @module */
import { HELPER } from "./asm.ts";
import { type Base, FULL, KEPT, type Program } from "./pieces.ts";
import { DESCRIPTOR, PIECE } from "./records.ts";

const LONGEST_PATH = 40;
const NAME = 256;

/**
 * The names of a struct path, behind the KEPT.length bytes of the piece that is open: from the last one up, through the mounts, to the
 * root. With `facts` (r8 points to them) it is noted when the last name was unlinked.
 */
export function path(p: Program, from: Base, offset: number, facts: boolean): void {
  const each = p.newLabel("name");
  const climb = p.newLabel("climb");
  const onward = p.newLabel("onward");
  const over = p.newLabel("root");
  const linked = p.newLabel("linked");
  p.keep(KEPT.dentry, from, offset + p.off("path", "dentry"), 8);
  p.keep(KEPT.mount, from, offset + p.off("path", "mnt"), 8);
  if (facts) {
    p.load(8, 1, 9, KEPT.dentry);
    p.read(1, 1, p.off("dentry", "d_hash") + 8);
    p.when(1, "notEq", 0, linked);
    p.storeValue(4, 8, DESCRIPTOR.unlinked, 1);
    p.label(linked);
  }
  p.set(8, 0);
  p.label(each);
  p.load(8, 7, 9, KEPT.dentry);
  p.when(7, "eq", 0, over);
  p.load(8, 1, 9, KEPT.mount);
  p.read(1, 1, p.off("vfsmount", "mnt_root"));
  p.when(1, "eq", { register: 7 }, climb);
  name(p, over);
  p.read(1, 7, p.off("dentry", "d_parent"));
  p.when(1, "eq", { register: 7 }, over);
  p.store(8, 9, KEPT.dentry, 1);
  p.go(onward);
  p.label(climb);
  p.load(8, 7, 9, KEPT.mount);
  p.math("sub", 7, p.off("mount", "mnt"));
  p.read(1, 7, p.off("mount", "mnt_parent"));
  p.when(1, "eq", { register: 7 }, over);
  p.math("add", 1, p.off("mount", "mnt"));
  p.store(8, 9, KEPT.mount, 1);
  p.keep(KEPT.dentry, 7, p.off("mount", "mnt_mountpoint"), 8);
  p.label(onward);
  p.math("add", 8, 1);
  p.when(8, "atLeast", LONGEST_PATH, over);
  p.go(each);
  p.label(over);
}

/** The name of the dentry in r7. */
function name(p: Program, over: string): void {
  p.read(3, 7, p.off("dentry", "d_name") + p.off("qstr", "name"));
  p.load(8, 1, 9, KEPT.at);
  p.load(8, 2, 9, KEPT.length);
  p.math("add", 1, { register: 2 });
  p.when(1, "above", FULL, over);
  p.math("add", 1, { register: 9 });
  p.math("add", 1, PIECE.size);
  p.set(2, NAME);
  p.help(HELPER.readKernelString);
  p.when(0, "above", NAME, over);
  p.load(8, 1, 9, KEPT.length);
  p.math("add", 1, { register: 0 });
  p.store(8, 9, KEPT.length, 1);
}

/** Appends a path alone, as a piece of this kind. Uses r7 and r8. */
export function pathPiece(p: Program, kind: number, from: Base, offset: number, full: string): void {
  p.next(full);
  p.storeValue(8, 9, KEPT.length, 0);
  p.storeValue(8, 9, KEPT.argument, 0);
  path(p, from, offset, false);
  p.close(kind, full);
}
