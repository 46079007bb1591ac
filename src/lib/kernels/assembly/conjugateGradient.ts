import { AlsJob, floatAt, indexAt } from './job';
import { add, add4, dot, dots4, scaleAndAdd } from './vectors';

/** Below this squared residual a row is solved as well as float32 can tell. */
const solved: f32 = 1e-20;

/**
 * Improves each row of the block by some conjugate-gradient steps from where it stands (Takács, Pilászy & Tikk, RecSys
 * 2011), without ever forming the row's matrix. Scratch: 3 · padded floats.
 */
export function conjugateGradientBlock(job: AlsJob, scratch: usize, block: i32): void {
  const stride = (<usize>job.padded) << 2;
  const residual = scratch;
  const direction = residual + stride;
  const image = direction + stride;
  const to = indexAt(job.blockStarts, block + 1);
  for (let row = indexAt(job.blockStarts, block); row < to; row++) {
    const x = job.target + <usize>row * stride;
    const first = indexAt(job.rowStarts, row);
    const last = indexAt(job.rowStarts, row + 1);
    if (first === last) {
      memory.fill(x, 0, stride);
      continue;
    }
    const lambda = floatAt(job.regularization, row);
    startResidual(job, first, last, lambda, x, residual, stride);
    memory.copy(direction, residual, stride);
    let squared = dot(residual, residual, stride);
    for (let step = 0; step < job.cgSteps && squared > solved; step++) {
      multiply(job, first, last, lambda, direction, image, stride);
      const length = squared / dot(direction, image, stride);
      add(x, length, direction, stride);
      add(residual, -length, image, stride);
      const next = dot(residual, residual, stride);
      scaleAndAdd(direction, next / squared, residual, stride);
      squared = next;
    }
  }
}

/** out = b − A x = Σ c (1 − y·x) y − (G + λ) x */
function startResidual(job: AlsJob, first: i32, last: i32, lambda: f32, x: usize, out: usize, stride: usize): void {
  multiplyDense(job, lambda, x, out, stride);
  const minus = f32x4.splat(-1);
  for (let at: usize = 0; at < stride; at += 16) v128.store(out + at, f32x4.mul(minus, v128.load(out + at)));
  addEntries(job, first, last, x, out, stride, 1);
}

/** out = (G + Σ c y yᵀ + λ) v */
function multiply(job: AlsJob, first: i32, last: i32, lambda: f32, v: usize, out: usize, stride: usize): void {
  multiplyDense(job, lambda, v, out, stride);
  addEntries(job, first, last, v, out, stride, 0);
}

function multiplyDense(job: AlsJob, lambda: f32, v: usize, out: usize, stride: usize): void {
  const l = f32x4.splat(lambda);
  for (let at: usize = 0; at < stride; at += 16) v128.store(out + at, f32x4.mul(l, v128.load(v + at)));
  let row = job.gramian;
  for (let k: usize = 0; k < stride; k += 16) {
    add4(out, v128.load(v + k), row, row + stride, row + 2 * stride, row + 3 * stride, stride);
    row += 4 * stride;
  }
}

/** out += Σ c (y·v) y, or with `towardsOne` Σ c (1 − y·v) y. */
function addEntries(job: AlsJob, first: i32, last: i32, v: usize, out: usize, stride: usize, towardsOne: i32): void {
  const fixed = job.fixed;
  let entry = first;
  const one = f32x4.splat(1);
  for (; entry + 4 <= last; entry += 4) {
    const y0 = fixed + <usize>indexAt(job.columns, entry) * stride;
    const y1 = fixed + <usize>indexAt(job.columns, entry + 1) * stride;
    const y2 = fixed + <usize>indexAt(job.columns, entry + 2) * stride;
    const y3 = fixed + <usize>indexAt(job.columns, entry + 3) * stride;
    let w = dots4(v, y0, y1, y2, y3, stride);
    if (towardsOne) w = f32x4.sub(one, w);
    w = f32x4.mul(w, v128.load(job.weights + ((<usize>entry) << 2)));
    add4(out, w, y0, y1, y2, y3, stride);
  }
  for (; entry < last; entry++) {
    const y = fixed + <usize>indexAt(job.columns, entry) * stride;
    let w = dot(v, y, stride);
    if (towardsOne) w = 1 - w;
    add(out, w * floatAt(job.weights, entry), y, stride);
  }
}
