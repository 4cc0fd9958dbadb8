/** What duplicates share and what they do not: description and table entry. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  close, close_range, CLOSE_RANGE_CLOEXEC, dup, dup2, dup3, F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_GETFL, F_SETFD, F_SETFL, FD_CLOEXEC, fcntl, getpid, lseek,
  O_APPEND, O_CLOEXEC, O_NONBLOCK, O_RDONLY, O_RDWR, open, pipe2, proc, read, sameDescription, SEEK_CUR,
} from "../../../lib/core/mod.ts";
import { isMade } from "../../../lib/core/fd/registry.ts";
import { codeOf, fileIn, inFolder, withoutLeak } from "../../helpers/descriptors.ts";

const pid = getpid();
const same = (a: number, b: number): boolean => sameDescription({ pid, fd: a }, { pid, fd: b });
const cloexec = (fd: number): boolean => fcntl(fd, F_GETFD) === FD_CLOEXEC;

const ways: [name: string, duplicate: (fd: number) => number, marked: boolean][] = [
  ["dup()", (fd) => dup(fd), false],
  ["dup2() to a free number", (fd) => dup2(fd, 700), false],
  ["dup3()", (fd) => dup3(fd, 701), false],
  ["dup3(O_CLOEXEC)", (fd) => dup3(fd, 702, O_CLOEXEC), true],
  ["fcntl(F_DUPFD)", (fd) => fcntl(fd, F_DUPFD, 703), false],
  ["fcntl(F_DUPFD_CLOEXEC)", (fd) => fcntl(fd, F_DUPFD_CLOEXEC, 704), true],
];

for (const [name, duplicate, marked] of ways) {
  test(`${name} shares offset and status flags, and has a close-on-exec mark of its own`, () => {
    withoutLeak(() => inFolder((folder) => {
      const fd = open(fileIn(folder, "0123456789"), O_RDWR | O_CLOEXEC);
      const copy = duplicate(fd);
      assert.ok(same(fd, copy));
      read(fd, new Uint8Array(3));
      assert.equal(lseek(copy, 0, SEEK_CUR), 3);
      fcntl(copy, F_SETFL, O_APPEND | O_NONBLOCK);
      assert.equal(fcntl(fd, F_GETFL) & (O_APPEND | O_NONBLOCK), O_APPEND | O_NONBLOCK);
      assert.equal(cloexec(copy), marked);
      assert.ok(cloexec(fd));
      fcntl(copy, F_SETFD, marked ? 0 : FD_CLOEXEC);
      assert.ok(cloexec(fd));
      close(fd);
      assert.equal(lseek(copy, 0, SEEK_CUR), 3, "the description outlives one of its descriptors");
      close(copy);
    }));
  });
}

test("a second open() of one file shares nothing but the inode", () => {
  withoutLeak(() => inFolder((folder) => {
    const path = fileIn(folder, "0123456789");
    const [a, b] = [open(path, O_RDONLY), open(path, O_RDONLY)];
    read(a, new Uint8Array(4));
    assert.equal(lseek(b, 0, SEEK_CUR), 0);
    assert.equal(same(a, b), false);
    assert.equal(proc.fdStat(pid, a).ino, proc.fdStat(pid, b).ino);
    [a, b].forEach(close);
  }));
});

test("dup2() onto an open number closes what it was", () => {
  withoutLeak(() => {
    const [r, w] = pipe2();
    const target = open("/dev/null", O_RDONLY);
    assert.equal(dup2(w, target), target);
    assert.ok(same(w, target));
    [w, target].forEach(close);
    assert.equal(read(r, new Uint8Array(1)), 0, "no writer is left");
    close(r);
  });
});

test("dup2() onto itself changes nothing, the mark neither", () => {
  const [r, w] = pipe2(O_CLOEXEC);
  assert.equal(dup2(r, r), r);
  assert.ok(cloexec(r));
  [r, w].forEach(close);
});

test("pipe2() marks both ends as its flags say", () => {
  for (const flags of [0, O_CLOEXEC, O_NONBLOCK, O_CLOEXEC | O_NONBLOCK]) {
    const ends = pipe2(flags);
    for (const end of ends) {
      assert.equal(cloexec(end), (flags & O_CLOEXEC) !== 0);
      assert.equal(fcntl(end, F_GETFL) & O_NONBLOCK, flags & O_NONBLOCK);
    }
    ends.forEach(close);
  }
});

test("fcntl(F_SETFL) keeps access mode", () => {
  const fd = open("/dev/null", O_RDWR);
  fcntl(fd, F_SETFL, O_NONBLOCK | O_RDONLY);
  assert.equal(fcntl(fd, F_GETFL) & 3, O_RDWR);
  close(fd);
});

test("close_range() closes all between its ends and nothing else", () => {
  withoutLeak(() => {
    const null_ = open("/dev/null", O_RDONLY);
    for (const fd of [800, 801, 805, 810]) dup2(null_, fd);
    close_range(800, 805);
    assert.deepEqual([800, 801, 805, 810].map((fd) => codeOf(() => fcntl(fd, F_GETFD))), ["EBADF", "EBADF", "EBADF", ""]);
    [810, null_].forEach(close);
  });
});

test("close_range(CLOSE_RANGE_CLOEXEC) only marks", () => {
  withoutLeak(() => {
    const null_ = open("/dev/null", O_RDONLY);
    [820, 821].forEach((fd) => dup2(null_, fd));
    close_range(820, 821, CLOSE_RANGE_CLOEXEC);
    assert.deepEqual([820, 821].map(cloexec), [true, true]);
    [820, 821, null_].forEach(close);
  });
});

test("the library knows which descriptors it made", () => {
  const [r, w] = pipe2();
  const copy = dup(r);
  dup2(r, 830);
  assert.deepEqual([r, w, copy, 830, 0].map(isMade), [true, true, true, true, false]);
  close_range(830, 830);
  [r, w, copy].forEach(close);
  assert.deepEqual([r, w, copy, 830].map(isMade), [false, false, false, false]);
});
