import { describe, expect, it } from "vitest";
import { caption, statusWords } from "../../../cli/caption.ts";
import { eventLine } from "../../../cli/report_lines.ts";
import type { CallEvent, Event, FdFacts, Op } from "../../../lib/model/event.ts";

const file: FdFacts = { fd: 3, link: "/tmp/a", inode: "1:2", type: "file", flags: 0, cloexec: false, pos: 0 };

function call(op?: Op, more: Partial<CallEvent> = {}): CallEvent {
  return { n: 7, t: 0, pid: 41, kind: "call", call: "x", args: ["3"], ret: 0, ...(op ? { op } : {}), ...more };
}

describe("caption", () => {
  it.each([
    [call({ op: "open", file }), "41 opened /tmp/a as 3.", "41 打开 /tmp/a，得到 3。"],
    [call({ op: "dup", from: 3, to: 5, cloexec: false }), "41: 5 now refers to the description of 3.", "41 的 5 现在与 3 指向同一打开文件描述。"],
    [call({ op: "read", fd: 3, bytes: 1 }), "41 read 1 byte from 3.", "41 从 3 读了 1 字节。"],
    [call({ op: "read", fd: 3, bytes: 0 }), "41 read the end of 3.", "41 在 3 上读到末尾。"],
    [call({ op: "send", fd: 4, bytes: 1, fds: [3] }), "41 sent 1 byte and the descriptor 3 over 4.", "41 经 4 发出 1 字节和描述符 3。"],
    [call({ op: "receive", fd: 4, bytes: 1, fds: [{ ...file, fd: 9 }], truncated: false }), "41 received a descriptor: its own new number is 9.", "41 收到描述符，它的新编号是 9。"],
    [call({ op: "wait", child: 0, nohang: true }), "41 asked: no child has ended yet.", "41 问过：还没有子进程结束。"],
    [call({ op: "wait", child: 42, kept: true, status: { kind: "exited", code: 3 } }), "41 saw that 42 exited with status 3, and left it.", "41 看到 42 以状态 3 退出，但没有回收它。"],
    [call({ op: "wait", child: 42, status: { kind: "signaled", signal: 15, core: false } }), "41 waited for 42, which was killed by SIGTERM.", "41 等到 42：被 SIGTERM 杀死。"],
    [call(undefined, { call: "clone", ret: 0 }), "clone returned 0 in the child 41.", "clone 在子进程 41 中返回 0。"],
    [call(undefined, { call: "wait4", ret: -1, errno: "ECHILD" }), "41: wait4 failed with ECHILD.", "41 的 wait4 失败：ECHILD。"],
    [{ n: 1, t: 0, pid: 41, kind: "block", call: "wait4", args: [], on: { child: -1 } }, "41 sleeps in wait4 for any child.", "41 睡眠，等待 wait4（任意子进程）。"],
    [{ n: 1, t: 0, pid: 43, kind: "adopt", ppid: 41 }, "43 lost its parent and was adopted by 41.", "43 的父进程已死，由 41 收养。"],
    [{ n: 1, t: 0, pid: 42, kind: "exit", status: { kind: "exited", code: 3 } }, "42 exited with status 3; nobody has waited for it: a zombie.", "42 以状态 3 退出，尚未被等待：僵尸。"],
  ] as [Event, string, string][])("%#", (event, en, zh) => {
    expect(caption(event, "en")).toBe(en);
    expect(caption(event, "zh")).toBe(zh);
  });

  it("never breaks a Chinese sentence with a Latin comma or full stop between Chinese words", () => {
    for (const op of [{ op: "setsid" }, { op: "subreaper", on: true }, { op: "seek", fd: 3, pos: 4 }, { op: "listen", fd: 3 }] as Op[]) {
      expect(caption(call(op), "zh")).toMatch(/。$/);
      expect(caption(call(op), "zh")).not.toMatch(/\p{Script=Han}[,.]/u);
    }
  });
});

describe("eventLine", () => {
  it("has number, pid, line and call, and shows control characters without sending them", () => {
    expect(eventLine(call(undefined, { call: "write", args: ["1", "\x1b[2J"], ret: 3, line: 12 }), "en")).toBe("    7      41 :12  write(1, \\x1b[2J) = 3");
  });
});

describe("statusWords", () => {
  it("names a core dump", () => {
    expect(statusWords({ kind: "signaled", signal: 3, core: true }, "en")).toBe("was killed by SIGQUIT, core dumped");
  });
});
