import type { RunContext } from '../../../base/run';
import type { JobMemory } from '../team';
import type { TreesJob } from './treesJob';

/** Additions to histograms of one block: about a millisecond. */
const additionsOfBlock = 2 ** 20;
/** Histograms that are added up side by side. */
const mostParts = 8;

/** Sums of the rows of one leaf: whole units of gradient and hessian. */
export interface LeafSums {
  gradient: number;
  hessian: number;
}

/** Histograms of leaves in the kernels' memory: of every bin of every column the sums of its rows, 32 bits of each in a word. */
export class Histograms {
  /** Of one. */
  readonly bytes: number;
  readonly #partials: number;
  readonly #offsets: Int32Array;
  readonly #used: number;
  /** Those that no leaf uses. */
  #spare: number[] = [];
  #columns: Int32Array | undefined;
  #parts = 0;

  /** @param bins of each column */
  constructor(
    private readonly job: TreesJob,
    private readonly memory: JobMemory,
    private readonly bins: Int32Array,
  ) {
    this.#offsets = new Int32Array(bins.length);
    let total = 0;
    bins.forEach((count, column) => {
      this.#offsets[column] = 8 * total;
      total += count;
    });
    this.bytes = Math.max(16, 8 * total);
    this.#partials = memory.allocate(mostParts * this.bytes);
    this.#used = memory.allocate(4 * bins.length);
    job.write({ histogramBytes: this.bytes, partials: this.#partials, used: this.#used, offsets: memory.int32(this.#offsets) });
  }

  /** The address of one that is free. */
  take(): number {
    return this.#spare.pop() ?? this.memory.allocate(this.bytes);
  }

  giveBack(histogram: number): void {
    if (histogram) this.#spare.push(histogram);
  }

  /** The columns that kernels look at from now on. */
  use(columns: Int32Array): void {
    if (this.#columns === columns) return;
    this.#columns = columns;
    this.memory.heap.int32(this.#used, columns.length).set(columns);
    this.job.write({ usedCount: columns.length });
  }

  /** Adds up the histogram of some rows in parts; how many there are. */
  async addUp({ from, to }: { from: number; to: number }, columns: Int32Array, run: RunContext): Promise<number> {
    this.use(columns);
    const wanted = Math.ceil(((to - from) * columns.length) / additionsOfBlock);
    const parts = Math.max(1, Math.min(mostParts, wanted));
    const step = Math.max(1, Math.ceil((to - from) / parts));
    this.job.write({ from, to, step, partials: this.#partials });
    await this.job.run('histogramBlock', parts, run);
    this.#parts = parts;
    return parts;
  }

  /** The parts that were added up last, together. */
  gather(histogram: number): void {
    const words = this.bytes / 8;
    const { buffer } = this.memory.heap.memory;
    const out = new BigInt64Array(buffer, histogram, words);
    out.set(new BigInt64Array(buffer, this.#partials, words));
    for (let part = 1; part < this.#parts; part++) {
      const other = new BigInt64Array(buffer, this.#partials + part * this.bytes, words);
      for (let i = 0; i < words; i++) out[i] += other[i];
    }
  }

  /** Of a leaf: every row is in one bin of a column, so any column has them. */
  sumsOf(histogram: number, column: number): LeafSums {
    const pairs = new BigInt64Array(this.memory.heap.memory.buffer, histogram + this.#offsets[column], this.bins[column]);
    let sum = 0n;
    for (const pair of pairs) sum += pair;
    return { gradient: Number(sum >> 32n), hessian: Number(sum & 0xffffffffn) };
  }
}
