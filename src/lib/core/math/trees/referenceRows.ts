import type { RunContext } from '../../base/run';
import { bestSplit } from './bestSplit';
import { derivatives, hashOf, logLossAt, LossSum, rowsOfDerivation, scaleFor } from './derive';
import { binOf, binsOf, goesLeft } from './rows';
import type { BinnedTree, LeafQuestion, LeafRows, Loss, Split, SplitRules, TrainingRows, TreeRows } from './rows';

export async function referenceTreeRows(training: TrainingRows, run: RunContext): Promise<TreeRows> {
  const { rows, columns, values, bins } = training;
  const binned = new Uint8Array(rows * columns);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let c = 0; c < columns; c++, at++) binned[at] = binOf(bins[c], values[at]);
    if (row % 4096 === 0) await run.breathe();
  }
  return new ReferenceRows(training, binned);
}

/** The loops of trees in plain TypeScript: what the kernel is compared with, and what runs without SIMD. */
class ReferenceRows implements TreeRows {
  readonly units = { gradient: 1, hessian: 1 };
  readonly #scores: Float64Array;
  readonly #gradients: Int32Array;
  readonly #hessians: Float64Array;
  readonly #bounded: boolean;
  #leaves: Int32Array[] = [];
  #outside = new Int32Array(0);

  constructor(
    private readonly training: TrainingRows,
    private readonly binned: Uint8Array,
  ) {
    const { rows, bins } = training;
    this.#scores = new Float64Array(rows);
    this.#gradients = new Int32Array(rows);
    this.#hessians = new Float64Array(rows);
    this.#bounded = bins.some((column) => column.kind === 'number' && column.direction !== 0);
  }

  begin(score: number): void {
    this.#scores.fill(score);
  }

  async derive(loss: Loss, seed: number, run: RunContext, weights = this.training.weights): Promise<number> {
    const { rows, labels } = this.training;
    const gradients = new Float32Array(rows);
    const hessians = new Float32Array(rows);
    let [sumOfGradients, sumOfHessians, sumOfLosses] = [0, 0, 0];
    for (let start = 0; start < rows; start += rowsOfDerivation) {
      let [g, h] = [0, 0];
      const sum = new LossSum();
      for (let row = start; row < Math.min(rows, start + rowsOfDerivation); row++) {
        const weight = weights ? weights[row] : 1;
        if (loss === 'log-loss') {
          logLossAt(this.#scores[row], labels[row]);
          sum.addChance(1 - Math.abs(derivatives.gradient), weight);
        } else {
          derivatives.gradient = loss === 'mean' ? -labels[row] : this.#scores[row] - labels[row];
          derivatives.hessian = 1;
          sum.add(loss === 'mean' ? 0 : (weight * derivatives.gradient ** 2) / 2);
        }
        gradients[row] = derivatives.gradient * weight;
        hessians[row] = derivatives.hessian * weight;
        g += Math.abs(gradients[row]);
        h += hessians[row];
      }
      sumOfGradients += g;
      sumOfHessians += h;
      sumOfLosses += sum.total();
      await run.breathe();
    }
    const [byGradient, byHessian] = [scaleFor(sumOfGradients, 2 ** 30), scaleFor(sumOfHessians, 2 ** 31)];
    [this.units.gradient, this.units.hessian] = [1 / byGradient, 1 / byHessian];
    for (let row = 0; row < rows; row++) {
      const hash = hashOf(row, seed);
      this.#gradients[row] = Math.floor(gradients[row] * byGradient + ((hash & 0xffff) + 0.5) / 65536);
      this.#hessians[row] = Math.floor(hessians[row] * byHessian + ((hash >>> 16) + 0.5) / 65536);
    }
    return sumOfLosses;
  }

  async plant(question: LeafQuestion, rules: SplitRules, run: RunContext, bag?: Int32Array): Promise<LeafRows> {
    const { rows } = this.training;
    this.#leaves = [bag ?? Int32Array.from({ length: rows }, (_, row) => row)];
    this.#outside = new Int32Array(0);
    if (bag) {
      const inside = new Uint8Array(rows);
      for (const row of bag) inside[row] = 1;
      this.#outside = Int32Array.from({ length: rows }, (_, row) => row).filter((row) => inside[row] === 0);
    }
    let [gradient, hessian] = [0, 0];
    for (const row of this.#leaves[0]) {
      gradient += this.#gradients[row];
      hessian += this.#hessians[row];
    }
    return this.#look(0, { gradient, hessian }, question, rules, run);
  }

  async split(
    leaf: number,
    split: Split,
    questions: [LeafQuestion, LeafQuestion],
    rules: SplitRules,
    run: RunContext,
  ): Promise<[LeafRows, LeafRows]> {
    const { columns, bins } = this.training;
    const missing = binsOf(bins[split.column]) - 1;
    const isLeft = (row: number) => goesLeft(split, this.binned[row * columns + split.column], missing);
    const rows = this.#leaves[leaf];
    const right = rows.filter((row) => !isLeft(row));
    const whole = { gradient: 0, hessian: 0 };
    for (const row of right) {
      whole.gradient += this.#gradients[row];
      whole.hessian += this.#hessians[row];
    }
    this.#leaves[leaf] = rows.filter(isLeft);
    const into = this.#leaves.push(right) - 1;
    return [await this.#look(leaf, split, questions[0], rules, run), await this.#look(into, whole, questions[1], rules, run)];
  }

  async add(values: Float64Array): Promise<void> {
    this.#leaves.forEach((rows, leaf) => {
      for (const row of rows) this.#scores[row] += values[leaf];
    });
  }

  async addOutside(tree: BinnedTree): Promise<void> {
    const { columns, bins } = this.training;
    for (const row of this.#outside) {
      let node = 0;
      while (tree.columns[node] >= 0) {
        const column = tree.columns[node];
        const bin = this.binned[row * columns + column];
        const flags = tree.flags[node];
        const at = tree.bins[node];
        const left =
          bin === binsOf(bins[column]) - 1
            ? (flags & 1) === 1
            : (flags & 2) === 0
              ? bin <= at
              : ((tree.sets[at + (bin >> 5)] >>> (bin & 31)) & 1) === 1;
        node = left ? node + 1 : tree.rights[node];
      }
      this.#scores[row] += tree.values[node];
    }
  }

  scores(): Float64Array {
    return this.#scores.slice();
  }

  dispose(): void {}

  async #look(
    leaf: number,
    { gradient, hessian }: { gradient: number; hessian: number },
    question: LeafQuestion,
    rules: SplitRules,
    run: RunContext,
  ) {
    const { columns, bins } = this.training;
    const rows = this.#leaves[leaf];
    const found: LeafRows = { count: rows.length, gradient, hessian, split: null };
    for (const column of question.columns) {
      const histogram = { gradients: new Float64Array(256), hessians: new Float64Array(256) };
      for (const row of rows) {
        const bin = this.binned[row * columns + column];
        histogram.gradients[bin] += this.#gradients[row];
        histogram.hessians[bin] += this.#hessians[row];
      }
      const whole = { count: rows.length, gradient, hessian, bounds: question.bounds };
      const split = bestSplit(column, bins[column], { histogram, leaf: whole, rules, units: this.units, bounded: this.#bounded });
      if (split && split.gain > (found.split?.gain ?? 0)) found.split = split;
      await run.breathe();
    }
    return found;
  }
}
