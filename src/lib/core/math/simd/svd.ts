import type { RunContext } from '../../base/run';
import { blocksOfCost, equalBlocks } from '../blocks';
import type { SvdFit, SvdOptions } from '../kernels';
import type { InteractionMatrix } from '../sparseRows';
import type { PlacedBasis } from '../svd/blockLanczos';
import { truncatedSvd } from '../svd/truncatedSvd';
import { JobMemory, type KernelTeam } from './team';

/** Rows of a panel (kernels/assembly/svd.ts). */
const panelRows = 64;
const panelFloats = 8 * panelRows;
/** Rows and entries of one block of a sparse product: about a millisecond. */
const costOfBlock = 1e5;
/** Blocks of the dense steps; each keeps its own sums, which are added in order. */
const denseBlocks = 48;

export async function simdSvd(
  team: KernelTeam,
  matrix: InteractionMatrix,
  options: SvdOptions,
  seed: number,
  run: RunContext,
): Promise<SvdFit> {
  return truncatedSvd(
    matrix,
    options,
    seed,
    async (short, long, columns) => {
      const memory = new JobMemory(await team.enter());
      try {
        return new SimdBasis(team, memory, short, long, columns / 8);
      } catch (error) {
        memory.free();
        team.leave();
        throw error;
      }
    },
    run,
  );
}

/** A basis in the kernels' memory: panel after panel, each with all groups of its 64 rows. */
class SimdBasis implements PlacedBasis {
  readonly rows: number;
  /** Of the matrix, not of the basis. */
  readonly #columns: number;
  readonly #panels: number;
  readonly #panelFloats: number;
  readonly #blocks: number;
  readonly #at: Record<'basis' | 'work' | 'long' | 'toLong' | 'toShort' | 'blockStarts' | 'coefficients' | 'partials' | 'job', number>;
  readonly #sparseBlocks: { toLong: number; toShort: number };

