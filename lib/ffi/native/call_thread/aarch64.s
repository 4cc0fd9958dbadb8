// See x86_64.s: the same routines.
.globl call_thread, interrupt, restorer, gate
.equ NR_rt_sigreturn, 139
.equ NR_futex, 98
.equ NR_gettid, 178
.equ NR_prctl, 167
.equ NR_tgkill, 131
.equ FUTEX_WAIT_PRIVATE, 128

call_thread:
  stp x29, x30, [sp, #-32]!
  mov x29, sp
  str x19, [sp, #16]
  mov x19, x0
  mov x0, #15                   // PR_SET_NAME
  adr x1, name
  mov x8, #NR_prctl
  svc #0
  mov x8, #NR_gettid
  svc #0
  str w0, [x19, #8]
  dmb ish                       // the id is to be seen before "aborted" is looked at

next:
  ldar w2, [x19]
  cmp w2, #1
  b.eq run
  cmp w2, #3
  b.eq quit
  mov x0, x19
  mov x1, #FUTEX_WAIT_PRIVATE
  mov x3, #0
  mov x8, #NR_futex
  svc #0
  b next

run:
  ldr x8, [x19, #16]
  ldp x0, x1, [x19, #24]
  ldp x2, x3, [x19, #40]
  ldp x4, x5, [x19, #56]
call_begin:
  ldr w9, [x19, #4]
  cbnz w9, cancelled
  svc #0
call_end:
  b done
cancelled:
  mov x0, #-4                   // -EINTR
done:
  str x0, [x19, #72]

wait_gate:
  ldr x0, [x19, #96]
  ldar w2, [x0]
  cbz w2, open
  mov x1, #FUTEX_WAIT_PRIVATE
  mov x3, #0
  mov x8, #NR_futex
  svc #0
  b wait_gate
open:
  ldr w1, [x19, #104]
  cbz w1, tell
  ldr w0, [x19, #108]
  mov x2, #0
  mov x8, #NR_tgkill            // signal 0: is the Worker still there?
  svc #0
  tbnz x0, #63, quit
tell:
  mov w9, #2
  stlr w9, [x19]
  ldr w0, [x19, #80]
  ldr x9, [x19, #88]
  blr x9
  b next

quit:
  mov w9, #4
  stlr w9, [x19]                // from here on nothing looks at the block
  mov x0, #0
  ldr x19, [sp, #16]
  ldp x29, x30, [sp], #32
  ret

interrupt:
  ldr x0, gate_address
  ldar w9, [x0]
  cmp w9, #2
  b.eq stay
  ldr x9, [x2, #440]            // uc_mcontext.pc
  adr x10, call_begin
  cmp x9, x10
  b.lo elsewhere
  adr x10, call_end
  cmp x9, x10
  b.hs elsewhere
  adr x10, cancelled
  str x10, [x2, #440]
elsewhere:
  ret

stay:
  add x9, x0, #4
count:
  ldxr w10, [x9]
  add w10, w10, #1
  stxr w11, w10, [x9]
  cbnz w11, count
asleep:
  ldr x0, gate_address
  mov x1, #FUTEX_WAIT_PRIVATE
  mov x2, #2
  mov x3, #0
  mov x8, #NR_futex
  svc #0
  b asleep

restorer:
  mov x8, #NR_rt_sigreturn
  svc #0

.balign 8
gate:
gate_address: .quad 0
name: .asciz "fs-call"
