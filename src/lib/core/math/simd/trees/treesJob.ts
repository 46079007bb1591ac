import type { RunContext } from '../../../base/run';
import type { JobMemory, KernelTeam } from '../team';

/** Places in TreesJob (kernels/assembly/treesJob.ts): of four bytes, then of eight. */
const at = {
  ...{ records: 0, stride: 1, rows: 2, list: 3, lefts: 4, rights: 5, labels: 6, weights: 7, scores: 8, gradients: 9, hessians: 10 },
  ...{ sums: 11, loss: 12, seed: 13, from: 14, to: 15, step: 16, column: 17, bin: 18, flags: 19, set: 20, missingBin: 21, counts: 22 },
  ...{ used: 23, usedCount: 24, partials: 25, histogramBytes: 26, parts: 27, small: 28, large: 29, offsets: 30, kinds: 31, known: 32 },
  ...{ missing: 33, directions: 34, splits: 35, bounded: 36, leafStarts: 37, leafValues: 38, leaves: 39, tree: 40, sets: 41 },
  ...{ staging: 42, stagingRow: 43, edges: 44, columns: 45, stagingRows: 46, outputs: 47, trees: 48 },
};
/** Places of numbers of eight bytes. */
const numbersAt = { gradientUnit: 25, l2: 27, gradientScale: 35, leaves: 37 };
const jobBytes = 8 * 47;
const scratchBytes = 3072;

type Field = keyof typeof at;

/** The record that tells the kernels of trees what to work on (kernels/assembly/treesJob.ts). */
export class TreesJob {
  readonly #at: number;

  constructor(
    private readonly team: KernelTeam,
    private readonly memory: JobMemory,
  ) {
    this.#at = memory.allocate(jobBytes);
  }

  write(fields: Partial<Record<Field, number>>): void {
    const job = this.memory.heap.int32(this.#at, 50);
    for (const name in fields) job[at[name as Field]] = fields[name as Field]!;
  }

  /** Numbers one behind the other from a field on, `more` of them later. */
  writeNumbers(field: keyof typeof numbersAt, numbers: readonly number[], more = 0): void {
    this.memory.heap.float64(this.#at, 47).set(numbers, numbersAt[field] + more);
  }

  /** What a field holds: mostly an address. */
  read(field: Field): number {
    return this.memory.heap.int32(this.#at, 50)[at[field]];
  }

  run(kernel: string, blocks: number, run: RunContext, scratch = scratchBytes): Promise<void> {
    return this.team.run(kernel, this.#at, blocks, scratch, run);
  }

  /** Of a kernel that only one thread runs. */
  call(kernel: string, blocks: number): number {
    return this.team.call(kernel, this.#at, blocks);
  }
}
