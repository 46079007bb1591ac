import { quietContext, type RunContext } from '../../base/run';
import { transpose, type InteractionMatrix } from '../sparseRows';
import { confidences, finalOptions, initialFactors, rowRegularization } from '../alsTerms';
import { blocksOfCost, equalBlocks } from '../blocks';
import type { AlsFit, AlsOptions, AlsStart } from '../kernels';
import { JobMemory, type KernelTeam } from './team';

/** Multiply-adds of one block: a few milliseconds, so that a cancel is heard and threads end together. */
const costOfBlock = 3e7;
/** Bytes of partial sums of one Gramian. */
const partialBytes = 2 ** 25;

const kernelOf = { cholesky: 'choleskyBlock', cg: 'conjugateGradientBlock', block: 'subspaceBlock' };

/** One half of a sweep: addresses of its records and how many blocks each has. */
interface Side {
  rows: number;
  /** Pairs of the row that has most. */
  longest: number;
  factors: number;
  solve: number;
  solveBlocks: number;
  gramian: number;
  gramianJob: number;
  gramianBlocks: number;
}

/** Starts a fit: lays out both directions of the matrix and the factors in the kernels' memory. */
export async function startSimdAls(
  team: KernelTeam,
  matrix: InteractionMatrix,
  options: AlsOptions,
  seed: number,
  start?: AlsStart,
): Promise<AlsFit> {
  const memory = new JobMemory(await team.enter());
  try {
    return new SimdAlsFit(team, memory, matrix, options, seed, start);
  } catch (error) {
    memory.free();
    team.leave();
    throw error;
  }
}

class SimdAlsFit implements AlsFit {
  readonly #padded: number;
  /** Factors that the solver `block` takes at once: whole registers, and no more than there are. */
  readonly #subspace: number;
  readonly #pairs: number;
  readonly #partials: number;
  readonly #users: Side;
  readonly #items: Side;
  /** Whether a side's Gramian belongs to its present factors. */
  #fresh = new Set<Side>();
  #disposed = false;

