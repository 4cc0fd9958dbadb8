/**
 * PID 1 of a container: runs a program, hands signals on to it, reaps whatever is orphaned, and ends with the program's own status.
 *
 *     unshare -pf --mount-proc bun examples/init.ts sh -c 'sleep 1 & exit 3'
 */
import process from "node:process";
import { runAsInit } from "forkscope";

const [file = "sh", ...words] = process.argv.slice(2);
process.exitCode = await runAsInit(file, [file, ...words], {
  reaped: ({ pid, status }) => console.error(JSON.stringify({ reaped: pid, status })),
});
