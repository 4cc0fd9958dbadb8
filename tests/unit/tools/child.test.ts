/** How npm start and npm test end what they started. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";

/** Starts a child that heeds no SIGTERM, prints its pid, and prints a word at the first SIGINT. */
const PROGRAM = `
  import { endChildrenOnSignals, start } from ${JSON.stringify(new URL("../../../tools/run/child.mjs", import.meta.url).href)};
  endChildrenOnSignals();
  process.once("SIGINT", () => console.log("interrupted"));
  const child = start(["sh", "-c", "trap '' TERM; echo $$; while :; do sleep 1; done"], { stdio: ["ignore", "pipe", "inherit"] });
  child.stdout.pipe(process.stdout);
`;

const lives = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test("a second Ctrl-C does not leave children behind", async () => {
  const program = spawn(process.execPath, ["--input-type=module", "-e", PROGRAM], { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: program.stdout })[Symbol.asyncIterator]();
  const pid = Number((await lines.next()).value);
  const end = once(program, "exit");
  program.kill("SIGINT");
  expect((await lines.next()).value).toBe("interrupted");
  program.kill("SIGINT");
  expect(await end).toEqual([130, null]);
  await expect.poll(() => lives(pid), { timeout: 5000 }).toBe(false);
}, 20_000);
