/**
 * Where a step stands on the time axis. Time between steps is drawn by its magnitude, so that a process
 * held for a minute and calls a few microseconds apart can both be read; the ruler names the true times.
 *
 * @module
 */

const least = 11;
const most = 36;
/** Gap in µs that is drawn at the least width. */
const unit = 40;
const margin = 12;
/** Room after the last step for words such as "reaped by 4101". */
const tail = 84;

/** Distance in px between two steps that are `gap` µs apart, at zoom 1. */
export function gapWidth(gap: number): number {
  return Math.min(most, least + 3.6 * Math.log2(1 + Math.max(0, gap) / unit));
}

export class Scale {
  readonly #x: number[];
  readonly width: number;

  /** `stretch`: widen to at least this many px, for a recording that is complete. */
  constructor(times: readonly number[], zoom: number, stretch: number) {
    const at: number[] = [];
    let sum = 0;
    times.forEach((time, i) => {
      if (i > 0) sum += gapWidth(time - (times[i - 1] ?? time));
      at.push(sum);
    });
    const room = stretch - 2 * margin - tail;
    const fill = sum > 0 && sum < room ? Math.min(room / sum, 3) : 1;
    this.#x = at.map((x) => margin + x * fill * zoom);
    this.width = margin * 2 + tail + sum * fill * zoom;
  }

  get length(): number {
    return this.#x.length;
  }

  x(step: number): number {
    return this.#x[Math.max(0, Math.min(step, this.#x.length - 1))] ?? margin;
  }

  /** Step nearest to a place on the axis. */
  stepAt(x: number): number {
    let best = 0;
    this.#x.forEach((at, step) => { if (Math.abs(at - x) < Math.abs((this.#x[best] ?? 0) - x)) best = step; });
    return best;
  }

  /** Steps to label, at least `apart` px from each other. */
  ticks(apart: number): number[] {
    const result: number[] = [];
    let last = -Infinity;
    this.#x.forEach((x, step) => {
      if (x - last < apart) return;
      result.push(step);
      last = x;
    });
    return result;
  }
}
