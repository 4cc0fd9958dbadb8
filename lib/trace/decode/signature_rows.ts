/**
 * The arguments of every system call: its name and the kinds of its arguments (kinds.ts), ";" after each call.
 *
 * Behind "|" stand the forms of a call: the values of its last argument that choose a form (of the set that it is one of), or "*" for any
 * other, and the arguments that follow then.
 *
 * @module
 */
export const ROWS = `
access path f:ACCESS:F_OK; acct path; add_key str str data:3 size int; adjtimex <>timex; alarm uint;
arch_prctl e:ARCH | ARCH_GET_FS,ARCH_GET_GS >ptr[1] | * addr;
bpf e:BPF p uint; brk addr; cachestat fd cachestat_range >cachestat hex; capget cap_header >cap_data; capset cap_header cap_data; chmod path octal;
chown path int int; chroot path; clock_adjtime e:CLOCK <>timex; clock_getres e:CLOCK >timespec; clock_gettime e:CLOCK >timespec;
clock_nanosleep e:CLOCK f:TIMER timespec >timespec; clock_settime e:CLOCK timespec; copy_file_range fd moved fd moved size hex;
delete_module str open; epoll_create int; epoll_ctl fd e:EPOLL_CTL fd epoll_event; epoll_ctl_old p; epoll_pwait fd >events int int sigset size;
epoll_pwait2 fd >events int timespec sigset size; epoll_wait fd >events int int; epoll_wait_old p; exit exit; exit_group exit;
faccessat dirfd path f:ACCESS:F_OK; faccessat2 dirfd path f:ACCESS:F_OK f:AT_ACCESS; fadvise64 fd off size e:FADVISE; fallocate fd f:FALLOC off off;
fanotify_init f:FANOTIFY_INIT open; fanotify_mark fd f:FANOTIFY_MARK hex dirfd path; fchmod fd octal; fchmodat dirfd path octal;
fchmodat2 dirfd path octal f:AT; fchown fd int int; fchownat dirfd path int int f:AT;
fcntl fd e:FCNTL | F_DUPFD,F_DUPFD_CLOEXEC,F_SETPIPE_SZ,F_SETOWN,F_SETSIG int | F_SETFD f:FD | F_SETFL open |
  F_SETLK,F_SETLKW,F_OFD_SETLK,F_OFD_SETLKW flock | F_GETLK,F_OFD_GETLK <>flock_got | F_ADD_SEALS f:SEALS | F_SETLEASE e:LOCK |
  F_GETFD,F_GETFL,F_GETOWN,F_GETSIG,F_GETLEASE,F_GETPIPE_SZ,F_GET_SEALS | * hex;
fdatasync fd; fgetxattr fd str >read size; finit_module fd str f:MODULE; flistxattr fd >read size; fremovexattr fd str;
fsconfig fd e:FSCONFIG str p int; fsetxattr fd str data:3 size f:XATTR; fsmount fd f:FSMOUNT hex; fsopen str f:FSOPEN; fspick dirfd path f:FSPICK;
fstat fd >stat; fstatfs fd >statfs; fsync fd; ftruncate fd off;
futex addr futex | FUTEX_WAIT,FUTEX_LOCK_PI,FUTEX_LOCK_PI2 uint timespec | FUTEX_WAKE,FUTEX_FD uint | FUTEX_UNLOCK_PI,FUTEX_TRYLOCK_PI | FUTEX_REQUEUE
  uint uint addr | FUTEX_CMP_REQUEUE,FUTEX_CMP_REQUEUE_PI uint uint addr uint | FUTEX_WAKE_OP uint uint addr hex | FUTEX_WAIT_BITSET uint timespec
  bits | FUTEX_WAKE_BITSET uint bits | FUTEX_WAIT_REQUEUE_PI uint timespec addr;
futex_requeue p hex int int; futex_wait addr uint hex hex timespec e:CLOCK; futex_waitv p uint hex timespec e:CLOCK; futex_wake addr hex int hex;
futimesat dirfd path timeval[2]; get_mempolicy >s32[1] >p size addr f:MPOL_FLAG; get_robust_list int >ptr[1] >u64[1]; get_thread_area p;
getcpu >u32[1] >u32[1] p; getcwd >cwd size; getdents fd p uint; getdents64 fd >entries uint; getegid; geteuid; getgid; getgroups int >s32[ret];
getitimer e:ITIMER >itimerval; getpeername fd >addressout <>socklen; getpgid int; getpgrp; getpid; getppid; getpriority e:PRIO int;
getrandom >read size f:GRND; getresgid >s32[1] >s32[1] >s32[1]; getresuid >s32[1] >s32[1] >s32[1]; getrlimit e:RESOURCE >rlimit;
getrusage e:RUSAGE >rusage; getsid int; getsockname fd >addressout <>socklen; getsockopt fd e:SOL option >optval <>socklen; gettid;
gettimeofday >timeval >timezone; getuid; getxattr path str >read size; getxattrat dirfd path hex str p size; init_module addr size str;
inotify_add_watch fd path f:INOTIFY; inotify_rm_watch fd int; io_cancel addr iocb >p; io_destroy addr; io_getevents addr int int p timespec;
io_pgetevents addr int int p timespec p; io_setup uint >ptr[1]; io_submit addr int p; io_uring_enter fd uint uint f:URING_ENTER sigset size;
io_uring_register fd e:URING_REGISTER p uint; io_uring_setup uint <>uring_params;
ioctl fd e:IOCTL | TCGETS >termios | TCSETS,TCSETSW,TCSETSF termios | TIOCGWINSZ >winsize | TIOCSWINSZ winsize |
  FIONREAD,TIOCOUTQ,TIOCGPGRP,TIOCGSID,TIOCGPTN,TIOCMGET >s32[1] | TIOCSPGRP,FIONBIO,FIOASYNC,TIOCSPTLCK s32[1] |
  FICLONE,TCSBRK,TCFLSH,TCXONC,TIOCSCTTY int | FIOCLEX,FIONCLEX,TIOCNOTTY,TIOCEXCL,TIOCNXCL | * p;
ioperm addr size int; iopl int; ioprio_get e:IOPRIO int; ioprio_set e:IOPRIO int hex; kcmp int int e:KCMP uint uint;
kexec_file_load fd fd size str hex; kexec_load addr size p hex; keyctl e:KEYCTL hex hex hex hex; landlock_add_rule fd e:LANDLOCK p hex;
landlock_create_ruleset landlock size hex; landlock_restrict_self fd hex; lchown path int int; lgetxattr path str >read size; link path path;
linkat dirfd path dirfd path f:AT; listmount p p size hex; listxattr path >read size; listxattrat dirfd path hex p size; llistxattr path >read size;
lookup_dcookie hex p size; lremovexattr path str; lsetxattr path str data:3 size f:XATTR; lsm_get_self_attr int p p hex; lsm_list_modules p p hex;
lsm_set_self_attr int p size hex; lstat path >stat; madvise addr size e:MADV; map_shadow_stack addr size hex;
mbind addr size e:MPOL p size f:MPOL_MOVE; membarrier e:MEMBARRIER hex; memfd_secret uint; migrate_pages int size p p; mincore addr size p;
mkdir path octal; mkdirat dirfd path octal; mknod path filemode dev; mknodat dirfd path filemode dev; mlock addr size; mlock2 addr size f:MLOCK;
mlockall f:MLOCKALL; mmap addr size f:PROT:PROT_NONE f:MAP fd hex; modify_ldt int p size; mount path path str f:MOUNT p; mount_setattr dirfd path f:AT p size;
move_mount dirfd path dirfd path f:MOVE_MOUNT; move_pages int size p p p f:MPOL_MOVE; mprotect addr size f:PROT:PROT_NONE; mq_getsetattr fd mq_attr >mq_attr;
mq_notify fd sigevent; mq_open str open mode mq_attr; mq_timedreceive fd >read size >u32[1] timespec; mq_timedsend fd data:2 size uint timespec;
mq_unlink str; mremap addr size size f:MREMAP fixed; mseal addr size hex; msgctl int e:MSG_CMD p; msgget key shm; msgrcv int >msgp size off f:MSGRCV;
msgsnd int msgp size f:IPC; msync addr size f:MSYNC; munlock addr size; munlockall; munmap addr size;
name_to_handle_at dirfd path <>file_handle >s32[1] f:AT; nanosleep timespec >timespec; newfstatat dirfd path >stat f:AT;
open_tree dirfd path f:OPEN_TREE; open_tree_attr dirfd path f:OPEN_TREE p size; perf_event_open perf_attr int int fd f:PERF; personality hex;
pidfd_getfd fd fd hex; pivot_root path path; pkey_alloc hex f:PKEY; pkey_free int; pkey_mprotect addr size f:PROT:PROT_NONE int; poll polled uint int;
ppoll polled uint timespec sigset size;
prctl e:PRCTL | PR_SET_NAME str | PR_GET_NAME >str | PR_SET_PDEATHSIG signal | PR_GET_PDEATHSIG,PR_GET_CHILD_SUBREAPER,PR_GET_TSC >s32[1] |
  PR_CAPBSET_READ,PR_CAPBSET_DROP e:CAP | PR_CAP_AMBIENT e:CAP_AMBIENT hex hex hex | PR_SET_DUMPABLE e:DUMPABLE | PR_SET_SECCOMP e:SECCOMP_MODE p |
  PR_SET_VMA e:PR_VMA addr size str | PR_SET_NO_NEW_PRIVS,PR_SET_KEEPCAPS,PR_SET_CHILD_SUBREAPER,PR_SET_TIMERSLACK,PR_SET_SECUREBITS uint |
  PR_GET_DUMPABLE,PR_GET_KEEPCAPS,PR_GET_SECUREBITS,PR_GET_TIMERSLACK | PR_GET_NO_NEW_PRIVS,PR_SET_THP_DISABLE,PR_GET_THP_DISABLE uint uint uint uint | *
  hex hex hex hex;
prlimit64 int e:RESOURCE rlimit >rlimit; process_madvise fd p size e:MADV hex; process_mrelease fd hex; process_vm_readv int p size p size hex;
process_vm_writev int p size p size hex; pselect6 int fdset fdset fdset timespec p; ptrace e:PTRACE int addr addr; quotactl hex path int p;
quotactl_fd fd hex int p; readahead fd off size; readlink path >link size; readlinkat dirfd path >link size; reboot magic magic e:REBOOT;
remap_file_pages addr size f:PROT:PROT_NONE size f:MAP; removexattr path str; removexattrat dirfd path hex str; rename path path;
renameat dirfd path dirfd path; renameat2 dirfd path dirfd path f:RENAME; request_key str str str int; restart_syscall; rmdir path;
rseq addr hex f:RSEQ hex; rt_sigpending >sigset size; rt_sigqueueinfo int signal siginfo; rt_sigsuspend sigset size;
rt_sigtimedwait sigset >siginfo timespec size; rt_tgsigqueueinfo int int signal siginfo; sched_get_priority_max e:SCHED;
sched_get_priority_min e:SCHED; sched_getaffinity int size >cpus; sched_getattr int >sched_attr uint hex; sched_getparam int >sched_param[1];
sched_getscheduler int; sched_rr_get_interval int >timespec; sched_setaffinity int size cpus; sched_setattr int sched_attr hex;
sched_setparam int sched_param[1]; sched_setscheduler int e:SCHED sched_param[1]; sched_yield; seccomp e:SECCOMP f:SECCOMP_FLAG p;
select int fdset fdset fdset timeval; semctl int int e:SEM_CMD | SETVAL int | * p; semget key int shm; semop int sembufs size;
semtimedop int sembufs size timespec; set_mempolicy e:MPOL p size; set_mempolicy_home_node addr size size hex; set_robust_list addr size;
set_thread_area p; set_tid_address addr; setdomainname str size; setfsgid int; setfsuid int; setgid int; setgroups int s32[$0];
sethostname data:1 size; setitimer e:ITIMER itimerval >itimerval; setpriority e:PRIO int int; setregid int int; setresgid int int int;
setresuid int int int; setreuid int int; setrlimit e:RESOURCE rlimit; setsockopt fd e:SOL option optdata int; settimeofday timeval timezone;
setuid int; setxattr path str data:3 size f:XATTR; setxattrat dirfd path hex str p size; shmat int addr f:SHMAT; shmctl int e:IPC_CMD p; shmdt addr;
shmget key size shm; shutdown fd e:SHUT; sigaltstack sigaltstack >sigaltstack; signalfd fd sigset size; signalfd4 fd sigset size f:SFD;
splice fd moved fd moved size f:SPLICE; stat path >stat; statfs path >statfs; statmount p p size hex;
statx dirfd path statxflags f:STATX >statx; swapoff path; swapon path f:SWAP; symlink path path; symlinkat path dirfd path; sync;
sync_file_range fd off off f:SYNC_RANGE; syncfs fd; sysfs int hex hex; sysinfo >sysinfo; syslog e:SYSLOG >read int; tgkill int int signal;
time >s64[1]; timer_create e:CLOCK sigevent >s32[1]; timer_delete int; timer_getoverrun int; timer_gettime int >itimerspec;
timer_settime int f:TIMER itimerspec >itimerspec; timerfd_create e:CLOCK f:TFD; timerfd_gettime fd >itimerspec;
timerfd_settime fd f:TFD_TIMER itimerspec >itimerspec; times >tms; truncate path off; umask octal; umount2 path f:UMOUNT; uname >utsname; unlink path;
unlinkat dirfd path f:AT_UNLINK; uselib path; userfaultfd f:UFFD; ustat dev p; utime path p; utimensat dirfd path timespec[2] f:AT;
utimes path timeval[2]; vhangup;
`;
