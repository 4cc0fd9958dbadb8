/** memfd and seals, FIFOs, fstat, ftruncate, reads and writes at an offset and in pieces, locks within one process. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  close, dup, F_ADD_SEALS, F_GET_SEALS, F_GETLK, F_OFD_GETLK, F_OFD_SETLK, F_RDLCK, F_SEAL_GROW, F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_WRITE, F_SETLK,
  F_UNLCK, F_WRLCK, fcntl, fcntlLock, Fd, flock, fstat, ftruncate, getgid, getpid, getuid, LOCK_EX, LOCK_NB, LOCK_SH, LOCK_UN, lockFile, lseek,
  memfd_create, MFD_ALLOW_SEALING, mkfifo, O_CREAT, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY, open, pipe2, pread, proc, pwrite, read, readv,
  S_IFIFO, S_IFMT, S_IFREG, sealedFile, SEEK_CUR, SEEK_END, tryLockFile, unlink, write, writev,
} from "../../../lib/core/mod.ts";
import { codeOf, fileIn, inFolder, withoutLeak } from "../../helpers/descriptors.ts";

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const NEVER_OPEN = 0x7ffffff0;

test("a memfd is a file of any size that has no name in the file system", () => {
  withoutLeak(() => {
    const fd = memfd_create("note");
    assert.equal(proc.fdLink(getpid(), fd), "/memfd:note (deleted)");
    ftruncate(fd, 5_000_000_000);
    assert.deepEqual([fstat(fd).size, fstat(fd).nlink, fstat(fd).mode & S_IFMT], [5_000_000_000, 0, S_IFREG]);
    assert.equal(fcntl(fd, F_GET_SEALS), F_SEAL_SEAL, "no seal can be added unless it was asked for");
    assert.throws(() => fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), { code: "EPERM" });
    close(fd);
  });
});

const seals: [title: string, seal: number, call: (fd: number) => unknown, code: string][] = [
  ["F_SEAL_WRITE forbids write", F_SEAL_WRITE, (fd) => pwrite(fd, "x", 0), "EPERM"],
  ["F_SEAL_WRITE leaves growing", F_SEAL_WRITE, (fd) => ftruncate(fd, 100), ""],
  ["F_SEAL_GROW forbids growing", F_SEAL_GROW, (fd) => ftruncate(fd, 100), "EPERM"],
  ["F_SEAL_GROW forbids a write beyond the end", F_SEAL_GROW, (fd) => pwrite(fd, "x", 100), "EPERM"],
  ["F_SEAL_GROW leaves writing within", F_SEAL_GROW, (fd) => pwrite(fd, "x", 0), ""],
  ["F_SEAL_SHRINK forbids shrinking", F_SEAL_SHRINK, (fd) => ftruncate(fd, 1), "EPERM"],
  ["F_SEAL_SEAL forbids a further seal", F_SEAL_SEAL, (fd) => fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), "EPERM"],
];

for (const [title, seal, call, code] of seals) {
  test(title, () => {
    withoutLeak(() => {
      const fd = memfd_create("sealed", MFD_ALLOW_SEALING);
      write(fd, "0123456789");
      fcntl(fd, F_ADD_SEALS, seal);
      assert.equal(fcntl(fd, F_GET_SEALS), seal);
      assert.equal(codeOf(() => call(fd)), code);
      close(fd);
    });
  });
}

test("sealedFile() holds its content for ever", () => {
  withoutLeak(() => {
    using file = sealedFile("note", "héllo");
    const buffer = new Uint8Array(16);
    assert.equal(text(buffer.subarray(0, pread(file.number, buffer, 0))), "héllo");
    assert.equal(fcntl(file.number, F_GET_SEALS), F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
    assert.throws(() => pwrite(file.number, "x", 0), { code: "EPERM" });
    assert.ok(file.cloexec);
  });
});

test("mkfifo() makes a pipe with a name", () => {
  withoutLeak(() => inFolder((folder) => {
    const path = `${folder}/fifo`;
    mkfifo(path, 0o600);
    assert.throws(() => mkfifo(path), { code: "EEXIST", syscall: "mkfifo" });
    assert.throws(() => open(path, O_WRONLY | O_NONBLOCK), { code: "ENXIO" }, "nobody reads");
    const r = open(path, O_RDONLY | O_NONBLOCK);
    const w = open(path, O_WRONLY | O_NONBLOCK);
    assert.equal(fstat(r).mode, S_IFIFO | 0o600);
    write(w, "abc");
    assert.equal(read(r, new Uint8Array(9)), 3);
    [r, w].forEach(close);
    unlink(path);
    assert.throws(() => mkfifo(`${folder}/none/fifo`), { code: "ENOENT" });
  }));
});

test("fstat() tells type, owner, links, size and times", () => {
  withoutLeak(() => inFolder((folder) => {
    const before = Date.now() - 1000;
    const fd = open(fileIn(folder, "0123456789"), O_RDWR);
    const told = fstat(fd);
    assert.deepEqual([told.mode & S_IFMT, told.uid, told.gid, told.nlink, told.size], [S_IFREG, getuid(), getgid(), 1, 10]);
    assert.ok(told.mtime > before && told.mtime < Date.now() + 1000, String(told.mtime));
    const same = proc.fdStat(getpid(), fd);
    assert.deepEqual([told.dev, told.ino, told.rdev], [same.dev, same.ino, same.rdev]);
    const twin = open(`${folder}/file`, O_RDONLY);
    assert.equal(fstat(twin).ino, told.ino);
    const device = open("/dev/null", O_RDONLY);
    assert.equal(fstat(device).rdev, 259, "character device 1, 3");
    [fd, twin, device].forEach(close);
  }));
});

test("pread() and pwrite() leave the offset alone", () => {
  withoutLeak(() => {
    const fd = memfd_create("x");
    write(fd, "0123456789");
    assert.equal(pwrite(fd, "ab", 3), 2);
    const buffer = new Uint8Array(4);
    assert.equal(pread(fd, buffer, 2), 4);
    assert.equal(text(buffer), "2ab5");
    assert.equal(pread(fd, buffer, 9), 1);
    assert.equal(pread(fd, buffer, 10), 0);
    assert.equal(pread(fd, new Uint8Array(0), 0), 0);
    assert.equal(lseek(fd, 0, SEEK_CUR), 10);
    pwrite(fd, "z", 5_000_000_000);
    assert.equal(lseek(fd, 0, SEEK_END), 5_000_000_001);
    close(fd);
  });
});

test("readv() and writev() go through their pieces in order, empty ones too", () => {
  withoutLeak(() => {
    const [r, w] = pipe2(O_NONBLOCK);
    assert.equal(writev(w, ["head", new Uint8Array(0), "böd", new TextEncoder().encode("y")]), 9);
    const pieces = [new Uint8Array(1), new Uint8Array(0), new Uint8Array(6), new Uint8Array(9)];
    assert.equal(readv(r, pieces), 9);
    assert.equal(pieces.map(text).join("|").replaceAll("\0", ""), "h||eadbö|dy");
    assert.equal(writev(w, []), 0);
    assert.throws(() => readv(r, pieces), { code: "EAGAIN" });
    [r, w].forEach(close);
  });
});

const failures: [title: string, call: () => unknown, code: string][] = [
  ["pread() of what is not open", () => pread(NEVER_OPEN, new Uint8Array(1), 0), "EBADF"],
  ["fstat() of what is not open", () => fstat(NEVER_OPEN), "EBADF"],
  ["ftruncate() of what is not open", () => ftruncate(NEVER_OPEN, 0), "EBADF"],
  ["flock() of what is not open", () => flock(NEVER_OPEN, LOCK_EX), "EBADF"],
  ["flock() with nothing to do", () => flock(0, LOCK_NB), "EINVAL"],
  ["fcntlLock() of what is not open", () => fcntlLock(NEVER_OPEN, F_SETLK, { type: F_WRLCK }), "EBADF"],
  ["memfd_create() with an unknown flag", () => memfd_create("x", 0x40000), "EINVAL"],
];

for (const [title, call, code] of failures) {
  test(`${title} fails with ${code}`, () => withoutLeak(() => assert.equal(codeOf(call), code)));
}

test("pread() of a pipe fails with ESPIPE, ftruncate() with EINVAL", () => {
  const [r, w] = pipe2();
  assert.deepEqual([codeOf(() => pread(r, new Uint8Array(1), 0)), codeOf(() => ftruncate(w, 0))], ["ESPIPE", "EINVAL"]);
  [r, w].forEach(close);
});

test("flock() is the description's: a second open waits for it, a duplicate does not", () => {
  withoutLeak(() => inFolder((folder) => {
    const path = fileIn(folder, "x");
    const [a, b] = [open(path, O_RDONLY), open(path, O_RDONLY)];
    const copy = dup(a);
    flock(a, LOCK_EX);
    flock(copy, LOCK_EX | LOCK_NB);
    assert.throws(() => flock(b, LOCK_SH | LOCK_NB), { code: "EAGAIN" });
    close(a);
    assert.throws(() => flock(b, LOCK_SH | LOCK_NB), { code: "EAGAIN" }, "the duplicate still holds it");
    flock(copy, LOCK_SH);
    flock(b, LOCK_SH | LOCK_NB);
    flock(copy, LOCK_UN);
    flock(b, LOCK_EX | LOCK_NB);
    [b, copy].forEach(close);
  }));
});

test("open-file-description locks stand between two opens of one process, on their bytes alone", () => {
  withoutLeak(() => inFolder((folder) => {
    const path = fileIn(folder, "0123456789");
    const [a, b] = [open(path, O_RDWR), open(path, O_RDWR)];
    fcntlLock(a, F_OFD_SETLK, { type: F_WRLCK, start: 2, length: 3 });
    assert.throws(() => fcntlLock(b, F_OFD_SETLK, { type: F_RDLCK, start: 4, length: 1 }), { code: "EAGAIN", syscall: "fcntl" });
    fcntlLock(b, F_OFD_SETLK, { type: F_RDLCK, start: 5 });
    assert.deepEqual(fcntlLock(b, F_OFD_GETLK, { type: F_WRLCK }), { type: F_WRLCK, whence: 0, start: 2, length: 3, pid: -1 });
    assert.equal(fcntlLock(a, F_OFD_GETLK, { type: F_WRLCK, start: 0, length: 2 }), undefined);
    fcntlLock(a, F_OFD_SETLK, { type: F_UNLCK });
    fcntlLock(b, F_OFD_SETLK, { type: F_WRLCK });
    [a, b].forEach(close);
  }));
});

test("a lock's bytes count from the end and backwards too; no byte lies before the first", () => {
  withoutLeak(() => inFolder((folder) => {
    const path = fileIn(folder, "0123456789");
    const [a, b] = [open(path, O_RDWR), open(path, O_RDWR)];
    fcntlLock(a, F_OFD_SETLK, { type: F_WRLCK, whence: SEEK_END, start: -1, length: -4 });
    assert.deepEqual(fcntlLock(b, F_OFD_GETLK, { type: F_WRLCK }), { type: F_WRLCK, whence: 0, start: 5, length: 4, pid: -1 });
    assert.throws(() => fcntlLock(a, F_OFD_SETLK, { type: F_WRLCK, start: -1 }), { code: "EINVAL" });
    [a, b].forEach(close);
  }));
});

test("a lock needs a descriptor that is open so", () => {
  withoutLeak(() => inFolder((folder) => {
    const path = fileIn(folder, "x");
    const [r, w] = [open(path, O_RDONLY), open(path, O_WRONLY | O_CREAT)];
    assert.throws(() => fcntlLock(r, F_SETLK, { type: F_WRLCK }), { code: "EBADF" });
    assert.throws(() => fcntlLock(w, F_SETLK, { type: F_RDLCK }), { code: "EBADF" });
    assert.equal(fcntlLock(r, F_GETLK, { type: F_RDLCK }), undefined);
    [r, w].forEach(close);
  }));
});

test("lockFile() lets go at the end of its scope, once, and with its descriptor", () => {
  withoutLeak(() => inFolder((folder) => {
    const path = fileIn(folder, "x");
    using a = Fd.open(path, O_RDWR);
    using b = Fd.open(path, O_RDWR);
    {
      using held = lockFile(a);
      assert.ok(held.isHeld);
      assert.equal(tryLockFile(b), undefined);
      assert.equal(tryLockFile(b, { shared: true }), undefined);
      held.release();
      assert.equal(held.isHeld, false);
      using other = tryLockFile(b, { start: 0, length: 1 });
      assert.ok(other?.isHeld);
      held.release();
      assert.equal(tryLockFile(a), undefined, "a second release takes nothing from others");
    }
    const shared = [lockFile(a, { shared: true }), lockFile(b, { shared: true })];
    a.close();
    assert.equal(shared[0]?.isHeld, false);
    shared.forEach((lock) => lock.release());
    assert.throws(() => tryLockFile(NEVER_OPEN), { code: "EBADF" });
  }));
});
