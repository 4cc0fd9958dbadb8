/** What the pages of docs/api/ are made from: docstrings, and what they must have. */
import { describe, expect, test } from "vitest";
import { cCall, parseDocstring, sentence } from "../../../tools/docs/docstring.mjs";
import { missingOf } from "../../../tools/docs/rules.mjs";

const COMPLETE = `/**
 * \`dup3(oldfd, newfd, flags)\`: a copy
 * of it.
 *
 * More words:
 * - one
 *
 * @param flags 0 or
 *   O_CLOEXEC
 * @returns newfd
 * @throws {SystemError} EBADF: not open
 * @throws {TypeError} no number
 * @see https://man7.org/linux/man-pages/man2/dup.2.html
 * @since Linux 5.3
 * @example Twice
 * \`\`\`ts
 * @decorated
 * console.log(1); // 1
 * \`\`\`
 */`;

test("parseDocstring() splits a comment at its tags, and not inside a program", () => {
  const doc = parseDocstring(COMPLETE);
  expect(sentence(doc)).toBe("`dup3(oldfd, newfd, flags)`: a copy of it.");
  expect(cCall(doc)).toBe("dup3(oldfd, newfd, flags)");
  expect(doc).toEqual({
    text: "`dup3(oldfd, newfd, flags)`: a copy\nof it.\n\nMore words:\n- one",
    params: [{ name: "flags", text: "0 or\n  O_CLOEXEC" }],
    returns: ["newfd"],
    throws: ["{SystemError} EBADF: not open", "{TypeError} no number"],
    see: ["https://man7.org/linux/man-pages/man2/dup.2.html"],
    since: ["Linux 5.3"],
    examples: [{ title: "Twice", code: "@decorated\nconsole.log(1); // 1\n" }],
    others: [],
  });
});

test("parseDocstring() reads a comment of one line", () => {
  expect(parseDocstring("/** The number. */").text).toBe("The number.");
  expect(parseDocstring("/** The effective id. @see there @since Linux 3.5 */")).toMatchObject({ text: "The effective id.", see: ["there"], since: ["Linux 3.5"] });
  expect(parseDocstring("/** Mail to a@see.org. */").text).toBe("Mail to a@see.org.");
  expect(cCall(parseDocstring("/** The `number` of it. */"))).toBeUndefined();
});

describe("missingOf() names what a docstring lacks", () => {
  const call = "`dup(oldfd)`: a copy.";
  const rest = "\n@throws {SystemError} EBADF\n@see https://man7.org/linux/man-pages/man2/dup.2.html\n@example\n```ts\ndup(1);\n```\n";
  const rows: [string, string, string, string[]][] = [
    ["a call with all", "dup", call + rest, []],
    ["a call that never fails", "dup", (call + rest).replace("@throws {SystemError} EBADF\n", "").replace("copy.", "copy. Never fails."), []],
    ["no comment", "dup", "", ["no docstring"]],
    ["no words", "dup", rest, ["no sentence"]],
    ["no example", "dup", (call + rest).replace(/@example[\s\S]*/, ""), ["no @example"]],
    ["an example in another language", "dup", (call + rest).replace("```ts", "```js"), ["an @example without a ts block"]],
    ["no errors", "dup", (call + rest).replace("@throws {SystemError} EBADF\n", ""), ["no @throws, nor the words \"Never fails\""]],
    ["an error without a class", "dup", (call + rest).replace("{SystemError} ", ""), ["@throws without {Class} and words: EBADF"]],
    ["another manual", "dup", (call + rest).replace("man7.org", "example.org"), ["a C call without @see and its man7.org page"]],
    ["no call, so no manual", "dup", (call + rest).replace("`dup(oldfd)`", "Makes").replace(/@see.*\n/, ""), []],
    ["a newer call without its kernel", "pidfd_open", call + rest, ["no @since Linux 5.3"]],
    ["a newer call with another kernel", "pidfd_open", `${call}\n@since Linux 5.4${rest}`, ["no @since Linux 5.3"]],
    ["a newer call with its kernel", "pidfd_open", `${call}\n@since Linux 5.3${rest}`, []],
    ["a kernel that is none", "dup", `${call}\n@since 5.3${rest}`, ["@since is not \"Linux x.y\": 5.3"]],
    ["a tag that is none", "dup", `${call}\n@throw EBADF${rest}`, ["unknown tag @throw EBADF"]],
  ];
  test.each(rows)("%s", (_, name, text, expected) => {
    const comment = `/**\n${text.trim().split("\n").map((line) => ` * ${line}`).join("\n")}\n */`;
    expect(missingOf({ name, kind: "function", members: [], ...(text ? { doc: parseDocstring(comment) } : {}) })).toEqual(expected);
  });

  test("a member of a class without a sentence, but not its dispose", () => {
    const doc = parseDocstring("/** Owned.\n * @example\n * ```ts\n * new Fd();\n * ```\n */");
    const members = [{ name: "close", text: "close(): void" }, { name: "[Symbol.dispose]", text: "[Symbol.dispose](): void" }];
    expect(missingOf({ name: "Fd", kind: "class", doc, members })).toEqual(["no sentence for its member close"]);
  });
});
