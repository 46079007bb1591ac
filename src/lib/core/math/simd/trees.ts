import type { RunContext } from '../../base/run';
import { rowsOfDerivation, scaleFor } from '../trees/derive';
import type { Forest } from '../trees/forest';
import { binsOf } from '../trees/rows';
import type { BinnedTree, LeafQuestion, LeafRows, Loss, Split, SplitRules, TrainingRows, TreeRows } from '../trees/rows';
import { JobMemory, type KernelTeam } from './team';

/** Bytes of inputs in the kernels' memory at a time. */
const stagingBytes = 2 ** 24;
const rowsOfBlock = 4096;
/** Additions to histograms of one block: about a millisecond. */
const additionsOfBlock = 2 ** 20;
/** Histograms that are added up side by side. */
const mostParts = 8;
/** Columns times bins of one block of splits. */
const binsOfBlock = 4096;

/** Places in TreesJob (kernels/assembly/treesJob.ts): of four bytes, then of eight. */
const at = {
  ...{ records: 0, stride: 1, rows: 2, list: 3, lefts: 4, rights: 5, labels: 6, weights: 7, scores: 8, gradients: 9, hessians: 10 },
  ...{ sums: 11, loss: 12, seed: 13, from: 14, to: 15, step: 16, column: 17, bin: 18, flags: 19, set: 20, missingBin: 21, counts: 22 },
  ...{ used: 23, usedCount: 24, partials: 25, histogramBytes: 26, parts: 27, small: 28, large: 29, offsets: 30, kinds: 31, known: 32 },
  ...{ missing: 33, directions: 34, splits: 35, bounded: 36, leafStarts: 37, leafValues: 38, leaves: 39, tree: 40, sets: 41 },
  ...{ staging: 42, stagingRow: 43, edges: 44, columns: 45, stagingRows: 46, outputs: 47, trees: 48 },
};
const numbersAt = { gradientUnit: 25, l2: 27, gradientScale: 35, leaves: 37 };
const jobBytes = 8 * 47;
const splitBytes = 64;
const scratchBytes = 3072;

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

const nobody = { count: -1, gradient: 0, hessian: 0 };
const unbound = { low: -Infinity, high: Infinity };

/** Rows in the kernels' memory (kernels/assembly/trees.ts, treeSplits.ts). */
class SimdRows implements TreeRows {
  readonly units = { gradient: 1, hessian: 1 };
  readonly #job: number;
  readonly #place: Record<'records' | 'list' | 'scores' | 'weights' | 'sums' | 'counts' | 'used' | 'partials' | 'splits', number>;
  readonly #histogramBytes: number;
  readonly #bounded: boolean;
  readonly #bins: Int32Array;
  /** Histograms that no leaf uses. */
  #spare: number[] = [];
  #segments: Segment[] = [];
  #inside = 0;
  #used: Int32Array | undefined;

