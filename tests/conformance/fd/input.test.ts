/** What descriptor calls refuse before they call: each row one bad argument and the error's code. */
import {
  close, close_range, dup, dup2, dup3, Fd, fcntl, kcmp, lseek, O_CLOEXEC, open, openat, pipe2, proc, read, write, writeAll,
} from "../../../lib/core/mod.ts";
import { testRefused } from "../../helpers/refusal.ts";

const buffer = new Uint8Array(8);
const shared = new Uint8Array(new SharedArrayBuffer(8));
const bad = (value: unknown): never => value as never;

function detached(): Uint8Array {
  const view = new Uint8Array(8);
  structuredClone(view.buffer, { transfer: [view.buffer] });
  return view;
}

function leftBehind(): Uint8Array {
  const resizable = Reflect.construct(ArrayBuffer, [16, { maxByteLength: 16 }]) as ArrayBuffer & { resize(length: number): void };
  const view = new Uint8Array(resizable, 8, 8);
  resizable.resize(4);
  return view;
}

const TYPE = "ERR_INVALID_ARG_TYPE";
const VALUE = "ERR_INVALID_ARG_VALUE";
const RANGE = "ERR_OUT_OF_RANGE";

const rows: [title: string, call: () => unknown, code: string][] = [
  ["read: a text for a number", () => read(bad("0"), buffer), TYPE],
  ["read: a bigint for a number", () => read(bad(0n), buffer), TYPE],
  ["read: -0 for a number", () => read(-0, buffer), RANGE],
  ["read: no buffer", () => read(0, bad(undefined)), TYPE],
  ["read: an array for a buffer", () => read(0, bad([1, 2])), TYPE],
  ["read: an ArrayBuffer for a view", () => read(0, bad(new ArrayBuffer(8))), TYPE],
  ["read: a text for a buffer", () => read(0, bad("text")), TYPE],
  ["read: a SharedArrayBuffer", () => read(0, shared), VALUE],
  ["read: a detached buffer", () => read(0, detached()), VALUE],
  ["read: a view its buffer left behind", () => read(0, leftBehind()), VALUE],
  ["read: more than the buffer holds", () => read(0, buffer, 9), RANGE],
  ["read: a negative length", () => read(0, buffer, -1), RANGE],
  ["read: a fraction for a length", () => read(0, buffer, 1.5), RANGE],
  ["read: a negative number", () => read(-1, buffer), RANGE],
  ["read: NaN", () => read(Number.NaN, buffer), RANGE],
  ["read: 2^31", () => read(2 ** 31, buffer), RANGE],
  ["write: a number for data", () => write(1, bad(7)), TYPE],
  ["write: null for data", () => write(1, bad(null)), TYPE],
  ["write: a SharedArrayBuffer", () => write(1, shared), VALUE],
  ["write: a detached buffer", () => write(1, detached()), VALUE],
  ["write: more than there is", () => write(1, "abc", 4), RANGE],
  ["writeAll: an object for data", () => writeAll(1, bad({})), TYPE],
  ["lseek: an infinite offset", () => lseek(0, Infinity, 0), RANGE],
  ["lseek: an offset beyond 2^53", () => lseek(0, 2 ** 53, 0), RANGE],
  ["lseek: a text for whence", () => lseek(0, 0, bad("SEEK_SET")), TYPE],
  ["open: a number for a path", () => open(bad(3), 0), TYPE],
  ["open: a NUL in the path", () => open("/tmp/a\0b", 0), VALUE],
  ["open: a lone surrogate in the path", () => open("/tmp/\ud800", 0), VALUE],
  ["open: a path of 4096 bytes", () => open(`/${"x".repeat(4095)}`, 0), RANGE],
  ["open: a path of 4096 bytes in 1365 letters", () => open(`/${"漢".repeat(1365)}`, 0), RANGE],
  ["open: negative flags", () => open("/tmp", -1), RANGE],
  ["open: a mode above 0o7777", () => open("/tmp", 0, 0o10000), RANGE],
  ["openat: a directory number that is neither AT_FDCWD nor a descriptor", () => openat(-5, "x", 0), RANGE],
  ["close: a text", () => close(bad("3")), TYPE],
  ["close: a negative number", () => close(-1), RANGE],
  ["close_range: a negative end", () => close_range(5, -1), RANGE],
  ["close_range: an unknown flag", () => close_range(900000, 900001, 8), RANGE],
  ["dup: undefined", () => dup(bad(undefined)), TYPE],
  ["dup2: a fraction", () => dup2(0, 1.5), RANGE],
  ["dup3: a flag other than O_CLOEXEC", () => dup3(0, 900, O_CLOEXEC | 1), RANGE],
  ["pipe2: an unknown flag", () => pipe2(1), RANGE],
  ["fcntl: an operation that takes an address", () => fcntl(0, 5), RANGE],
  ["fcntl: a text for an operation", () => fcntl(0, bad("F_GETFD")), TYPE],
  ["fcntl: a negative argument", () => fcntl(0, 0, -1), RANGE],
  ["Fd.adopt: a text", () => Fd.adopt(bad("3")), TYPE],
  ["kcmp: pid 0", () => kcmp(0, 1, 0), RANGE],
  ["kcmp: a negative index", () => kcmp(1, 1, 0, -1), RANGE],
  ["proc.stat: a text for a pid", () => proc.stat(bad("self")), TYPE],
  ["proc.stat: pid -1", () => proc.stat(-1), RANGE],
  ["proc.fdInfo: a negative number", () => proc.fdInfo(1, -1), RANGE],
  ["proc.readFile: a way out of /proc", () => proc.readFile("../etc/passwd"), VALUE],
  ["proc.readFile: an absolute path", () => proc.readFile("/etc/passwd"), VALUE],
  ["proc.unixPeer: a fraction", () => proc.unixPeer(0.5), RANGE],
];

for (const [title, call, code] of rows) testRefused(title, call, code);
