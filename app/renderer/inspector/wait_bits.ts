/**
 * The 16 bits of a wait status, as waitpid(2) returns them.
 *
 * @module
 */
import type { WaitStatus } from "../../../lib/model/event.ts";

const coreBit = 0x80;
const stoppedMark = 0x7f;

export function statusNumber(status: WaitStatus): number {
  switch (status.kind) {
    case "exited": return (status.code & 0xff) << 8;
    case "signaled": return (status.signal & 0x7f) | (status.core ? coreBit : 0);
    case "stopped": return ((status.signal & 0xff) << 8) | stoppedMark;
    case "continued": return 0xffff;
  }
}

/** From bit 15 down to bit 0. */
export function statusBits(status: WaitStatus): boolean[] {
  const number = statusNumber(status);
  return Array.from({ length: 16 }, (_, i) => (number & (1 << (15 - i))) !== 0);
}
