import type { RunContext } from '../../base/run';
import { equalBlocks } from '../blocks';
import { fitKMeans, type PlacedPoints } from '../clusters/kMeans';
import type { Assignment, KMeansFit, KMeansOptions } from '../kernels';
import type { Points } from '../points';
import { JobMemory, type KernelTeam } from './team';

/** Multiply-adds of one block: about a millisecond, so that threads end together. */
const costOfBlock = 4e6;
/** Bytes of all blocks' partial sums. */
const partialBytes = 2 ** 25;

export function simdKMeans(team: KernelTeam, points: Points, options: KMeansOptions, seed: number, run: RunContext): Promise<KMeansFit> {
  return withPlaced(team, points, options.k, true, (placed) => fitKMeans(placed, points, options, seed, run));
}

export async function simdAssign(team: KernelTeam, points: Points, centres: Float32Array, run: RunContext): Promise<Assignment> {
  const k = centres.length / points.columns;
  const { labels, distances } = await withPlaced(team, points, k, false, (placed) => placed.assign(centres, run));
  return { labels, distances };
}

async function withPlaced<T>(
  team: KernelTeam,
  points: Points,
  k: number,
  steps: boolean,
  work: (placed: PlacedPoints) => Promise<T>,
): Promise<T> {
  const memory = new JobMemory(await team.enter());
  try {
    return await work(new SimdPoints(team, memory, points, k, steps));
  } finally {
    memory.free();
    team.leave();
  }
}

/** Points in the kernels' memory, with room for k centres (kernels/assembly/clusters.ts). */
class SimdPoints implements PlacedPoints {
  readonly #rows: number;
  readonly #columns: number;
  /** Columns up to a multiple of four. */
  readonly #stride: number;
  readonly #blockStarts: Int32Array;
  readonly #at: Record<
    'blockStarts' | 'points' | 'shift' | 'grouped' | 'offsets' | 'centres' | 'labels' | 'distances' | 'sums' | 'counts' | 'limits' | 'job',
    number
  >;
  #sums = new Float64Array(0);
  #sizes = new Int32Array(0);
  /** The centres of the last step, and the sum of the largest moves so far. */
  #last: Float32Array | undefined;
  #moved = 0;

