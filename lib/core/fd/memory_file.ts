/** memfd_create and seals: files that live in memory. @module */
import { check, scratch } from "../../ffi/mod.ts";
import { F_SEAL_GROW, F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_WRITE, MFD_ALLOW_SEALING, MFD_CLOEXEC } from "../../ffi/constants/event.ts";
import { F_ADD_SEALS } from "../../ffi/constants/file.ts";
import { eventFunctions } from "../../ffi/event_symbols.ts";
import { entering } from "../tap.ts";
import { checkInteger, checkString } from "../validate.ts";
import { checkData } from "./buffer.ts";
import { fcntl } from "./dup.ts";
import { type Fd, ownNew } from "./fd.ts";
import { writeAll } from "./io.ts";
import { made } from "./registry.ts";

const MAX_NAME = 249;

/**
 * `memfd_create(name, flags)`: an empty file in memory, without a name in the file system; it ends with its last reference.
 *
 * Seals are added by `fcntl(fd, F_ADD_SEALS, seals)` and asked for by `fcntl(fd, F_GET_SEALS)`; they hold for everyone and never go:
 * F_SEAL_SHRINK, F_SEAL_GROW, F_SEAL_WRITE, F_SEAL_FUTURE_WRITE (Linux 5.1), F_SEAL_SEAL (no more seals). What they forbid fails with EPERM.
 *
 * @param name shown as /memfd:name in /proc, at most 249 bytes; names need not differ
 * @param flags of MFD_CLOEXEC, MFD_ALLOW_SEALING and what newer kernels know; without MFD_ALLOW_SEALING it has the seal F_SEAL_SEAL
 * @throws {SystemError} EINVAL: unknown flags; EMFILE, ENFILE, ENOMEM
 * @see https://man7.org/linux/man-pages/man2/memfd_create.2.html
 * @since Linux 3.17
 * @example
 * ```ts
 * import { F_ADD_SEALS, F_GET_SEALS, F_SEAL_WRITE, fcntl, memfd_create, MFD_ALLOW_SEALING, write } from "forkscope";
 * const fd = memfd_create("note", MFD_ALLOW_SEALING);
 * write(fd, "for all to read");
 * fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE);
 * console.log(fcntl(fd, F_GET_SEALS)); // 8
 * ```
 */
export function memfd_create(name: string, flags = 0): number {
  entering("memfd_create");
  checkString("memfd_create", name, "name", MAX_NAME);
  checkInteger("memfd_create", "flags", flags, 0, 0xffffffff);
  using room = scratch();
  const fd = check(eventFunctions().memfd_create(room.string(name), flags), "memfd_create", [name, flags]);
  made(fd);
  return fd;
}

/**
 * An owned file in memory that holds `data` and that nobody can change any more: neither content nor size nor seals. Whoever receives it
 * may trust it without a copy. Read it with {@linkcode pread}: the offset is shared, and stands at the end.
 *
 * @throws {SystemError} as memfd_create; ENOSPC
 * @see https://man7.org/linux/man-pages/man2/memfd_create.2.html
 * @since Linux 3.17
 * @example
 * ```ts
 * import { pread, sealedFile } from "forkscope";
 * using file = sealedFile("note", "hello");
 * console.log(pread(file.number, new Uint8Array(16), 0)); // 5
 * ```
 */
export function sealedFile(name: string, data: ArrayBufferView | string): Fd {
  const bytes = checkData("memfd_create", data);
  const file = ownNew(memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  try {
    writeAll(file.number, bytes);
    fcntl(file.number, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL);
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}
