/** The assembler of programs for the kernel, and the reader of its types. */
import { describe, expect, it } from "vitest";
import { Assembler, HELPER } from "../../../lib/trace/bpf/asm.ts";
import { KernelTypes } from "../../../lib/trace/bpf/btf.ts";

const words = (program: Assembler): string[] => (Buffer.from(program.bytes()).toString("hex").match(/.{16}/g) ?? []);

describe("assembler", () => {
  // The encodings are those of the kernel's documentation (standardization/instruction-set).
  it("encodes moves, memory and calls", () => {
    const program = new Assembler();
    program.set(1, -1);
    program.move(6, 1);
    program.load(8, 2, 10, -16);
    program.store(4, 10, -4, 2);
    program.storeValue(1, 9, 3, 7);
    program.help(HELPER.ktime);
    program.exit();
    expect(words(program)).toEqual(["b7010000ffffffff", "bf16000000000000", "79a2f0ff00000000", "632afcff00000000", "7209030007000000", "8500000005000000", "b700000000000000", "9500000000000000"]);
  });

  it("resolves jumps both ways, and counts a map's address as two", () => {
    const program = new Assembler();
    program.label("top");
    program.map(1, 5);
    program.when(0, "eq", 0, "out");
    program.when(3, "atLeast", { register: 4 }, "top");
    program.go("top");
    program.label("out");
    program.exit();
    expect(words(program)).toEqual(["1811000005000000", "0000000000000000", "1500020000000000", "3d43fcff00000000", "0500fbff00000000", "b700000000000000", "9500000000000000"]);
  });

  it("refuses a jump to nowhere", () => {
    const program = new Assembler();
    program.go("nowhere");
    expect(() => program.bytes()).toThrow("no such label, nowhere");
  });
});

/** BTF of: struct inner { int x; }; struct outer { long a; struct { int b; union { int c; int d; }; }; const struct inner e; }; */
function types(): Uint8Array {
  const strings = "\0int\0long\0inner\0x\0outer\0a\0b\0c\0d\0e\0";
  const at = (name: string): number => strings.indexOf(`\0${name}\0`) + 1;
  const type = (name: string, kind: number, count: number, size: number, ...rest: number[]): number[] => [name === "" ? 0 : at(name), (kind << 24) | count, size, ...rest];
  const member = (name: string, of: number, bits: number): number[] => [name === "" ? 0 : at(name), of, bits];
  const body = [
    type("int", 1, 0, 4, 32), // 1
    type("long", 1, 0, 8, 64), // 2
    type("inner", 4, 1, 4, ...member("x", 1, 0)), // 3
    type("", 5, 2, 4, ...member("c", 1, 0), ...member("d", 1, 0)), // 4
    type("", 4, 2, 8, ...member("b", 1, 0), ...member("", 4, 32)), // 5
    type("", 10, 0, 3), // 6: const inner
    type("outer", 4, 3, 24, ...member("a", 2, 0), ...member("", 5, 64), ...member("e", 6, 128)), // 7
  ].flat();
  const head = new Uint8Array(24);
  const view = new DataView(head.buffer);
  view.setUint16(0, 0xeb9f, true);
  view.setUint8(2, 1);
  [24, 0, 4 * body.length, 4 * body.length, strings.length].forEach((value, i) => { view.setUint32(4 + 4 * i, value, true); });
  return Buffer.concat([head, new Uint8Array(new Uint32Array(body).buffer), Buffer.from(strings, "latin1")]);
}

describe("types of the kernel", () => {
  it("finds members, also of parts without a name", () => {
    const kernel = new KernelTypes(types());
    expect(["a", "b", "c", "d", "e"].map((name) => kernel.find("outer", name))).toEqual([0, 8, 12, 12, 16]);
    expect(kernel.find("inner", "x")).toBe(0);
  });

  it("says what is not there", () => {
    const kernel = new KernelTypes(types());
    expect(kernel.find("outer", "z")).toBeUndefined();
    expect(() => kernel.offset("nothing", "x")).toThrow("no nothing.x");
    expect(() => new KernelTypes(new Uint8Array(24))).toThrow("no BTF");
  });
});
