/** Layouts of ptrace and seccomp. @module */
import { layout } from "./layout.ts";

/** struct sock_filter: one instruction of a classic BPF program. */
export const SOCK_FILTER = layout("linux/filter.h", "struct sock_filter", 8, { code: 0, jt: 2, jf: 3, k: 4 });

/** struct sock_fprog: the program. */
export const SOCK_FPROG = layout("linux/filter.h", "struct sock_fprog", 16, { len: 0, filter: 8 });

/** struct seccomp_data: what a seccomp filter sees. */
export const SECCOMP_DATA = layout("linux/seccomp.h", "struct seccomp_data", 64, { nr: 0, arch: 4, instruction_pointer: 8, args: 16 });

/** struct ptrace_syscall_info of PTRACE_GET_SYSCALL_INFO: the same on every machine. */
export const PTRACE_SYSCALL_INFO = layout("linux/ptrace.h", "struct ptrace_syscall_info", 88, {
  op: 0,
  arch: 4,
  instruction_pointer: 8,
  stack_pointer: 16,
  "entry.nr": 24,
  "entry.args": 32,
  "exit.rval": 24,
  "exit.is_error": 32,
  "seccomp.nr": 24,
  "seccomp.args": 32,
  "seccomp.ret_data": 80,
});

/** struct user_regs_struct: general registers, which differ between machines. */
export const USER_REGS = {
  x86_64: layout("sys/user.h", "struct user_regs_struct", 216, {
    r15: 0, r14: 8, r13: 16, r12: 24, rbp: 32, rbx: 40, r11: 48, r10: 56, r9: 64, r8: 72, rax: 80, rcx: 88, rdx: 96, rsi: 104, rdi: 112,
    orig_rax: 120, rip: 128, cs: 136, eflags: 144, rsp: 152, ss: 160,
  }),
  aarch64: layout("sys/user.h", "struct user_regs_struct", 272, { regs: 0, sp: 248, pc: 256, pstate: 264 }),
};
