/** A signal to a whole process tree. @module */
import { ERRNO, libc, SystemError } from "../../ffi/mod.ts";
import { Child } from "../process/child.ts";
import { ProcessHandle } from "../process/pidfd.ts";
import { type SignalName, SIGNALS, signalNumber } from "../signal/signals.ts";
import { entering } from "../tap.ts";
import { checkPid, wrongValue } from "../validate.ts";
import { isLiving, isOwnProc, killAll, type Member, signalMember, walk } from "./tree.ts";

/**
 * Sends a signal to a process and to all its descendants, each of them once, and to nobody who got one of their numbers meanwhile.
 *
 * For SIGKILL the tree is stopped first and looked through until nothing new is found, so that no process escapes by forking. Another
 * signal goes to those who are there. A descendant whose parent has ended is no longer below the tree: it was adopted. To
 * hold on to those too, start the tree in a {@linkcode ProcessScope}.
 *
 * @param root a child, a process by its handle, or by its pid
 * @returns pids of those it was sent to, parents first
 * @throws {SystemError} ESRCH: no such process. EPERM: one of them may not be signalled; with SIGKILL the others have ended then.
 * @throws {TypeError} the caller is in the tree, or /proc shows another pid namespace
 * @see https://man7.org/linux/man-pages/man2/pidfd_send_signal.2.html
 * @example
 * ```ts
 * import { killTree, spawn } from "forkscope";
 * using shell = spawn("/bin/sh", ["sh", "-c", "sleep 600 & sleep 600"]);
 * killTree(shell);
 * console.log(shell.wait().kind); // "signaled"
 * ```
 */
export function killTree(root: Child | ProcessHandle | number, signal: SignalName | number = "SIGKILL"): number[] {
  entering("killTree");
  const pid = root instanceof Child || root instanceof ProcessHandle ? root.pid : checkPid("killTree", root, "root");
  const number = signalNumber("killTree", signal, 0);
  if (!isOwnProc()) throw wrongValue("killTree", "/proc", "that of another pid namespace", "mounted in this one");
  if (root instanceof Child && root.status) throw new SystemError("killTree", ERRNO.ESRCH, [pid, signal], "the child was reaped before");
  if (root instanceof ProcessHandle && root.hasEnded()) throw new SystemError("killTree", ERRNO.ESRCH, [pid, signal], "it has ended");
  const tree = walk([pid]);
  if (tree.length === 0) throw new SystemError("killTree", ERRNO.ESRCH, [pid, signal]);
  if (tree.some((member) => member.pid === libc().getpid())) throw wrongValue("killTree", "root", pid, "a process that the caller does not descend from");
  return (number === SIGNALS.SIGKILL ? killed(pid, tree[0]?.start) : tree.filter((member) => isLiving(member) && signalMember(member, number))).map((member) => member.pid);
}

function killed(pid: number, start: number | undefined): Member[] {
  const { killed: ended, refused } = killAll(() => sameRoot(walk([pid]), start));
  const [first] = refused;
  if (first) throw new SystemError("killTree", ERRNO.EPERM, [first.pid, "SIGKILL"]);
  return ended;
}

/** The tree, unless its root's number has come to mean another process. */
function sameRoot(tree: Member[], start: number | undefined): Member[] {
  return tree[0]?.start === start ? tree : [];
}
