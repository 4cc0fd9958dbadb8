/**
 * A sandbox: a child that gave up its user, its privileges and every descriptor but a socket is passed one open file. It can read that, and
 * nothing else: not even the same file by its name.
 *
 *     bun examples/sandbox.ts /etc/shadow        (as root; anybody's own file else)
 */
import "forkscope/ready";
import process from "node:process";
import {
  close_range, dropPrivileges, dup2, fdPair, forkRun, getuid, O_RDONLY, open, receiveDescriptor, RLIMIT_NPROC, sendDescriptor, setNoNewPrivileges, setrlimit, SystemError,
} from "forkscope";

const NOBODY = 65534;
const SOCKET = 3;
const [path = "/etc/passwd"] = process.argv.slice(2);
const [ours, theirs] = fdPair();

const child = forkRun(() => {
  const socket = dup2(theirs.number, SOCKET);
  close_range(SOCKET + 1, 0xffffffff);
  setNoNewPrivileges();
  if (getuid() === 0) dropPrivileges({ uid: NOBODY, gid: NOBODY });
  setrlimit(RLIMIT_NPROC, { soft: 0, hard: 0 });
  using file = receiveDescriptor(socket);
  const bytes = file.read(new Uint8Array(16));
  console.log(JSON.stringify({ uid: getuid(), bytes, byName: attempt(() => open(path, O_RDONLY)), fork: attempt(() => forkRun(() => 0)) }));
});
theirs.close();
sendDescriptor(ours, open(path, O_RDONLY));
process.exitCode = child.wait().kind === "exited" ? 0 : 1;

/** What came of it: "done", or the errno. */
function attempt(what: () => unknown): string {
  try {
    what();
    return "done";
  } catch (error) {
    if (error instanceof SystemError) return error.code;
    throw error;
  }
}
