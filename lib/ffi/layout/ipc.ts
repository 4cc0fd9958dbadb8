/** Layouts of System V IPC and POSIX message queues. @module */
import { layout } from "./layout.ts";

/** struct ipc_perm: the first member of each object's struct. */
export const IPC_PERM = layout("sys/ipc.h", "struct ipc_perm", 48, { __key: 0, uid: 4, gid: 8, cuid: 12, cgid: 16, mode: 20 });

/** struct sembuf: one operation of semop(2). */
export const SEMBUF = layout("sys/sem.h", "struct sembuf", 6, { sem_num: 0, sem_op: 2, sem_flg: 4 });

/** struct semid_ds, which differs between machines. */
export const SEMID_DS = {
  x86_64: layout("sys/sem.h", "struct semid_ds", 104, { sem_perm: 0, sem_otime: 48, sem_ctime: 64, sem_nsems: 80 }),
  aarch64: layout("sys/sem.h", "struct semid_ds", 88, { sem_perm: 0, sem_otime: 48, sem_ctime: 56, sem_nsems: 64 }),
};

/** struct shmid_ds. */
export const SHMID_DS = layout("sys/shm.h", "struct shmid_ds", 112, {
  shm_perm: 0,
  shm_segsz: 48,
  shm_atime: 56,
  shm_dtime: 64,
  shm_ctime: 72,
  shm_cpid: 80,
  shm_lpid: 84,
  shm_nattch: 88,
});

/** struct msqid_ds. */
export const MSQID_DS = layout("sys/msg.h", "struct msqid_ds", 120, {
  msg_perm: 0,
  msg_stime: 48,
  msg_rtime: 56,
  msg_ctime: 64,
  __msg_cbytes: 72,
  msg_qnum: 80,
  msg_qbytes: 88,
  msg_lspid: 96,
  msg_lrpid: 100,
});

/** struct mq_attr. */
export const MQ_ATTR = layout("mqueue.h", "struct mq_attr", 64, { mq_flags: 0, mq_maxmsg: 8, mq_msgsize: 16, mq_curmsgs: 24 });
