/** The programs that run in the kernel, one a tracepoint. @module */
import { arch } from "../../ffi/arch.ts";
import { HELPER } from "./asm.ts";
import type { KernelTypes } from "./btf.ts";
import { returned } from "./call_program.ts";
import { pathPiece } from "./paths.ts";
import { KEPT, type Maps, Program } from "./pieces.ts";
import { EXEC, EXIT, FORK, GENERATED, IN_CALL, PIECE_KIND, RECORD, SIGNAL, WANTED } from "./records.ts";

/** Where a struct pt_regs has the arguments of a call, and how much of it is read. */
const REGISTERS = {
  x86_64: { from: 56, size: 64, at: [56, 48, 40, 0, 16, 8] }, // r10 r9 r8 rax rcx rdx rsi rdi, from r10 on
  aarch64: { from: 0, size: 48, at: [0, 8, 16, 24, 32, 40] },
}[arch];
/** Members of struct pt_regs. */
const ENTRY = { x86_64: { number: "orig_ax", first: "di" }, aarch64: { number: "syscallno", first: "regs" } }[arch];
const STACK = { value: -120, registers: -200, small: -40 } as const;
/** Smaller is no address: SEND_SIG_NOINFO, SEND_SIG_PRIV. */
const SPECIAL_INFO = 4096;
const COMM = 16;
const SIGCHLD = 17;
/** The kernel's struct k_sigaction: handler, flags, restorer, mask. */
const ACTION_SIZE = { x86_64: 32, aarch64: 32 }[arch];
const MOST_ARGUMENTS = 1024;

export interface TracepointProgram {
  tracepoint: string;
  code: Uint8Array;
}

/** Rooms of the programs, a map each: an interrupt may run one in the middle of another. */
export interface Rooms {
  returned: number;
  forked: number;
  executed: number;
  ended: number;
  delivered: number;
  generated: number;
}

/** All programs; without `calls` those for the lives of processes alone. */
export function programs(maps: Maps, rooms: Rooms, types: KernelTypes, calls: boolean): TracepointProgram[] {
  const make = (tracepoint: string, write: (program: Program) => void): TracepointProgram => {
    const program = new Program(maps, types);
    write(program);
    return { tracepoint, code: program.bytes() };
  };
  const lives = [
    make("sched_process_fork", (program) => { forked(program, rooms.forked); }),
    make("sched_process_exec", (program) => { executed(program, rooms.executed); }),
    make("sched_process_exit", (program) => { ended(program, rooms.ended); }),
    make("signal_deliver", (program) => { delivered(program, rooms.delivered); }),
    make("signal_generate", (program) => { generated(program, rooms.generated); }),
  ];
  if (!calls) return lives;
  return [...lives, make("sys_enter", entered), make("sys_exit", (program) => { returned(program, rooms.returned); })];
}

/** sys_enter(regs, number): notes the call with its arguments. */
function entered(p: Program): void {
  p.move(6, 1);
  p.onlyWatched("out");
  p.load(8, 1, 6, 8);
  p.store(8, 10, STACK.small, 1);
  p.lookUp(p.maps.wanted, STACK.small, "out");
  p.load(8, 1, 0, WANTED.wanted);
  p.when(1, "eq", 0, "out");
  for (let at = 0; at < IN_CALL.size; at += 8) p.storeValue(8, 10, STACK.value + at, 0);
  p.load(8, 1, 6, 8);
  p.store(8, 10, STACK.value + IN_CALL.number, 1);
  p.help(HELPER.ktime);
  p.store(8, 10, STACK.value + IN_CALL.entered, 0);
  p.load(8, 3, 6, 0);
  p.math("add", 3, REGISTERS.from);
  p.move(1, 10);
  p.math("add", 1, STACK.registers);
  p.set(2, REGISTERS.size);
  p.help(HELPER.readKernel);
  REGISTERS.at.forEach((at, i) => {
    p.load(8, 1, 10, STACK.registers + at);
    p.store(8, 10, STACK.value + IN_CALL.words + 8 * i, 1);
  });
  p.map(1, p.maps.inCall);
  p.move(2, 10);
  p.math("add", 2, p.thread);
  p.move(3, 10);
  p.math("add", 3, STACK.value);
  p.set(4, 0);
  p.help(HELPER.mapUpdate);
  p.when(0, "eq", 0, "out");
  p.lose();
  p.label("out");
  p.exit();
}

