/** The page about aarch64 under emulation: what ran, what failed, and why. */

/** Failures that are the emulator's or the emulation's, by what the test is about; the first that matches names the reason. */
const GAPS = [
  [/fd\/errors.*open\(\) of a file as a directory/, "the emulator makes up /proc/self/stat, and opens it whatever the flags"],
  [/EPROTONOSUPPORT.*socket\(16\)|socket\(16\).*EPROTONOSUPPORT/, "the emulator has no NETLINK_SOCK_DIAG"],
  [/253 descriptors into room/, "the emulator takes descriptors in a buffer of its own size, and leaves open what does not fit into the program's"],
  [/mq_getattr\(\).*ENOSYS/, "the emulator answers ENOSYS to mq_getsetattr of what is no queue"],
  [/native\/code.*the bytes for aarch64.*\bas -o/, "the test calls the machine's own assembler, which is that of the emulator's machine"],
  [/gave up waiting for .*syscall/, "the test reads which system call a thread sleeps in from /proc/PID/task/TID/syscall, where the emulator's machine's number stands"],
  [/blocks every signal/, "the emulator keeps signals for itself, and /proc shows its mask"],
  [/SIGRTMAX|SIGRTMIN|real-time/, "the emulator keeps real-time signals for itself"],
  [/status 1.*stop|stops and goes on/, "the emulator does not stop a program as the kernel does"],
  [/did not end within/, "too slow under emulation for its deadline, or it waits for what the emulator never tells"],
  [/ready|re-?exec/, "a program that starts itself anew is refused: the host's kernel runs no aarch64 code"],
  [/thread of the runtime did not rest|other threads/, "the emulator has a thread of its own, which never rests"],
  [/PR_(GET|SET)_CHILD_SUBREAPER/, "an older emulator does not know this prctl; 10.0 does"],
];

export function page({ versions, emulator, kernel, rows }) {
  const ran = rows.filter(({ none }) => none === undefined);
  const total = (pick) => ran.reduce((sum, row) => sum + pick(row), 0);
  const head = `# The suite on aarch64, as far as user-mode emulation goes

\`npm run aarch64\` runs the conformance suite under qemu-aarch64 ${emulator} (Linux ${kernel}) with the aarch64 builds of Bun ${versions.bun} and Deno ${versions.deno},
a test file at a time: ${total(({ passed }) => passed)} cases passed and ${total(({ failures }) => failures.length)} failed in ${ran.length} runs of a file, and ${rows.length - ran.length} runs gave no result. This says that the
layouts and numbers of these calls are right for that machine; it does not say how its kernel behaves: the emulator answers with the
kernel of this machine. What is not listed has not been run. The reasons below are read off what the tests printed; none was
confirmed by a C program. Layouts and numbers are also compared by cross compilation in every \`npm test\`, and the machine code by a C
program under the emulator. The tracer was not run: ptrace is not emulated.`;
  const table = ["| file | runtime | passed | failed | skipped |", "|---|---|---|---|---|", ...rows.map((row) => `| ${row.file.replace("tests/conformance/", "")} | ${row.runtime} | ${row.none === undefined ? `${row.passed} | ${row.failures.length} | ${row.skipped}` : `none: ${cell(row.none)} | | `} |`)];
  const failures = rows.flatMap((row) => row.failures.map((one) => ({ ...one, ...row })));
  const list = failures.map((one) => `| ${one.file.replace("tests/conformance/", "")} | ${one.runtime} | ${cell(one.name)} | ${reason(one)} |`);
  const why = failures.length === 0 ? "Nothing failed." : ["| file | runtime | case | why |", "|---|---|---|---|", ...list].join("\n");
  return [head, table.join("\n"), "## What failed, and why", why].join("\n\n").concat("\n");
}

function reason({ file, name, why }) {
  const text = `${file}: ${name}: ${why}`;
  return GAPS.find(([pattern]) => pattern.test(text))?.[1] ?? `not yet explained: ${cell(why).slice(0, 160)}`;
}

const cell = (text) => text.replace(/\s+/g, " ").replace(/\|/g, "\\|").replace(/</g, "&lt;");
