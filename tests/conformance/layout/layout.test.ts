/**
 * Every size, offset, constant and system call number of the library against a C compiler, for each machine.
 * One C program per machine prints what its headers say; the names it prints are made from the library's own tables.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ERRNO, errnoMessage } from "../../../lib/ffi/errno.ts";
import { cmsgAlign, cmsgLen, cmsgSpace } from "../../../lib/ffi/layout/socket.ts";
import { compileAndRun, TARGETS, whyNot } from "../../helpers/compile.ts";
import { skip } from "../../helpers/skip.ts";
import { offsetName, parse, sizeName, sources } from "./c_program.ts";
import { constantsOf, layoutsOf, type Numbers } from "./tables.ts";

for (const target of TARGETS) {
  const { arch } = target;
  const why = whyNot(target);
  const said = new Map<string, string>();
  const constants = constantsOf(arch);
  const layouts = layoutsOf(arch);

  test(`${arch}: a C program prints what the headers say`, (t) => {
    if (why) return skip(t, why);
    for (const [name, value] of parse(compileAndRun(target, sources(constants, layouts)))) said.set(name, value);
    assert.ok(said.size > 700, `${said.size} lines`);
  });

  for (const layout of layouts) {
    test(`${arch}: ${layout.type} lies as C lays it`, (t) => {
      if (why) return skip(t, why);
      assert.equal(String(layout.size), said.get(sizeName(layout)), "size");
      for (const [member, offset] of Object.entries(layout.at)) assert.equal(String(offset), said.get(offsetName(layout, member)), member);
    });
  }

  for (const numbers of constants) {
    test(`${arch}: ${numbers.values.size} numbers of ${numbers.headers.join(", ")}`, (t) => {
      if (why) return skip(t, why);
      assert.deepEqual(differences(numbers, said), []);
    });
  }

  test(`${arch}: CMSG_ALIGN, CMSG_LEN and CMSG_SPACE`, (t) => {
    if (why) return skip(t, why);
    for (let n = 0; n <= 20; n++) {
      assert.equal(said.get(`CMSG_ALIGN(${n})`), String(cmsgAlign(n)));
      assert.equal(said.get(`CMSG_LEN(${n})`), String(cmsgLen(n)));
      assert.equal(said.get(`CMSG_SPACE(${n})`), String(cmsgSpace(n)));
    }
  });

  test(`${arch}: the words for each errno are libc's`, (t) => {
    if (why) return skip(t, why);
    for (const number of Object.values(ERRNO)) assert.equal(errnoMessage(number), said.get(`strerror(${number})`), String(number));
  });

  test(`${arch}: a changed number would be found`, (t) => {
    if (why) return skip(t, why);
    for (const { headers, values } of constants) {
      const first = [...values].find(([name]) => said.has(name));
      if (!first) continue; // these headers are older than all of them
      const changed = new Map([...values, [first[0], first[1] + 1]]);
      assert.equal(differences({ headers, values: changed }, said).filter((line) => line.startsWith(`${first[0]} `)).length, 1);
    }
  });
}

function differences({ values, mayLack }: Numbers, said: ReadonlyMap<string, string>): string[] {
  return [...values].flatMap(([name, value]) => {
    const truth = said.get(name);
    if (truth === undefined && mayLack !== undefined && value > mayLack) return [];
    return truth === undefined || Number(truth) !== value ? [`${name} is ${value}, C says ${truth ?? "nothing"}`] : [];
  });
}
