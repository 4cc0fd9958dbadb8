import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { servedFile } from "../../../engine/files.ts";

let top = "";
let root = "";

beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), "forkscope-files-"));
  root = join(top, "renderer");
  mkdirSync(join(root, "assets"), { recursive: true });
  mkdirSync(join(top, "renderer-other"));
  writeFileSync(join(root, "index.html"), "<p>");
  writeFileSync(join(root, "assets", "a.js"), "1");
  writeFileSync(join(root, "secret.key"), "k");
  writeFileSync(join(top, "out.js"), "outside");
  writeFileSync(join(top, "renderer-other", "x.js"), "outside");
  symlinkSync(join(top, "out.js"), join(root, "link.js"));
});
afterAll(() => { rmSync(top, { recursive: true }); });

describe("servedFile", () => {
  it("serves the page at / and files by type", () => {
    expect(servedFile(root, "/")).toMatchObject({ type: "text/html; charset=utf-8" });
    expect(servedFile(root, "/assets/a.js")).toMatchObject({ type: "text/javascript; charset=utf-8" });
  });

  it.each([
    ["up and out", "/../out.js"],
    ["up, encoded", "/%2e%2e/out.js"],
    ["up, the slash encoded", "/..%2fout.js"],
    ["up by a backslash", "/..\\out.js"],
    ["a folder whose name begins alike", "/../renderer-other/x.js"],
    ["a link out", "/link.js"],
    ["a NUL", "/assets/a.js%00.js"],
    ["a bad encoding", "/%zz.js"],
    ["a type the explorer has not", "/secret.key"],
    ["a folder", "/assets"],
    ["nothing there", "/none.js"],
  ])("refuses %s", (_why, path) => {
    expect(servedFile(root, path)).toBeUndefined();
  });
});
