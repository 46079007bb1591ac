import type { RunContext } from '../../../base/run';
import { rowsOfDerivation, scaleFor } from '../../trees/derive';
import { binsOf } from '../../trees/rows';
import type { BinnedTree, LeafQuestion, LeafRows, Loss, Split, SplitRules, TrainingRows, TreeRows } from '../../trees/rows';
import { JobMemory, type KernelTeam } from '../team';
import { BestSplits, nobody } from './bestSplits';
import { Histograms, type LeafSums } from './histograms';
import { inStaging } from './staging';
import { TreesJob } from './treesJob';

const rowsOfBlock = 4096;

export async function simdTreeRows(team: KernelTeam, training: TrainingRows, run: RunContext): Promise<TreeRows> {
  const memory = new JobMemory(await team.enter());
  const dispose = () => {
    memory.free();
    team.leave();
  };
  try {
    const rows = new SimdRows(team, memory, training, dispose);
    await rows.bin(run);
    return rows;
  } catch (error) {
    dispose();
    throw error;
  }
}

interface Segment {
  from: number;
  to: number;
  /** Address of its histogram; 0 where it has none. */
  histogram: number;
  /** Columns of the histogram. */
  columns: Int32Array;
}

/** Rows in the kernels' memory (kernels/assembly/trees.ts, treeSplits.ts). */
class SimdRows implements TreeRows {
  readonly units = { gradient: 1, hessian: 1 };
  readonly #job: TreesJob;
  readonly #histograms: Histograms;
  readonly #splits: BestSplits;
  readonly #place: Record<'list' | 'scores' | 'weights' | 'sums' | 'set', number>;
  readonly #bins: Int32Array;
  /** Of each leaf. */
  #segments: Segment[] = [];
  #inside = 0;

