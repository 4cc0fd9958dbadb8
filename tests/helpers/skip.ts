/**
 * Skips the running conformance test and prints why, in the form that tools/test.mjs counts:
 * the two runtimes' own reporters drop the reason, and Deno's counts such a test as passed.
 *
 * ```ts
 * test("kill() of another user's process fails with EPERM", (t) => {
 *   if (process.getuid?.() !== 0) return skip(t, "needs root to become another user");
 *   ...
 * });
 * ```
 *
 * @module
 */
interface RunningTest {
  readonly name: string;
  skip(reason?: string): void;
}

/** Ends the test as skipped; `return skip(t, "...")` leaves its body. */
export function skip(t: RunningTest, reason: string): void {
  console.log(`# SKIP ${t.name} # ${reason}`);
  t.skip(reason);
}
