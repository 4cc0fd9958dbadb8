/** poll, ppoll, epoll, eventfd, timerfd: readiness and counters. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CLOCK_MONOTONIC, CLOCK_REALTIME, clock_gettime, close, dup, EFD_NONBLOCK, EFD_SEMAPHORE, EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CTL_MOD, Epoll,
  epoll_create1, epoll_ctl, epoll_wait, EPOLLET, EPOLLHUP, EPOLLIN, EPOLLONESHOT, EPOLLOUT, EventFd, eventfd, eventfd_read, eventfd_write, getpid,
  O_NONBLOCK, O_RDONLY, open, pipe2, poll, POLLERR, POLLHUP, POLLIN, POLLNVAL, POLLOUT, ppoll, proc, read, TFD_NONBLOCK, TFD_TIMER_ABSTIME, TimerFd,
  timerfd_create, timerfd_gettime, timerfd_settime, write,
} from "../../../lib/core/mod.ts";
import { codeOf, fileIn, inFolder, withoutLeak } from "../../helpers/descriptors.ts";

const byte = new Uint8Array(1);
const NEVER_OPEN = 0x7ffffff0;

test("poll() tells what is ready, in order, and nothing of the others", () => {
  withoutLeak(() => {
    const [r, w] = pipe2();
    assert.deepEqual(poll([{ fd: r, events: POLLIN }], 0), []);
    assert.deepEqual(poll([{ fd: r, events: POLLIN }], -0), []);
    assert.deepEqual(poll([{ fd: w, events: POLLOUT }, { fd: r, events: POLLIN }], -1), [{ fd: w, revents: POLLOUT }]);
    write(w, "x");
    assert.deepEqual(poll([{ fd: r, events: POLLIN }, { fd: -1, events: POLLIN }, { fd: r, events: POLLIN }]), [{ fd: r, revents: POLLIN }, { fd: r, revents: POLLIN }]);
    [r, w].forEach(close);
  });
});

test("poll() tells unasked of the last writer's and the last reader's end, and of what is not open", () => {
  withoutLeak(() => {
    const [r, w] = pipe2();
    close(w);
    assert.deepEqual(poll([{ fd: r, events: 0 }, { fd: NEVER_OPEN, events: POLLIN }]), [{ fd: r, revents: POLLHUP }, { fd: NEVER_OPEN, revents: POLLNVAL }]);
    close(r);
    const [r2, w2] = pipe2();
    close(r2);
    assert.equal((poll([{ fd: w2, events: 0 }])[0]?.revents ?? 0) & POLLERR, POLLERR);
    close(w2);
  });
});

test("poll() and ppoll() wait no shorter than told", () => {
  const [r, w] = pipe2();
  for (const wait of [() => poll([{ fd: r, events: POLLIN }], 5), () => ppoll([{ fd: r, events: POLLIN }], 4.5), () => ppoll([], 2.25, ["SIGUSR1"])]) {
    const start = clock_gettime(CLOCK_MONOTONIC);
    assert.deepEqual(wait(), []);
    assert.ok(clock_gettime(CLOCK_MONOTONIC) - start >= 2.25);
  }
  [r, w].forEach(close);
});

test("epoll tells by the number given, until the descriptor is removed", () => {
  withoutLeak(() => {
    const [r, w] = pipe2();
    const set = epoll_create1();
    epoll_ctl(set, EPOLL_CTL_ADD, r, { events: EPOLLIN, data: Number.MAX_SAFE_INTEGER });
    assert.deepEqual(epoll_wait(set, 0), []);
    write(w, "x");
    assert.deepEqual(epoll_wait(set), [{ events: EPOLLIN, data: Number.MAX_SAFE_INTEGER }]);
    epoll_ctl(set, EPOLL_CTL_MOD, r, { events: EPOLLIN });
    assert.deepEqual(epoll_wait(set), [{ events: EPOLLIN, data: r }]);
    epoll_ctl(set, EPOLL_CTL_DEL, r);
    assert.deepEqual(epoll_wait(set, 0), []);
    [set, r, w].forEach(close);
  });
});

test("epoll with EPOLLET tells of a change once, with EPOLLONESHOT until it is asked again", () => {
  withoutLeak(() => {
    const [r, w] = pipe2();
    using set = new Epoll();
    set.add(r, EPOLLIN | EPOLLET);
    write(w, "x");
    assert.deepEqual([set.wait({ timeout: 0 }).length, set.wait({ timeout: 0 }).length], [1, 0]);
    set.modify(r, EPOLLIN | EPOLLONESHOT, 7);
    assert.deepEqual([set.wait({ timeout: 0 }), set.wait({ timeout: 0 })], [[{ events: EPOLLIN, data: 7 }], []]);
    set.modify(r, EPOLLIN);
    assert.equal(set.wait({ timeout: 0 }).length, 1);
    set.remove(r);
    [r, w].forEach(close);
  });
});

test("epoll holds the description: a closed number is told of while a duplicate lives", () => {
  withoutLeak(() => {
    const [r, w] = pipe2();
    const copy = dup(r);
    using set = new Epoll();
    set.add(r, EPOLLIN, 5);
    close(r);
    close(w);
    assert.deepEqual(set.wait(), [{ events: EPOLLHUP, data: 5 }]);
    close(copy);
    assert.deepEqual(set.wait({ timeout: 0 }), []);
  });
});

test("epoll_wait() gives at most maxEvents, and the rest with the next call", () => {
  withoutLeak(() => {
    using set = new Epoll();
    const bells = [1, 2, 3].map(() => new EventFd(1));
    bells.forEach((bell, i) => set.add(bell.fd, EPOLLIN | EPOLLET, i));
    const told = [...set.wait({ maxEvents: 2 }), ...set.wait({ maxEvents: 2 })].map(({ data }) => data);
    assert.deepEqual(told.sort((a, b) => a - b), [0, 1, 2]);
    bells.forEach((bell) => bell[Symbol.dispose]());
  });
});

const failures: [title: string, call: (ends: { r: number; w: number; set: number }) => unknown, code: string][] = [
  ["adding twice", ({ r, set }) => { epoll_ctl(set, EPOLL_CTL_ADD, r, { events: EPOLLIN }); epoll_ctl(set, EPOLL_CTL_ADD, r, { events: EPOLLIN }); }, "EEXIST"],
  ["changing what is not in the set", ({ r, set }) => epoll_ctl(set, EPOLL_CTL_MOD, r, { events: EPOLLIN }), "ENOENT"],
  ["removing what is not in the set", ({ r, set }) => epoll_ctl(set, EPOLL_CTL_DEL, r), "ENOENT"],
  ["a number that is not open", ({ set }) => epoll_ctl(set, EPOLL_CTL_ADD, NEVER_OPEN, { events: EPOLLIN }), "EBADF"],
  ["a set within itself", ({ set }) => epoll_ctl(set, EPOLL_CTL_ADD, set, { events: EPOLLIN }), "EINVAL"],
  ["a pipe for a set", ({ r, w }) => epoll_ctl(r, EPOLL_CTL_ADD, w, { events: EPOLLOUT }), "EINVAL"],
  ["waiting for a pipe", ({ r }) => epoll_wait(r, 0), "EINVAL"],
  ["waiting for what is not open", () => epoll_wait(NEVER_OPEN, 0), "EBADF"],
  ["eventfd_read() of a number that is not open", () => eventfd_read(NEVER_OPEN), "EBADF"],
  ["timerfd_gettime() of a pipe", ({ r }) => timerfd_gettime(r), "EINVAL"],
  ["timerfd_settime() of a pipe", ({ r }) => timerfd_settime(r, 0, { value: 1 }), "EINVAL"],
  ["clock_gettime() of no clock", () => clock_gettime(15), "EINVAL"],
];

for (const [title, call, code] of failures) {
  test(`${title} fails with ${code}`, () => {
    withoutLeak(() => {
      const [r, w] = pipe2();
      const set = epoll_create1();
      assert.equal(codeOf(() => call({ r, w, set })), code);
      [r, w, set].forEach(close);
    });
  });
}

test("epoll refuses a regular file with EPERM, poll calls it ready", () => {
  withoutLeak(() => inFolder((folder) => {
    const file = open(fileIn(folder, "x"), O_RDONLY);
    using set = new Epoll();
    assert.throws(() => set.add(file, EPOLLIN), { code: "EPERM", syscall: "epoll_ctl" });
    assert.deepEqual(poll([{ fd: file, events: POLLIN }], 0), [{ fd: file, revents: POLLIN }]);
    close(file);
  }));
});

test("an eventfd adds up; a read takes all, or 1 of a semaphore", () => {
  withoutLeak(() => {
    const plain = eventfd(2, EFD_NONBLOCK);
    eventfd_write(plain, 40);
    assert.equal(proc.fdInfo(getpid(), plain).raw.get("eventfd-count")?.trim(), "2a");
    assert.equal(eventfd_read(plain), 42);
    assert.throws(() => eventfd_read(plain), { code: "EAGAIN" });
    eventfd_write(plain, Number.MAX_SAFE_INTEGER);
    assert.equal(eventfd_read(plain), Number.MAX_SAFE_INTEGER);
    const semaphore = eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK);
    assert.deepEqual([eventfd_read(semaphore), eventfd_read(semaphore), codeOf(() => eventfd_read(semaphore))], [1, 1, "EAGAIN"]);
    [plain, semaphore].forEach(close);
  });
});

test("an eventfd that is full refuses more with EAGAIN and is not writable", () => {
  withoutLeak(() => {
    using bell = new EventFd(0, { nonblocking: true });
    for (let i = 0; i < 2048; i++) bell.write(2 ** 53 - 1);
    bell.write(2046);
    assert.throws(() => bell.write(1), { code: "EAGAIN" });
    assert.deepEqual(poll([{ fd: bell.fd.number, events: POLLIN | POLLOUT }], 0), [{ fd: bell.fd.number, revents: POLLIN }]);
  });
});

test("a timer expires once, or again and again; reads tell how often", () => {
  withoutLeak(() => {
    using once = new TimerFd();
    once.set({ value: 1 });
    assert.equal(once.expirations(), 1);
    assert.deepEqual(once.left, { value: 0, interval: 0 });
    using often = new TimerFd();
    often.set({ value: 0.000001, interval: 1 });
    let sum = 0;
    while (sum < 3) sum += often.expirations();
    assert.equal(often.left.interval, 1);
  });
});

test("timerfd_settime() gives the setting before; value 0 unsets", () => {
  withoutLeak(() => {
    const timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    assert.deepEqual(timerfd_settime(timer, 0, { value: 3_600_000.5, interval: 1500.25 }), { value: 0, interval: 0 });
    const left = timerfd_gettime(timer);
    assert.equal(left.interval, 1500.25);
    assert.ok(left.value > 3_000_000 && left.value <= 3_600_000.5, String(left.value));
    assert.equal(timerfd_settime(timer, 0, { value: 0 }).interval, 1500.25);
    assert.deepEqual(timerfd_gettime(timer), { value: 0, interval: 0 });
    assert.throws(() => read(timer, new Uint8Array(8)), { code: "EAGAIN" });
    close(timer);
  });
});

test("a timer set to a time that is past expires at once", () => {
  withoutLeak(() => {
    const timer = timerfd_create(CLOCK_REALTIME);
    timerfd_settime(timer, TFD_TIMER_ABSTIME, { value: clock_gettime(CLOCK_REALTIME) - 1000 });
    assert.equal(read(timer, new Uint8Array(8)), 8);
    close(timer);
  });
});

test("clock_gettime(CLOCK_REALTIME) lies between two of the runtime's looks at the clock", () => {
  const before = Date.now();
  const now = clock_gettime(CLOCK_REALTIME);
  assert.ok(before <= now + 1 && now <= Date.now() + 1, `${before} ${now}`);
});

test("the owned forms are close-on-exec and close once", () => {
  withoutLeak(() => {
    const all = [new Epoll(), new EventFd(), new TimerFd()];
    for (const one of all) {
      assert.ok(one.fd.cloexec);
      one[Symbol.dispose]();
      one[Symbol.dispose]();
      assert.equal(one.fd.isOpen, false);
    }
  });
});

test("poll() sees what a nonblocking read would give", () => {
  const [r, w] = pipe2(O_NONBLOCK);
  assert.deepEqual([poll([{ fd: r, events: POLLIN }], 0).length, codeOf(() => read(r, byte))], [0, "EAGAIN"]);
  [r, w].forEach(close);
});
