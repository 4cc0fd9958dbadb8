/** The owned descriptor. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { close, dup2, F_GETFD, Fd, fcntl, getpid, O_RDONLY, open, pipe2, sameDescription } from "../../../lib/core/mod.ts";
import { libc } from "../../../lib/ffi/mod.ts";
import { codeOf, withoutLeak } from "../../helpers/descriptors.ts";

const isOpen = (fd: number): boolean => codeOf(() => fcntl(fd, F_GETFD)) === "";

test("Fd closes at the end of its scope", () => {
  let number = -1;
  {
    using fd = Fd.open("/dev/null", O_RDONLY);
    number = fd.number;
    assert.ok(isOpen(number));
  }
  assert.equal(isOpen(number), false);
});

test("Fd closes once: a second close leaves the number's next meaning alone", () => {
  withoutLeak(() => {
    const fd = Fd.open("/dev/null", O_RDONLY);
    const { number } = fd;
    fd.close();
    assert.equal(open("/dev/null", O_RDONLY), number);
    fd.close();
    fd[Symbol.dispose]();
    assert.ok(isOpen(number));
    close(number);
  });
});

test("Fd lets go when its number is closed or replaced by number", () => {
  withoutLeak(() => {
    const a = Fd.open("/dev/null", O_RDONLY);
    const b = Fd.open("/dev/zero", O_RDONLY);
    const number = b.number;
    close(a.number);
    dup2(0, number);
    assert.deepEqual([a.isOpen, b.isOpen], [false, false]);
    b.close();
    assert.ok(isOpen(number), "what dup2 put there is not the object's");
    close(number);
  });
});

test("Fd lets go of a number that was closed behind the library's back and given again", () => {
  withoutLeak(() => {
    const stale = Fd.open("/dev/null", O_RDONLY);
    const { number } = stale;
    libc().close(number);
    const fresh = Fd.open("/dev/zero", O_RDONLY);
    assert.equal(fresh.number, number);
    assert.deepEqual([stale.isOpen, fresh.isOpen], [false, true]);
    stale.close();
    assert.ok(isOpen(number));
    fresh.close();
  });
});

test("Fd.take() gives the number away once", () => {
  withoutLeak(() => {
    const fd = Fd.open("/dev/null", O_RDONLY);
    const number = fd.take();
    assert.throws(() => fd.take(), { code: "ERR_FD_RELEASED" });
    assert.throws(() => fd.number, { code: "ERR_FD_RELEASED" });
    fd.close();
    assert.ok(isOpen(number));
    close(number);
  });
});

test("Fd.adopt() takes an open number that has no owner", () => {
  withoutLeak(() => {
    const [r, w] = pipe2();
    using reader = Fd.adopt(r);
    assert.throws(() => Fd.adopt(r), { code: "ERR_FD_OWNED" });
    assert.equal(reader.number, r);
    close(w);
    assert.throws(() => Fd.adopt(w), { code: "EBADF" });
    Fd.adopt(reader.take()).close();
  });
});

test("Fd makes close-on-exec descriptors and shows the mark", () => {
  withoutLeak(() => {
    const { read, write } = Fd.pipe();
    using copy = read.dup();
    assert.deepEqual([read.cloexec, write.cloexec, copy.cloexec], [true, true, true]);
    assert.ok(sameDescription({ pid: getpid(), fd: read.number }, { pid: getpid(), fd: copy.number }));
    write.cloexec = false;
    assert.equal(write.cloexec, false);
    write.cloexec = true;
    assert.equal(write.cloexec, true);
    assert.equal(write.write("abc"), 3);
    assert.equal(copy.read(new Uint8Array(8)), 3);
    [read, write].forEach((fd) => fd.close());
  });
});
