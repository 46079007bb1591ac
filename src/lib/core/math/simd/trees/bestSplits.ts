import type { RunContext } from '../../../base/run';
import type { Split, SplitRules, TrainingRows } from '../../trees/rows';
import type { JobMemory } from '../team';
import type { Histograms, LeafSums } from './histograms';
import type { TreesJob } from './treesJob';

/** Columns times bins of one block of splits. */
const binsOfBlock = 4096;
const splitBytes = 64;

/** A leaf that a split is looked for in; of nobody, none is. */
export interface OpenLeaf extends LeafSums {
  count: number;
  bounds: { low: number; high: number };
}

export const nobody = { count: -1, gradient: 0, hessian: 0 };
const unbound = { low: -Infinity, high: Infinity };

/** Looks for the best split of one leaf or of two siblings at once (kernels/assembly/treeSplits.ts). */
export class BestSplits {
  readonly #splits: number;
  #rules: Pick<SplitRules, 'l2' | 'categoryL2' | 'minGain'> = { l2: 0, categoryL2: 0, minGain: 0 };

  constructor(
    private readonly job: TreesJob,
    private readonly memory: JobMemory,
    private readonly histograms: Histograms,
    private readonly bins: TrainingRows['bins'],
  ) {
    this.#splits = memory.allocate(2 * bins.length * splitBytes);
    job.write({ splits: this.#splits });
  }

  follow(rules: SplitRules): void {
    const { l2, minRows, minHessian, minGain, categorySmoothing, categoryL2, mostCategories, minRowsOfGroup } = rules;
    this.#rules = { l2, categoryL2, minGain };
    this.job.writeNumbers('l2', [l2, minRows, minHessian, minGain, categorySmoothing, categoryL2, mostCategories, minRowsOfGroup]);
  }

  /**
   * @param parts of which the leaf's histogram is still to be put together; 0 where it is whole
   * @param sibling whose histogram becomes its own less the leaf's
   */
  async find(
    columns: Int32Array,
    histogram: number,
    leaf: OpenLeaf,
    parts: number,
    sibling: { histogram: number; leaf: OpenLeaf } | null,
    run: RunContext,
  ): Promise<[Split | null, Split | null]> {
    this.histograms.use(columns);
    const step = Math.max(1, Math.floor((binsOfBlock * columns.length) / (this.histograms.bytes / 8)));
    this.job.write({ small: histogram, large: sibling?.histogram ?? 0, parts, step });
    const figures = [leaf, sibling?.leaf ?? { ...nobody, bounds: unbound }];
    figures.forEach(({ count, gradient, hessian, bounds: { low, high } }, i) =>
      this.job.writeNumbers('leaves', [count, gradient, hessian, low, high], 5 * i),
    );
    await this.job.run('splitsBlock', Math.ceil(columns.length / step), run);
    return [this.#best(columns, 0), sibling ? this.#best(columns, columns.length) : null];
  }

  /** Of what was found in each column the best, of equals the first. */
  #best(columns: Int32Array, first: number): Split | null {
    const { heap } = this.memory;
    const { l2, categoryL2, minGain } = this.#rules;
    const numbers = heap.float64(this.#splits + splitBytes * first, 8 * columns.length);
    let best = -1;
    for (let u = 0; u < columns.length; u++) if (numbers[8 * u] > (best < 0 ? 0 : numbers[8 * best])) best = u;
    if (best < 0 || !(numbers[8 * best] > minGain)) return null;
    const fields = heap.int32(this.#splits + splitBytes * (first + best), 16);
    const [bin, flags] = [fields[6], fields[7]];
    const column = this.bins[columns[best]];
    const together = column.kind === 'category' && column.categories + (column.missing ? 1 : 0) > 4;
    return {
      column: columns[best],
      gain: numbers[8 * best],
      gradient: numbers[8 * best + 1],
      hessian: numbers[8 * best + 2],
      bin,
      categories: flags & 2 ? fields.slice(8) : null,
      missingLeft: (flags & 1) === 1,
      l2: together ? l2 + categoryL2 : l2,
    };
  }
}
