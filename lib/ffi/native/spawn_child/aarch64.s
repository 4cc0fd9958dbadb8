// See x86_64.s: the same routine.
.globl spawn_child
.macro load_call base, at       // number and arguments of a call
  ldr w8, [\base, #\at]
  ldp x0, x1, [\base, #\at+8]
  ldp x2, x3, [\base, #\at+24]
  ldp x4, x5, [\base, #\at+40]
.endm

spawn_child:
  stp x19, x20, [sp, #-16]!
  mov x19, x0
  mov w8, #135                  // rt_sigprocmask(SIG_SETMASK, every, saved, 8)
  mov w0, #2
  add x1, x19, #24
  add x2, x19, #32
  mov x3, #8
  svc #0
  load_call x19, 72
  svc #0
  cbz x0, spawn_child_side
  mov x20, x0
  tbnz x0, #63, spawn_restore
  ldr w1, [x19]
  cbz w1, spawn_restore
spawn_reap:
  mov w8, #260                  // wait4(pid, NULL, __WALL, NULL)
  mov w0, w20
  mov x1, #0
  mov w2, #0x40000000
  mov x3, #0
  svc #0
  cmn x0, #4                    // EINTR
  b.eq spawn_reap
spawn_restore:
  mov w8, #135                  // rt_sigprocmask(SIG_SETMASK, saved, NULL, 8)
  mov w0, #2
  add x1, x19, #32
  mov x2, #0
  mov x3, #8
  svc #0
  mov x0, x20
  ldp x19, x20, [sp], #16
  ret

spawn_child_side:               // on a stack of its own, which it does not use
  mov w0, #1
  str w0, [x19, #8]
  add x20, x19, #128            // the step
  mov w21, #0                   // its index
  mov w22, #38                  // ENOSYS: there is no step at all
spawn_step:
  ldr w0, [x19, #16]
  cmp w21, w0
  b.hs spawn_exhausted
  ldr w24, [x20, #4]
  cmp w24, #4
  b.eq spawn_handlers
  load_call x20, 0
  svc #0
  cmp w24, #1
  b.eq spawn_next
  cmp w24, #2
  b.eq spawn_equals
  tbz x0, #63, spawn_next
  neg w22, w0
  cmp w24, #3
  b.ne spawn_failed
  cmp w22, #2                   // ENOENT
  b.eq spawn_next
  cmp w22, #20                  // ENOTDIR
  b.eq spawn_next
  cmp w22, #19                  // ENODEV
  b.eq spawn_next
  cmp w22, #116                 // ESTALE
  b.eq spawn_next
  cmp w22, #110                 // ETIMEDOUT
  b.eq spawn_next
  cmp w22, #13                  // EACCES
  b.ne spawn_failed
  str w22, [x19, #20]
spawn_next:
  add x20, x20, #64
  add w21, w21, #1
  b spawn_step
spawn_equals:
  ldr x1, [x20, #48]
  cmp x0, x1
  b.eq spawn_next
  mov w22, #3                   // ESRCH
  b spawn_failed

spawn_handlers:                 // what a runtime's handlers do must not happen here
  mov w23, #1
spawn_handler:
  mov w8, #134                  // rt_sigaction(sig, NULL, room, 8)
  mov w0, w23
  mov x1, #0
  add x2, x19, #40
  mov x3, #8
  svc #0
  ldr x1, [x19, #40]
  cmp x1, #1                    // SIG_DFL and SIG_IGN stay
  b.ls spawn_handler_next
  stp xzr, xzr, [x19, #40]
  stp xzr, xzr, [x19, #56]
  mov w8, #134                  // rt_sigaction(sig, room, NULL, 8)
  mov w0, w23
  add x1, x19, #40
  mov x2, #0
  mov x3, #8
  svc #0
spawn_handler_next:
  add w23, w23, #1
  cmp w23, #64
  b.ls spawn_handler
  b spawn_next

spawn_exhausted:                // every place where the program might have been was tried
  ldr w0, [x19, #20]
  cmp w0, #0
  csel w22, w0, w22, ne
  sub w21, w21, #1
spawn_failed:
  str w21, [x19, #4]
  str w22, [x19]
  ldr w0, [x19, #12]
  tbnz w0, #31, spawn_exit
  mov w8, #64                   // write(report, sheet, 8)
  mov x1, x19
  mov x2, #8
  svc #0
spawn_exit:
  mov w8, #94                   // exit_group(127)
  mov w0, #127
  svc #0
