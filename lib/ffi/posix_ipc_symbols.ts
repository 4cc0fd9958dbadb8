/** The functions of POSIX shared memory, semaphores and message queues, loaded on first use: in libc itself since glibc 2.34. @module */
import type { Functions, Signature } from "./backend/types.ts";
import { loadMore } from "./libc.ts";

const TABLE = {
  shm_open: { args: ["ptr", "i32", "u32"], result: "i32" }, // int shm_open(const char *name, int oflag, mode_t mode)
  shm_unlink: { args: ["ptr"], result: "i32" }, // int shm_unlink(const char *name)
  sem_open: { args: ["ptr", "i32", "u32", "u32"], result: "ptr" }, // sem_t *sem_open(const char *name, int oflag, mode_t mode, unsigned int value)
  sem_close: { args: ["ptr"], result: "i32" }, // int sem_close(sem_t *sem)
  sem_unlink: { args: ["ptr"], result: "i32" }, // int sem_unlink(const char *name)
  sem_init: { args: ["ptr", "i32", "u32"], result: "i32" }, // int sem_init(sem_t *sem, int pshared, unsigned int value)
  sem_destroy: { args: ["ptr"], result: "i32" }, // int sem_destroy(sem_t *sem)
  sem_wait: { args: ["ptr"], result: "i32" }, // int sem_wait(sem_t *sem)
  sem_trywait: { args: ["ptr"], result: "i32" }, // int sem_trywait(sem_t *sem)
  sem_timedwait: { args: ["ptr", "ptr"], result: "i32" }, // int sem_timedwait(sem_t *sem, const struct timespec *abs_timeout)
  sem_post: { args: ["ptr"], result: "i32" }, // int sem_post(sem_t *sem)
  sem_getvalue: { args: ["ptr", "ptr"], result: "i32" }, // int sem_getvalue(sem_t *sem, int *sval)
  mq_open: { args: ["ptr", "i32", "u32", "ptr"], result: "i32" }, // mqd_t mq_open(const char *name, int oflag, mode_t mode, struct mq_attr *attr)
  mq_unlink: { args: ["ptr"], result: "i32" }, // int mq_unlink(const char *name)
  mq_getattr: { args: ["i32", "ptr"], result: "i32" }, // int mq_getattr(mqd_t mqdes, struct mq_attr *attr)
  mq_notify: { args: ["i32", "ptr"], result: "i32" }, // int mq_notify(mqd_t mqdes, const struct sigevent *sevp)
  mq_send: { args: ["i32", "ptr", "usize", "u32"], result: "i32" }, // int mq_send(mqd_t mqdes, const char *msg_ptr, size_t msg_len, unsigned int msg_prio)
  mq_timedsend: { args: ["i32", "ptr", "usize", "u32", "ptr"], result: "i32" }, // int mq_timedsend(mqd_t mqdes, const char *msg_ptr, size_t msg_len, unsigned int msg_prio, const struct timespec *abs_timeout)
  mq_receive: { args: ["i32", "ptr", "usize", "ptr"], result: "i64" }, // ssize_t mq_receive(mqd_t mqdes, char *msg_ptr, size_t msg_len, unsigned int *msg_prio)
  mq_timedreceive: { args: ["i32", "ptr", "usize", "ptr", "ptr"], result: "i64" }, // ssize_t mq_timedreceive(mqd_t mqdes, char *msg_ptr, size_t msg_len, unsigned int *msg_prio, const struct timespec *abs_timeout)
} as const satisfies Record<string, Signature>;

let loaded: Functions<typeof TABLE> | undefined;

/** These functions, callable. */
export function posixIpcFunctions(): Functions<typeof TABLE> {
  return (loaded ??= loadMore(TABLE));
}
