/**
 * "In plain words": what a kind of event means, for a reader who meets it for the first time.
 *
 * @module
 */
import type { Words } from "../../../engine/protocol.ts";
import type { Event } from "../../../lib/model/event.ts";

const meanings: Record<string, Words> = {
  fork: { en: "The child is a copy of its parent at this moment. Each row of its table refers to the same description as the parent's, so both share offsets and status flags.", zh: "子进程是父进程此刻的拷贝。它的表中每一行都与父进程指向同一个打开文件描述，因此两者共享偏移量与状态标志。" },
  vfork: { en: "The child borrows the parent's memory, and the parent sleeps until the child executes a program or ends.", zh: "子进程借用父进程的内存，父进程睡眠，直到子进程执行新程序或退出。" },
  exec: { en: "The process keeps its pid, its parent and every descriptor without the close-on-exec mark. Memory and handlers are replaced.", zh: "进程保留 pid、父进程，以及所有没有 close-on-exec 标记的描述符。内存与信号处理函数被替换。" },
  exit: { en: "The kernel closes its table and frees its memory. The status stays in the process table until the parent waits for it: that remainder is a zombie.", zh: "内核关闭它的描述符表并释放内存。退出状态留在进程表中，直到父进程等待它：这个剩余部分就是僵尸进程。" },
  block: { en: "The kernel took the process off the processor. It goes on when what it waits for has happened.", zh: "内核让进程离开处理器。等待的事情发生后，它才继续。" },
  signal: { en: "A signal interrupts the process between two instructions. What happens then is its disposition: default, ignored or a handler.", zh: "信号在两条指令之间打断进程。之后如何由处置决定：默认、忽略或处理函数。" },
  adopt: { en: "Every process has a parent. When it ends, the nearest living subreaper above, or init, takes its place.", zh: "每个进程都有父进程。父进程结束后，由上方最近的存活 subreaper 或 init 接替。" },
  open: { en: "open makes a new description with an offset of its own, even when the same file is open elsewhere.", zh: "open 产生一个新的打开文件描述，有自己的偏移量，即使同一文件已在别处打开。" },
  socket: { en: "A socket is a descriptor like any other: a row in the table and a description behind it. It reaches nobody until it is bound, connected or accepted.", zh: "套接字也是描述符：表中的一行与背后的一个描述。绑定、连接或接受之前，它不通向任何一方。" },
  pair: { en: "Two new descriptions that are joined: what goes into one comes out of the other.", zh: "两个相连的新描述：从一个写入，从另一个读出。" },
  dup: { en: "A second number for one description. Offset and status flags are shared; close-on-exec belongs to each number.", zh: "同一个描述的第二个编号。偏移量与状态标志共享；close-on-exec 各自独立。" },
  close: { en: "close removes one row. The description goes when no row and no message refers to it any more.", zh: "close 去掉表中的一行。当没有任何行、也没有消息引用时，描述才消失。" },
  read: { en: "The offset belongs to the description. Whoever shares it reads on from where this read stopped.", zh: "偏移量属于打开文件描述。共享它的进程会从这次读完的位置继续。" },
  write: { en: "The offset belongs to the description. Whoever shares it writes on from where this write stopped.", zh: "偏移量属于打开文件描述。共享它的进程会从这次写完的位置继续。" },
  stream: { en: "A pipe or socket has no offset: what is read is taken out, and whoever reads next gets what follows.", zh: "管道与套接字没有偏移量：读出的数据即被取走，下一个读取者得到其后的内容。" },
  send: { en: "The message itself holds a reference while it waits. The sender may close its own number now and nothing is lost.", zh: "消息在等待时自身持有一个引用。此时发送者即使关闭自己的编号，也不会丢失任何东西。" },
  receive: { en: "Not the number travelled but the reference. The receiver got a number of its own for the same description, so one offset serves both.", zh: "传递的不是编号，而是引用。接收者得到自己的编号，指向同一个描述，因此共用一个偏移量。" },
  wait: { en: "Waiting reads the status and frees the last thing that was left of the child: its pid and its entry in the process table.", zh: "等待会读取状态，并释放子进程最后的残留：pid 与进程表项。" },
  waitNothing: { en: "With WNOHANG waitpid does not sleep: 0 means that there are children and none has ended.", zh: "使用 WNOHANG 时 waitpid 不睡眠：返回 0 表示有子进程，但都未结束。" },
  sigaction: { en: "A disposition belongs to the process, one for each signal. fork copies it; exec resets handlers.", zh: "处置属于进程，每个信号一个。fork 会复制它；exec 会重置处理函数。" },
  sigmask: { en: "A blocked signal waits as pending until it is unblocked.", zh: "被阻塞的信号处于待决状态，直到解除阻塞。" },
  kill: { en: "kill only asks the kernel to send. The target meets the signal when it next runs.", zh: "kill 只是请内核发送。目标下次运行时才会遇到该信号。" },
  subreaper: { en: "A subreaper stands in for init: orphans below it become its children, and it must wait for them.", zh: "subreaper 代替 init：它之下的孤儿进程成为它的子进程，并由它等待。" },
  listen: { en: "A listening socket does not carry data. Each accept makes a new one that does.", zh: "监听套接字不传数据。每次 accept 都会产生一个新的套接字来传。" },
  connect: { en: "The connection is made as soon as it is queued at the listener, before accept takes it out.", zh: "连接在监听者排队时即已建立，早于 accept 取出。" },
  accept: { en: "A new description for this one connection. Its other end is the socket that connected.", zh: "为这一条连接产生的新描述。另一端就是发起连接的套接字。" },
};

export function plainWords(event: Event): Words | undefined {
  if (event.kind === "call") {
    const op = event.op;
    if (event.errno !== undefined || op === undefined) return undefined;
    if (op.op === "wait" && op.child === 0) return meanings["waitNothing"];
    if ((op.op === "send" || op.op === "receive") && op.fds.length === 0) return undefined;
    if ((op.op === "read" || op.op === "write") && op.pos === undefined) return meanings["stream"];
    return meanings[op.op === "open" && op.file.type === "socket" ? "socket" : op.op];
  }
  return event.kind === "fork" && event.how === "vfork" ? meanings["vfork"] : meanings[event.kind];
}
