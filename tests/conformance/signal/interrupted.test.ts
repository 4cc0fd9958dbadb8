/** A call that sleeps is interrupted by a signal with a handler, which runs, and goes on: nothing is lost, whatever the number of signals. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { WaitStatus } from "../../../lib/core/mod.ts";
import { runForJson } from "../../helpers/run_fixture.ts";

const CALLS = [
  "read", "readv", "write", "writev", "recvmsg", "accept", "waitpid", "wait", "waitid", "ProcessHandle.waitEnd", "poll", "poll with a time", "ppoll", "epoll_wait", "eventfd_read", "TimerFd", "signalfd",
  "sigwaitinfo", "sigtimedwait", "flock", "fcntlLock", "lockFile", "open of a FIFO", "semop", "semtimedop", "msgrcv", "sem_wait", "sem_timedwait", "mq_receive", "futexWait",
];

const told = runForJson<unknown[]>("signal_interrupted", ["each", ...CALLS], { deadline: 60_000 });

for (const [i, call] of CALLS.entries()) {
  test(`${call}: the handler runs three times while it sleeps, and it ends as if nothing had been`, async () => assert.equal((await told)[i], 7));
}

const exited: WaitStatus = { kind: "exited", code: 7, raw: 7 << 8 };

for (const way of ["through a pipe", "through a socket", "in vectors"]) {
  test(`4 MB ${way}, both ends interrupted every millisecond: every byte comes once and in order`, async () => {
    assert.deepEqual(await runForJson("signal_interrupted", [way], { deadline: 60_000 }), { right: 64 * 65536, here: true, status: exited });
  });
}

test("waits and timeouts keep their results and their times while a signal comes every millisecond", async () => {
  assert.deepEqual(await runForJson("signal_interrupted", ["waits for children"], { deadline: 60_000 }), { codes: true, times: true, ticked: true });
});
