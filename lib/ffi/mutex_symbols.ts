/** The functions of mutexes, which give an errno and do not set it; loaded on first use: in libc itself since glibc 2.34. @module */
import type { Functions, Signature } from "./backend/types.ts";
import { loadMore } from "./libc.ts";

const TABLE = {
  pthread_mutexattr_init: { args: ["ptr"], result: "i32" }, // int pthread_mutexattr_init(pthread_mutexattr_t *attr)
  pthread_mutexattr_settype: { args: ["ptr", "i32"], result: "i32" }, // int pthread_mutexattr_settype(pthread_mutexattr_t *attr, int type)
  pthread_mutexattr_setpshared: { args: ["ptr", "i32"], result: "i32" }, // int pthread_mutexattr_setpshared(pthread_mutexattr_t *attr, int pshared)
  pthread_mutexattr_setrobust: { args: ["ptr", "i32"], result: "i32" }, // int pthread_mutexattr_setrobust(pthread_mutexattr_t *attr, int robustness)
  pthread_mutexattr_destroy: { args: ["ptr"], result: "i32" }, // int pthread_mutexattr_destroy(pthread_mutexattr_t *attr)
  pthread_mutex_init: { args: ["ptr", "ptr"], result: "i32" }, // int pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attr)
  pthread_mutex_lock: { args: ["ptr"], result: "i32" }, // int pthread_mutex_lock(pthread_mutex_t *mutex)
  pthread_mutex_trylock: { args: ["ptr"], result: "i32" }, // int pthread_mutex_trylock(pthread_mutex_t *mutex)
  pthread_mutex_clocklock: { args: ["ptr", "i32", "ptr"], result: "i32" }, // int pthread_mutex_clocklock(pthread_mutex_t *mutex, clockid_t clockid, const struct timespec *abstime)
  pthread_mutex_consistent: { args: ["ptr"], result: "i32" }, // int pthread_mutex_consistent(pthread_mutex_t *mutex)
  pthread_mutex_unlock: { args: ["ptr"], result: "i32" }, // int pthread_mutex_unlock(pthread_mutex_t *mutex)
} as const satisfies Record<string, Signature>;

let loaded: Functions<typeof TABLE> | undefined;

/** These functions, callable. */
export function mutexFunctions(): Functions<typeof TABLE> {
  return (loaded ??= loadMore(TABLE));
}
