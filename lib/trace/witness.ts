/**
 * Who tells the user when the tracer is killed: a child that sleeps at a pipe whose other end only the tracer has.
 *
 * PTRACE_O_EXITKILL ends a launched command with its tracer, and SIGKILL leaves the tracer no last word. As the doorbell, the witness
 * runs no JavaScript.
 *
 * @module
 */
import { O_CLOEXEC } from "../ffi/constants/file.ts";
import { SIG_SETMASK } from "../ffi/constants/process.ts";
import { allocate, check, libc, scratch } from "../ffi/mod.ts";
import { JUDGE, step } from "../core/process/spawn_step.ts";
import { made } from "./launch.ts";

export const LAST_WORDS = "forkscope: the tracer was killed; the command ended with it\n";

const SIGKILL = 9;
const SET_SIZE = 8;
const STDERR = 2;
const LAST_FD = 0xffffffff;

/** To be made before the command's process, whose copy of the pipe is closed by exec. */
export class Witness implements Disposable {
  readonly #pid: number;
  readonly #end: number;

  constructor() {
    using room = scratch();
    const pair = room.take(8);
    check(libc().pipe2(pair.address, O_CLOEXEC), "pipe2");
    const [reader, writer] = [pair.i32(0), pair.i32(4)];
    const [all, byte, words] = [allocate(SET_SIZE), allocate(1), allocate(LAST_WORDS.length)];
    all.bytes.fill(0xff);
    words.bytes.set(new TextEncoder().encode(LAST_WORDS));
    try {
      this.#pid = made([
        step("rt_sigprocmask", [SIG_SETMASK, all.address, 0, SET_SIZE]), // what ends the command in the terminal is not meant for it
        step("dup3", [reader, 0, 0]),
        step("close", [1], [], JUDGE.any),
        step("close_range", [STDERR + 1, LAST_FD, 0], [], JUDGE.any),
        step("read", [0, byte.address, 1, 0, 0, 0], [], JUDGE.equal),
        step("write", [STDERR, words.address, LAST_WORDS.length], [], JUDGE.any),
        step("exit_group", [0]),
      ], [all, byte, words]).pid;
    } finally {
      libc().close(reader);
    }
    this.#end = writer;
  }

  /** The trace is over: there is nothing to tell. */
  [Symbol.dispose](): void {
    libc().kill(this.#pid, SIGKILL);
    libc().waitpid(this.#pid, 0, 0);
    libc().close(this.#end);
  }
}
