/**
 * fork, _exit and waitpid at a given resident size. Arguments: VmRSS in KiB; "library", or "bare" for the C functions alone, without what
 * makes a child safe.
 */
import "../../lib/ready.ts";
import { MADV_DOFORK } from "../../lib/ffi/constants/process.ts";
import { libc } from "../../lib/ffi/mod.ts";
import { _exit, fork, waitpid } from "../../lib/core/mod.ts";
import { ballast, must, serve, statusKib, timed } from "./serve.mjs";

const ALL = 0x7ffffffff000;
const WARM_UP = 30;
const { madvise, fork: split, _exit: end, waitpid: reap } = libc();
const [kib = "0", way = "library"] = process.argv.slice(2);

function byLibrary(): void {
  const pid = fork();
  if (pid === 0) _exit(0);
  must(waitpid(pid).status.raw === 0, "fork");
}

function bare(): void {
  madvise(0, ALL, MADV_DOFORK);
  const pid = split();
  if (pid === 0) end(0);
  must(reap(pid, 0, 0) === pid, "fork");
}

const once = way === "bare" ? bare : byLibrary;
for (let i = 0; i < WARM_UP; i++) once();
const room = ballast(Number(kib));
const facts = { rss: statusKib("VmRSS"), anon: statusKib("RssAnon"), held: room.length };
await serve(facts, (rounds) => timed(rounds, once));
