import { describe, expect, test } from "vitest";
import { Packer, PackError, Unpacker } from "../../../lib/model/pack.ts";

function through(...values: unknown[]): unknown[] {
  const packer = new Packer();
  for (const value of values) packer.value(value);
  const unpacker = new Unpacker();
  unpacker.feed(new Uint8Array(packer.take()));
  const read: unknown[] = [];
  while (!unpacker.done) read.push(unpacker.value());
  return read;
}

const long = "x".repeat(1000);
const values: [string, unknown][] = [
  ["the smallest number", 0],
  ["the last one-byte number", 95],
  ["the first of two bytes", 96],
  ["a varint's edge", 127],
  ["beyond it", 128],
  ["a pid", 4194304],
  ["32 bits", 2 ** 32 - 1],
  ["33 bits", 2 ** 32],
  ["the largest safe integer", Number.MAX_SAFE_INTEGER],
  ["the smallest safe integer", Number.MIN_SAFE_INTEGER],
  ["-1", -1],
  ["-0", -0],
  ["beyond safe integers", 2 ** 60],
  ["a fraction", 0.1],
  ["infinity", -Infinity],
  ["true", true],
  ["false", false],
  ["null", null],
  ["no text", ""],
  ["ASCII", "O_RDONLY|O_CLOEXEC"],
  ["other letters", "行为 é 😀"],
  ["a NUL", "a\0b"],
  ["a text too long to be kept", long],
  ["an array", [1, "a", [2, "a"]]],
  ["no array entries", []],
  ["an object", { a: 1, b: { a: 2 } }],
  ["no fields", {}],
  ["a field that is an empty name", { "": 1 }],
];

describe("packed values", () => {
  test.each(values)("%s", (_, value) => {
    expect(through(value)).toEqual([value]);
    expect(Object.is(through(value)[0], value) || typeof value === "object").toBe(true);
  });

  test("texts and field names are written once, over pieces too", () => {
    const packer = new Packer();
    const unpacker = new Unpacker();
    const sizes = [1, 2, 3].map((n) => {
      packer.value({ name: "openat", path: "/etc/passwd", n });
      const bytes = packer.take();
      unpacker.feed(new Uint8Array(bytes));
      expect(unpacker.value()).toEqual({ name: "openat", path: "/etc/passwd", n });
      return bytes.length;
    });
    expect(sizes).toEqual([sizes[0], 5, 5]);
  });

  test("more texts than one byte can name", () => {
    const texts = Array.from({ length: 1000 }, (_, i) => `text ${i}`);
    expect(through(texts, texts)).toEqual([texts, texts]);
  });

  test("undefined fields are left out", () => {
    expect(Object.keys(through({ a: undefined, b: 1 })[0] as object)).toEqual(["b"]);
  });

  test("a text as long as the room there was", () => {
    const huge = "é".repeat(200_000);
    expect(through(huge, 7)).toEqual([huge, 7]);
  });

  test.each([
    ["nothing", []],
    ["an unknown tag", [31]],
    ["half a number", [5, 0x80]],
    ["a number without an end", [5, ...Array<number>(20).fill(0xff)]],
    ["a text cut short", [8, 5, 65]],
    ["a text never written", [7, 9]],
    ["fields never written", [11, 3]],
    ["an array longer than the rest", [10, 0xff, 0xff, 3, 0x21]],
  ])("damage: %s", (_, bytes) => {
    const unpacker = new Unpacker();
    unpacker.feed(Uint8Array.from(bytes));
    expect(() => unpacker.value()).toThrow(PackError);
  });
});
