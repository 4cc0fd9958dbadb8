/**
 * Writes the C program that prints what the headers say, a line "name value" each.
 *
 * @module
 */
import type { Layout } from "../../../lib/ffi/layout/layout.ts";
import type { Numbers } from "./tables.ts";

/** C source files: one for each set of headers, since some kernel and libc headers exclude each other, and one with main. */
export function sources(numbers: readonly Numbers[], layouts: readonly Layout[]): string[] {
  const bodies = [
    ...numbers.map(({ headers, values, mayLack }) => part(headers, [...values.keys()].map((name) => printNumber(name, mayLack)))),
    ...layouts.map((layout) => part([layout.header], printLayout(layout))),
    part(["sys/socket.h"], Array.from({ length: 21 }, (_, n) => printMacros(n))),
    part(["errno.h", "string.h"], ['for (int n = 1; n < 133; n++) printf("strerror(%d) %s\\n", n, strerror(n));']),
  ];
  const calls = bodies.map((_, i) => `void part${i}(void);`).join("\n");
  const main = `${calls}\nint main(void) {\n${bodies.map((_, i) => `  part${i}();`).join("\n")}\n  return 0;\n}\n`;
  return [...bodies.map((body, i) => body.replace("PART", `part${i}`)), main];
}

/** The lines of the program's output, by name. */
export function parse(output: string): Map<string, string> {
  return new Map(
    output.split("\n").filter(Boolean).map((line) => {
      const space = line.indexOf(" ");
      return [line.slice(0, space), line.slice(space + 1)];
    }),
  );
}

/** How a structure's number is called in the output. */
export const sizeName = (layout: Layout): string => `sizeof(${layout.type.replace(" ", "_")})`;
export const offsetName = (layout: Layout, member: string): string => `offsetof(${layout.type.replace(" ", "_")}.${member})`;

function part(headers: readonly string[], statements: readonly string[]): string {
  const includes = ["stdio.h", "stddef.h", "stdint.h", ...headers].map((header) => `#include <${header}>`).join("\n");
  return `#define _GNU_SOURCE\n${includes}\nvoid PART(void) {\n${statements.join("\n")}\n}\n`;
}

function printNumber(name: string, mayLack: number | undefined): string {
  const print = `  printf("${name} %lld\\n", (long long)${name});`;
  return mayLack !== undefined ? `#ifdef ${name}\n${print}\n#endif` : print;
}

function printLayout(layout: Layout): string[] {
  return [
    `  printf("${sizeName(layout)} %zu\\n", sizeof(${layout.type}));`,
    ...Object.keys(layout.at).map((member) => `  { ${layout.type} *p = 0; printf("${offsetName(layout, member)} %zu\\n", (size_t)&p->${member}); }`),
  ];
}

function printMacros(n: number): string {
  return `  printf("CMSG_ALIGN(${n}) %zu\\nCMSG_LEN(${n}) %zu\\nCMSG_SPACE(${n}) %zu\\n", (size_t)CMSG_ALIGN(${n}), (size_t)CMSG_LEN(${n}), (size_t)CMSG_SPACE(${n}));`;
}
