/** Words of the story fork-returns-twice. @module */
import type { ClaimWords } from "./claim.ts";
import type { StoryWords } from "./words.ts";

const source = { zh: "fork系统调用", en: "The fork system call" };

export const words: StoryWords = {
  title: { zh: "fork 返回两次", en: "fork returns twice" },
  summary: {
    zh: "一次调用，两个进程从中返回；描述符表被复制，背后的打开文件描述却仍是同一个。",
    en: "One call, two processes return from it; the descriptor table is copied, what stands behind it is not.",
  },
};

export const F1: ClaimWords = {
  text: {
    zh: "“该函数的每次调用都会返回2次，在父进程中返回的是子进程的pid，在子进程中返回0。”",
    en: "“Each call returns twice: in the parent it returns the pid of the child, in the child it returns 0.”",
  },
  kernel: {
    zh: "跟踪器在两个进程里各看到一次返回：父进程得到子进程的 pid，子进程得到 0；两个进程自己拿到的值也是如此。",
    en: "The tracer saw one return in each process: the child's pid in the parent, 0 in the child; the programs themselves got the same.",
  },
  why: {},
  source,
  man: ["fork(2)"],
};

export const F4: ClaimWords = {
  text: {
    zh: "“该进程的ppid被设置为parent的pid。”",
    en: "“The ppid of the new process is set to the pid of the parent.”",
  },
  kernel: {
    zh: "子进程里 getppid 的返回值、/proc 中的 PPid，与调用 fork 的进程是同一个数。",
    en: "getppid in the child and PPid in /proc are both the pid of the process that called fork.",
  },
  why: {},
  source,
  man: ["getppid(2)", "proc_pid_status(5)"],
};

export const F9: ClaimWords = {
  text: {
    zh: "“父进程中打开的文件描述符默认在子进程中打开，且文件描述符的引用计数+1。”",
    en: "“Descriptors open in the parent are open in the child by default, and their reference count goes up by one.”",
  },
  kernel: {
    zh: "kcmp 说两个进程的描述符指向同一个打开文件描述：一方读，另一方的偏移随之移动；一方关闭，另一方照样能读。",
    en: "kcmp says both descriptors refer to one open file description: reading in one moves the offset of the other, closing in one leaves the other open.",
  },
  why: {},
  source,
  man: ["fork(2)", "kcmp(2)", "open(2)"],
};
