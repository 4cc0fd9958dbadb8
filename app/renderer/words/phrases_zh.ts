import { grouped } from "./format.ts";
import type { FdWords, Phrases } from "./phrases.ts";

const bytes = (n: number) => `${grouped(n)} 字节`;
const fds = (list: readonly FdWords[]) => list.map((each) => `fd ${each.fd}（${each.name}）`).join("、");
const numbers = (list: readonly number[]) => list.join("、");
const offsetWords = (offset: string | undefined, sharers: readonly number[]) => {
  if (offset === undefined) return "";
  return sharers.length === 0 ? `偏移量现为 ${offset}。` : `偏移量现为 ${offset}，对 ${numbers(sharers)} 也一样：它们共享这个描述。`;
};

export const phrasesZh: Phrases = {
  start: (n) => ["记录开始。", `${n} 个进程停在第一步之前。`],
  fork: (pid, child, copied, how) => [`${pid} fork 出 ${child}。`, how === "vfork"
    ? `${pid} 睡眠，直到 ${child} 执行新程序或退出。`
    : copied === 0 ? "子进程从同一行继续。" : `子进程的描述符表是一份拷贝：${copied} 行指向相同的打开文件描述。`],
  thread: (pid, tid) => [`${pid} 启动了线程 ${tid}。`, "它与进程共享内存和描述符表。"],
  exec: (pid, name, closed) => [`${pid} 变成了 ${name}。`, closed.length === 0
    ? "pid 不变，程序更换；所有描述符仍然打开。" : `pid 不变，程序更换；close-on-exec 关闭了 fd ${numbers(closed)}。`],
  block: (pid, call) => [`${pid} 睡在 ${call} 中。`, "调用尚未返回。"],
  blockOnFd: (pid, call, on) => [`${pid} 睡在 ${call} 中。`, `它在等 fd ${on.fd}，即${on.name}。`],
  blockOnChild: (pid, call, child) => [`${pid} 睡在 ${call} 中。`, child > 0 ? `它在等 ${child} 结束。` : "它在等任一子进程结束。"],
  signal: (pid, signal, from, disposition) => [`${pid} 收到${from === undefined ? "" : `来自 ${from} 的`} ${signal}。`, {
    handler: "它的处理函数开始运行。", ignore: "它忽略该信号。", default: "没有设置处理函数，按默认动作处理。", nothing: "没有设置处理函数，默认动作是什么也不做。", unknown: "",
  }[disposition]],
  stop: (pid, signal) => [`${pid} 停止了。`, `${signal} 使它停止，直到收到 SIGCONT。`],
  continues: (pid) => [`${pid} 继续运行。`, "SIGCONT 结束了停止状态。"],
  exit: (pid, code, parent, zombie) => [`${pid} 以状态 ${code} 退出。`, zombie ? `描述符已关闭；在 ${parent} 等待它之前，它是僵尸进程。` : "描述符已关闭。"],
  killed: (pid, signal, core, parent) => [`${pid} 被 ${signal} 终止。`, `${core ? "已转储 core。" : ""}在 ${parent} 等待它之前，它是僵尸进程。`],
  threadExit: (pid) => [`${pid} 的一个线程结束。`, "进程仍在。"],
  reap: (pid, by) => [`${pid} 消失了。`, by === "kernel" ? "父进程忽略 SIGCHLD，内核立即回收了它。" : by === "unseen" ? "这一级别不观察等待：没有看到是谁回收了它。" : "树外的父进程等待了它。"],
  adopt: (pid, ppid, from) => [`${pid} 由 ${ppid} 收养。`, `${from === undefined ? "父进程" : from} 已结束；${ppid === 1 ? "没有更近的收养者，由 init 接管" : `${ppid} 是最近的 subreaper`}。`],
  lost: (count, why) => [`有 ${count} 个事件未被记录。`, why],
  left: () => ["跟踪器离开了。", "进程照旧继续运行。"],
  end: (code, signal) => ["被跟踪的命令已结束。", signal === undefined ? `首个进程以状态 ${code ?? 0} 退出。` : `首个进程被 ${signal} 终止。`],
  failed: (pid, call, errno) => [`${pid} 的 ${call} 失败：${errno}。`, errnoWords[errno] ?? "返回 -1 并设置 errno；没有任何变化。"],
  plainCall: (pid, call, ret) => [`${pid} 调用了 ${call}。`, `返回 ${ret}。`],
  open: (pid, what) => [`${pid} 打开了 ${what.name}。`, `fd ${what.fd} 指向它的一个新的打开文件描述。`],
  socket: (pid, what) => [`${pid} 创建了一个套接字。`, `fd ${what.fd} 指向${what.name}，尚未连接。`],
  pipe: (pid, read, write) => [`${pid} 创建了一个管道。`, `fd ${read} 读出 fd ${write} 写入的内容：两个描述，一个管道。`],
  socketpair: (pid, a, b) => [`${pid} 创建了一对套接字。`, `fd ${a.fd} 与 fd ${b.fd} 是两端：一端发送，另一端接收。`],
  accept: (pid, what, listener) => [`${pid} 接受了一个连接。`, `fd ${what.fd} 是新的套接字；fd ${listener.fd} 继续监听。`],
  dup: (pid, from, to, count) => [`${pid} 复制了 fd ${from}。`, `fd ${to.fd} 指向同一个描述，现有 ${count} 个引用。`],
  close: (pid, what, left) => [`${pid} 关闭了 fd ${what.fd}，即 ${what.name}。`, left === 0
    ? "这是最后一个引用：描述随之消失。" : `描述仍在：还剩 ${left} 个引用。`],
  unshare: (pid) => [`${pid} 现在有自己的描述符表。`, "unshare(CLONE_FILES) 复制了原先共享的表。"],
  closeRange: (pid, first, last, marked) => [`${pid} ${marked ? "标记" : "关闭"}了 fd ${first} 至 ${last > 1e6 ? "末尾" : last}。`, marked ? "它们会在下次 exec 时关闭。" : ""],
  cloexec: (pid, what, on) => [`${pid} ${on ? "设置" : "清除"}了 fd ${what.fd} 的 close-on-exec。`, `该标记属于表中这一行，不属于 ${what.name} 的描述。`],
  flags: (pid, what, flags) => [`${pid} 设置了 fd ${what.fd} 的状态标志。`, `描述现为 ${flags}，对所有共享者生效。`],
  read: (pid, n, what, offset, sharers) => [`${pid} 从 ${what.name} 读了 ${bytes(n)}。`, offsetWords(offset, sharers)],
  readEnd: (pid, what) => [`${pid} 读到 ${what.name} 的末尾。`, "read 返回 0。"],
  write: (pid, n, what, offset, sharers) => [`${pid} 向 ${what.name} 写了 ${bytes(n)}。`, offsetWords(offset, sharers)],
  seek: (pid, what, offset) => [`${pid} 移动了 ${what.name} 的偏移量。`, `下次读写从 ${offset} 开始。`],
  send: (pid, n, what) => [`${pid} 发送了 ${bytes(n)}。`, `它们在 ${what.name} 的另一端等待接收。`],
  sendFds: (pid, sent) => [`${pid} 发送了 ${sent.length} 个描述符。`, `在被接收之前，消息持有对 ${pid} 的 ${fds(sent)} 的引用。`],
  receive: (pid, n, what) => [`${pid} 接收了 ${bytes(n)}。`, `来自 fd ${what.fd}，即 ${what.name}。`],
  receiveEnd: (pid, what) => [`${pid} 读到 ${what.name} 的末尾。`, "另一端已关闭：recvmsg 返回 0。"],
  receiveFd: (pid, fd, from) => [`${pid} 接收了一个描述符。`, from === undefined
    ? `它的新 fd ${fd.fd} 指向 ${fd.name} 的打开文件描述。` : `它的新 fd ${fd.fd} 指向 ${from.pid} 称作 fd ${from.fd} 的那个描述。`],
  receiveFds: (pid, list) => [`${pid} 接收了 ${list.length} 个描述符。`, `新增：${fds(list)}。`],
  truncated: (pid) => [`${pid} 接收的消息被截断。`, "MSG_CTRUNC：放不下的描述符已丢失。"],
  bind: (pid, what, address) => [`${pid} 绑定了${what.name}。`, `地址是 ${address}。`],
  listen: (pid, what) => [`${pid} 在${what.name}上监听。`, "其他进程现在可以连接它。"],
  connect: (pid, what, address) => [`${pid} 连接了${what.name}。`, address === "" ? "" : `对方地址是 ${address}。`],
  waitNothing: (pid) => [`${pid} 查看子进程：都未结束。`, "WNOHANG：waitpid 立即返回 0。"],
  wait: (pid, child, status) => [`${pid} 回收了 ${child}。`, `读取了状态（${status}）；pid 与进程表项已释放。`],
  waitKept: (pid, child, status) => [`${pid} 查看了 ${child}。`, `WNOWAIT：读取状态（${status}），但保留僵尸进程。`],
  waitOther: (pid, child, status) => [`${pid} 得知 ${child} 的变化。`, `它${status}，并未结束。`],
  sigaction: (pid, signal, disposition) => [{
    handler: `${pid} 为 ${signal} 设置了处理函数。`, ignore: `${pid} 从此忽略 ${signal}。`, default: `${pid} 将 ${signal} 恢复为默认。`,
  }[disposition], ""],
  sigmask: (pid, blocked) => [`${pid} 设置了信号屏蔽字。`, blocked.length === 0 ? "没有阻塞任何信号。" : `阻塞：${blocked.join("、")}。`],
  kill: (pid, target, signal) => [target === pid ? `${pid} 向自己发送 ${signal}。` : `${pid} 向${target < 0 ? `进程组 ${-target}` : ` ${target} `}发送 ${signal}。`, ""],
  setpgid: (pid, target, pgid) => [`${pid} 将${target === 0 || target === pid ? "自己" : ` ${target} `}放入进程组 ${pgid === 0 ? target || pid : pgid}。`, ""],
  setsid: (pid) => [`${pid} 新建了会话。`, "它是新会话与新进程组的首进程，没有控制终端。"],
  chdir: (pid, cwd) => [`${pid} 改变了工作目录。`, `现为 ${cwd}；其他进程不变。`],
  name: (pid, name) => [`${pid} 现名 ${name}。`, ""],
  subreaper: (pid, on) => [`${pid} ${on ? "成为 subreaper" : "不再是 subreaper"}。`, on ? "它之下的孤儿进程将由它而不是 init 收养。" : ""],
  status: {
    exited: (code) => `退出，状态 ${code}`, signaled: (signal) => `被 ${signal} 终止`,
    stopped: (signal) => `被 ${signal} 停止`, continued: "已继续",
  },
};

const errnoWords: Record<string, string> = {
  ECHILD: "它已没有可等待的子进程。",
  EAGAIN: "调用需要等待，或达到了上限；没有任何变化。",
  EBADF: "表中没有打开这个编号。",
  ENOENT: "没有这个文件。",
  EINTR: "调用被信号打断。",
  EPIPE: "另一端无人读取。",
  ECONNREFUSED: "该地址无人监听。",
  EACCES: "缺少权限。",
  EPERM: "不允许这样做。",
  ESRCH: "没有这个进程。",
};
