/** A contestant: a process that does a piece of work so many times when told to, and says how long it took. See ../peers/serve.mjs. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** Starts one and waits until it is ready; gives undefined, and the reason on `onMissing`, when it does not come to that. */
export async function enter({ id, label, argv }, onMissing) {
  const errors = [];
  const child = spawn(argv[0], argv.slice(1), { stdio: ["pipe", "pipe", "pipe"] });
  child.stderr.on("data", (bytes) => errors.push(bytes));
  child.stdin.on("error", () => {}); // it has ended; the next answer says so
  const ended = new Promise((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) => resolve(`ended with ${signal ?? code}: ${Buffer.concat(errors).toString().trim().split("\n").slice(-3).join(" ")}`));
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ask = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${label} ${await ended}`);
    return value;
  };
  try {
    const facts = JSON.parse((await ask()).replace(/^ready /, ""));
    return {
      id, label, facts,
      async run(rounds) {
        child.stdin.write(`${rounds}\n`);
        return JSON.parse(await ask());
      },
      async leave() {
        child.stdin.end();
        await ended;
      },
    };
  } catch (error) {
    child.kill("SIGKILL");
    onMissing(error.message);
    return undefined;
  }
}
