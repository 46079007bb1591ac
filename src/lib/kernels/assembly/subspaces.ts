import { addDiagonal, factorize, substitute } from './cholesky';
import { AlsJob, floatAt, indexAt } from './job';
import { add, dot, dots4 } from './vectors';
import { addOuterProducts } from './tiles';

/** How many item rows are gathered before they are multiplied. */
const panelRows: i32 = 64;

/**
 * Improves each row of the block from where it stands, some factors at a time (iALS++: Rendle, Krichene, Zhang & Koren
 * 2021, algorithm 3): with π the factors of a subspace and all others held, the best x_π is found exactly by
 *   (G_ππ + Σ c y_π y_πᵀ + λ) δ = Σ c (1 − y·x) y_π − G_π x − λ x_π,   x_π ← x_π + δ.
 * Scratch: `subspace² + panelRows · subspace + 4 · subspace` floats, and four times as many as the longest row has pairs.
 */
export function subspaceBlock(job: AlsJob, scratch: usize, block: i32): void {
  const stride = (<usize>job.padded) << 2;
  const widest = (<usize>job.subspace) << 2;
  const matrix = scratch;
  const panel = matrix + widest * job.subspace;
  const slopes = panel + widest * panelRows;
  const misses = slopes + 4 * widest;
  const to = indexAt(job.blockStarts, block + 1);
  // Four rows at a time, so that the Gramian, which is larger than a cache, is read once for all of them.
  for (let row = indexAt(job.blockStarts, block); row < to; row += 4) {
    const rows = min(4, to - row);
    const x = job.target + <usize>row * stride;
    let out = misses;
    for (let r = 0; r < rows; r++) out = startMisses(job, row + r, x + <usize>r * stride, out, stride);
    for (let from: usize = 0; from < stride; from += widest) {
      const width = min(widest, stride - from);
      multiplyGramian(job, x, rows, from, width, slopes, stride);
      let own = misses;
      for (let r = 0; r < rows; r++) {
        const count = indexAt(job.rowStarts, row + r + 1) - indexAt(job.rowStarts, row + r);
        if (count > 0) improve(job, row + r, x + <usize>r * stride, from, width, slopes + <usize>r * widest, own, matrix, panel, stride);
        own += (<usize>count) << 2;
      }
    }
  }
}

/** out = c (1 − y·x) for each pair of the row; a row without pairs is zero. Returns where the next row's begin. */
function startMisses(job: AlsJob, row: i32, x: usize, out: usize, stride: usize): usize {
  const last = indexAt(job.rowStarts, row + 1);
  let entry = indexAt(job.rowStarts, row);
  if (entry === last) memory.fill(x, 0, stride);
  const one = f32x4.splat(1);
  for (; entry + 4 <= last; entry += 4) {
    const product = dots4(
      x,
      job.fixed + <usize>indexAt(job.columns, entry) * stride,
      job.fixed + <usize>indexAt(job.columns, entry + 1) * stride,
      job.fixed + <usize>indexAt(job.columns, entry + 2) * stride,
      job.fixed + <usize>indexAt(job.columns, entry + 3) * stride,
      stride,
    );
    v128.store(out, f32x4.mul(v128.load(job.weights + ((<usize>entry) << 2)), f32x4.sub(one, product)));
    out += 16;
  }
  for (; entry < last; entry++) {
    const product = dot(x, job.fixed + <usize>indexAt(job.columns, entry) * stride, stride);
    store<f32>(out, floatAt(job.weights, entry) * (1 - product));
    out += 4;
  }
  return out;
}

