/** The functions behind posix_spawn's attributes and file actions, loaded on first use: closefrom_np needs glibc 2.34. @module */
import type { Functions, Signature } from "./backend/types.ts";
import { loadMore } from "./libc.ts";

const TABLE = {
  posix_spawn_file_actions_init: { args: ["ptr"], result: "i32" }, // int (posix_spawn_file_actions_t *)
  posix_spawn_file_actions_destroy: { args: ["ptr"], result: "i32" },
  posix_spawn_file_actions_adddup2: { args: ["ptr", "i32", "i32"], result: "i32" }, // int (..., int fd, int newfd)
  posix_spawn_file_actions_addclose: { args: ["ptr", "i32"], result: "i32" }, // int (..., int fd)
  posix_spawn_file_actions_addclosefrom_np: { args: ["ptr", "i32"], result: "i32" }, // int (..., int from)
  posix_spawn_file_actions_addchdir_np: { args: ["ptr", "ptr"], result: "i32" }, // int (..., const char *path)
  posix_spawnattr_init: { args: ["ptr"], result: "i32" }, // int (posix_spawnattr_t *)
  posix_spawnattr_destroy: { args: ["ptr"], result: "i32" },
  posix_spawnattr_setflags: { args: ["ptr", "i32"], result: "i32" }, // int (..., short flags)
  posix_spawnattr_setpgroup: { args: ["ptr", "i32"], result: "i32" }, // int (..., pid_t pgroup)
  posix_spawnattr_setsigmask: { args: ["ptr", "ptr"], result: "i32" }, // int (..., const sigset_t *)
  posix_spawnattr_setsigdefault: { args: ["ptr", "ptr"], result: "i32" }, // int (..., const sigset_t *)
} as const satisfies Record<string, Signature>;

let loaded: Functions<typeof TABLE> | undefined;

/** posix_spawn's helpers, callable. */
export function spawnFunctions(): Functions<typeof TABLE> {
  return (loaded ??= loadMore(TABLE));
}
