/**
 * The seccomp filter of a traced command: the calls of the level stop for the tracer, all others run untouched.
 *
 * A filter stays for good, in every child and through exec. Without a tracer a call it stops fails with ENOSYS:
 * hence PTRACE_O_EXITKILL, and no detaching.
 *
 * @module
 */
import { arch } from "../ffi/arch.ts";
import { allocate, type Block } from "../ffi/mod.ts";

const LOAD_WORD = 0x20;
const JUMP_IF_EQUAL = 0x15;
const RETURN = 0x06;
const ALLOW = 0x7fff0000;
const TRACE = 0x7ff00000;
/** seccomp_data: number of the call, and the machine's AUDIT_ARCH_*. */
const AT_NUMBER = 0;
const AT_ARCH = 4;
const AUDIT_ARCH = { x86_64: 0xc000003e, aarch64: 0xc00000b7 };

/** struct sock_fprog over a program that stops at these calls; keep the block while it is used. */
export function filterProgram(numbers: readonly number[]): { fprog: number; keep: Block } {
  const length = numbers.length + 5;
  const keep = allocate(16 + 8 * length);
  let at = 16;
  const add = (code: number, jumpTrue: number, jumpFalse: number, value: number): void => {
    keep.setU16(at, code);
    keep.bytes[at + 2] = jumpTrue;
    keep.bytes[at + 3] = jumpFalse;
    keep.setU32(at + 4, value);
    at += 8;
  };
  add(LOAD_WORD, 0, 0, AT_ARCH);
  add(JUMP_IF_EQUAL, 0, numbers.length + 1, AUDIT_ARCH[arch]);
  add(LOAD_WORD, 0, 0, AT_NUMBER);
  numbers.forEach((number, i) => { add(JUMP_IF_EQUAL, numbers.length - i, 0, number); });
  add(RETURN, 0, 0, ALLOW);
  add(RETURN, 0, 0, TRACE);
  keep.setU16(0, length);
  keep.setU64(8, keep.address + 16);
  return { fprog: keep.address, keep };
}
