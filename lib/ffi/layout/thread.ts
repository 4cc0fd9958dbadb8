/** Layouts of what libc keeps in memory that processes share. @module */
import { layout } from "./layout.ts";

/** pthread_mutex_t: the word that the kernel knows, and the kind of mutex. Larger on aarch64. */
export const PTHREAD_MUTEX = {
  x86_64: layout("pthread.h", "pthread_mutex_t", 40, { "__data.__lock": 0, "__data.__kind": 16 }),
  aarch64: layout("pthread.h", "pthread_mutex_t", 48, { "__data.__lock": 0, "__data.__kind": 16 }),
};

/** pthread_mutexattr_t: opaque, only the size is known. */
export const PTHREAD_MUTEXATTR = {
  x86_64: layout("pthread.h", "pthread_mutexattr_t", 4, {}),
  aarch64: layout("pthread.h", "pthread_mutexattr_t", 8, {}),
};

/** sem_t: opaque to C programs. */
export const SEM = layout("semaphore.h", "sem_t", 32, {});
