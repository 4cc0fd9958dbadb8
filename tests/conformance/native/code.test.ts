/** Machine code: the committed bytes are what the sources give, and the code that is loaded can be run and not written. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CODE } from "../../../lib/ffi/native/call_thread/code.ts";
import { type Codes, loadCode } from "../../../lib/ffi/native/code.ts";
import { nativeFunctions } from "../../../lib/ffi/native/functions.ts";
import { backend, scratch } from "../../../lib/ffi/mod.ts";
import { proc } from "../../../lib/core/mod.ts";
import { ARCHES, assemble, routines, whyNot } from "../../../tools/assemble.mjs";
import { runForJson } from "../../helpers/run_fixture.ts";
import { skip } from "../../helpers/skip.ts";

for (const routine of routines()) {
  for (const arch of ARCHES) {
    test(`${routine}: the bytes for ${arch} are what ${arch}.s gives`, async (t) => {
      const why = whyNot(arch);
      if (why) return skip(t, why);
      const { CODE: committed } = (await import(`../../../lib/ffi/native/${routine}/code.ts`)) as { CODE: Codes<string> };
      assert.deepEqual(assemble(routine, arch), { bytes: committed[arch].bytes, symbols: { ...committed[arch].symbols } });
    });
  }
}

/** Permissions of the mapping that an address lies in. */
function permissionsAt(address: number): string {
  const lines = proc.readFile("self/maps").split("\n").map((line) => /^([0-9a-f]+)-([0-9a-f]+) (\S+)/.exec(line) ?? []);
  return lines.find(([, from, to]) => Number.parseInt(from ?? "", 16) <= address && address < Number.parseInt(to ?? "", 16))?.[3] ?? "";
}

test("loaded code is executable and not writable", () => {
  const { call_thread } = loadCode(CODE);
  assert.equal(permissionsAt(call_thread), "r-xp");
});

test("the words of a routine are filled in by symbol, where that symbol lies", () => {
  const code = { symbols: { first: 0, word: 8 }, bytes: "90".repeat(16) };
  const at = loadCode({ x86_64: code, aarch64: code }, { word: 0x123456789a });
  assert.equal(at.word, at.first + 8);
  assert.deepEqual([...(backend?.readBytes(at.first, 16) ?? [])], [...Array<number>(8).fill(0x90), 0x9a, 0x78, 0x56, 0x34, 0x12, 0, 0, 0]);
});

test("another thread calls a notifier: it runs on the event loop, with the cookie", async () => {
  assert.ok(backend);
  const heard: number[] = [];
  let told = (): void => {};
  const notifier = backend.notifier((cookie) => {
    heard.push(cookie);
    told();
  });
  notifier.keepAlive(true);
  for (const cookie of [7, 0xfffffffe]) {
    const called = new Promise<void>((resolve) => { told = resolve; });
    using room = scratch();
    assert.equal(nativeFunctions().pthread_create(room.take(8).address, 0, notifier.address, cookie), 0);
    await called;
  }
  notifier.keepAlive(false);
  assert.deepEqual(heard, [7, 0xfffffffe]);
});

test("a notifier that is not told to keeps no program alive", async () => {
  assert.equal(await runForJson("native_notifier"), "ended");
});
