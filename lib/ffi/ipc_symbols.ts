/** The functions of System V IPC and of shared memory, loaded on first use. @module */
import type { Functions, Signature } from "./backend/types.ts";
import { loadMore } from "./libc.ts";

const TABLE = {
  ftok: { args: ["ptr", "i32"], result: "i32" }, // key_t ftok(const char *pathname, int proj_id)
  semget: { args: ["i32", "i32", "i32"], result: "i32" }, // int semget(key_t key, int nsems, int semflg)
  semop: { args: ["i32", "ptr", "usize"], result: "i32" }, // int semop(int semid, struct sembuf *sops, size_t nsops)
  semtimedop: { args: ["i32", "ptr", "usize", "ptr"], result: "i32" }, // int semtimedop(int semid, struct sembuf *sops, size_t nsops, const struct timespec *timeout)
  semctl: { args: ["i32", "i32", "i32", "i64"], result: "i32" }, // int semctl(int semid, int semnum, int op, union semun)
  shmget: { args: ["i32", "usize", "i32"], result: "i32" }, // int shmget(key_t key, size_t size, int shmflg)
  shmat: { args: ["i32", "ptr", "i32"], result: "i64" }, // void *shmat(int shmid, const void *shmaddr, int shmflg)
  shmdt: { args: ["ptr"], result: "i32" }, // int shmdt(const void *shmaddr)
  shmctl: { args: ["i32", "i32", "ptr"], result: "i32" }, // int shmctl(int shmid, int op, struct shmid_ds *buf)
  msgget: { args: ["i32", "i32"], result: "i32" }, // int msgget(key_t key, int msgflg)
  msgsnd: { args: ["i32", "ptr", "usize", "i32"], result: "i32" }, // int msgsnd(int msqid, const void *msgp, size_t msgsz, int msgflg)
  msgrcv: { args: ["i32", "ptr", "usize", "i64", "i32"], result: "i64" }, // ssize_t msgrcv(int msqid, void *msgp, size_t msgsz, long msgtyp, int msgflg)
  msgctl: { args: ["i32", "i32", "ptr"], result: "i32" }, // int msgctl(int msqid, int op, struct msqid_ds *buf)
  mmap: { args: ["ptr", "usize", "i32", "i32", "i32", "i64"], result: "i64" }, // void *mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset)
  munmap: { args: ["ptr", "usize"], result: "i32" }, // int munmap(void *addr, size_t length)
  fallocate: { args: ["i32", "i32", "i64", "i64"], result: "i32" }, // int fallocate(int fd, int mode, off_t offset, off_t len)
} as const satisfies Record<string, Signature>;

let loaded: Functions<typeof TABLE> | undefined;

/** These functions, callable. */
export function ipcFunctions(): Functions<typeof TABLE> {
  return (loaded ??= loadMore(TABLE));
}