  constructor(
    private readonly team: KernelTeam,
    private readonly memory: JobMemory,
    matrix: InteractionMatrix,
    private readonly options: AlsOptions,
    seed: number,
    start: AlsStart = {},
  ) {
    this.#padded = Math.ceil(options.factors / 8) * 8;
    this.#subspace = Math.min(this.#padded, Math.ceil(options.blockSize / 8) * 8);
    this.#pairs = matrix.columns.length;
    const byItem = transpose(matrix);
    const solveBlocks = [matrix, byItem].map((rows) => this.#solveBlocks(rows));
    const gramianBlocks = [matrix, byItem].map((rows) => equalBlocks(rows.users, this.#mostPartials(), 256));
    this.#partials = memory.allocate(
      Math.max(
        4 * this.#padded ** 2 * Math.max(...gramianBlocks.map((starts) => starts.length - 1)),
        8 * Math.max(...solveBlocks.map((starts) => starts.length)),
      ),
    );
    const known = [start.userFactors, start.itemFactors];
    const factors = [matrix, byItem].map((rows, stream) =>
      this.#placeFactors(initialFactors(rows.rowStarts, options, seed, stream, known[stream])),
    );
    const gramians = [0, 1].map(() => memory.allocate(4 * this.#padded ** 2));
    const side = (own: 0 | 1, rows: InteractionMatrix): Side => ({
      rows: rows.users,
      longest: longestRow(rows),
      factors: factors[own],
      solve: this.#placeJob(rows, solveBlocks[own], factors[own], factors[1 - own], gramians[1 - own]),
      solveBlocks: solveBlocks[own].length - 1,
      gramian: gramians[own],
      gramianJob: this.#placeJob(undefined, gramianBlocks[own], 0, factors[own], gramians[own]),
      gramianBlocks: gramianBlocks[own].length - 1,
    });
    this.#users = side(0, matrix);
    this.#items = side(1, byItem);
  }

  async sweep(run: RunContext): Promise<void> {
    await this.#gramian(this.#items, run);
    await this.#solve(this.#users, run);
    await this.#gramian(this.#users, run);
    await this.#solve(this.#items, run);
  }

  async solveUsers(run: RunContext): Promise<void> {
    await this.#gramian(this.#items, run);
    await this.#solve(this.#users, run, finalOptions(this.options));
  }

  async loss(run: RunContext = quietContext()): Promise<number> {
    await this.#gramian(this.#users, run);
    await this.#gramian(this.#items, run);
    const observed = await this.#partialSums('lossBlock', this.#users, run);
    const penalty = await this.#partialSums('penaltyBlock', this.#items, run);
    const { heap } = this.memory;
    const u = heap.float32(this.#users.gramian, this.#padded ** 2);
    const i = heap.float32(this.#items.gramian, this.#padded ** 2);
    let everywhere = 0;
    for (let at = 0; at < u.length; at++) everywhere += u[at] * i[at];
    // Both Gramians carry α0.
    return (observed + penalty + everywhere / this.options.unobservedWeight) / Math.max(1, this.#pairs);
  }

  userFactors(): Float32Array {
    return this.#readFactors(this.#users);
  }

  itemFactors(): Float32Array {
    return this.#readFactors(this.#items);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.memory.free();
    this.team.leave();
  }

  async #solve(side: Side, run: RunContext, { solver } = this.options): Promise<void> {
    const [d, width] = [this.#padded, this.#subspace];
    const scratchFloats = { cholesky: d ** 2 + 64 * d, cg: 3 * d, block: width ** 2 + 68 * width + 4 * side.longest };
    this.#fresh.delete(side);
    await this.team.run(kernelOf[solver], side.solve, side.solveBlocks, 4 * scratchFloats[solver], run);
  }

  async #gramian(side: Side, run: RunContext): Promise<void> {
    if (this.#fresh.has(side)) return;
    await this.team.run('gramianBlock', side.gramianJob, side.gramianBlocks, 0, run);
    this.team.call('reduceGramian', side.gramianJob, side.gramianBlocks, this.options.unobservedWeight);
    this.#fresh.add(side);
  }

  async #partialSums(kernel: string, side: Side, run: RunContext): Promise<number> {
    await this.team.run(kernel, side.solve, side.solveBlocks, 0, run);
    return this.memory.heap.float64(this.#partials, side.solveBlocks).reduce((sum, part) => sum + part, 0);
  }

  #mostPartials(): number {
    return Math.min(512, Math.max(16, Math.floor(partialBytes / (4 * this.#padded ** 2))));
  }

  #solveBlocks({ users, rowStarts }: InteractionMatrix): Int32Array {
    const { solver, cgSteps } = this.options;
    const d = this.#padded;
    // With `block` too: its users are solved exactly in the end, and a cancel is heard then as well.
    const perRow = solver === 'cg' ? d * d * (cgSteps + 1) : d ** 3 / 6 + 2 * d * d;
    const perEntry = solver === 'cg' ? 2 * d * (cgSteps + 1) : (d * d) / 2;
    return blocksOfCost(users, (row) => perRow + (rowStarts[row + 1] - rowStarts[row]) * perEntry, costOfBlock);
  }

  #placeFactors(factors: Float32Array): number {
    const { factors: size } = this.options;
    const rows = factors.length / size;
    const at = this.memory.allocate(4 * rows * this.#padded);
    const placed = this.memory.heap.float32(at, rows * this.#padded).fill(0);
    for (let row = 0; row < rows; row++) placed.set(factors.subarray(row * size, (row + 1) * size), row * this.#padded);
    return at;
  }

  #readFactors(side: Side): Float32Array {
    const { factors: size } = this.options;
    const placed = this.memory.heap.float32(side.factors, side.rows * this.#padded);
    const factors = new Float32Array(side.rows * size);
    for (let row = 0; row < side.rows; row++) factors.set(placed.subarray(row * this.#padded, row * this.#padded + size), row * size);
    return factors;
  }

  /** Writes an AlsJob (kernels/assembly/job.ts); a Gramian's job has no matrix. */
  #placeJob(rows: InteractionMatrix | undefined, blocks: Int32Array, target: number, fixed: number, gramian: number): number {
    const { memory, options } = this;
    return memory.int32([
      memory.int32(blocks),
      rows ? memory.int32(rows.rowStarts) : 0,
      rows ? memory.int32(rows.columns) : 0,
      rows ? memory.float32(confidences(rows.values, options.alpha)) : 0,
      target,
      fixed,
      gramian,
      rows ? memory.float32(rowRegularization(rows.rowStarts, rows.items, options)) : 0,
      options.factors,
      this.#padded,
      options.cgSteps,
      this.#partials,
      this.#subspace,
    ]);
  }
}

function longestRow({ users, rowStarts }: InteractionMatrix): number {
  let longest = 0;
  for (let row = 0; row < users; row++) longest = Math.max(longest, rowStarts[row + 1] - rowStarts[row]);
  return longest;
}
