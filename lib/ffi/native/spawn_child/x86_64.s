# long spawn_child(struct sheet *rdi): clone3 or clone as the sheet says, with every signal blocked; the child carries out the sheet's
# steps in order, the last of which is an exec. Gives what clone gave: a pid, or -errno.
#
# The sheet, by byte:
#    0 errno of the step that failed; 0: none        32 this thread's mask, saved here
#    4 index of that step                            40 room for a kernel sigaction, 32 bytes
#    8 set to 1 by a child in this very memory       72 number of clone3 or clone, 80 its six arguments
#   12 a descriptor to write bytes 0 to 8 to, or -1  128 steps, 64 bytes each: 0 number of the call, 4 judgement,
#   16 how many steps                                    8 six arguments
#   20 EACCES once an exec met it
#   24 a mask of every signal
# Judgements: 0 a negative result fails; 1 any result will do; 2 the result must equal the sixth argument (ESRCH); 3 an exec: the next
# step is tried when this file is not there; 4 no call: handlers become default actions.
.intel_syntax noprefix
.globl spawn_child
.macro load_call at             # number and arguments of a call, rcx and r11 are the kernel's
  mov eax, [\at]
  mov rdi, [\at+8]
  mov rsi, [\at+16]
  mov rdx, [\at+24]
  mov r10, [\at+32]
  mov r8, [\at+40]
  mov r9, [\at+48]
.endm

spawn_child:
  push rbx
  push r12
  mov rbx, rdi
  mov eax, 14                   # rt_sigprocmask(SIG_SETMASK, every, saved, 8)
  mov edi, 2
  lea rsi, [rbx+24]
  lea rdx, [rbx+32]
  mov r10d, 8
  syscall
  load_call rbx+72
  syscall
  test rax, rax
  jz spawn_child_side
  mov r12, rax
  js spawn_restore
  cmp dword ptr [rbx], 0
  je spawn_restore
spawn_reap:
  mov eax, 61                   # wait4(pid, NULL, __WALL, NULL)
  mov edi, r12d
  xor esi, esi
  mov edx, 0x40000000
  xor r10d, r10d
  syscall
  cmp rax, -4                   # EINTR
  je spawn_reap
spawn_restore:
  mov eax, 14                   # rt_sigprocmask(SIG_SETMASK, saved, NULL, 8)
  mov edi, 2
  lea rsi, [rbx+32]
  xor edx, edx
  mov r10d, 8
  syscall
  mov rax, r12
  pop r12
  pop rbx
  ret

spawn_child_side:               # on a stack of its own, which it does not use
  mov dword ptr [rbx+8], 1
  lea r12, [rbx+128]            # the step
  xor ebp, ebp                  # its index
  mov r13d, 38                  # ENOSYS: there is no step at all
spawn_step:
  cmp ebp, [rbx+16]
  jae spawn_exhausted
  cmp dword ptr [r12+4], 4
  je spawn_handlers
  load_call r12
  syscall
  mov ecx, [r12+4]
  cmp ecx, 1
  je spawn_next
  cmp ecx, 2
  je spawn_equals
  test rax, rax
  jns spawn_next
  mov r13d, eax
  neg r13d
  cmp ecx, 3
  jne spawn_failed
  cmp r13d, 2                   # ENOENT
  je spawn_next
  cmp r13d, 20                  # ENOTDIR
  je spawn_next
  cmp r13d, 19                  # ENODEV
  je spawn_next
  cmp r13d, 116                 # ESTALE
  je spawn_next
  cmp r13d, 110                 # ETIMEDOUT
  je spawn_next
  cmp r13d, 13                  # EACCES
  jne spawn_failed
  mov [rbx+20], r13d
spawn_next:
  add r12, 64
  inc ebp
  jmp spawn_step
spawn_equals:
  cmp rax, [r12+48]
  je spawn_next
  mov r13d, 3                   # ESRCH
  jmp spawn_failed

spawn_handlers:                 # what a runtime's handlers do must not happen here
  mov r14d, 1
spawn_handler:
  mov eax, 13                   # rt_sigaction(sig, NULL, room, 8)
  mov edi, r14d
  xor esi, esi
  lea rdx, [rbx+40]
  mov r10d, 8
  syscall
  cmp qword ptr [rbx+40], 1     # SIG_DFL and SIG_IGN stay
  jbe spawn_handler_next
  xor eax, eax
  mov [rbx+40], rax
  mov [rbx+48], rax
  mov [rbx+56], rax
  mov [rbx+64], rax
  mov eax, 13                   # rt_sigaction(sig, room, NULL, 8)
  mov edi, r14d
  lea rsi, [rbx+40]
  xor edx, edx
  mov r10d, 8
  syscall
spawn_handler_next:
  inc r14d
  cmp r14d, 64
  jbe spawn_handler
  jmp spawn_next

spawn_exhausted:                # every place where the program might have been was tried
  mov eax, [rbx+20]
  test eax, eax
  cmovnz r13d, eax
  dec ebp
spawn_failed:
  mov [rbx+4], ebp
  mov [rbx], r13d
  mov edi, [rbx+12]
  test edi, edi
  js spawn_exit
  mov eax, 1                    # write(report, sheet, 8)
  mov rsi, rbx
  mov edx, 8
  syscall
spawn_exit:
  mov eax, 231                  # exit_group(127)
  mov edi, 127
  syscall
