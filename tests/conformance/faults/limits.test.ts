/**
 * Calls under limits on memory, processes, sizes of files, bytes of queues and pending signals: each fails by the error that the limit has,
 * leaves no descriptor, child, mapping or object, and works once the limit is lifted.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { apart } from "../../helpers/apart.ts";
import { runForJson } from "../../helpers/run_fixture.ts";

/** What a limit makes fail, and how. */
const LIMITS: readonly (readonly [limit: string, why: string, fails: Readonly<Record<string, string>>])[] = [
  ["RLIMIT_AS", "no room to map", { mmap: "ENOMEM", "Segment.create": "ENOMEM", "SharedMemory.of": "ENOMEM" }],
  ["RLIMIT_NPROC", "one process or thread too many", { "calls on threads": "EAGAIN", fork: "EAGAIN", forkRun: "EAGAIN", spawn: "EAGAIN", "spawn with descriptors": "EAGAIN" }],
  ["RLIMIT_FSIZE", "a file too long", { writeAll: "EFBIG", ftruncate: "EFBIG", sealedFile: "EFBIG", "SharedMemory.create": "EFBIG" }],
  ["RLIMIT_MSGQUEUE", "bytes of queues", { "PosixQueue.create": "EMFILE" }],
  ["RLIMIT_SIGPENDING", "one queued signal too many", { sigqueue: "EAGAIN", PosixTimer: "EAGAIN" }],
];

for (const [limit, why, fails] of LIMITS) {
  test(`${limit}, ${why}: ${Object.keys(fails).join(", ")} fail, leave nothing and work afterwards`, async () => {
    const place = apart();
    try {
      const told = await runForJson("faults_limits", [limit, place.folder, String(place.alone)], place.options);
      assert.deepEqual(told, Object.fromEntries(Object.entries(fails).map(([name, threw]) => [name, { threw, left: "", then: "nothing" }])));
    } finally {
      place.remove();
    }
  });
}
