/** Layouts of signals read from a descriptor. @module */
import { layout } from "./layout.ts";

/** struct signalfd_siginfo, one of which a read of a signalfd gives for each signal. */
export const SIGNALFD_SIGINFO = layout("sys/signalfd.h", "struct signalfd_siginfo", 128, {
  ssi_signo: 0,
  ssi_errno: 4,
  ssi_code: 8,
  ssi_pid: 12,
  ssi_uid: 16,
  ssi_status: 40,
  ssi_int: 44,
});
