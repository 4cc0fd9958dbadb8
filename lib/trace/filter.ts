/**
 * The seccomp filter of a traced command: the calls of the level stop for the tracer, all others run untouched.
 *
 * A filter stays for good, in every child and through exec. Without a tracer a call it stops fails with ENOSYS:
 * hence PTRACE_O_EXITKILL, and no detaching.
 *
 * @module
 */
import * as c from "../ffi/constants/trace.ts";
import { SECCOMP_DATA, SOCK_FILTER, SOCK_FPROG } from "../ffi/layout/trace.ts";
import { arch } from "../ffi/arch.ts";
import { allocate, type Block } from "../ffi/mod.ts";

const LOAD_WORD = c.BPF_LD | c.BPF_W | c.BPF_ABS;
const JUMP_IF_EQUAL = c.BPF_JMP | c.BPF_JEQ | c.BPF_K;
const RETURN = c.BPF_RET | c.BPF_K;
const AUDIT_ARCH = { x86_64: c.AUDIT_ARCH_X86_64, aarch64: c.AUDIT_ARCH_AARCH64 };

/** struct sock_fprog over a program that stops at these calls; keep the block while it is used. */
export function filterProgram(numbers: readonly number[]): { fprog: number; keep: Block } {
  const length = numbers.length + 5;
  const keep = allocate(SOCK_FPROG.size + SOCK_FILTER.size * length);
  let at = SOCK_FPROG.size;
  const add = (code: number, jumpTrue: number, jumpFalse: number, value: number): void => {
    keep.setU16(at + SOCK_FILTER.at.code, code);
    keep.bytes[at + SOCK_FILTER.at.jt] = jumpTrue;
    keep.bytes[at + SOCK_FILTER.at.jf] = jumpFalse;
    keep.setU32(at + SOCK_FILTER.at.k, value);
    at += SOCK_FILTER.size;
  };
  add(LOAD_WORD, 0, 0, SECCOMP_DATA.at.arch);
  add(JUMP_IF_EQUAL, 0, numbers.length + 1, AUDIT_ARCH[arch]);
  add(LOAD_WORD, 0, 0, SECCOMP_DATA.at.nr);
  numbers.forEach((number, i) => { add(JUMP_IF_EQUAL, numbers.length - i, 0, number); });
  add(RETURN, 0, 0, c.SECCOMP_RET_ALLOW);
  add(RETURN, 0, 0, c.SECCOMP_RET_TRACE);
  keep.setU16(SOCK_FPROG.at.len, length);
  keep.setU64(SOCK_FPROG.at.filter, keep.address + SOCK_FPROG.size);
  return { fprog: keep.address, keep };
}