  constructor(
    private readonly team: KernelTeam,
    private readonly memory: JobMemory,
    short: InteractionMatrix,
    long: InteractionMatrix,
    readonly groups: number,
  ) {
    this.rows = short.users;
    this.#columns = long.users;
    this.#panels = Math.ceil(this.rows / panelRows);
    this.#panelFloats = groups * panelFloats;
    const starts = equalBlocks(this.#panels, denseBlocks, 1);
    this.#blocks = starts.length - 1;
    const work = memory.allocate(4 * this.#panels * panelFloats);
    const images = memory.allocate(4 * 8 * long.users);
    const [toLong, toShort] = [sparseJob(memory, long, work, images), sparseJob(memory, short, images, work)];
    this.#sparseBlocks = { toLong: toLong.blocks, toShort: toShort.blocks };
    this.#at = {
      basis: memory.allocate(4 * this.#panels * this.#panelFloats),
      work,
      long: images,
      toLong: toLong.job,
      toShort: toShort.job,
      blockStarts: memory.int32(starts),
      coefficients: memory.allocate(4 * 64 * groups * groups),
      partials: memory.allocate(4 * 64 * groups * this.#blocks),
      job: memory.allocate(4 * 9),
    };
    this.#work().fill(0);
  }

  set(values: Float64Array): void {
    this.#work().fill(0).set(values);
  }

  add(values: Float64Array): void {
    const work = this.#work();
    for (let at = 0; at < values.length; at++) work[at] += values[at];
  }

  async multiply(run: RunContext): Promise<void> {
    await this.team.run('sparseBlock', this.#at.toLong, this.#sparseBlocks.toLong, 0, run);
    await this.team.run('sparseBlock', this.#at.toShort, this.#sparseBlocks.toShort, 0, run);
  }

  project(first: number, count: number, run: RunContext): Promise<Float64Array> {
    return this.#products(this.#at.basis, this.#panelFloats, first, count, run);
  }

  gram(run: RunContext): Promise<Float64Array> {
    return this.#products(this.#at.work, panelFloats, 0, 1, run);
  }

  async subtract(first: number, count: number, squares: Float64Array, run: RunContext): Promise<void> {
    this.#coefficients(squares, -1);
    this.#place(this.#at.basis, this.#panelFloats, first, count, 0);
    await this.team.run('combineBlock', this.#at.job, this.#blocks, 0, run);
  }

  async transform(square: Float64Array, run: RunContext): Promise<void> {
    this.#coefficients(square, 1);
    this.#place(this.#at.work, panelFloats, 0, 1, 1);
    await this.team.run('rotateBlock', this.#at.job, this.#blocks, 4 * panelFloats, run);
  }

  async rotate(count: number, outgoing: number, squares: Float64Array, run: RunContext): Promise<void> {
    this.#coefficients(squares, 1);
    this.#place(this.#at.basis, this.#panelFloats, 0, count, outgoing);
    await this.team.run('rotateBlock', this.#at.job, this.#blocks, 4 * panelFloats * outgoing, run);
  }

  store(group: number): void {
    this.#eachPanel(group, (panel, inBasis, work) => panel.set(work, inBasis));
  }

  read(group: number): ArrayLike<number> {
    const out = new Float32Array(this.#panels * panelFloats);
    this.#eachPanel(group, (panel, inBasis, _, row) => out.set(panel.subarray(inBasis, inBasis + panelFloats), 8 * row));
    return out.subarray(0, 8 * this.rows);
  }

  async image(group: number, run: RunContext): Promise<ArrayLike<number>> {
    this.#eachPanel(group, (panel, inBasis, work) => work.set(panel.subarray(inBasis, inBasis + panelFloats)));
    await this.team.run('sparseBlock', this.#at.toLong, this.#sparseBlocks.toLong, 0, run);
    const { heap } = this.memory;
    return heap.float32(this.#at.long, 8 * this.#columns);
  }

  dispose(): void {
    this.memory.free();
    this.team.leave();
  }

  async #products(basis: number, stride: number, first: number, count: number, run: RunContext): Promise<Float64Array> {
    this.#place(basis, stride, first, count, 0);
    await this.team.run('projectBlock', this.#at.job, this.#blocks, 0, run);
    const length = 64 * count;
    const parts = this.memory.heap.float32(this.#at.partials, length * this.#blocks);
    const sums = new Float64Array(length);
    for (let block = 0; block < this.#blocks; block++) {
      for (let at = 0; at < length; at++) sums[at] += parts[block * length + at];
    }
    return sums;
  }

  /** Writes a BasisJob. */
  #place(basis: number, stride: number, first: number, count: number, outgoing: number): void {
    const { blockStarts, work, coefficients, partials, job } = this.#at;
    this.memory.heap.int32(job, 9).set([blockStarts, basis, 4 * stride, work, first, count, coefficients, partials, outgoing]);
  }

  #coefficients(squares: Float64Array, sign: 1 | -1): void {
    const placed = this.memory.heap.float32(this.#at.coefficients, squares.length);
    for (let at = 0; at < squares.length; at++) placed[at] = sign * squares[at];
  }

  #work(): Float32Array {
    return this.memory.heap.float32(this.#at.work, this.#panels * panelFloats);
  }

  #eachPanel(group: number, use: (basis: Float32Array, inBasis: number, work: Float32Array, row: number) => void): void {
    const basis = this.memory.heap.float32(this.#at.basis, this.#panels * this.#panelFloats);
    const work = this.#work();
    for (let panel = 0; panel < this.#panels; panel++) {
      const from = panel * panelFloats;
      use(basis, panel * this.#panelFloats + group * panelFloats, work.subarray(from, from + panelFloats), panel * panelRows);
    }
  }
}

/** A SparseJob: output = matrix · input, eight columns each. */
function sparseJob(memory: JobMemory, matrix: InteractionMatrix, input: number, output: number): { job: number; blocks: number } {
  const { users, rowStarts, columns, values } = matrix;
  const starts = blocksOfCost(users, (row) => 2 + rowStarts[row + 1] - rowStarts[row], costOfBlock);
  const fields = [memory.int32(starts), memory.int32(rowStarts), memory.int32(columns), memory.float32(values), input, output];
  return { job: memory.int32(fields), blocks: starts.length - 1 };
}