/** slopes[r] = G_π x_r for up to four rows. */
function multiplyGramian(job: AlsJob, x: usize, rows: i32, from: usize, width: usize, slopes: usize, stride: usize): void {
  const widest = (<usize>job.subspace) << 2;
  const x1 = x + <usize>min(1, rows - 1) * stride;
  const x2 = x + <usize>min(2, rows - 1) * stride;
  const x3 = x + <usize>min(3, rows - 1) * stride;
  for (let at: usize = 0; at < width; at += 4) {
    const products = dots4(job.gramian + ((from + at) >> 2) * stride, x, x1, x2, x3, stride);
    store<f32>(slopes + at, f32x4.extract_lane(products, 0));
    store<f32>(slopes + widest + at, f32x4.extract_lane(products, 1));
    store<f32>(slopes + 2 * widest + at, f32x4.extract_lane(products, 2));
    store<f32>(slopes + 3 * widest + at, f32x4.extract_lane(products, 3));
  }
}

/** Solves one subspace of one row; `slope` is G_π x and becomes δ, `misses` are brought up to date. */
function improve(
  job: AlsJob,
  row: i32,
  x: usize,
  from: usize,
  width: usize,
  slope: usize,
  misses: usize,
  matrix: usize,
  panel: usize,
  stride: usize,
): void {
  const lambda = floatAt(job.regularization, row);
  const l = f32x4.splat(lambda);
  for (let at: usize = 0; at < width; at += 16) {
    const held = f32x4.add(v128.load(slope + at), f32x4.mul(l, v128.load(x + from + at)));
    v128.store(slope + at, f32x4.neg(held));
  }
  const first = from >> 2;
  for (let at: usize = 0; at < width; at += 4) {
    memory.copy(matrix + (at >> 2) * width, job.gramian + (first + (at >> 2)) * stride + from, width);
  }
  const start = indexAt(job.rowStarts, row);
  const last = indexAt(job.rowStarts, row + 1);
  for (let entry = start; entry < last; entry += panelRows) {
    const count = min(panelRows, last - entry);
    for (let p = 0; p < count; p++) {
      const y = job.fixed + <usize>indexAt(job.columns, entry + p) * stride + from;
      const root = f32x4.splat(sqrt<f32>(floatAt(job.weights, entry + p)));
      const miss = f32x4.splat(floatAt(misses, entry + p - start));
      const out = panel + <usize>p * width;
      for (let at: usize = 0; at < width; at += 16) {
        const value = v128.load(y + at);
        v128.store(out + at, f32x4.mul(root, value));
        v128.store(slope + at, f32x4.add(v128.load(slope + at), f32x4.mul(miss, value)));
      }
    }
    addOuterProducts(panel, width, count, matrix);
  }
  const size = <i32>(width >> 2);
  addDiagonal(matrix, width, job.factors - <i32>first, size, lambda);
  factorize(matrix, width, size);
  substitute(matrix, width, size, slope);
  add(x + from, 1, slope, width);
  // Of the last subspace nobody asks what is still missed.
  if (from + width < stride) updateMisses(job, start, last, from, width, slope, misses, stride);
}

/** misses −= c (y_π·δ) */
function updateMisses(job: AlsJob, start: i32, last: i32, from: usize, width: usize, delta: usize, misses: usize, stride: usize): void {
  const fixed = job.fixed + from;
  let entry = start;
  for (; entry + 4 <= last; entry += 4) {
    const product = dots4(
      delta,
      fixed + <usize>indexAt(job.columns, entry) * stride,
      fixed + <usize>indexAt(job.columns, entry + 1) * stride,
      fixed + <usize>indexAt(job.columns, entry + 2) * stride,
      fixed + <usize>indexAt(job.columns, entry + 3) * stride,
      width,
    );
    const weights = v128.load(job.weights + ((<usize>entry) << 2));
    v128.store(misses, f32x4.sub(v128.load(misses), f32x4.mul(weights, product)));
    misses += 16;
  }
  for (; entry < last; entry++) {
    const product = dot(delta, fixed + <usize>indexAt(job.columns, entry) * stride, width);
    store<f32>(misses, load<f32>(misses) - floatAt(job.weights, entry) * product);
    misses += 4;
  }
}
