/**
 * Why POSIX objects cannot be had where a limit or a missing place is behind it, and how to lift it.
 *
 * @module
 */
import { AF_UNIX, SOCK_CLOEXEC, SOCK_STREAM } from "../../ffi/constants/socket.ts";
import { O_CLOEXEC, O_PATH } from "../../ffi/constants/file.ts";
import { libc, scratch } from "../../ffi/mod.ts";
import { type Notes, raised, tunable } from "../explain.ts";
import { getrlimit, RLIMIT_MSGQUEUE } from "../process/limits.ts";

const PLACE = "POSIX semaphores and shared memory live in /dev/shm";
const CLOSED = `${PLACE}; an object of this name is another user's, or the place itself may not be written (its mode is 1777 as a rule)`;

/** Of what is made in /dev/shm, for a call that makes it or not. */
export function placeNotes(makes: boolean): Notes {
  return {
    ENOENT: () => (makes ? (isThere() ? CLOSED : `${PLACE}, which is not there; mount -t tmpfs tmpfs /dev/shm makes it`) : undefined), // glibc's sem_open of a place that it may not look into
    EACCES: () => (makes ? CLOSED : undefined),
    ENOSPC: () => `${PLACE}, which is full; rm what is left there, or mount -o remount,size=N /dev/shm (docker run --shm-size)`,
    EROFS: () => `${PLACE}, which is mounted read-only`,
  };
}

/** Of a queue that is opened or made. */
export function queueNotes(limits: { maxmsg: number; msgsize: number } | undefined): Notes {
  const above = (name: string, value: number | undefined): string | undefined =>
    value !== undefined && value > (tunable(name)[0] ?? Infinity) ? `above what a user without CAP_SYS_RESOURCE may ask for: ${raised(name)}` : undefined;
  return {
    EINVAL: () => above("fs/mqueue/msg_max", limits?.maxmsg) ?? above("fs/mqueue/msgsize_max", limits?.msgsize),
    EMFILE: () => (hasNumber() ? `the queues of this user together would take more than RLIMIT_MSGQUEUE, ${getrlimit(RLIMIT_MSGQUEUE).soft} bytes; remove some, ask for smaller ones, or raise it with ulimit -q` : undefined),
    ENOSPC: () => `the system has all queues that it may: ${raised("fs/mqueue/queues_max")}; a mount of /dev/mqueue lists them`,
    ENOSYS: () => "the kernel has no POSIX message queues (CONFIG_POSIX_MQUEUE), or a sandbox keeps them away; MessageQueue is the other kind",
  };
}

function isThere(): boolean {
  using room = scratch();
  const fd = libc().open(room.string("/dev/shm"), O_PATH | O_CLOEXEC, 0);
  if (fd !== -1) libc().close(fd);
  return fd !== -1;
}

/** True when it was not for want of a descriptor. */
function hasNumber(): boolean {
  const fd = libc().socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd === -1) return false;
  libc().close(fd);
  return true;
}
