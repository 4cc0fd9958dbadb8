/** Layouts of signals read from a descriptor. @module */
import { layout } from "./layout.ts";

/** struct signalfd_siginfo, one of which a read of a signalfd gives for each signal. */
export const SIGNALFD_SIGINFO = layout("sys/signalfd.h", "struct signalfd_siginfo", 128, {
  ssi_signo: 0,
  ssi_errno: 4,
  ssi_code: 8,
  ssi_pid: 12,
  ssi_uid: 16,
  ssi_fd: 20,
  ssi_band: 28,
  ssi_overrun: 32,
  ssi_status: 40,
  ssi_int: 44,
  ssi_addr: 72,
});

/** struct sigevent of timer_create(2). */
export const SIGEVENT = layout("signal.h", "struct sigevent", 64, { sigev_value: 0, sigev_signo: 8, sigev_notify: 12, "_sigev_un._tid": 16 });