  constructor(
    private readonly team: KernelTeam,
    private readonly memory: JobMemory,
    private readonly training: TrainingRows,
    private readonly free: () => void,
  ) {
    const { rows, columns, bins, labels } = training;
    this.#bins = Int32Array.from(bins, binsOf);
    const offsets = new Int32Array(columns);
    let total = 0;
    this.#bins.forEach((count, column) => {
      offsets[column] = 8 * total;
      total += count;
    });
    this.#histogramBytes = Math.max(16, 8 * total);
    this.#bounded = bins.some((column) => column.kind === 'number' && column.direction !== 0);
    const stride = Math.ceil((8 + columns) / 8) * 8;
    const derivations = Math.ceil(rows / rowsOfDerivation);
    const blocks = Math.ceil(rows / rowsOfBlock) + 1;
    this.#place = {
      records: memory.allocate(rows * stride),
      list: memory.allocate(4 * rows),
      scores: memory.allocate(8 * rows),
      weights: memory.allocate(4 * rows),
      sums: memory.allocate(24 * derivations),
      counts: memory.allocate(4 * blocks),
      used: memory.allocate(4 * columns),
      partials: memory.allocate(mostParts * this.#histogramBytes),
      splits: memory.allocate(2 * columns * splitBytes),
    };
    this.#job = memory.allocate(jobBytes);
    const edges = bins.map((column) => (column.kind === 'number' ? memory.float32(column.upTo) : 0));
    const fields = {
      ...this.#place,
      ...{ stride, rows, columns, histogramBytes: this.#histogramBytes, bounded: this.#bounded ? 1 : 0 },
      lefts: memory.allocate(4 * rows + 16),
      rights: memory.allocate(4 * rows + 16),
      labels: memory.float32(labels),
      gradients: memory.allocate(4 * rows),
      hessians: memory.allocate(4 * rows),
      set: memory.allocate(32),
      offsets: memory.int32(offsets),
      kinds: memory.int32(bins.map(({ kind }) => (kind === 'category' ? 1 : 0))),
      known: memory.int32(this.#bins.map((count) => count - 1)),
      missing: memory.int32(bins.map(({ missing }) => (missing ? 1 : 0))),
      directions: memory.int32(bins.map((column) => (column.kind === 'number' ? column.direction : 0))),
      edges: memory.int32(edges),
    };
    this.#write(fields);
  }

  /** Bins all rows, some megabytes of inputs at a time. */
  async bin(run: RunContext): Promise<void> {
    const { rows, columns, values } = this.training;
    await inStaging(this.memory.heap, rows, columns, async (staging, start, count) => {
      this.memory.heap.float32(staging, count * columns).set(values.subarray(start * columns, (start + count) * columns));
      this.#write({ staging, stagingRow: start, stagingRows: count, step: rowsOfBlock });
      await this.#run('binBlock', Math.ceil(count / rowsOfBlock), run);
    });
  }

  begin(score: number): void {
    this.memory.heap.float64(this.#place.scores, this.training.rows).fill(score);
  }

  async derive(loss: Loss, seed: number, run: RunContext, weights = this.training.weights): Promise<number> {
    const { rows } = this.training;
    const { heap } = this.memory;
    if (weights) heap.float32(this.#place.weights, rows).set(weights);
    this.#write({ loss: ['log-loss', 'squared', 'mean'].indexOf(loss), seed, weights: weights ? this.#place.weights : 0 });
    const blocks = Math.ceil(rows / rowsOfDerivation);
    await this.#run('deriveBlock', blocks, run);
    const totals = [0, 0, 0];
    heap.float64(this.#place.sums, 3 * blocks).forEach((sum, i) => (totals[i % 3] += sum));
    const [byGradient, byHessian] = [scaleFor(totals[0], 2 ** 30), scaleFor(totals[1], 2 ** 31)];
    [this.units.gradient, this.units.hessian] = [1 / byGradient, 1 / byHessian];
    heap.float64(this.#job, 47).set([byGradient, byHessian], numbersAt.gradientScale);
    heap.float64(this.#job, 47).set([this.units.gradient, this.units.hessian], numbersAt.gradientUnit);
    await this.#run('quantiseBlock', blocks, run);
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
    for (const { histogram } of this.#segments) if (histogram) this.#spare.push(histogram);
    this.#segments = [{ from: 0, to: this.#inside, histogram: 0, columns: question.columns }];
    this.#writeRules(rules);
    // Every row is in one bin of a column, so any column's histogram has the leaf's sums.
    const columns = question.columns.length > 0 ? question.columns : Int32Array.of(0);
    const histogram = this.#take();
    this.#segments[0].histogram = histogram;
    if (this.training.columns === 0) return { count: this.#inside, gradient: 0, hessian: 0, split: null };
    await this.#addUp(this.#segments[0], columns, run);
    this.#gather(histogram);
    const sums = this.#sumsOf(histogram, columns[0]);
    const leaf = { count: this.#inside, ...sums };
    if (question.columns.length === 0) return { ...leaf, split: null };
    const [split] = await this.#find(columns, histogram, { ...leaf, ...question }, 0, null, run);
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
      if (whole) this.#spare.push(whole);
    } else if (questions[0].columns === questions[1].columns && parent.columns === questions[0].columns) {
      const { columns } = questions[0];
      const histogram = this.#take();
      [sides[small].histogram, sides[large].histogram] = [histogram, whole];
      const parts = await this.#addUp(sides[small], columns, run);
      const asked = (side: number) => ({ ...(wanted[side] ? leaves[side] : nobody), bounds: questions[side].bounds });
      [found[small].split, found[large].split] = await this.#find(
        columns,
        histogram,
        asked(small),
        parts,
        { histogram: whole, leaf: asked(large) },
        run,
      );
    } else {
      // Each looks at columns of its own, so that nothing is left to subtract from.
      if (whole) this.#spare.push(whole);
      for (const side of [0, 1]) {
        if (!wanted[side]) continue;
        const histogram = this.#take();
        const parts = await this.#addUp(sides[side], questions[side].columns, run);
        [found[side].split] = await this.#find(
          questions[side].columns,
          histogram,
          { ...leaves[side], ...questions[side] },
          parts,
          null,
          run,
        );
        this.#spare.push(histogram);
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
      this.#write({ leafStarts: local.int32(starts), leafValues, leaves: order.length, to: this.#inside, step: rowsOfDerivation });
      await this.#run('addBlock', Math.ceil(this.#inside / rowsOfDerivation), run);
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
      this.#write({ tree: place, sets, from: this.#inside, to: rows, step: rowsOfDerivation });
      await this.#run('addOutsideBlock', Math.ceil((rows - this.#inside) / rowsOfDerivation), run);
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
  #before = new WeakMap<Segment, { gradient: number; hessian: number }>();

  #take(): number {
    return this.#spare.pop() ?? this.memory.allocate(this.#histogramBytes);
  }

  /** Parts a leaf's rows; where the right side begins. */
  async #part({ from, to }: Segment, { column, bin, categories, missingLeft }: Split, run: RunContext): Promise<number> {
    const { heap } = this.memory;
    if (categories) heap.int32(heap.int32(this.#job, 48)[at.set], 8).set(categories);
    const step = rowsOfBlock * Math.max(1, Math.ceil((to - from) / rowsOfBlock / 64));
    this.#write({ from, to, step, column, bin, flags: (missingLeft ? 1 : 0) | (categories ? 2 : 0), missingBin: this.#bins[column] - 1 });
    const blocks = Math.ceil((to - from) / step);
    await this.#run('partBlock', blocks, run);
    return from + this.team.call('gatherSides', this.#job, blocks);
  }

  /** Adds up a leaf's histogram in parts; how many there are. */
  async #addUp({ from, to }: Segment, columns: Int32Array, run: RunContext): Promise<number> {
    this.#use(columns);
    const wanted = Math.ceil(((to - from) * columns.length) / additionsOfBlock);
    const parts = Math.max(1, Math.min(mostParts, wanted));
    const step = Math.max(1, Math.ceil((to - from) / parts));
    this.#write({ from, to, step, partials: this.#place.partials });
    await this.#run('histogramBlock', parts, run);
    this.#parts = parts;
    return parts;
  }
  #parts = 0;

  /** The parts of a histogram together. */
  #gather(histogram: number): void {
    const words = this.#histogramBytes / 8;
    const { buffer } = this.memory.heap.memory;
    const out = new BigInt64Array(buffer, histogram, words);
    out.set(new BigInt64Array(buffer, this.#place.partials, words));
    for (let part = 1; part < this.#parts; part++) {
      const other = new BigInt64Array(buffer, this.#place.partials + part * this.#histogramBytes, words);
      for (let i = 0; i < words; i++) out[i] += other[i];
    }
  }

  #sumsOf(histogram: number, column: number): { gradient: number; hessian: number } {
    const { heap } = this.memory;
    const offset = heap.int32(heap.int32(this.#job, 48)[at.offsets], column + 1)[column];
    const pairs = new BigInt64Array(heap.memory.buffer, histogram + offset, this.#bins[column]);
    let sum = 0n;
    for (const pair of pairs) sum += pair;
    const sums = { gradient: Number(sum >> 32n), hessian: Number(sum & 0xffffffffn) };
    this.#before.set(this.#segments[0], sums);
    return sums;
  }

  async #find(
    columns: Int32Array,
    histogram: number,
    leaf: { count: number; gradient: number; hessian: number; bounds: { low: number; high: number } },
    parts: number,
    sibling: { histogram: number; leaf: typeof leaf } | null,
    run: RunContext,
  ): Promise<[Split | null, Split | null]> {
    const { heap } = this.memory;
    this.#use(columns);
    const step = Math.max(1, Math.floor((binsOfBlock * columns.length) / (this.#histogramBytes / 8)));
    this.#write({ small: histogram, large: sibling?.histogram ?? 0, parts, step });
    const figures = [leaf, sibling?.leaf ?? { ...nobody, bounds: unbound }];
    figures.forEach(({ count, gradient, hessian, bounds: { low, high } }, i) =>
      heap.float64(this.#job, 47).set([count, gradient, hessian, low, high], numbersAt.leaves + 5 * i),
    );
    await this.#run('splitsBlock', Math.ceil(columns.length / step), run);
    return [this.#best(columns, 0), sibling ? this.#best(columns, columns.length) : null];
  }

  /** Of what was found in each column the best, of equals the first. */
  #best(columns: Int32Array, first: number): Split | null {
    const { heap } = this.memory;
    const numbers = heap.float64(this.#place.splits + splitBytes * first, 8 * columns.length);
    let best = -1;
    for (let u = 0; u < columns.length; u++) if (numbers[8 * u] > (best < 0 ? 0 : numbers[8 * best])) best = u;
    if (best < 0 || !(numbers[8 * best] > this.#minGain)) return null;
    const fields = heap.int32(this.#place.splits + splitBytes * (first + best), 16);
    const [bin, flags] = [fields[6], fields[7]];
    const column = this.training.bins[columns[best]];
    const together = column.kind === 'category' && column.categories + (column.missing ? 1 : 0) > 4;
    return {
      column: columns[best],
      gain: numbers[8 * best],
      gradient: numbers[8 * best + 1],
      hessian: numbers[8 * best + 2],
      bin,
      categories: flags & 2 ? fields.slice(8) : null,
      missingLeft: (flags & 1) === 1,
      l2: together ? this.#l2 + this.#categoryL2 : this.#l2,
    };
  }

  #use(columns: Int32Array): void {
    if (this.#used === columns) return;
    this.#used = columns;
    this.memory.heap.int32(this.#place.used, columns.length).set(columns);
    this.#write({ usedCount: columns.length });
  }

  #l2 = 0;
  #categoryL2 = 0;
  #minGain = 0;

  #writeRules(rules: SplitRules): void {
    const { l2, minRows, minHessian, minGain, categorySmoothing, categoryL2, mostCategories, minRowsOfGroup } = rules;
    [this.#l2, this.#categoryL2, this.#minGain] = [l2, categoryL2, minGain];
    const numbers = [l2, minRows, minHessian, minGain, categorySmoothing, categoryL2, mostCategories, minRowsOfGroup];
    this.memory.heap.float64(this.#job, 47).set(numbers, numbersAt.l2);
  }

  #write(fields: Partial<Record<keyof typeof at, number>>): void {
    const job = this.memory.heap.int32(this.#job, 50);
    for (const name in fields) job[at[name as keyof typeof at]] = fields[name as keyof typeof at]!;
  }

  #run(kernel: string, blocks: number, run: RunContext): Promise<void> {
    return this.team.run(kernel, this.#job, blocks, scratchBytes, run);
  }
}

/** Some rows' inputs after the other in a stretch of memory that is given back. */
async function inStaging(
  heap: JobMemory['heap'],
  rows: number,
  columns: number,
  each: (staging: number, start: number, count: number) => Promise<void>,
): Promise<void> {
  const local = new JobMemory(heap);
  const most = Math.max(1, Math.min(rows, Math.floor(stagingBytes / (4 * Math.max(1, columns)))));
  try {
    const staging = local.allocate(4 * most * columns);
    for (let start = 0; start < rows; start += most) await each(staging, start, Math.min(most, rows - start));
  } finally {
    local.free();
  }
}

export async function simdAddTrees(
  team: KernelTeam,
  forest: Forest,
  first: number,
  inputs: Float32Array,
  sums: Float64Array,
  run: RunContext,
): Promise<void> {
  if (sums.length === 0) return;
  const heap = await team.enter();
  const memory = new JobMemory(heap);
  try {
    const columns = inputs.length / sums.length;
    const nodes = forest.columns.length;
    const tree = memory.allocate(16 * nodes);
    const [fields, numbers] = [heap.int32(tree, 4 * nodes), heap.float32(tree, 4 * nodes)];
    for (let node = 0, out = 0; node < nodes; node++, out += 4) {
      fields[out] = forest.columns[node];
      numbers[out + 1] = forest.values[node];
      fields[out + 2] = forest.flags[node];
      fields[out + 3] = forest.rights[node];
    }
    const leafStarts = memory.int32(forest.starts.subarray(first));
    const sets = memory.int32(forest.sets);
    const job = memory.allocate(jobBytes);
    await inStaging(heap, sums.length, columns, async (staging, start, count) => {
      const local = new JobMemory(heap);
      try {
        const outputs = local.allocate(8 * count);
        heap.float32(staging, count * columns).set(inputs.subarray(start * columns, (start + count) * columns));
        heap.float64(outputs, count).set(sums.subarray(start, start + count));
        const fields = {
          tree,
          sets,
          leafStarts,
          trees: forest.starts.length - 1 - first,
          columns,
          staging,
          stagingRows: count,
          outputs,
          step: 512,
        };
        const written = heap.int32(job, 50);
        for (const [name, value] of Object.entries(fields)) written[at[name as keyof typeof at]] = value;
        await team.run('walkBlock', job, Math.ceil(count / 512), 16, run);
        sums.set(heap.float64(outputs, count), start);
      } finally {
        local.free();
      }
    });
  } finally {
    memory.free();
    team.leave();
  }
}
