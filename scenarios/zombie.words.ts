/** Words of the story zombie. @module */
import type { ClaimWords } from "./claim.ts";
import type { StoryWords } from "./words.ts";

const source = { zh: "处理僵尸进程", en: "Dealing with zombies" };

export const words: StoryWords = {
  title: { zh: "僵尸与等待", en: "A zombie, and waiting for it" },
  summary: {
    zh: "子进程结束之后、父进程读取状态之前，它仍占着进程表的一项；四个子进程，五种状态，逐个用宏来读。",
    en: "Ended but not waited for, a child still holds its place in the process table; then each way to end or stop, read by its macros.",
  },
};

export const Z1: ClaimWords = {
  text: {
    zh: "“在子进程结束之后，父进程读取其退出状态之前，我们称其子进程处于僵尸状态。”",
    en: "“After the child ends, and before the parent reads its exit status, the child is said to be a zombie.”",
  },
  kernel: {
    zh: "等待之前，/proc 中它的状态是 Z，描述符表已空；等待之后，/proc 里不再有它。",
    en: "Before the wait /proc shows state Z, with no descriptor left; after the wait /proc no longer has it.",
  },
  why: {},
  source,
  man: ["wait(2)", "proc_pid_stat(5)"],
};

export const Z3: ClaimWords = {
  text: {
    zh: "“在sys/wait.h头文件中定义了几个宏来帮助解释子进程的退出状态信息”；wait 会阻塞。",
    en: "“sys/wait.h defines a few macros that help to interpret the exit status of a child”; and wait blocks.",
  },
  kernel: {
    zh: "退出、被杀死、留下核心转储、停止、继续：五个真实的状态，每个宏各得其所；wait 在子进程变化之前一直睡眠。",
    en: "Exited, killed, core dumped, stopped, continued: each macro tells a real child's status rightly; wait sleeps until the child changes.",
  },
  why: {
    finer: {
      zh: "宏如实说明了一切，但内核这次没有写出核心转储：core_pattern 或 RLIMIT_CORE 的上限不允许，于是 WCOREDUMP 为假。",
      en: "The macros tell the truth, but the kernel wrote no core this time: core_pattern or the hard limit RLIMIT_CORE forbids it, so WCOREDUMP is false.",
    },
  },
  source,
  man: ["wait(2)", "core(5)"],
};

export const Z4: ClaimWords = {
  text: {
    zh: "“如果pid指定的目标子进程还没有结束或者意外终止，则waitpid立即返回0；如果……退出了，则……返回该子进程的pid。调用失败时返回-1，并设置errno。”",
    en: "“If the child named by pid has not ended, waitpid returns 0 at once; if it has, its pid. On failure -1, and errno is set.”",
  },
  kernel: {
    zh: "同一个子进程问了三次：运行时得到 0，结束后得到它的 pid，再问得到 -1 与 ECHILD；没有一次睡眠。",
    en: "The same child asked for three times: 0 while it ran, its pid once it had ended, then -1 and ECHILD; never asleep.",
  },
  why: {},
  source,
  man: ["waitpid(2)"],
};
