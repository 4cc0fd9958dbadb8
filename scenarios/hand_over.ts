import "../lib/ready.ts";
import {
  _exit, accept, AF_UNIX, bind, close, connect, F_GETFD, F_GETFL, F_SETFL, fcntl, FD_CLOEXEC, fork, getpid,
  getppid, listen, lseek, O_APPEND, O_NONBLOCK, O_RDONLY, O_WRONLY, open, P_PID, peerCredentials, pipe2,
  read, recvmsg, sameDescription, SEEK_CUR, sendmsg, setName, setSubreaper, SOCK_STREAM, socket, socketpair,
  unlink, wait, waitid, waitpid, WEXITED, WNOWAIT, write,
} from "../lib/core/mod.ts";
import { fact, observe, story } from "./story.ts";

const page = new Uint8Array(new ArrayBuffer(4096));

story(import.meta.url, () => {
  setName("main");
  setSubreaper(true);
  const [a, b] = socketpair();
  const [r, w] = pipe2();
  const listener = socket(AF_UNIX, SOCK_STREAM);
  bind(listener, "door.sock");
  listen(listener, 1);
  const middle = fork();
  if (middle === 0) leaveAnOrphan(w, [a, b, r, listener]);
  waitid(P_PID, middle, WEXITED | WNOWAIT);
  const worker = fork();
  if (worker === 0) work(b, w, listener, [a, r]);
  [b, w, listener].forEach((fd) => close(fd));

  // Parent to child. The number travels as text, the descriptor beside it.
  const report = open("report.csv", O_RDONLY);
  read(report, page);
  sendmsg(a, { data: `${report}`, fds: [report] });
  waitpid(worker);
  fact("main", { fd: report, offset: lseek(report, 0, SEEK_CUR), nonblocking: isNonblocking(report), cloexec: isCloexec(report) });

  // Child to parent. Who sent it has closed it and is dead; it arrives all the same.
  const audit = receive(a);
  fact("main received", { ...audit, wrote: write(audit.fd, "written after its sender had ended\n") });
  read(r, page);
  waitpid(middle);
  wait();
  unlink("door.sock");
}, { "report.csv": 20480, "audit.log": 18432 });

function work(b: number, w: number, listener: number, notOurs: number[]): never {
  setName("worker");
  notOurs.forEach((fd) => close(fd));
  const report = receive(b);
  observe("worker and main", () => sameDescription({ pid: getpid(), fd: report.fd }, { pid: getppid(), fd: Number(report.text) }));
  const bytes = read(report.fd, page);
  fcntl(report.fd, F_SETFL, O_NONBLOCK);
  fact("worker", { fd: report.fd, sent: Number(report.text), read: bytes, cloexec: isCloexec(report.fd) });
  const audit = open("audit.log", O_WRONLY | O_APPEND);
  sendmsg(b, { data: `${audit}`, fds: [audit] });
  close(audit);

  // From a stranger: a process that is neither parent nor child, met at a name in the file system.
  const guest = accept(listener);
  const gift = receive(guest);
  const { pid } = peerCredentials(guest);
  observe("worker and stranger", () => sameDescription({ pid: getpid(), fd: gift.fd }, { pid, fd: Number(gift.text) }));
  fact("worker received", { ...gift, from: pid, read: read(gift.fd, page) });
  _exit(0);
}

function leaveAnOrphan(w: number, notOurs: number[]): never {
  setName("middle");
  notOurs.forEach((fd) => close(fd));
  if (fork() > 0) _exit(3);
  setName("straggler");
  write(w, "row\n".repeat(3072));
  const own = open("report.csv", O_RDONLY);
  const guest = socket(AF_UNIX, SOCK_STREAM);
  connect(guest, "door.sock");
  sendmsg(guest, { data: `${own}`, fds: [own] });
  read(guest, page);
  _exit(0);
}

function receive(from: number): { text: string; fd: number } {
  const { data, fds } = recvmsg(from, { bytes: 64, maxFds: 1 });
  return { text: new TextDecoder().decode(data), fd: fds[0]?.take() ?? -1 };
}

function isNonblocking(fd: number): boolean {
  return (fcntl(fd, F_GETFL) & O_NONBLOCK) !== 0;
}

function isCloexec(fd: number): boolean {
  return (fcntl(fd, F_GETFD) & FD_CLOEXEC) !== 0;
}
