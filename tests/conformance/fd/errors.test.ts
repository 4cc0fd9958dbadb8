/** How descriptor calls fail: each row one call, the errno the kernel gives, and why. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AF_UNIX, close, close_range, dup, dup2, dup3, F_DUPFD, F_GETFD, F_SETPIPE_SZ, fcntl, lseek, O_CLOEXEC, O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW,
  O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY, open, openat, pipe2, read, SEEK_SET, SOCK_STREAM, socketpair, SystemError, write, writeAll,
} from "../../../lib/core/mod.ts";
import { inFolder, withoutLeak } from "../../helpers/descriptors.ts";

/** Far above every limit on descriptors. */
const NEVER_OPEN = 0x7ffffff0;
const buffer = new Uint8Array(8);

const rows: [title: string, call: () => unknown, code: string, syscall: string][] = [
  ["read() of a number that is not open", () => read(NEVER_OPEN, buffer), "EBADF", "read"],
  ["read() of zero bytes still looks at the descriptor", () => read(NEVER_OPEN, new Uint8Array(0)), "EBADF", "read"],
  ["write() to a number that is not open", () => write(NEVER_OPEN, "x"), "EBADF", "write"],
  ["write() of nothing still looks at the descriptor", () => write(NEVER_OPEN, ""), "EBADF", "write"],
  ["lseek() of a number that is not open", () => lseek(NEVER_OPEN, 0, SEEK_SET), "EBADF", "lseek"],
  ["close() of a number that is not open", () => close(NEVER_OPEN), "EBADF", "close"],
  ["dup() of a number that is not open", () => dup(NEVER_OPEN), "EBADF", "dup"],
  ["dup2() from a number that is not open", () => dup2(NEVER_OPEN, 0), "EBADF", "dup2"],
  ["dup2() to a number above the limit", () => dup2(0, NEVER_OPEN), "EBADF", "dup2"],
  ["dup3() onto itself", () => dup3(0, 0), "EINVAL", "dup3"],
  ["dup3() from a number that is not open", () => dup3(NEVER_OPEN, 0), "EBADF", "dup3"],
  ["fcntl(F_GETFD) of a number that is not open", () => fcntl(NEVER_OPEN, F_GETFD), "EBADF", "fcntl"],
  ["fcntl(F_DUPFD) from a number above the limit", () => fcntl(0, F_DUPFD, NEVER_OPEN), "EINVAL", "fcntl"],
  ["close_range() with the ends swapped", () => close_range(900001, 900000), "EINVAL", "close_range"],
  ["open() of a missing file", () => open("/nowhere/at/all", O_RDONLY), "ENOENT", "open"],
  ["open() of an empty path", () => open("", O_RDONLY), "ENOENT", "open"],
  ["open() to write a directory", () => open("/", O_WRONLY), "EISDIR", "open"],
  ["open() of a file as a directory", () => open("/proc/self/stat", O_RDONLY | O_DIRECTORY), "ENOTDIR", "open"],
  ["open() through a file as if it were a directory", () => open("/proc/self/stat/x", O_RDONLY), "ENOTDIR", "open"],
  ["open() of a symbolic link with O_NOFOLLOW", () => open("/proc/self", O_RDONLY | O_NOFOLLOW), "ELOOP", "open"],
  ["open() of a name longer than NAME_MAX", () => open(`/tmp/${"n".repeat(256)}`, O_RDONLY), "ENAMETOOLONG", "open"],
  ["openat() from a number that is not open", () => openat(NEVER_OPEN, "x", O_RDONLY), "EBADF", "openat"],
];

for (const [title, call, code, syscall] of rows) {
  test(`${title} fails with ${code}`, () => {
    withoutLeak(() => {
      assert.throws(call, (error: unknown) => {
        assert.ok(error instanceof SystemError, String(error));
        assert.deepEqual({ code: error.code, syscall: error.syscall }, { code, syscall });
        assert.ok(error.message.startsWith(`${syscall}(`) && error.message.includes(code), error.message);
        return true;
      });
    });
  });
}

test("open() with O_EXCL of a file that exists fails with EEXIST", () => {
  inFolder((folder) => {
    close(open(`${folder}/x`, O_WRONLY | O_CREAT | O_EXCL));
    assert.throws(() => open(`${folder}/x`, O_WRONLY | O_CREAT | O_EXCL), { code: "EEXIST" });
  });
});

test("openat() from a descriptor that is no directory's fails with ENOTDIR", () => {
  const [r, w] = pipe2();
  assert.throws(() => openat(r, "x", O_RDONLY), { code: "ENOTDIR" });
  [r, w].forEach(close);
});

test("read() of a directory fails with EISDIR", () => {
  const fd = open("/", O_RDONLY);
  assert.throws(() => read(fd, buffer), { code: "EISDIR" });
  close(fd);
});

test("read() of a write end and write() to a read end fail with EBADF", () => {
  const [r, w] = pipe2();
  assert.throws(() => read(w, buffer), { code: "EBADF" });
  assert.throws(() => write(r, "x"), { code: "EBADF" });
  [r, w].forEach(close);
});

test("lseek() fails with ESPIPE on a pipe and on a socket", () => {
  const ends = [...pipe2(), ...socketpair(AF_UNIX, SOCK_STREAM)];
  for (const fd of ends) assert.throws(() => lseek(fd, 0, SEEK_SET), { code: "ESPIPE" });
  ends.forEach(close);
});

test("lseek() before the start and with an unknown whence fails with EINVAL", () => {
  const fd = open("/proc/self/exe", O_RDONLY);
  assert.throws(() => lseek(fd, -1, SEEK_SET), { code: "EINVAL" });
  assert.throws(() => lseek(fd, 0, 99), { code: "EINVAL" });
  close(fd);
});

test("read() of an empty pipe with O_NONBLOCK fails with EAGAIN, and with EOF once no writer is left", () => {
  const [r, w] = pipe2(O_NONBLOCK);
  assert.throws(() => read(r, buffer), { code: "EAGAIN" });
  close(w);
  assert.equal(read(r, buffer), 0);
  close(r);
});

test("write() to a full pipe with O_NONBLOCK writes a part, then fails with EAGAIN", () => {
  const [r, w] = pipe2(O_NONBLOCK);
  const size = fcntl(w, F_SETPIPE_SZ, 4096);
  assert.equal(write(w, new Uint8Array(size + 1000)), size);
  assert.throws(() => write(w, "x"), { code: "EAGAIN" });
  assert.throws(() => writeAll(w, "x"), { code: "EAGAIN" });
  [r, w].forEach(close);
});

test("write() to a pipe nobody reads fails with EPIPE and does not end the process", () => {
  const [r, w] = pipe2(O_CLOEXEC);
  close(r);
  assert.throws(() => write(w, "x"), { code: "EPIPE" });
  close(w);
});

test("a failed call reports its arguments", () => {
  assert.throws(() => dup2(NEVER_OPEN, 7), { args: [NEVER_OPEN, 7], errno: 9 });
  assert.throws(() => open("/nowhere", O_RDWR, 0o600), { args: ["/nowhere", O_RDWR, 0o600], errno: 2 });
});