/** sched_process_fork(parent, child): the child is watched from here on, before it has run. */
function forked(p: Program, room: number): void {
  p.move(6, 1);
  p.onlyWatched("out");
  p.room(room, RECORD.fork, FORK.size, "out");
  p.load(8, 7, 6, 0);
  p.load(8, 8, 6, 8);
  p.keep(FORK.tid, 8, p.off("task_struct", "pid"), 4);
  p.keep(FORK.pid, 8, p.off("task_struct", "tgid"), 4);
  p.keep(FORK.start, 8, p.off("task_struct", "start_boottime"), 8);
  p.keep(FORK.files, 8, p.off("task_struct", "files"), 8);
  p.keep(FORK.ownFiles, 7, p.off("task_struct", "files"), 8);
  p.keep(FORK.memory, 8, p.off("task_struct", "mm"), 8);
  p.keep(FORK.ownMemory, 7, p.off("task_struct", "mm"), 8);
  p.read(1, 8, p.off("task_struct", "real_parent"));
  p.storeValue(8, 9, FORK.parent, 0);
  p.move(3, 1);
  p.keep(FORK.parent, 3, p.off("task_struct", "tgid"), 4);
  p.load(4, 1, 9, FORK.pid);
  p.store(8, 10, STACK.small, 1);
  p.storeValue(8, 10, STACK.value, 1);
  p.map(1, p.maps.watched);
  p.move(2, 10);
  p.math("add", 2, STACK.small);
  p.move(3, 10);
  p.math("add", 3, STACK.value);
  p.set(4, 0);
  p.help(HELPER.mapUpdate);
  p.when(0, "eq", 0, "watched");
  p.lose();
  p.label("watched");
  asked(p);
  handDown(p);
  p.send();
  p.label("out");
  p.exit();
}

/** What the call asked for, from the registers of its entry: that a parent waits for its child is marked only later. */
function asked(p: Program): void {
  const none = p.newLabel("none");
  for (const at of [FORK.call, FORK.word, FORK.flags]) p.storeValue(8, 9, at, 0);
  p.help(HELPER.currentTaskTyped);
  p.move(1, 0);
  p.help(HELPER.registers);
  p.move(7, 0);
  for (const [at, name] of [[FORK.call, ENTRY.number], [FORK.word, ENTRY.first]] as const) p.keep(at, 7, p.off("pt_regs", name), 8);
  p.move(1, 9);
  p.math("add", 1, FORK.flags);
  p.set(2, 8);
  p.load(8, 3, 9, FORK.word);
  p.when(3, "eq", 0, none);
  p.help(HELPER.readUser);
  p.label(none);
}

/** The call that makes a child returns in the child too. */
function handDown(p: Program): void {
  p.lookUp(p.maps.inCall, p.thread, "quiet");
  p.move(7, 0);
  for (let at = 0; at < IN_CALL.size; at += 8) {
    p.load(8, 1, 7, at);
    p.store(8, 10, STACK.value + at, 1);
  }
  p.load(4, 1, 9, FORK.tid);
  p.load(4, 2, 9, FORK.pid);
  p.math("shl", 2, 32);
  p.math("or", 1, { register: 2 });
  p.store(8, 10, STACK.small, 1);
  p.map(1, p.maps.inCall);
  p.move(2, 10);
  p.math("add", 2, STACK.small);
  p.move(3, 10);
  p.math("add", 3, STACK.value);
  p.set(4, 0);
  p.help(HELPER.mapUpdate);
  p.label("quiet");
}

/** sched_process_exec(task, former thread id, binprm). */
function executed(p: Program, room: number): void {
  p.move(6, 1);
  p.onlyWatched("out");
  p.room(room, RECORD.exec, EXEC.size, "out");
  p.load(8, 1, 6, 8);
  p.store(8, 9, EXEC.former, 1);
  p.load(8, 7, 6, 0);
  p.keep(EXEC.comm, 7, p.off("task_struct", "comm"), COMM);
  p.load(8, 7, 6, 16);
  p.read(7, 7, p.off("linux_binprm", "file"));
  pathPiece(p, PIECE_KIND.program, 7, p.off("file", "f_path"), "send");
  p.load(8, 7, 6, 0);
  p.read(7, 7, p.off("task_struct", "mm"));
  p.when(7, "eq", 0, "send");
  p.read(8, 7, p.off("mm_struct", "arg_start"));
  p.read(1, 7, p.off("mm_struct", "arg_end"));
  p.math("sub", 1, { register: 8 });
  p.when(1, "signedAbove", MOST_ARGUMENTS, "long");
  p.go("argv");
  p.label("long");
  p.set(1, MOST_ARGUMENTS);
  p.label("argv");
  p.store(8, 9, KEPT.length, 1);
  p.store(8, 9, KEPT.argument, 8);
  p.memory("send", PIECE_KIND.arguments, MOST_ARGUMENTS);
  p.label("send");
  p.send();
  p.label("out");
  p.exit();
}

