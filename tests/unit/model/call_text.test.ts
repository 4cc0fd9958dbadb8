import { describe, expect, it } from "vitest";
import { callText } from "../../../lib/model/call_text.ts";
import type { CallEvent } from "../../../lib/model/event.ts";

const call = (name: string, args: string[], ret: number, more: Partial<CallEvent> = {}): CallEvent => ({ n: 7, t: 0, pid: 41, kind: "call", call: name, args, ret, ...more });

describe("callText", () => {
  it.each([
    [call("close", ["3"], 0), "close(3) = 0"],
    [call("close", ["3"], -1, { errno: "EBADF" }), "close(3) = -1 EBADF"],
    [call("mmap", ["NULL", "8192"], 0x7f8a8792a000), "mmap(NULL, 8192) = 0x7f8a8792a000"],
    [call("umask", ["022"], 0o77), "umask(022) = 077"],
    [call("fcntl", ["3", "F_GETFL"], 0x8002, { note: "flags O_RDWR|O_LARGEFILE" }), "fcntl(3, F_GETFL) = 0x8002 (flags O_RDWR|O_LARGEFILE)"],
    [call("poll", ["[{fd=3, events=POLLIN}]", "1", "-1"], 1, { note: "[{fd=3, revents=POLLIN}]" }), "poll([{fd=3, events=POLLIN}], 1, -1) = 1 ([{fd=3, revents=POLLIN}])"],
    [call("exit_group", ["0"], -1, { unreturned: "exits" }), "exit_group(0) = ?"],
    [call("pause", [], -1, { unreturned: "restarts", errno: "ERESTARTNOHAND" }), "pause() = ? ERESTARTNOHAND"],
    [call("read", ["3", "&buf", "9"], -1, { unreturned: "cut" }), "read(3, &buf, 9 <unfinished ...>) = ?"],
  ])("reads as strace writes it: %#", (event, text) => {
    expect(callText(event)).toBe(text);
  });
});
