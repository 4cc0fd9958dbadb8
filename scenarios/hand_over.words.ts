/** Words of the story hand-over. @module */
import type { ClaimWords } from "./claim.ts";
import type { StoryWords } from "./words.ts";

const source = { zh: "在进程之间传递文件描述符", en: "Passing file descriptors between processes" };

export const words: StoryWords = {
  title: { zh: "把打开的文件交给另一个进程", en: "Hand an open file to another process" },
  summary: {
    zh: "父传子、子传父、互不相干的两个进程之间：编号各不相同，背后却是同一个打开文件描述；发送者先关闭甚至先死也无妨。",
    en: "Parent to child, child to parent, and between strangers: the numbers differ, the open file description is one, even when its sender closes it or dies first.",
  },
};

export const D2: ClaimWords = {
  text: {
    zh: "“传递一个文件描述符并不是传递一个文件描述符的value，而是要在接收进程中创建一个新的文件描述符表项……指向内核中相同的文件表项。”",
    en: "“Passing a descriptor is not passing its value: a new entry is made in the receiver's table, and it points to the same file table entry in the kernel.”",
  },
  kernel: {
    zh: "接收者得到自己的新编号；kcmp 说是同一个打开文件描述：偏移与状态标志共用，close-on-exec 标记各归各。",
    en: "The receiver got a number of its own; kcmp says it is one open file description: offset and status flags are shared, close-on-exec is each one's own.",
  },
  why: {},
  source,
  man: ["unix(7)", "kcmp(2)", "fcntl(2)"],
};

export const D3: ClaimWords = {
  text: {
    zh: "“我们可以利用unix域socket在进程间传递特殊的辅助数据，以实现文件描述符的传递。”（子进程传给父进程，或2个不相干的进程之间）",
    en: "“A unix domain socket can carry special ancillary data between processes, and so pass descriptors”: from child to parent, or between two unrelated processes.",
  },
  kernel: {
    zh: "子进程经 socketpair 发给父进程，关闭后结束，父进程照样收到；另两个互非祖先的进程经一个有名字的套接字相遇，kcmp 说收到的就是发出的。",
    en: "The child sent over a socketpair, closed, and died; the parent received it all the same. Two processes, neither an ancestor of the other, met at a named socket, and kcmp says what arrived is what was sent.",
  },
  why: {},
  source,
  man: ["unix(7)", "sendmsg(2)", "cmsg(3)"],
};
