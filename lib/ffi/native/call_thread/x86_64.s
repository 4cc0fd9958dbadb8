# A thread that does nothing but raw system calls, one after the other, and tells of each through a callback. It holds no lock and runs
# no code of libc or of the runtime between two calls, so a fork beside it copies nothing half done.
#
# void *call_thread(struct job *): the start routine of a pthread. struct job, see lib/core/async/job.ts:
#   0 state (0 idle, 1 run, 2 done, 3 quit, 4 gone)   4 aborted   8 thread id   16 number   24 six arguments   72 result
#   80 cookie   88 void (*callback)(uint32_t cookie)   96 address of the gate: while it is not 0, no callback is called
#   104 thread id of the Worker whose callback it is, 0 for the main thread   108 its process: after the Worker's end nothing is called
#
# void interrupt(int, siginfo_t *, void *): the handler of the signal that ends a call early. In a call the kernel answers EINTR; a
# thread that is about to make it, between call_begin and call_end, is sent past it. When the gate is 2 the process is ending: the
# thread stays here for good, since it may be in a callback of a runtime that is going down, and counts itself in the word after the gate.
# "gate" is a word of this code: the gate's address. "restorer" is what the kernel has the handler return to.
.intel_syntax noprefix
.globl call_thread, interrupt, restorer, gate
.equ NR_rt_sigreturn, 15
.equ NR_futex, 202
.equ NR_gettid, 186
.equ NR_prctl, 157
.equ NR_tgkill, 234
.equ FUTEX_WAIT_PRIVATE, 128

call_thread:
  push rbx
  mov rbx, rdi
  mov edi, 15                   # PR_SET_NAME
  lea rsi, [rip + name]
  mov eax, NR_prctl
  syscall
  mov eax, NR_gettid
  syscall
  mov [rbx + 8], eax
  mfence                        # the id is to be seen before "aborted" is looked at

next:
  mov eax, [rbx]
  cmp eax, 1
  je run
  cmp eax, 3
  je quit
  mov rdi, rbx
  mov esi, FUTEX_WAIT_PRIVATE
  mov edx, eax
  xor r10d, r10d
  mov eax, NR_futex
  syscall
  jmp next

run:
  mov rax, [rbx + 16]
  mov rdi, [rbx + 24]
  mov rsi, [rbx + 32]
  mov rdx, [rbx + 40]
  mov r10, [rbx + 48]
  mov r8, [rbx + 56]
  mov r9, [rbx + 64]
call_begin:
  cmp dword ptr [rbx + 4], 0
  jne cancelled
  syscall
call_end:
  jmp done
cancelled:
  mov rax, -4                   # -EINTR
done:
  mov [rbx + 72], rax

wait_gate:
  mov rdi, [rbx + 96]
  mov edx, [rdi]
  test edx, edx
  jz open
  mov esi, FUTEX_WAIT_PRIVATE
  xor r10d, r10d
  mov eax, NR_futex
  syscall
  jmp wait_gate
open:
  mov esi, [rbx + 104]
  test esi, esi
  jz tell
  mov edi, [rbx + 108]
  xor edx, edx
  mov eax, NR_tgkill            # signal 0: is the Worker still there?
  syscall
  test rax, rax
  js quit
tell:
  mov dword ptr [rbx], 2
  mov edi, [rbx + 80]
  call [rbx + 88]
  jmp next

quit:
  mov dword ptr [rbx], 4        # from here on nothing looks at the block
  xor eax, eax
  pop rbx
  ret

interrupt:
  mov rdi, [rip + gate_address]
  cmp dword ptr [rdi], 2
  je stay
  mov rax, [rdx + 168]          # uc_mcontext.gregs[REG_RIP]
  lea rcx, [rip + call_begin]
  cmp rax, rcx
  jb elsewhere
  lea rcx, [rip + call_end]
  cmp rax, rcx
  jae elsewhere
  lea rcx, [rip + cancelled]
  mov [rdx + 168], rcx
elsewhere:
  ret

stay:
  lock inc dword ptr [rdi + 4]
asleep:
  mov rdi, [rip + gate_address]
  mov esi, FUTEX_WAIT_PRIVATE
  mov edx, 2
  xor r10d, r10d
  mov eax, NR_futex
  syscall
  jmp asleep

restorer:
  mov eax, NR_rt_sigreturn
  syscall

.balign 8
gate:
gate_address: .quad 0
name: .asciz "fs-call"
