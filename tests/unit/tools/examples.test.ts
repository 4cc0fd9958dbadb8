/** How an example's comments are compared with what it printed. */
import { describe, expect, test } from "vitest";
import { examplesIn, promised, unkept } from "../../helpers/examples.ts";

test("examplesIn() takes the programs of a file out of its comments, with the name each is about", () => {
  const file = ["/**", " * Words.", " *", " * ```ts", " * if (1) {", " *   two();", " * }", " * ```", " */", "export function one(): void {}", ""].join("\n");
  expect(examplesIn("a.ts", file)).toEqual([{ name: "one in a.ts:4", code: "if (1) {\n  two();\n}\n" }]);
});

describe("promised() takes values and leaves words", () => {
  const rows: [string, string[]][] = [
    ["console.log(1 + 1); // 2", ["2"]],
    ["if (x) console.log(await y()); // \"a\" true", ["\"a\" true"]],
    ["console.log(code); // ENOENT", ["ENOENT"]],
    ["console.log(x); // such as 4711", []],
    ["console.log(x); // The end", []],
    ["console.log(x); // false, or undefined where it may not be asked", []],
    ["console.log(x); // true: runtimes ignore it", ["true"]],
    ["console.log(x); // { a: 1 }", ["{ a: 1 }"]],
    ["close(fd); // 3", []],
  ];
  test.each(rows)("%s", (code, expected) => expect(promised(code)).toEqual(expected));
});

describe("unkept() names the promises that were not kept", () => {
  const rows: [string, string, string, string[]][] = [
    ["the same", "2", "2\n", []],
    ["among other lines", "2", "1\n2\n3\n", []],
    ["part of a line", "2", "12\n", ["2"]],
    ["nothing printed", "2", "", ["2"]],
    ["a text without quotes", "\"a b\" true", "a b true\n", []],
    ["an object over lines", "{ kind: \"exited\", code: 7 }", "{\n  kind: \"exited\",\n  code: 7,\n}\n", []],
    ["another object", "{ code: 7 }", "{\n  code: 8,\n}\n", ["{ code: 7 }"]],
    ["an open end", "[0, 1, ...]", "[ 0, 1, 2, 3 ]\n", []],
    ["a bracket that is never closed", "2", "(\n2\n", []],
  ];
  test.each(rows)("%s", (_, comment, printed, expected) => expect(unkept(`console.log(x); // ${comment}`, printed)).toEqual(expected));

  test("one line keeps one promise", () => {
    expect(unkept("console.log(a); // 1\nconsole.log(b); // 1", "1\n")).toEqual(["1"]);
  });
});
