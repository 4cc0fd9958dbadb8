/**
 * Offset in px from the channel of a socket pair to a row, for the envelope that flies between them.
 *
 * @module
 */
import type { InodeBox } from "./boxes.ts";
import type { Figure } from "./layout.ts";

export function flightPath(figure: Figure, box: InodeBox, pid: number, fd: number | undefined): Record<string, string> | undefined {
  const card = figure.cards.find((each) => each.process.pid === pid);
  if (!card) return undefined;
  const row = card.rows.find((each) => each.fd === fd && each.kind === "fd");
  const x = card.x + card.w - (box.x + box.w / 2);
  const y = (row?.y ?? card.y + 20) - (box.y + box.h / 2);
  return { "--fx": `${x}px`, "--fy": `${y}px` };
}
