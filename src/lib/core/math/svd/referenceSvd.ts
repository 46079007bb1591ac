import type { RunContext } from '../../base/run';
import type { SvdFit, SvdOptions } from '../kernels';
import type { InteractionMatrix } from '../sparseRows';
import type { PlacedBasis } from './blockLanczos';
import { truncatedSvd } from './truncatedSvd';

/** In plain TypeScript and float64: what the SIMD kernels are compared with, and what runs where there is no SIMD. */
export function referenceSvd(matrix: InteractionMatrix, options: SvdOptions, seed: number, run: RunContext): Promise<SvdFit> {
  return truncatedSvd(matrix, options, seed, async (short, long, columns) => new PlainBasis(short, long, columns / 8), run);
}

class PlainBasis implements PlacedBasis {
  readonly rows: number;
  readonly #basis: Float64Array[];
  #work: Float64Array;

  constructor(
    private readonly short: InteractionMatrix,
    private readonly long: InteractionMatrix,
    readonly groups: number,
  ) {
    this.rows = short.users;
    this.#basis = Array.from({ length: groups }, () => new Float64Array(0));
    this.#work = new Float64Array(8 * this.rows);
  }

  set(values: Float64Array): void {
    this.#work = values.slice();
  }

  add(values: Float64Array): void {
    values.forEach((value, at) => (this.#work[at] += value));
  }

  async multiply(run: RunContext): Promise<void> {
    this.#work = times(this.short, times(this.long, this.#work));
    await run.breathe();
  }

  async project(first: number, count: number, run: RunContext): Promise<Float64Array> {
    const squares = new Float64Array(count * 64);
    for (let i = 0; i < count; i++) {
      squares.set(innerProducts(this.#basis[first + i], this.#work), i * 64);
      await run.breathe();
    }
    return squares;
  }

  async subtract(first: number, count: number, squares: Float64Array, run: RunContext): Promise<void> {
    for (let i = 0; i < count; i++) {
      addProducts(this.#basis[first + i], squares.subarray(i * 64, (i + 1) * 64), -1, this.#work);
      await run.breathe();
    }
  }

  async gram(): Promise<Float64Array> {
    return innerProducts(this.#work, this.#work);
  }

  async transform(square: Float64Array): Promise<void> {
    const before = this.#work;
    addProducts(before, square, 1, (this.#work = new Float64Array(before.length)));
  }

  store(group: number): void {
    this.#basis[group] = this.#work.slice();
  }

  async rotate(count: number, outgoing: number, squares: Float64Array, run: RunContext): Promise<void> {
    const turned: Float64Array[] = [];
    for (let g = 0; g < outgoing; g++) {
      const out = new Float64Array(8 * this.rows);
      for (let i = 0; i < count; i++) {
        const at = (g * count + i) * 64;
        addProducts(this.#basis[i], squares.subarray(at, at + 64), 1, out);
        await run.breathe();
      }
      turned.push(out);
    }
    turned.forEach((group, g) => (this.#basis[g] = group));
  }

  read(group: number): ArrayLike<number> {
    return this.#basis[group];
  }

  async image(group: number, run: RunContext): Promise<ArrayLike<number>> {
    await run.breathe();
    return times(this.long, this.#basis[group]);
  }

  dispose(): void {}
}

/** A · group. */
function times({ users, rowStarts, columns, values }: InteractionMatrix, group: Float64Array): Float64Array {
  const out = new Float64Array(8 * users);
  for (let row = 0; row < users; row++) {
    for (let entry = rowStarts[row]; entry < rowStarts[row + 1]; entry++) {
      const [from, value] = [8 * columns[entry], values[entry]];
      for (let c = 0; c < 8; c++) out[8 * row + c] += value * group[from + c];
    }
  }
  return out;
}

/** leftᵀ · right. */
function innerProducts(left: Float64Array, right: Float64Array): Float64Array {
  const square = new Float64Array(64);
  for (let at = 0; at < left.length; at += 8) {
    for (let i = 0; i < 8; i++) for (let j = 0; j < 8; j++) square[i * 8 + j] += left[at + i] * right[at + j];
  }
  return square;
}

/** out += sign · group · square. */
function addProducts(group: Float64Array, square: Float64Array, sign: number, out: Float64Array): void {
  for (let at = 0; at < group.length; at += 8) {
    for (let p = 0; p < 8; p++) {
      const value = sign * group[at + p];
      for (let c = 0; c < 8; c++) out[at + c] += value * square[p * 8 + c];
    }
  }
}