  constructor(
    private readonly team: KernelTeam,
    private readonly memory: JobMemory,
    private readonly points: Points,
    k: number,
    /** Whether there is room for more than placing people: each block's part of the centres' sums. */
    steps: boolean,
  ) {
    const { rows, columns } = points;
    [this.#rows, this.#columns, this.#stride] = [rows, columns, Math.ceil(columns / 4) * 4];
    const groups = Math.ceil(k / 4);
    const eights = Math.ceil(rows / 8);
    const partial = steps ? 8 * Math.max(k * this.#stride, 4 * groups) : 8;
    const most = Math.min(2 ** 14, Math.max(16, Math.floor(partialBytes / partial)));
    const starts = equalBlocks(eights, most, Math.ceil(costOfBlock / (32 * groups * this.#stride)));
    this.#blockStarts = starts.map((start) => Math.min(8 * start, rows));
    const blocks = Math.max(1, starts.length - 1);
    this.#at = {
      blockStarts: memory.int32(this.#blockStarts),
      points: memory.allocate(4 * 8 * eights * this.#stride),
      shift: memory.allocate(4 * this.#stride),
      grouped: memory.allocate(16 * groups * this.#stride),
      offsets: memory.allocate(16 * groups),
      centres: memory.allocate(4 * k * this.#stride),
      labels: memory.allocate(4 * 8 * eights),
      distances: memory.allocate(4 * 8 * eights),
      sums: memory.allocate(blocks * partial),
      counts: memory.allocate(4 * blocks * (k + 1)),
      limits: memory.allocate(4 * eights),
      job: memory.allocate(4 * 17),
    };
    this.#placePoints(8 * eights);
  }

  begin(k: number): void {
    const { heap } = this.memory;
    const eights = Math.ceil(this.#rows / 8);
    heap.int32(this.#at.labels, 8 * eights).fill(-1);
    heap
      .float32(this.#at.distances, 8 * eights)
      .fill(0)
      .fill(Infinity, 0, this.#rows);
    heap.float32(this.#at.limits, eights).fill(-1);
    this.#sums = new Float64Array(k * this.#columns);
    this.#sizes = new Int32Array(k);
    this.#last = undefined;
    this.#moved = 0;
  }

  async nearer(centres: Float32Array, keep: boolean, run: RunContext): Promise<Float64Array> {
    const count = this.#placeCentres(centres, keep);
    await this.#pass('nearerBlock', run);
    const lanes = 4 * Math.ceil(count / 4);
    const parts = this.memory.heap.float64(this.#at.sums, this.#blocks * lanes);
    const potentials = new Float64Array(count);
    for (let block = 0; block < this.#blocks; block++) {
      for (let centre = 0; centre < count; centre++) potentials[centre] += parts[block * lanes + centre];
    }
    return potentials;
  }

  pick(target: number): number {
    // A million float64 additions are a millisecond; which block it is in is not worth remembering.
    const distances = this.memory.heap.float32(this.#at.distances, this.#rows);
    let [sum, last] = [0, 0];
    for (let row = 0; row < distances.length; row++) {
      if (distances[row] > 0) last = row;
      sum += distances[row];
      if (sum > target) return row;
    }
    return last;
  }

  async step(centres: Float32Array, run: RunContext) {
    if (this.#last) this.#moved += largestMove(this.#last, centres, this.#columns);
    this.#last = centres.slice();
    const k = this.#placeCentres(centres);
    await this.#pass('lloydBlock', run);
    const { heap } = this.memory;
    const [stride, columns] = [this.#stride, this.#columns];
    const sums = heap.float64(this.#at.sums, this.#blocks * k * stride);
    const counts = heap.int32(this.#at.counts, this.#blocks * (k + 1));
    let changed = 0;
    for (let block = 0; block < this.#blocks; block++) {
      for (let cluster = 0; cluster < k; cluster++) {
        this.#sizes[cluster] += counts[block * (k + 1) + cluster];
        const from = (block * k + cluster) * stride;
        for (let column = 0; column < columns; column++) this.#sums[cluster * columns + column] += sums[from + column];
      }
      changed += counts[block * (k + 1) + k];
    }
    return { sums: this.#sums, sizes: this.#sizes, changed };
  }

  async distances(centres: Float32Array, run: RunContext): Promise<Float32Array> {
    this.#placeCentres(centres);
    await this.#pass('distanceBlock', run);
    return this.memory.heap.float32(this.#at.distances, this.#rows).slice();
  }

  move(row: number, label: number): void {
    const labels = this.memory.heap.int32(this.#at.labels, this.#rows);
    const before = labels[row];
    for (let column = 0; column < this.#columns; column++) {
      const value = this.points.values[row * this.#columns + column];
      this.#sums[before * this.#columns + column] -= value;
      this.#sums[label * this.#columns + column] += value;
    }
    this.#sizes[before]--;
    this.#sizes[label]++;
    labels[row] = label;
    this.memory.heap.float32(this.#at.limits, Math.ceil(this.#rows / 8))[row >> 3] = -1;
  }

  async assign(centres: Float32Array, run: RunContext, labelled = false) {
    this.#placeCentres(centres);
    if (!labelled) await this.#pass('nearestBlock', run);
    await this.#pass('distanceBlock', run);
    const { heap } = this.memory;
    return {
      labels: heap.int32(this.#at.labels, this.#rows).slice(),
      distances: heap.float32(this.#at.distances, this.#rows).slice(),
      inertia: heap.float64(this.#at.sums, this.#blocks).reduce((sum, part) => sum + part, 0),
    };
  }

  get #blocks(): number {
    return this.#blockStarts.length - 1;
  }

  async #pass(kernel: string, run: RunContext): Promise<void> {
    await this.team.run(kernel, this.#at.job, this.#blocks, 32 * this.#stride + 128, run);
  }

  #placePoints(paddedRows: number): void {
    const { values } = this.points;
    const [rows, columns, stride] = [this.#rows, this.#columns, this.#stride];
    const placed = this.memory.heap.float32(this.#at.points, paddedRows * stride);
    placed.fill(0, rows * stride);
    if (columns === stride) return placed.set(values.subarray(0, rows * columns));
    for (let row = 0, from = 0, to = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) placed[to++] = values[from++];
      for (let column = columns; column < stride; column++) placed[to++] = 0;
    }
  }

  /** Writes the centres and the ClusterJob that works with them; says how many they are. */
  #placeCentres(centres: Float32Array, keep = false): number {
    const { heap } = this.memory;
    const at = this.#at;
    const [columns, stride] = [this.#columns, this.#stride];
    const k = centres.length / columns;
    const groups = Math.ceil(k / 4);
    const shift = heap.float32(at.shift, stride).fill(0);
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let centre = 0; centre < k; centre++) sum += centres[centre * columns + column];
      shift[column] = sum / k;
    }
    const grouped = heap.float32(at.grouped, 4 * groups * stride).fill(0);
    const offsets = heap.float32(at.offsets, 4 * groups).fill(-Infinity);
    const plain = heap.float32(at.centres, k * stride).fill(0);
    let longest = 0;
    for (let centre = 0; centre < k; centre++) {
      let squared = 0;
      for (let column = 0; column < columns; column++) {
        const value = Math.fround(centres[centre * columns + column] - shift[column]);
        squared += value * value;
        grouped[4 * ((centre >> 2) * stride + column) + (centre & 3)] = value;
        plain[centre * stride + column] = centres[centre * columns + column];
      }
      offsets[centre] = -squared / 2;
      longest = Math.max(longest, squared);
    }
    const job = heap.int32(at.job, 17);
    job.set([at.blockStarts, at.points, stride, at.shift, k, groups, at.grouped, at.offsets]);
    job.set([at.centres, at.labels, at.distances, at.sums, at.counts, keep ? 1 : 0, 0, at.limits, 0], 8);
    const numbers = heap.float32(at.job, 17);
    // Rounded up.
    numbers[14] = this.#moved * (1 + 2 ** -23);
    numbers[16] = longest;
    return k;
  }
}

/** How far the centre that moved farthest went. */
function largestMove(from: Float32Array, to: Float32Array, columns: number): number {
  let largest = 0;
  for (let start = 0; start < from.length; start += columns) {
    let squared = 0;
    for (let at = start; at < start + columns; at++) squared += (to[at] - from[at]) ** 2;
    largest = Math.max(largest, squared);
  }
  return Math.sqrt(largest);
}
