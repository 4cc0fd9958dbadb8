/** The functions that machine code is loaded and started with, loaded on first use. @module */
import type { Functions, Signature } from "../backend/types.ts";
import { loadMore } from "../libc.ts";

const TABLE = {
  mmap: { args: ["ptr", "usize", "i32", "i32", "i32", "i64"], result: "i64" }, // void *mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset)
  mprotect: { args: ["ptr", "usize", "i32"], result: "i32" }, // int mprotect(void *addr, size_t size, int prot)
  calloc: { args: ["usize", "usize"], result: "ptr" }, // void *calloc(size_t n, size_t size)
  free: { args: ["ptr"], result: "void" }, // void free(void *ptr)
  pthread_create: { args: ["ptr", "ptr", "ptr", "ptr"], result: "i32" }, // int pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start_routine)(void *), void *arg)
  pthread_attr_init: { args: ["ptr"], result: "i32" }, // int pthread_attr_init(pthread_attr_t *attr)
  pthread_attr_setdetachstate: { args: ["ptr", "i32"], result: "i32" }, // int pthread_attr_setdetachstate(pthread_attr_t *attr, int detachstate)
  pthread_attr_setstacksize: { args: ["ptr", "usize"], result: "i32" }, // int pthread_attr_setstacksize(pthread_attr_t *attr, size_t stacksize)
} as const satisfies Record<string, Signature>;

/** void *memcpy(void *dest, const void *src, size_t n), both ways between a buffer and memory of C. */
const INTO = { memcpy: { args: ["ptr", "buf", "usize"], result: "ptr" } } as const satisfies Record<string, Signature>;
const OUT_OF = { memcpy: { args: ["buf", "ptr", "usize"], result: "ptr" } } as const satisfies Record<string, Signature>;

let loaded: Functions<typeof TABLE> | undefined;
let into: Functions<typeof INTO> | undefined;
let outOf: Functions<typeof OUT_OF> | undefined;

/** These functions, callable. */
export function nativeFunctions(): Functions<typeof TABLE> {
  return (loaded ??= loadMore(TABLE));
}

/** Copies all of a buffer to an address. */
export function copyTo(address: number, bytes: Uint8Array): void {
  if (bytes.length > 0) (into ??= loadMore(INTO)).memcpy(address, bytes, bytes.length);
}

/** Fills a buffer from an address. */
export function copyFrom(address: number, bytes: Uint8Array): void {
  if (bytes.length > 0) (outOf ??= loadMore(OUT_OF)).memcpy(bytes, address, bytes.length);
}
