# The handler behind every handler in JavaScript: it notes the signal, which JavaScript then looks up where it can (a safe point).
#
# void on_signal(int signal, siginfo_t *info, void *context), set with every signal blocked, so nothing comes in between on one thread.
#
# In the owner, the thread that runs JavaScript, it copies the start of the siginfo into the ring. Writer and reader are one thread, and
# JavaScript reads when every handler has returned: no lock is needed. When the ring has hardly room left, the signals with a handler are blocked in the owner: further ones wait in
# the kernel, with its own limits, until JavaScript has read the ring and unblocks them.
# Any other thread sends the signal on to the owner as it is, and blocks it for itself from then on: so the owner gets signals in the order
# in which they were sent, and a call in which it sleeps is interrupted. The kernel lets no thread but the owner itself send with the si_code of kill or
# tgkill: on its way such a signal has SENT_ON there, and its own code in si_errno, which signals do not use.
#
# A call that the signal interrupts goes on (SA_RESTART): the runtime's own are not prepared for anything else. A call of the library's is
# to end early, so that the handler can run. For that a timer sends a second signal, whose handler "nothing" has no SA_RESTART; again and
# again until JavaScript has looked, since the call may begin only after the first.
# "restorer" is what the kernel has a handler return to, on machines where it wants to be told.
#
# "inbox" is a word of this code, filled in when it is loaded: the address of a structure, see lib/core/signal/inbox.ts:
#   0 head   4 tail   8 owner's thread id   12 process id   16 woken   20 loop (1: somebody waits for "woken")
#   24 lost   28 id of the timer that reminds a call, or -1   32 signals with a handler   40 signals blocked for want of room
#   48 time of the reminder (struct itimerspec)   80 zeros (a struct sigaction of the kernel)   112 per signal 1..64, a byte:
#   1 for SA_RESETHAND   176 calling (not 0: in a call that is to end early)   180 reminding   192 the entries, each 64 bytes
.intel_syntax noprefix
.globl on_signal, nothing, restorer, inbox
.equ NR_rt_sigaction, 13
.equ NR_rt_sigreturn, 15
.equ NR_sched_yield, 24
.equ NR_getpid, 39
.equ NR_gettid, 186
.equ NR_futex, 202
.equ NR_timer_settime, 223
.equ NR_rt_tgsigqueueinfo, 297
.equ FUTEX_WAKE_PRIVATE, 129
.equ EAGAIN, 11
.equ ROOM, 1024
.equ FULL, 1008
.equ TRIES, 10000
.equ UC_SIGMASK, 296
.equ SI_ERRNO, 4
.equ SI_CODE, 8
.equ SI_VALUE, 24
.equ SI_QUEUE, -1
.equ SI_TKILL, -6
.equ SENT_ON, -4653

on_signal:
  push rbx
  push rbp
  push r12
  push r13
  push r14
  mov rbx, [rip + inbox_word]
  mov rbp, rsi
  mov r12, rdx
  mov r13d, edi
  mov eax, NR_gettid
  syscall
  cmp eax, [rbx + 8]
  jne elsewhere
  cmp dword ptr [rbp + SI_CODE], SENT_ON
  jne note
  mov eax, [rbp + SI_ERRNO]
  mov [rbp + SI_CODE], eax
  mov dword ptr [rbp + SI_ERRNO], 0

note:
  mov eax, [rbx + 4]
  sub eax, [rbx]
  cmp eax, ROOM
  jae no_room
  mov eax, 1
  xadd [rbx + 4], eax           # in one instruction: a runtime's handler that calls this one blocks nothing
  and eax, ROOM - 1
  shl eax, 6
  lea rdi, [rbx + rax + 192]
  mov rsi, rbp
  mov ecx, 6
  rep movsq
  mov eax, [rbx + 4]
  sub eax, [rbx]
  cmp eax, FULL
  jb noted
  call hold_back

noted:
  cmp byte ptr [rbx + r13 + 111], 0
  je wake
  mov byte ptr [rbx + r13 + 111], 0
  mov edi, r13d
  lea rsi, [rbx + 80]
  xor edx, edx
  mov r10d, 8
  mov eax, NR_rt_sigaction
  syscall

wake:
  cmp dword ptr [rbx + 16], 0
  jne out
  mov dword ptr [rbx + 16], 1
  cmp dword ptr [rbx + 20], 0
  je remind
  lea rdi, [rbx + 16]
  mov esi, FUTEX_WAKE_PRIVATE
  mov edx, 1
  mov eax, NR_futex
  syscall
remind:
  cmp dword ptr [rbx + 176], 0
  je out
  mov edi, [rbx + 28]
  test edi, edi
  js out
  mov dword ptr [rbx + 180], 1
  xor esi, esi
  lea rdx, [rbx + 48]
  xor r10d, r10d
  mov eax, NR_timer_settime
  syscall
out:
  pop r14
  pop r13
  pop r12
  pop rbp
  pop rbx
  ret

# Only when the program unblocked a signal while the ring was full: back into the kernel's queue.
no_room:
  mov edi, [rbx + 12]
  call send_to_owner
  call hold_back
  jmp wake

hold_back:
  mov rax, [rbx + 32]
  mov rcx, [r12 + UC_SIGMASK]
  or [r12 + UC_SIGMASK], rax
  not rcx
  and rcx, rax
  or [rbx + 40], rcx
  ret

elsewhere:
  mov eax, NR_getpid            # a child that shares this memory is not to send its parent anything
  syscall
  cmp eax, [rbx + 12]
  jne out
  mov edi, eax
  cmp dword ptr [rbp + SI_CODE], SI_QUEUE
  jne on
  cmp [rbp + SI_VALUE], rbx     # sent by the library, for the blocking alone
  je blocked
on:
  mov eax, [rbp + SI_CODE]
  test eax, eax
  jns disguise
  cmp eax, SI_TKILL
  jne send_on
disguise:
  mov [rbp + SI_ERRNO], eax
  mov dword ptr [rbp + SI_CODE], SENT_ON
send_on:
  call send_to_owner
blocked:
  lea eax, [r13d - 1]
  bts qword ptr [r12 + UC_SIGMASK], rax
  jmp out

# The process id is in edi. The queue may be full for a moment: the owner empties it.
send_to_owner:
  mov r14d, TRIES
again:
  mov esi, [rbx + 8]
  mov edx, r13d
  mov r10, rbp
  mov eax, NR_rt_tgsigqueueinfo
  syscall
  cmp eax, -EAGAIN
  jne sent
  mov eax, NR_sched_yield
  syscall
  dec r14d
  jnz again
  jmp lost
sent:
  test eax, eax
  jns done
lost:
  lock inc dword ptr [rbx + 24]
done:
  ret

nothing:
  ret

restorer:
  mov eax, NR_rt_sigreturn
  syscall

.balign 8
inbox:
inbox_word: .quad 0