/** sched_process_exit(task): the thread is going; `alive` others are left. */
function ended(p: Program, room: number): void {
  p.move(6, 1);
  p.onlyWatched("out");
  p.room(room, RECORD.exit, EXIT.size, "out");
  p.load(8, 7, 6, 0);
  p.keep(EXIT.code, 7, p.off("task_struct", "exit_code"), 4);
  p.read(8, 7, p.off("task_struct", "group_leader"));
  p.keep(EXIT.leaderCode, 8, p.off("task_struct", "exit_code"), 4);
  p.read(8, 7, p.off("task_struct", "signal"));
  p.keep(EXIT.groupCode, 8, p.off("signal_struct", "group_exit_code"), 4);
  p.keep(EXIT.flags, 8, p.off("signal_struct", "flags"), 4);
  p.storeValue(8, 9, EXIT.alive, 0);
  p.keep(EXIT.alive, 8, p.off("signal_struct", "live"), 4);
  p.read(8, 7, p.off("task_struct", "group_leader"));
  p.storeValue(8, 9, EXIT.signal, 0);
  p.keep(EXIT.signal, 8, p.off("task_struct", "exit_signal"), 4);
  p.read(8, 8, p.off("task_struct", "real_parent"));
  p.keep(EXIT.parent, 8, p.off("task_struct", "tgid"), 4);
  p.read(8, 8, p.off("task_struct", "sighand"));
  p.keep(EXIT.handler, 8, p.off("sighand_struct", "action") + ACTION_SIZE * (SIGCHLD - 1), 16);
  p.map(1, p.maps.inCall);
  p.move(2, 10);
  p.math("add", 2, p.thread);
  p.help(HELPER.mapDelete);
  p.load(4, 1, 9, EXIT.alive);
  p.when(1, "notEq", 0, "send");
  p.map(1, p.maps.watched);
  p.move(2, 10);
  p.math("add", 2, p.process);
  p.help(HELPER.mapDelete);
  p.label("send");
  p.send();
  p.label("out");
  p.exit();
}

/** signal_deliver(signal, info, action): the current thread takes it out of its queue. */
function delivered(p: Program, room: number): void {
  p.move(6, 1);
  p.onlyWatched("out");
  p.room(room, RECORD.signal, SIGNAL.size, "out");
  signalInfo(p);
  p.load(8, 7, 6, 16);
  p.keep(SIGNAL.handler, 7, 0, 16);
  p.send();
  p.label("out");
  p.exit();
}

/** signal_generate(signal, info, task, group, result): anybody sends one to a process that is watched. */
function generated(p: Program, room: number): void {
  p.move(6, 1);
  p.load(8, 7, 6, 16);
  p.read(1, 7, p.off("task_struct", "tgid"), 4);
  p.store(8, 10, STACK.small, 1);
  p.lookUp(p.maps.watched, STACK.small, "out");
  p.room(room, RECORD.generated, GENERATED.size, "out");
  signalInfo(p);
  p.load(8, 1, 10, STACK.small);
  p.store(4, 9, GENERATED.pid, 1);
  p.load(8, 1, 6, 32);
  p.store(4, 9, GENERATED.result, 1);
  p.send();
  p.label("out");
  p.exit();
}

/** Number, code and sender; the kernel has no siginfo for some of its own. */
function signalInfo(p: Program): void {
  p.load(8, 1, 6, 0);
  p.store(4, 9, SIGNAL.signal, 1);
  p.storeValue(4, 9, SIGNAL.code, 0);
  p.storeValue(4, 9, SIGNAL.sender, 0);
  p.storeValue(4, 9, SIGNAL.known, 0);
  p.load(8, 7, 6, 8);
  p.when(7, "atLeast", SPECIAL_INFO, "known");
  p.go("unknown");
  p.label("known");
  p.storeValue(4, 9, SIGNAL.known, 1);
  p.keep(SIGNAL.code, 7, p.off("kernel_siginfo", "si_code"), 4);
  p.keep(SIGNAL.sender, 7, p.off("kernel_siginfo", "_sifields"), 4);
  p.label("unknown");
}
