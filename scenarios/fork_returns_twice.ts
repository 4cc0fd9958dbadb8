import "../lib/ready.ts";
import {
  _exit, close, fork, getpid, getppid, lseek, O_RDONLY, open, proc, read, sameDescription, SEEK_CUR,
  setName, socketpair, waitpid, write,
} from "../lib/core/mod.ts";
import { fact, observe, story } from "./story.ts";

const bytes = new Uint8Array(new ArrayBuffer(1024));

story(import.meta.url, () => {
  setName("main");
  const file = open("poem.txt", O_RDONLY);
  const [ours, theirs] = socketpair();

  // One call, two returns: the parent gets the child's pid, the child gets 0.
  const returned = fork();
  if (returned === 0) child(returned, file, ours, theirs);
  fact("parent", { returned, pid: getpid() });

  // One open file description, two tables: the kernel compares them by address.
  close(theirs);
  observe("same description", () => sameDescription({ pid: getpid(), fd: file }, { pid: returned, fd: file }));
  write(ours, "go");
  read(ours, bytes);

  // The child has read 1024 bytes and closed its copy; ours stands, and it has moved.
  fact("offset after the child read", lseek(file, 0, SEEK_CUR));
  fact("read after the child closed", read(file, bytes));
  waitpid(returned);
  close(file);
}, { "poem.txt": 4096 });

function child(returned: number, file: number, ours: number, theirs: number): never {
  setName("child");
  fact("child", { returned, pid: getpid(), ppid: getppid() });
  observe("ppid in /proc", () => proc.status(getpid()).ppid);
  close(ours);
  read(theirs, bytes);
  fact("bytes the child read", read(file, bytes));
  close(file);
  write(theirs, "done");
  _exit(0);
}
