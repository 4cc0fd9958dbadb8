import { expect, test } from "vitest";
import { Accounting } from "../../../lib/trace/accounting.ts";
import type { BareEvent } from "../../../lib/trace/report.ts";

const opened = (path: string, ret: number): BareEvent => ({ kind: "call", call: "openat", args: ["AT_FDCWD", JSON.stringify(path), "O_RDONLY"], ret });
const onFd = (op: "read" | "close", fd: number): BareEvent => ({ kind: "call", call: op, args: [String(fd)], ret: 0, op: op === "read" ? { op, fd, bytes: 9 } : { op, fd } });

test("a runtime's look at its memory is its own from open to close", () => {
  const accounting = new Accounting();
  expect(accounting.isOwn(1, opened("/proc/self/statm", 8))).toBe(true);
  expect(accounting.isOwn(1, onFd("read", 8))).toBe(true);
  expect(accounting.isOwn(2, onFd("read", 8)), "the same number in another process").toBe(false);
  expect(accounting.isOwn(1, onFd("close", 8))).toBe(true);
  expect(accounting.isOwn(1, onFd("read", 8)), "the number is somebody else's now").toBe(false);
});

test("a failed look is its own too, and leaves no descriptor behind", () => {
  const accounting = new Accounting();
  expect(accounting.isOwn(1, opened("/sys/fs/cgroup/memory.max", -1))).toBe(true);
  expect(accounting.isOwn(1, onFd("read", -1))).toBe(false);
});

test.each(["report.csv", "/proc/self/stat", "/proc/12/statm", "/tmp/proc/self/statm"])("%s is a step of the story", (path) => {
  const accounting = new Accounting();
  expect(accounting.isOwn(1, opened(path, 3))).toBe(false);
  expect(accounting.isOwn(1, onFd("read", 3))).toBe(false);
});
