import { addOuterProducts, subtractTile } from './tiles';
import { AlsJob, floatAt, indexAt } from './job';

/** How many item rows are gathered before they are multiplied. */
const panelRows: i32 = 64;
/** Rounding can push a pivot of a nearly singular matrix below zero. */
const smallestPivot: f32 = 1e-12;

/**
 * Solves (G + Σ c y yᵀ + λ I) x = Σ c y for each row of the block, exactly, through A = UᵀU.
 * Scratch: `padded² + panelRows · padded` floats.
 */
export function choleskyBlock(job: AlsJob, scratch: usize, block: i32): void {
  const padded = job.padded;
  const stride = (<usize>padded) << 2;
  const matrix = scratch;
  const panel = matrix + stride * padded;
  const to = indexAt(job.blockStarts, block + 1);
  for (let row = indexAt(job.blockStarts, block); row < to; row++) {
    const x = job.target + <usize>row * stride;
    const first = indexAt(job.rowStarts, row);
    const last = indexAt(job.rowStarts, row + 1);
    memory.fill(x, 0, stride);
    if (first === last) continue;
    memory.copy(matrix, job.gramian, stride * padded);
    for (let entry = first; entry < last; entry += panelRows) {
      const count = min(panelRows, last - entry);
      gather(job, entry, count, panel, x, stride);
      addOuterProducts(panel, stride, count, matrix);
    }
    addDiagonal(matrix, stride, job.factors, padded, floatAt(job.regularization, row));
    factorize(matrix, stride, padded);
    substitute(matrix, stride, padded, x);
  }
}

/** panel = √c · y for some entries, and b += c · y. */
function gather(job: AlsJob, entry: i32, count: i32, panel: usize, b: usize, stride: usize): void {
  for (let p = 0; p < count; p++) {
    const y = job.fixed + <usize>indexAt(job.columns, entry + p) * stride;
    const root = sqrt<f32>(floatAt(job.weights, entry + p));
    const w = f32x4.splat(root);
    const out = panel + <usize>p * stride;
    for (let at: usize = 0; at < stride; at += 16) {
      const g = f32x4.mul(w, v128.load(y + at));
      v128.store(out + at, g);
      v128.store(b + at, f32x4.add(v128.load(b + at), f32x4.mul(w, g)));
    }
  }
}

/** λ on the diagonal; 1 where a row is only padding, so that the factor exists. */
export function addDiagonal(matrix: usize, stride: usize, factors: i32, padded: i32, lambda: f32): void {
  for (let k = 0; k < padded; k++) {
    const at = matrix + <usize>k * (stride + 4);
    store<f32>(at, k < factors ? load<f32>(at) + lambda : 1);
  }
}

/** A = UᵀU in place (upper triangle), four rows at a time; what lies below the diagonal is rubbish afterwards. */
export function factorize(matrix: usize, stride: usize, padded: i32): void {
  for (let k = 0; k < padded; k += 4) {
    const i = (<usize>k) << 2;
    for (let j = i & ~31; j < stride; j += 32) subtractTile(matrix, stride, k, i, j, matrix);
    for (let r = k; r < k + 4; r++) {
      const row = matrix + <usize>r * stride;
      const start = i;
      const column = (<usize>r) << 2;
      for (let p = k; p < r; p++) {
        const other = matrix + <usize>p * stride;
        const f = v128.load32_splat(other + column);
        for (let at = start; at < stride; at += 16) {
          v128.store(row + at, f32x4.sub(v128.load(row + at), f32x4.mul(f, v128.load(other + at))));
        }
      }
      const pivot = max(load<f32>(row + column), smallestPivot);
      const scale = f32x4.splat(<f32>1 / sqrt<f32>(pivot));
      for (let at = start; at < stride; at += 16) v128.store(row + at, f32x4.mul(scale, v128.load(row + at)));
      store<f32>(row + column, sqrt<f32>(pivot));
    }
  }
}

/** x = U⁻¹ U⁻ᵀ x. */
export function substitute(matrix: usize, stride: usize, padded: i32, x: usize): void {
  for (let k = 0; k < padded; k++) {
    const row = matrix + <usize>k * stride;
    let at = (<usize>k) << 2;
    const value = load<f32>(x + at) / load<f32>(row + at);
    store<f32>(x + at, value);
    for (at += 4; (at & 15) !== 0; at += 4) store<f32>(x + at, load<f32>(x + at) - value * load<f32>(row + at));
    const w = f32x4.splat(value);
    for (; at < stride; at += 16) v128.store(x + at, f32x4.sub(v128.load(x + at), f32x4.mul(w, v128.load(row + at))));
  }
  for (let k = padded - 1; k >= 0; k--) {
    const row = matrix + <usize>k * stride;
    const own = (<usize>k) << 2;
    let value = load<f32>(x + own);
    let at = own + 4;
    for (; (at & 15) !== 0; at += 4) value -= load<f32>(row + at) * load<f32>(x + at);
    let sum = f32x4.splat(0);
    for (; at < stride; at += 16) sum = f32x4.add(sum, f32x4.mul(v128.load(row + at), v128.load(x + at)));
    value -= f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1) + (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3));
    store<f32>(x + own, value / load<f32>(row + own));
  }
}
