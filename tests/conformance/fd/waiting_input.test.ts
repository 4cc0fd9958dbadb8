/** What polling, counters, timers, memory files, locks and hand-over refuse before they call. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  clock_gettime, Epoll, epoll_create1, epoll_ctl, epoll_wait, EventFd, eventfd, eventfd_write, fcntlLock, flock, fstat, ftruncate, lockFile, memfd_create,
  mkfifo, onLostFd, poll, ppoll, pread, pwrite, readv, sealedFile, takeInherited, TimerFd, timerfd_create, timerfd_settime, writev,
} from "../../../lib/core/mod.ts";
import { codeOf, withoutLeak } from "../../helpers/descriptors.ts";

const TYPE = "ERR_INVALID_ARG_TYPE";
const VALUE = "ERR_INVALID_ARG_VALUE";
const RANGE = "ERR_OUT_OF_RANGE";
const bad = (value: unknown): never => value as never;
const shared = new Uint8Array(new SharedArrayBuffer(8));

const rows: [title: string, call: () => unknown, code: string][] = [
  ["poll: no list", () => poll(bad(undefined), 0), TYPE],
  ["poll: numbers for requests", () => poll(bad([0]), 0), TYPE],
  ["poll: a request without events", () => poll([bad({ fd: 0 })], 0), TYPE],
  ["poll: descriptor -2", () => poll([{ fd: -2, events: 1 }], 0), RANGE],
  ["poll: events beyond 16 bits", () => poll([{ fd: 0, events: 65536 }], 0), RANGE],
  ["poll: a hole in the list", () => poll(Array(1) as never, 0), TYPE],
  ["poll: half a millisecond", () => poll([], 0.5), RANGE],
  ["poll: a bigint for a timeout", () => poll([], bad(0n)), TYPE],
  ["ppoll: a negative timeout", () => ppoll([], -1), RANGE],
  ["ppoll: NaN", () => ppoll([], Number.NaN), RANGE],
  ["ppoll: a signal that is none", () => ppoll([], 0, [65]), RANGE],
  ["ppoll: a text for a mask", () => ppoll([], 0, bad("SIGTERM")), TYPE],
  ["epoll_create1: an unknown flag", () => epoll_create1(1), RANGE],
  ["epoll_ctl: operation 4", () => epoll_ctl(0, 4, 0, { events: 1 }), RANGE],
  ["epoll_ctl: adding without events", () => epoll_ctl(0, 1, 0), TYPE],
  ["epoll_ctl: data beyond 2^53", () => epoll_ctl(0, 1, 0, { events: 1, data: 2 ** 53 }), RANGE],
  ["epoll_wait: room for none", () => epoll_wait(0, 0, 0), RANGE],
  ["Epoll: a number for options", () => { using set = new Epoll(); set.wait(bad(5)); }, TYPE],
  ["eventfd: 2^32", () => eventfd(2 ** 32), RANGE],
  ["eventfd: an unknown flag", () => eventfd(0, 2), RANGE],
  ["eventfd_write: below 0", () => eventfd_write(0, -1), RANGE],
  ["eventfd_write: a fraction", () => eventfd_write(0, 0.5), RANGE],
  ["EventFd: a text for options", () => new EventFd(0, bad("semaphore")), TYPE],
  ["timerfd_create: a processor clock", () => timerfd_create(2), RANGE],
  ["timerfd_settime: no setting", () => timerfd_settime(0, 0, bad(undefined)), TYPE],
  ["timerfd_settime: a negative value", () => timerfd_settime(0, 0, { value: -1 }), RANGE],
  ["timerfd_settime: an infinite interval", () => timerfd_settime(0, 0, { value: 1, interval: Infinity }), RANGE],
  ["timerfd_settime: an unknown flag", () => timerfd_settime(0, 4, { value: 1 }), RANGE],
  ["TimerFd: an unknown clock", () => new TimerFd({ clock: 5 }), RANGE],
  ["clock_gettime: a clock as null", () => clock_gettime(bad(null)), TYPE],
  ["clock_gettime: an unknown clock", () => clock_gettime(bad("CLOCK_NONE")), VALUE],
  ["memfd_create: a name of 250 bytes", () => memfd_create("n".repeat(250)), RANGE],
  ["memfd_create: a NUL in the name", () => memfd_create("a\0b"), VALUE],
  ["sealedFile: a number for data", () => sealedFile("x", bad(7)), TYPE],
  ["mkfifo: a mode above 0o7777", () => mkfifo("/tmp/x", 0o10000), RANGE],
  ["mkfifo: no path", () => mkfifo(bad(undefined)), TYPE],
  ["flock: an unknown bit", () => flock(0, 16), RANGE],
  ["fcntlLock: an operation that locks nothing", () => fcntlLock(0, 1, { type: 0 }), RANGE],
  ["fcntlLock: no lock", () => fcntlLock(0, 6, bad(undefined)), TYPE],
  ["fcntlLock: type 3", () => fcntlLock(0, 6, { type: 3 }), RANGE],
  ["fcntlLock: whence 3", () => fcntlLock(0, 6, { type: 0, whence: 3 }), RANGE],
  ["fcntlLock: a start beyond 2^53", () => fcntlLock(0, 6, { type: 0, start: 2 ** 53 }), RANGE],
  ["lockFile: a text for shared", () => lockFile(0, { shared: bad("yes") }), TYPE],
  ["fstat: a text", () => fstat(bad("0")), TYPE],
  ["ftruncate: below 0", () => ftruncate(0, -1), RANGE],
  ["pread: a negative offset", () => pread(0, new Uint8Array(1), -1), RANGE],
  ["pread: a SharedArrayBuffer", () => pread(0, shared, 0), VALUE],
  ["pwrite: no data", () => pwrite(1, bad(null), 0), TYPE],
  ["readv: a buffer for a list", () => readv(0, bad(new Uint8Array(1))), TYPE],
  ["readv: a SharedArrayBuffer in the list", () => readv(0, [shared]), VALUE],
  ["readv: a hole in the list", () => readv(0, Array(1) as never), TYPE],
  ["writev: 1025 pieces", () => writev(1, Array.from({ length: 1025 }, () => "")), RANGE],
  ["takeInherited: a standard stream", () => takeInherited(2), RANGE],
  ["onLostFd: a text", () => onLostFd(bad("console.log")), TYPE],
];

for (const [title, call, code] of rows) {
  test(`${title} is refused with ${code}`, () => withoutLeak(() => assert.equal(codeOf(call), code)));
}
