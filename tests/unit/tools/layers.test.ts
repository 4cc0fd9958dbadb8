import { describe, expect, test } from "vitest";
import { breachesOf } from "../../../tools/layers.mjs";

describe("breachesOf() finds none where the table allows", () => {
  const rows: [string, string, string][] = [
    ["core calls libc", "lib/core/process/fork.ts", `import { libc } from "../../ffi/mod.ts";`],
    ["a backend names its runtime", "lib/ffi/backend/deno.ts", `const lib = Deno.dlopen("libc.so.6", {});`],
    ["the renderer takes types from the protocol", "app/renderer/stores/session.ts", `import type { Event } from "../../../engine/protocol.ts";`],
    ["a comment names a runtime", "lib/core/process/fork.ts", `/** Unlike Bun.spawn, and Deno.Command. */\nexport {};`],
    ["a message quotes an import", "lib/core/process/hazard.ts", `say('be quick; import "forkscope/ready" first');`],
    ["a story opts into the safe flags", "scenarios/zombie.ts", `import "../lib/ready.ts";`],
  ];
  test.each(rows)("%s", (_, file, text) => expect(breachesOf(file, text)).toEqual([]));
});

describe("breachesOf() names the breach", () => {
  const rows: [string, string, string, RegExp][] = [
    ["ffi reaches up", "lib/ffi/mod.ts", `import { fork } from "../core/mod.ts";`, /imports lib\/core\/mod\.ts/],
    ["the model calls libc", "lib/model/apply.ts", `export { x } from "../ffi/mod.ts";`, /imports lib\/ffi\/mod\.ts/],
    ["the model needs Node", "lib/model/recording.ts", `import { readFileSync } from "node:fs";`, /imports node:fs/],
    ["the renderer needs Node", "app/renderer/main.ts", `import process from "node:process";`, /imports node:process/],
    ["the renderer runs the engine", "app/renderer/main.ts", `import { serve } from "../../engine/serve.ts";`, /imports engine\/serve\.ts/],
    ["a type import that is not one", "app/renderer/main.ts", `import { FORMAT } from "../../engine/protocol.ts";`, /as a value/],
    ["an import over several lines", "lib/core/a.ts", `import {\n  a,\n  b,\n} from "../trace/mod.ts";`, /imports lib\/trace\/mod\.ts/],
    ["a dynamic import", "lib/core/a.ts", `const m = await import("../model/mod.ts");`, /imports lib\/model\/mod\.ts/],
    ["an import for its effect", "lib/core/a.ts", `import "../ready.ts";`, /imports lib\/ready\.ts/],
    ["a Worker's module", "lib/core/a.ts", `new Worker(new URL("../trace/worker.ts", import.meta.url))`, /imports lib\/trace\/worker\.ts/],
    ["a runtime named in core", "lib/core/a.ts", `const pid = Deno.pid;`, /names a runtime \(Deno\.\)/],
    ["a runtime's module in core", "lib/core/a.ts", `const name = "bun:ffi";`, /names a runtime/],
    ["code after a string with a comment mark", "lib/core/a.ts", `const glob = "/*";\nBun.gc(); const end = "*/";`, /names a runtime \(Bun\.\)/],
    ["a package nobody listed", "lib/core/a.ts", `import { z } from "zod";`, /imports the package zod/],
    ["a bare name of a Node module", "lib/core/a.ts", `import { join } from "path";`, /write node:path/],
    ["a file over its budget", "lib/core/a.ts", "\n".repeat(301), /301 lines, at most 300/],
    ["a folder without a row", "plugins/a.ts", "", /no row/],
  ];
  test.each(rows)("%s", (_, file, text, message) => {
    expect(breachesOf(file, text)).toEqual([expect.stringMatching(message)]);
  });
});