  constructor(
    team: KernelTeam,
    private readonly memory: JobMemory,
    private readonly training: TrainingRows,
    private readonly free: () => void,
  ) {
    const { rows, columns, bins, labels } = training;
    this.#bins = Int32Array.from(bins, binsOf);
    this.#job = new TreesJob(team, memory);
    this.#histograms = new Histograms(this.#job, memory, this.#bins);
    this.#splits = new BestSplits(this.#job, memory, this.#histograms, bins);
    const stride = Math.ceil((8 + columns) / 8) * 8;
    this.#place = {
      list: memory.allocate(4 * rows),
      scores: memory.allocate(8 * rows),
      weights: memory.allocate(4 * rows),
      sums: memory.allocate(24 * Math.ceil(rows / rowsOfDerivation)),
      set: memory.allocate(32),
    };
    const edges = bins.map((column) => (column.kind === 'number' ? memory.float32(column.upTo) : 0));
    this.#job.write({
      ...this.#place,
      ...{ stride, rows, columns },
      bounded: bins.some((column) => column.kind === 'number' && column.direction !== 0) ? 1 : 0,
      records: memory.allocate(rows * stride),
      counts: memory.allocate(4 * (Math.ceil(rows / rowsOfBlock) + 1)),
      lefts: memory.allocate(4 * rows + 16),
      rights: memory.allocate(4 * rows + 16),
      labels: memory.float32(labels),
      gradients: memory.allocate(4 * rows),
      hessians: memory.allocate(4 * rows),
      kinds: memory.int32(bins.map(({ kind }) => (kind === 'category' ? 1 : 0))),
      known: memory.int32(this.#bins.map((count) => count - 1)),
      missing: memory.int32(bins.map(({ missing }) => (missing ? 1 : 0))),
      directions: memory.int32(bins.map((column) => (column.kind === 'number' ? column.direction : 0))),
      edges: memory.int32(edges),
    });
  }

  /** Bins all rows, some megabytes of inputs at a time. */
  async bin(run: RunContext): Promise<void> {
    const { rows, columns, values } = this.training;
    await inStaging(this.memory.heap, rows, columns, async (staging, start, count) => {
      this.memory.heap.float32(staging, count * columns).set(values.subarray(start * columns, (start + count) * columns));
      this.#job.write({ staging, stagingRow: start, stagingRows: count, step: rowsOfBlock });
      await this.#job.run('binBlock', Math.ceil(count / rowsOfBlock), run);
    });
  }

  begin(score: number): void {
    this.memory.heap.float64(this.#place.scores, this.training.rows).fill(score);
  }

  async derive(loss: Loss, seed: number, run: RunContext, weights = this.training.weights): Promise<number> {
    const { rows } = this.training;
    const { heap } = this.memory;
    if (weights) heap.float32(this.#place.weights, rows).set(weights);
    this.#job.write({ loss: ['log-loss', 'squared', 'mean'].indexOf(loss), seed, weights: weights ? this.#place.weights : 0 });
    const blocks = Math.ceil(rows / rowsOfDerivation);
    await this.#job.run('deriveBlock', blocks, run);
    const totals = [0, 0, 0];
    heap.float64(this.#place.sums, 3 * blocks).forEach((sum, i) => (totals[i % 3] += sum));
    const [byGradient, byHessian] = [scaleFor(totals[0], 2 ** 30), scaleFor(totals[1], 2 ** 31)];
    [this.units.gradient, this.units.hessian] = [1 / byGradient, 1 / byHessian];
    this.#job.writeNumbers('gradientScale', [byGradient, byHessian]);
    this.#job.writeNumbers('gradientUnit', [this.units.gradient, this.units.hessian]);
    await this.#job.run('quantiseBlock', blocks, run);
    return totals[2];
  }

  async plant(question: LeafQuestion, rules: SplitRules, run: RunContext, bag?: Int32Array): Promise<LeafRows> {
    const { rows } = this.training;
    const list = this.memory.heap.int32(this.#place.list, rows);
    this.#inside = bag?.length ?? rows;
    if (bag) {
      list.set(bag);
      for (let row = 0, next = 0, out = bag.length; row < rows; row++) {
        if (bag[next] === row) next++;
        else list[out++] = row;
      }
    } else for (let row = 0; row < rows; row++) list[row] = row;
    for (const { histogram } of this.#segments) this.#histograms.giveBack(histogram);
    this.#segments = [{ from: 0, to: this.#inside, histogram: 0, columns: question.columns }];
    this.#splits.follow(rules);
    const columns = question.columns.length > 0 ? question.columns : Int32Array.of(0);
    const histogram = this.#histograms.take();
    this.#segments[0].histogram = histogram;
    if (this.training.columns === 0) return { count: this.#inside, gradient: 0, hessian: 0, split: null };
    await this.#histograms.addUp(this.#segments[0], columns, run);
    this.#histograms.gather(histogram);
    const sums = this.#histograms.sumsOf(histogram, columns[0]);
    this.#before.set(this.#segments[0], sums);
    const leaf = { count: this.#inside, ...sums };
    if (question.columns.length === 0) return { ...leaf, split: null };
    const [split] = await this.#splits.find(columns, histogram, { ...leaf, ...question }, 0, null, run);
    return { ...leaf, split };
  }

  async split(
    leaf: number,
    split: Split,
    questions: [LeafQuestion, LeafQuestion],
    rules: SplitRules,
    run: RunContext,
  ): Promise<[LeafRows, LeafRows]> {
    const parent = this.#segments[leaf];
    const middle = await this.#part(parent, split, run);
    const whole = parent.histogram;
    const sides: [Segment, Segment] = [
      { from: parent.from, to: middle, histogram: 0, columns: questions[0].columns },
      { from: middle, to: parent.to, histogram: 0, columns: questions[1].columns },
    ];
    [this.#segments[leaf], this.#segments[this.#segments.length]] = sides;
    const before = this.#before;
    const sums = [
      { gradient: split.gradient, hessian: split.hessian },
      { gradient: before.get(parent)!.gradient - split.gradient, hessian: before.get(parent)!.hessian - split.hessian },
    ];
    const leaves = sides.map(({ from, to }, side) => ({ count: to - from, ...sums[side] }));
    leaves.forEach((sum, side) => before.set(sides[side], sum));
    before.delete(parent);
    const wanted = leaves.map(({ count }, side) => count >= 2 * rules.minRows && questions[side].columns.length > 0);
    const found: [LeafRows, LeafRows] = [
      { ...leaves[0], split: null },
      { ...leaves[1], split: null },
    ];
    const small = leaves[0].count <= leaves[1].count ? 0 : 1;
    const large = 1 - small;
    if (!wanted[0] && !wanted[1]) {
      this.#histograms.giveBack(whole);
    } else if (questions[0].columns === questions[1].columns && parent.columns === questions[0].columns) {
      const { columns } = questions[0];
      const histogram = this.#histograms.take();
      [sides[small].histogram, sides[large].histogram] = [histogram, whole];
      const parts = await this.#histograms.addUp(sides[small], columns, run);
      const asked = (side: number) => ({ ...(wanted[side] ? leaves[side] : nobody), bounds: questions[side].bounds });
      [found[small].split, found[large].split] = await this.#splits.find(
        columns,
        histogram,
        asked(small),
        parts,
        { histogram: whole, leaf: asked(large) },
        run,
      );
    } else {
      // Each looks at columns of its own, so that nothing is left to subtract from.
      this.#histograms.giveBack(whole);
      for (const side of [0, 1]) {
        if (!wanted[side]) continue;
        const histogram = this.#histograms.take();
        const parts = await this.#histograms.addUp(sides[side], questions[side].columns, run);
        [found[side].split] = await this.#splits.find(
          questions[side].columns,
          histogram,
          { ...leaves[side], ...questions[side] },
          parts,
          null,
          run,
        );
        this.#histograms.giveBack(histogram);
      }
    }
    return found;
  }

  async add(values: Float64Array, run: RunContext): Promise<void> {
    const order = this.#segments.map((_, leaf) => leaf).sort((a, b) => this.#segments[a].from - this.#segments[b].from);
    const local = new JobMemory(this.memory.heap);
    try {
      const starts = [...order.map((leaf) => this.#segments[leaf].from), this.#inside];
      const leafValues = local.allocate(8 * order.length);
      this.memory.heap.float64(leafValues, order.length).set(order.map((leaf) => values[leaf]));
      this.#job.write({ leafStarts: local.int32(starts), leafValues, leaves: order.length, to: this.#inside, step: rowsOfDerivation });
      await this.#job.run('addBlock', Math.ceil(this.#inside / rowsOfDerivation), run);
    } finally {
      local.free();
    }
  }

  async addOutside(tree: BinnedTree, run: RunContext): Promise<void> {
    const { rows } = this.training;
    if (this.#inside === rows) return;
    const { heap } = this.memory;
    const local = new JobMemory(heap);
    try {
      const nodes = tree.columns.length;
      const place = local.allocate(24 * nodes);
      const sets = local.int32(tree.sets);
      const [fields, numbers] = [heap.int32(place, 6 * nodes), heap.float64(place, 3 * nodes)];
      for (let node = 0; node < nodes; node++) {
        fields.set([tree.columns[node], tree.bins[node], tree.flags[node], tree.rights[node]], 6 * node);
        numbers[3 * node + 2] = tree.values[node];
      }
      this.#job.write({ tree: place, sets, from: this.#inside, to: rows, step: rowsOfDerivation });
      await this.#job.run('addOutsideBlock', Math.ceil((rows - this.#inside) / rowsOfDerivation), run);
    } finally {
      local.free();
    }
  }

  scores(): Float64Array {
    return this.memory.heap.float64(this.#place.scores, this.training.rows).slice();
  }

  dispose(): void {
    this.free();
  }

  /** Sums of each leaf that is open. */
  #before = new WeakMap<Segment, LeafSums>();

  /** Parts a leaf's rows; where the right side begins. */
  async #part({ from, to }: Segment, { column, bin, categories, missingLeft }: Split, run: RunContext): Promise<number> {
    if (categories) this.memory.heap.int32(this.#place.set, 8).set(categories);
    const step = rowsOfBlock * Math.max(1, Math.ceil((to - from) / rowsOfBlock / 64));
    this.#job.write({
      from,
      to,
      step,
      column,
      bin,
      flags: (missingLeft ? 1 : 0) | (categories ? 2 : 0),
      missingBin: this.#bins[column] - 1,
    });
    const blocks = Math.ceil((to - from) / step);
    await this.#job.run('partBlock', blocks, run);
    return from + this.#job.call('gatherSides', blocks);
  }
}
