/** Names of the codes that come with signals, and what came as a sentence. Nothing here reaches the kernel but what is sent to this process by itself. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { describeSignal, type SignalInfo, signalCodeName, type SignalName } from "../../../lib/core/mod.ts";
import { runForJson } from "../../helpers/run_fixture.ts";

/** Signal, code, name: the same number means something else for each signal. */
const CODES: readonly (readonly [SignalName | number, number, string])[] = [
  ["SIGTERM", 0, "SI_USER"], ["SIGTERM", 128, "SI_KERNEL"], ["SIGRTMIN+3", -1, "SI_QUEUE"], ["SIGALRM", -2, "SI_TIMER"], ["SIGUSR1", -3, "SI_MESGQ"], ["SIGIO", -4, "SI_ASYNCIO"],
  ["SIGIO", -5, "SI_SIGIO"], ["SIGSEGV", -6, "SI_TKILL"], ["SIGCHLD", 0, "SI_USER"],
  ["SIGCHLD", 1, "CLD_EXITED"], ["SIGCHLD", 6, "CLD_CONTINUED"], ["SIGSEGV", 1, "SEGV_MAPERR"], ["SIGSEGV", 2, "SEGV_ACCERR"], ["SIGSEGV", 9, "SEGV_MTESERR"], ["SIGBUS", 1, "BUS_ADRALN"],
  ["SIGBUS", 5, "BUS_MCEERR_AO"], ["SIGFPE", 1, "FPE_INTDIV"], ["SIGILL", 1, "ILL_ILLOPC"], ["SIGTRAP", 2, "TRAP_TRACE"], ["SIGSYS", 1, "SYS_SECCOMP"], ["SIGIO", 1, "POLL_IN"], [34, 6, "POLL_HUP"],
  ["SIGTERM", 99, "code 99"], ["SIGSEGV", 77, "code 77"], ["SIGUSR1", -60, "code -60"],
];
for (const [signal, code, name] of CODES) test(`code ${code} of ${signal} is ${name}`, () => assert.equal(signalCodeName(signal, code), name));

/** What came, and the sentence. */
const SENTENCES: readonly (readonly [SignalInfo, string])[] = [
  [{ signal: 15, code: 0, pid: 0, uid: 0 }, "SIGTERM from a process outside this pid namespace (SI_USER)"],
  [{ signal: 2, code: 128 }, "SIGINT from the kernel (SI_KERNEL)"],
  [{ signal: 14, code: -2, value: 3, overrun: 0 }, "SIGALRM: a timer expired, with the value 3 (SI_TIMER)"],
  [{ signal: 14, code: -2, value: 3, overrun: 12 }, "SIGALRM: a timer expired and 12 further times, with the value 3 (SI_TIMER)"],
  [{ signal: 17, code: 3, pid: 5, uid: 1, status: 11 }, "SIGCHLD: child 5 of user 1 was ended by SIGSEGV and left a core dump (CLD_DUMPED)"],
  [{ signal: 17, code: 5, pid: 5, uid: 1, status: 20 }, "SIGCHLD: child 5 of user 1 was stopped by SIGTSTP (CLD_STOPPED)"],
  [{ signal: 17, code: 4, pid: 5, uid: 1, status: 5 }, "SIGCHLD: child 5 of user 1 was trapped by SIGTRAP (CLD_TRAPPED)"],
  [{ signal: 17, code: 6, pid: 5, uid: 1, status: 18 }, "SIGCHLD: child 5 of user 1 goes on (CLD_CONTINUED)"],
  [{ signal: 11, code: 1, address: 0xdead }, "SIGSEGV: nothing is mapped at 0xdead (SEGV_MAPERR)"],
  [{ signal: 11, code: 4, address: 16 }, "SIGSEGV: a check of memory failed at 0x10 (SEGV_PKUERR)"],
  [{ signal: 7, code: 2, address: 4096 }, "SIGBUS: no memory is behind the address at 0x1000 (BUS_ADRERR)"],
  [{ signal: 8, code: 1, address: 1 }, "SIGFPE: a calculation without a result at 0x1 (FPE_INTDIV)"],
  [{ signal: 31, code: 1 }, "SIGSYS: a system call was caught (SYS_SECCOMP)"],
  [{ signal: 29, code: 1, fd: 4, band: 65 }, "SIGIO: descriptor 4 has something to read (POLL_IN)"],
  [{ signal: 35, code: 6, fd: 4, band: 16 }, "SIGRTMIN+1: descriptor 4 has lost its other end (POLL_HUP)"],
  [{ signal: 10, code: -1, pid: 3, uid: 0, value: 0, lost: 2 }, "SIGUSR1 from process 3 of user 0, with the value 0 (SI_QUEUE); 2 signals were lost before"],
  [{ signal: 10, code: 99 }, "SIGUSR1 from the kernel (code 99)"],
];
for (const [info, sentence] of SENTENCES) test(`in words: ${sentence}`, () => assert.equal(describeSignal(info), sentence));

test("in words, of real ones: a timer, a child that stops, goes on and ends, a pipe that has something to read", async () => {
  const { child, uid, sentences, band } = await runForJson<{ child: number; uid: number; sentences: string[]; band: boolean }>("signal_codes", ["real"]);
  assert.deepEqual(sentences, [
    "SIGUSR2: a timer expired, with the value 6 (SI_TIMER)",
    `SIGCHLD: child ${child} of user ${uid} was stopped by SIGSTOP (CLD_STOPPED)`,
    `SIGCHLD: child ${child} of user ${uid} goes on (CLD_CONTINUED)`,
    `SIGCHLD: child ${child} of user ${uid} was ended by SIGTERM (CLD_KILLED)`,
    "SIGRTMIN: descriptor 9 has something to read (POLL_IN)",
  ].map((sentence) => sentence.replace("descriptor 9", sentences[4]?.match(/descriptor \d+/)?.[0] ?? "no descriptor")));
  assert.ok(band);
});

test("a fault that the kernel tells of: nothing is mapped at the address, and then it may not be written", async () => {
  assert.deepEqual(await runForJson("signal_codes", ["fault"]), ["SEGV_MAPERR", "SEGV_ACCERR"]);
});

const wrong = (value: unknown): never => value as never;
const REFUSED: readonly (readonly [string, () => unknown, RegExp])[] = [
  ["signal 0", () => signalCodeName(0, 0), /^Cannot signalCodeName: signal is 0/],
  ["a code as text", () => signalCodeName(1, wrong("SI_USER")), /code is "SI_USER"/],
  ["no info", () => describeSignal(wrong(undefined)), /^Cannot describeSignal: info is undefined, must be an object/],
  ["an info without a code", () => describeSignal(wrong({ signal: 1 })), /code is undefined/],
];
for (const [what, call, message] of REFUSED) test(`refused: ${what}`, () => assert.throws(call, { message }));
