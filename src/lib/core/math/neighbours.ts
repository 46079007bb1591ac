import type { RunContext } from '../base/run';
import type { Points } from './points';

/** The k nearest other points of each point: row i is `i * k … i * k + k - 1`, nearest first. */
export interface Neighbours {
  indices: Int32Array;
  distances: Float64Array;
}

/** Rows compared with one another at a time: two blocks of 64 columns stay in the processor's cache. */
const block = 256;

/**
 * Exactly the k nearest others of each point by Euclidean distance, every pair compared once: right for 10,000 points
 * (two seconds for 20 columns), too much for a million. Ties go to the lower index.
 * @param k below the number of rows
 * @throws Cancelled
 */
export async function nearestNeighbours({ rows, columns, values }: Points, k: number, run: RunContext): Promise<Neighbours> {
  if (!(k < rows)) throw new RangeError(`${k} neighbours among ${rows} points`);
  const best = new NearestOfRows(rows, k);
  for (let from = 0; from < rows; from += block) {
    for (let to = from; to < rows; to += block) {
      compareBlocks(values, columns, from, Math.min(rows, from + block), to, Math.min(rows, to + block), best);
      await run.breathe();
    }
    run.report({ stage: 'neighbours', done: Math.min(rows, from + block), total: rows, unit: 'rows' });
  }
  return best.sorted();
}

function compareBlocks(
  points: Float32Array,
  columns: number,
  from: number,
  fromEnd: number,
  to: number,
  toEnd: number,
  best: NearestOfRows,
): void {
  const { k, squares: farthest } = best;
  for (let i = from; i < fromEnd; i++) {
    const a = i * columns;
    for (let j = Math.max(to, i + 1); j < toEnd; j++) {
      const b = j * columns;
      let sum = 0;
      for (let c = 0; c < columns; c++) {
        const difference = points[a + c] - points[b + c];
        sum += difference * difference;
      }
      // Few pairs are near enough for either; the others end here.
      if (sum <= farthest[i * k]) best.offer(i, j, sum);
      if (sum <= farthest[j * k]) best.offer(j, i, sum);
    }
  }
}

/** For each row a heap of its k nearest so far, the farthest on top. */
class NearestOfRows {
  readonly k: number;
  /** Of row i: `i * k …`, the farthest first. */
  readonly squares: Float64Array;
  readonly #indices: Int32Array;

  constructor(rows: number, k: number) {
    this.k = k;
    this.squares = new Float64Array(rows * k).fill(Infinity);
    this.#indices = new Int32Array(rows * k).fill(-1);
  }

  offer(row: number, other: number, square: number): void {
    const top = row * this.k;
    const squares = this.squares;
    if (!(square < squares[top] || (square === squares[top] && other < this.#indices[top]))) return;
    // Sinks from the top to where neither child is farther.
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.k) break;
      if (child + 1 < this.k && this.#isFarther(top + child + 1, squares[top + child], this.#indices[top + child])) child++;
      if (!this.#isFarther(top + child, square, other)) break;
      squares[top + at] = squares[top + child];
      this.#indices[top + at] = this.#indices[top + child];
      at = child;
    }
    squares[top + at] = square;
    this.#indices[top + at] = other;
  }

  #isFarther(at: number, square: number, index: number): boolean {
    return this.squares[at] > square || (this.squares[at] === square && this.#indices[at] > index);
  }

  sorted(): Neighbours {
    const k = this.k;
    const order = Array.from({ length: k }, (_, place) => place);
    const [indices, distances] = [new Int32Array(this.#indices.length), new Float64Array(this.#indices.length)];
    for (let start = 0; start < indices.length; start += k) {
      order.sort((a, b) => this.squares[start + a] - this.squares[start + b] || this.#indices[start + a] - this.#indices[start + b]);
      for (let place = 0; place < k; place++) {
        indices[start + place] = this.#indices[start + order[place]];
        distances[start + place] = Math.sqrt(this.squares[start + order[place]]);
      }
    }
    return { indices, distances };
  }
}
