/** Reading, writing and moving. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  close, F_SETPIPE_SZ, fcntl, lseek, O_APPEND, O_CREAT, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY, open, openat, pipe2, read, SEEK_CUR, SEEK_END, SEEK_SET, write,
  writeAll,
} from "../../../lib/core/mod.ts";
import { fileIn, inFolder, withoutLeak } from "../../helpers/descriptors.ts";

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

test("read() fills the start of the buffer, then gives 0 at the end of the file", () => {
  withoutLeak(() => inFolder((folder) => {
    const fd = open(fileIn(folder, "hello"), O_RDONLY);
    const buffer = new Uint8Array(8).fill(0x2e);
    assert.equal(read(fd, buffer), 5);
    assert.equal(text(buffer), "hello...");
    assert.equal(read(fd, buffer), 0);
    close(fd);
  }));
});

test("read() with a length reads no more than it", () => {
  const [r, w] = pipe2();
  write(w, "abcdef");
  const buffer = new Uint8Array(6);
  assert.equal(read(r, buffer, 2), 2);
  assert.deepEqual([...buffer], [97, 98, 0, 0, 0, 0]);
  [r, w].forEach(close);
});

test("read() of nothing gives 0 and takes nothing", () => {
  const [r, w] = pipe2();
  write(w, "abc");
  assert.equal(read(r, new Uint8Array(0)), 0);
  assert.equal(read(r, new Uint8Array(8), 0), 0);
  assert.equal(read(r, new Uint8Array(8)), 3);
  [r, w].forEach(close);
});

for (const [name, make] of [
  ["Uint8Array", () => new Uint8Array(16)],
  ["a part of a larger buffer", () => new Uint8Array(new ArrayBuffer(64), 24, 16)],
  ["Float64Array", () => new Float64Array(2)],
  ["DataView", () => new DataView(new ArrayBuffer(32), 8, 16)],
  ["BigInt64Array", () => new BigInt64Array(2)],
] as [string, () => ArrayBufferView][]) {
  test(`read() and write() take ${name}`, () => {
    const [r, w] = pipe2();
    const out = make();
    new Uint8Array(out.buffer, out.byteOffset, out.byteLength).set([1, 2, 3, 250]);
    assert.equal(write(w, out), 16);
    const back = make();
    assert.equal(read(r, back), 16);
    assert.deepEqual([...new Uint8Array(back.buffer, back.byteOffset, 5)], [1, 2, 3, 250, 0]);
    [r, w].forEach(close);
  });
}

test("read() into a view touches nothing around it", () => {
  const [r, w] = pipe2();
  const whole = new Uint8Array(32).fill(7);
  write(w, "abcdefgh");
  read(r, whole.subarray(8, 12));
  assert.deepEqual([...whole.subarray(6, 14)], [7, 7, 97, 98, 99, 100, 7, 7]);
  [r, w].forEach(close);
});

test("small arrays stay true through hot loops", () => {
  const [r, w] = pipe2();
  for (let i = 0; i < 5000; i++) {
    const out = new Uint8Array([i & 255, i >> 8]);
    const back = new Uint8Array(2);
    write(w, out);
    read(r, back);
    assert.ok(back[0] === (i & 255) && back[1] === i >> 8, `round ${i}`);
  }
  [r, w].forEach(close);
});

test("write() of a text writes UTF-8, NUL included", () => {
  const [r, w] = pipe2();
  assert.equal(write(w, "进程\0!"), 8);
  const buffer = new Uint8Array(16);
  assert.equal(text(buffer.subarray(0, read(r, buffer))), "进程\0!");
  [r, w].forEach(close);
});

test("write() with a length writes no more than it", () => {
  const [r, w] = pipe2();
  assert.equal(write(w, "abcdef", 2), 2);
  assert.equal(read(r, new Uint8Array(9)), 2);
  [r, w].forEach(close);
});

test("writeAll() writes a file larger than one arena of memory", () => {
  withoutLeak(() => inFolder((folder) => {
    const data = new Uint8Array(3_000_001).map((_, i) => i % 251);
    const fd = open(`${folder}/big`, O_RDWR | O_CREAT);
    writeAll(fd, data);
    assert.equal(lseek(fd, 0, SEEK_END), data.length);
    lseek(fd, 2_999_990, SEEK_SET);
    const tail = new Uint8Array(11);
    read(fd, tail);
    assert.deepEqual(tail, data.subarray(2_999_990));
    close(fd);
  }));
});

test("lseek() moves from the start, from here and from the end", () => {
  inFolder((folder) => {
    const fd = open(fileIn(folder, "0123456789"), O_RDONLY);
    assert.equal(lseek(fd, 4, SEEK_SET), 4);
    assert.equal(lseek(fd, 3, SEEK_CUR), 7);
    assert.equal(lseek(fd, -2, SEEK_END), 8);
    const buffer = new Uint8Array(1);
    read(fd, buffer);
    assert.equal(text(buffer), "8");
    close(fd);
  });
});

test("lseek() takes offsets above 2^32", () => {
  inFolder((folder) => {
    const fd = open(`${folder}/sparse`, O_WRONLY | O_CREAT);
    assert.equal(lseek(fd, 5_000_000_000, SEEK_SET), 5_000_000_000);
    assert.equal(lseek(fd, -4_999_999_999, SEEK_CUR), 1);
    close(fd);
  });
});

test("open() with O_APPEND writes at the end wherever the offset is", () => {
  inFolder((folder) => {
    const path = fileIn(folder, "abc");
    const fd = open(path, O_RDWR | O_APPEND);
    assert.equal(lseek(fd, 0, SEEK_CUR), 0);
    write(fd, "def");
    assert.equal(lseek(fd, 0, SEEK_CUR), 6);
    close(fd);
  });
});

test("open() with O_TRUNC empties the file; the mode is cut by the umask and holds for a new file only", () => {
  inFolder((folder) => {
    const path = fileIn(folder, "abc");
    const fd = open(path, O_WRONLY | O_TRUNC, 0o777);
    assert.equal(lseek(fd, 0, SEEK_END), 0);
    close(fd);
  });
});

test("openat() takes a relative path from the directory's descriptor", () => {
  withoutLeak(() => inFolder((folder) => {
    fileIn(folder, "here");
    const directory = open(folder, O_RDONLY);
    const fd = openat(directory, "file", O_RDONLY);
    assert.equal(read(fd, new Uint8Array(9)), 4);
    [directory, fd].forEach(close);
  }));
});

test("open() gives the lowest free number", () => {
  const [r, w] = pipe2();
  const low = Math.min(r, w);
  close(low);
  assert.equal(open("/dev/null", O_RDONLY), low);
  [r, w].forEach(close);
});

test("fcntl(F_SETPIPE_SZ) gives the size that was set", () => {
  const [r, w] = pipe2();
  assert.equal(fcntl(w, F_SETPIPE_SZ, 8192), 8192);
  [r, w].forEach(close);
});
