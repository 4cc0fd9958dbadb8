/** Layouts of timers that send signals. @module */
import { layout } from "./layout.ts";

/** struct itimerval of setitimer(2). */
export const ITIMERVAL = layout("sys/time.h", "struct itimerval", 32, {
  "it_interval.tv_sec": 0,
  "it_interval.tv_usec": 8,
  "it_value.tv_sec": 16,
  "it_value.tv_usec": 24,
});
