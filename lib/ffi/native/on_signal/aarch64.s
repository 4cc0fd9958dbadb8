// See x86_64.s: the same routine.
.globl on_signal, nothing, restorer, inbox
.equ SENT_ON, -4653
.equ NR_futex, 98
.equ NR_timer_settime, 110
.equ NR_sched_yield, 124
.equ NR_rt_sigaction, 134
.equ NR_rt_sigreturn, 139
.equ NR_getpid, 172
.equ NR_gettid, 178
.equ NR_rt_tgsigqueueinfo, 240
.equ FUTEX_WAKE_PRIVATE, 129
.equ EAGAIN, 11
.equ ROOM, 1024
.equ FULL, 1008
.equ TRIES, 10000
.equ UC_SIGMASK, 40

on_signal:
  stp x29, x30, [sp, #-64]!
  mov x29, sp
  stp x19, x20, [sp, #16]
  stp x21, x22, [sp, #32]
  str x23, [sp, #48]
  ldr x19, inbox_word
  mov w20, w0                   // the signal
  mov x21, x1                   // siginfo
  mov x22, x2                   // context
  mov x8, #NR_gettid
  svc #0
  ldr w9, [x19, #8]
  cmp w0, w9
  b.ne elsewhere
  ldr w9, [x21, #8]             // si_code
  mov w10, #SENT_ON
  cmp w9, w10
  b.ne note
  ldr w9, [x21, #4]             // si_errno
  stp wzr, w9, [x21, #4]

note:
  ldp w9, w10, [x19]            // head, tail
  sub w11, w10, w9
  cmp w11, #ROOM
  b.hs no_room
  add x9, x19, #4
reserve:
  ldxr w12, [x9]
  add w10, w12, #1
  stxr w11, w10, [x9]
  cbnz w11, reserve
  and w12, w12, #(ROOM - 1)
  add x13, x19, #192
  add x13, x13, x12, lsl #6
  ldp x14, x15, [x21]
  stp x14, x15, [x13]
  ldp x14, x15, [x21, #16]
  stp x14, x15, [x13, #16]
  ldp x14, x15, [x21, #32]
  stp x14, x15, [x13, #32]
  ldp w9, w10, [x19]
  sub w11, w10, w9
  cmp w11, #FULL
  b.lo noted
  bl hold_back

noted:
  add x9, x19, #111
  ldrb w10, [x9, w20, uxtw]
  cbz w10, wake
  strb wzr, [x9, w20, uxtw]
  mov w0, w20
  add x1, x19, #80
  mov x2, #0
  mov x3, #8
  mov x8, #NR_rt_sigaction
  svc #0

wake:
  ldr w9, [x19, #16]
  cbnz w9, out
  mov w9, #1
  str w9, [x19, #16]
  ldr w9, [x19, #20]
  cbz w9, remind
  add x0, x19, #16
  mov x1, #FUTEX_WAKE_PRIVATE
  mov x2, #1
  mov x8, #NR_futex
  svc #0
remind:
  ldr w9, [x19, #176]
  cbz w9, out
  ldrsw x0, [x19, #28]
  tbnz w0, #31, out
  mov w9, #1
  str w9, [x19, #180]
  mov x1, #0
  add x2, x19, #48
  mov x3, #0
  mov x8, #NR_timer_settime
  svc #0
out:
  ldp x19, x20, [sp, #16]
  ldp x21, x22, [sp, #32]
  ldr x23, [sp, #48]
  ldp x29, x30, [sp], #64
  ret

no_room:
  bl send_to_owner
  bl hold_back
  b wake

hold_back:
  ldr x9, [x19, #32]
  ldr x10, [x22, #UC_SIGMASK]
  orr x11, x10, x9
  str x11, [x22, #UC_SIGMASK]
  bic x9, x9, x10
  ldr x11, [x19, #40]
  orr x11, x11, x9
  str x11, [x19, #40]
  ret

elsewhere:
  mov x8, #NR_getpid
  svc #0
  ldr w9, [x19, #12]
  cmp w0, w9
  b.ne out
  ldr w9, [x21, #8]             // si_code
  cmn w9, #1                    // SI_QUEUE
  b.ne on
  ldr x9, [x21, #24]            // si_value
  cmp x9, x19
  b.eq blocked
on:
  ldr w9, [x21, #8]
  tbz w9, #31, disguise
  cmn w9, #6                    // SI_TKILL
  b.ne send_on
disguise:
  mov w10, #SENT_ON
  stp w9, w10, [x21, #4]
send_on:
  bl send_to_owner
blocked:
  sub w9, w20, #1
  mov x10, #1
  lsl x10, x10, x9
  ldr x11, [x22, #UC_SIGMASK]
  orr x11, x11, x10
  str x11, [x22, #UC_SIGMASK]
  b out

send_to_owner:
  mov w23, #TRIES
again:
  ldr w0, [x19, #12]
  ldr w1, [x19, #8]
  mov w2, w20
  mov x3, x21
  mov x8, #NR_rt_tgsigqueueinfo
  svc #0
  cmn w0, #EAGAIN
  b.ne sent
  mov x8, #NR_sched_yield
  svc #0
  subs w23, w23, #1
  b.ne again
  mov w0, #-EAGAIN
sent:
  tbz w0, #31, done
  add x9, x19, #24
1:ldxr w10, [x9]
  add w10, w10, #1
  stxr w11, w10, [x9]
  cbnz w11, 1b
done:
  ret

nothing:
  ret

restorer:
  mov x8, #NR_rt_sigreturn
  svc #0

.balign 8
inbox:
inbox_word: .quad 0
