/**
 * The one signal that is the library's own: it ends a call early, of one of its threads or of the thread that runs JavaScript.
 *
 * libc keeps it for pthread_cancel, which no runtime calls: so no program has it, can block it or can set its handler.
 *
 * @module
 */
import { arch } from "./arch.ts";
import { SA_SIGINFO } from "./constants/process.ts";
import { syscallNumber } from "./constants/syscall.ts";
import { check, libc } from "./libc.ts";
import { scratch } from "./memory.ts";

export const PRIVATE_SIGNAL = 32;

/** struct sigaction of the kernel. */
const AT = { handler: 0, flags: 8, restorer: 16 };
const SIZE = 32;
const KERNEL_SET = 8;
/** Says that the structure tells where a handler returns to. Needed on x86_64 alone. */
const SA_RESTORER = 0x04000000;

/** Sets its handler, without SA_RESTART: a call that it interrupts fails with EINTR. By the kernel's own call, since libc's refuses it. */
export function setPrivateHandler(handler: number, restorer: number): void {
  using room = scratch();
  const action = room.take(SIZE);
  action.setU64(AT.handler, handler);
  action.setU64(AT.flags, arch === "x86_64" ? SA_SIGINFO | SA_RESTORER : SA_SIGINFO);
  action.setU64(AT.restorer, arch === "x86_64" ? restorer : 0);
  check(libc().syscall(syscallNumber("rt_sigaction"), PRIVATE_SIGNAL, action.address, 0, KERNEL_SET, 0, 0), "sigaction", [PRIVATE_SIGNAL]);
}

/** True once it has a handler. */
export function hasPrivateHandler(): boolean {
  using room = scratch();
  const action = room.take(SIZE);
  check(libc().syscall(syscallNumber("rt_sigaction"), PRIVATE_SIGNAL, 0, action.address, KERNEL_SET, 0, 0), "sigaction", [PRIVATE_SIGNAL]);
  return action.u64(AT.handler) !== 0;
}
