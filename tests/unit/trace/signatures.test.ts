/** Every system call has its arguments described, in words that are all known. */
import { describe, expect, it } from "vitest";
import { syscalls } from "../../../lib/ffi/constants/syscall.ts";
import { specOf } from "../../../lib/trace/decode/table.ts";
import { callsOf } from "../../../lib/trace/decode/table.ts";
import { argumentsOf } from "../../../lib/trace/decode/signatures.ts";
import { ROWS } from "../../../lib/trace/decode/signature_rows.ts";

const names = [...new Set([...syscalls("x86_64").keys(), ...syscalls("aarch64").keys()])];

describe("signatures", () => {
  it("level all looks at every call of this machine, and decodes at most six arguments of each", () => {
    const calls = [...callsOf("all").values()];
    expect(calls.length).toBeGreaterThan(300);
    expect(calls.filter(({ spec }) => spec.args.length > 6).map(({ name }) => name)).toEqual([]);
  });

  it("describes calls that only another machine has, too", () => {
    const known = new Set([...callsOf("all").values()].map(({ name }) => name));
    for (const name of names.filter((one) => !known.has(one))) expect(argumentsOf(name) ?? specOf(name, {}).args).toBeDefined();
  });

  it("has no row for a call that is none, nor two for one", () => {
    const rows = ROWS.split(";").map((row) => /^\w+/.exec(row.trim())?.[0]).filter((name) => name !== undefined);
    expect(rows.filter((name) => !names.includes(name))).toEqual([]);
    expect(rows.length).toBe(new Set(rows).size);
  });

  it("decodes what follows pointers while the thread is held, and everything else after it went on", () => {
    const later = new Map([...callsOf("all").values()].map(({ name, spec }) => [name, spec.later]));
    expect(["writev", "sendmsg", "execve", "clone", "openat", "poll", "rt_sigaction", "mmap"].map((name) => later.get(name)))
      .toEqual([false, false, false, false, true, true, true, true]);
  });
});
