import type { RunContext } from '../../base/run';

/** Says how much of a step is done, from 0 to 1. */
export type Tell = (share: number) => void;

/** Who looks at progress sees no more than this; and a report is a message to another thread. */
const tellEveryMs = 100;

/**
 * How far the making of tables is, in rows: each of its steps counts for as many as it takes time. Told often enough
 * that nobody takes it for stuck.
 */
export class IndexProgress {
  #toldAt = -Infinity;
  #done = 0;

  /** @param rows all that are to be written; 0 where that is not known */
  constructor(
    private readonly run: RunContext,
    private readonly rows: number,
  ) {}

  /** The whole, or the step that goes from one share of it to another. */
  step(from = 0, to = 1): Tell {
    return (share) => {
      const now = performance.now();
      // Where a step ends, something may follow that takes long and tells nothing.
      if (share < 1 && now - this.#toldAt < tellEveryMs) return;
      this.#toldAt = now;
      const { rows } = this;
      // One slice is on its way into the engine while the next one is made.
      this.#done = Math.max(this.#done, Math.round(rows * (from + (to - from) * share)));
      this.run.report({ stage: 'index', done: this.#done, unit: 'rows', ...(rows > 0 && { total: rows }) });
    };
  }
}

/** A part of a step. */
export function partOf(tell: Tell, from: number, to: number): Tell {
  return (share) => tell(from + (to - from) * share);
}
