/**
 * Scrolls a figure that is larger than its view so that what the event touched can be seen.
 *
 * @module
 */
import type { Figure } from "./layout.ts";

const margin = 24;

export function revealTouched(view: HTMLElement, figure: Figure, zoom: number, acting: number | undefined): void {
  const rows = figure.cards.flatMap((card) => [
    ...(card.born ? [{ top: card.y, bottom: card.y + card.h }] : []),
    ...card.rows.filter((row) => row.now).map((row) => ({ top: row.y - 40, bottom: row.y + 24 })),
  ]);
  const boxes = figure.descriptions.filter((box) => box.now).map((box) => ({ top: box.y, bottom: box.y + box.h }));
  const cards = figure.cards.filter((card) => card.process.pid === acting).map((card) => ({ top: card.y, bottom: card.y + Math.min(card.h, 80) }));
  const touched = rows.length > 0 ? rows : boxes.length > 0 ? boxes : cards;
  if (touched.length === 0 || view.scrollHeight <= view.clientHeight) return;
  const top = Math.min(...touched.map((each) => each.top)) * zoom;
  const bottom = Math.max(...touched.map((each) => each.bottom)) * zoom + margin;
  if (top >= view.scrollTop && bottom <= view.scrollTop + view.clientHeight) return;
  if (top < view.scrollTop || bottom - top > view.clientHeight) view.scrollTop = Math.max(0, top - margin);
  else view.scrollTop = bottom + margin - view.clientHeight;
}
