/** Sizes of the figure in px, full and compact (DESIGN section 4). */
export interface Metrics {
  width: number;
  head: number;
  /** Height of the column titles above the objects. */
  titles: number;
  row: number;
  processX: number;
  processRight: number;
  indent: number;
  cardGap: number;
  /** Height of a card without rows. */
  stub: number;
  descriptionX: number;
  descriptionW: number;
  descriptionH: number;
  /** Height of a description and the gap below it. */
  seat: number;
  inodeX: number;
  inodeW: number;
  fileH: number;
  pipeH: number;
  /** Height of one end of a socket pair. */
  endH: number;
  top: number;
  /** Rows 0-2 are drawn folded (full) or not at all (compact). */
  standardRow: boolean;
}

export const fullMetrics: Metrics = {
  width: 832, head: 44, titles: 32, row: 24, processX: 20, processRight: 304, indent: 24, cardGap: 16, stub: 46,
  descriptionX: 400, descriptionW: 176, descriptionH: 58, seat: 70,
  inodeX: 632, inodeW: 192, fileH: 76, pipeH: 92, endH: 42, top: 8, standardRow: true,
};

export const compactMetrics: Metrics = {
  width: 688, head: 36, titles: 24, row: 20, processX: 12, processRight: 252, indent: 18, cardGap: 12, stub: 38,
  descriptionX: 320, descriptionW: 146, descriptionH: 46, seat: 54,
  inodeX: 508, inodeW: 176, fileH: 58, pipeH: 64, endH: 35, top: 4, standardRow: false,
};
