import { subtractGroupTile } from './tiles';

/**
 * The inverse of a symmetric positive definite matrix in its place, by the sweep operator (Goodnight 1979) on 64 rows
 * at a time: with K the pivot rows and P = A_KK⁻¹,
 *   A_ij ← A_ij − A_iK P A_Kj,  A_iK ← A_iK P,  A_KK ← −P.
 * After all pivots A holds −A⁻¹. Everything stays symmetric, so only the upper triangle is kept until the end. The
 * field order of the record is the one that core/math/simd/inverse.ts writes.
 */
@unmanaged
export class InverseJob {
  /** `padded × padded` floats, whole pivots. */
  matrix: usize;
  padded: i32;
  /** First row of the present pivot. */
  pivot: i32;
  /** A_K· and P A_K·: for each eight columns, 64 rows of eight floats. */
  rows: usize;
  product: usize;
  /** P, 64 × 64 floats. */
  inverse: usize;
  /** 64 × 64 doubles. */
  work: usize;
}

const width: i32 = 64;
/** Bytes of one group of eight columns. */
const groupBytes: usize = 64 * 32;
/** Groups whose rows and products lie in the first-level cache together. */
const groupsAtOnce: i32 = 8;

/** Copies the pivot's rows out of the upper triangle and inverts its square; 0 where it is not positive definite. */
export function gatherPivot(job: InverseJob): i32 {
  const stride = (<usize>job.padded) << 2;
  const pivot = job.pivot;
  for (let row = 0; row < pivot; row++) {
    const from = job.matrix + <usize>row * stride + ((<usize>pivot) << 2);
    const to = job.rows + <usize>(row >> 3) * groupBytes + ((<usize>(row & 7)) << 2);
    for (let p = 0; p < width; p++) store<f32>(to + ((<usize>p) << 5), load<f32>(from + ((<usize>p) << 2)));
  }
  for (let p = 0; p < width; p++) {
    const from = job.matrix + <usize>(pivot + p) * stride;
    for (let column = pivot + width; column < job.padded; column += 8) {
      const to = job.rows + <usize>(column >> 3) * groupBytes + ((<usize>p) << 5);
      v128.store(to, v128.load(from + ((<usize>column) << 2)));
      v128.store(to, v128.load(from + ((<usize>column) << 2), 16), 16);
    }
  }
  for (let p = 0; p < width; p++) {
    for (let q = p; q < width; q++) {
      const value = <f64>load<f32>(job.matrix + <usize>(pivot + p) * stride + ((<usize>(pivot + q)) << 2));
      store<f64>(job.work + ((<usize>(p * width + q)) << 3), value);
      store<f64>(job.work + ((<usize>(q * width + p)) << 3), value);
    }
  }
  return invertWork(job);
}

/** Gauss and Jordan in float64; a positive definite matrix needs no pivoting. */
function invertWork(job: InverseJob): i32 {
  const work = job.work;
  for (let k = 0; k < width; k++) {
    const rowK = work + ((<usize>(k * width)) << 3);
    const pivot = load<f64>(rowK + ((<usize>k) << 3));
    if (!(pivot > 0)) return 0;
    const scale = 1 / pivot;
    store<f64>(rowK + ((<usize>k) << 3), 1);
    for (let j = 0; j < width; j++) store<f64>(rowK + ((<usize>j) << 3), scale * load<f64>(rowK + ((<usize>j) << 3)));
    for (let i = 0; i < width; i++) {
      if (i === k) continue;
      const rowI = work + ((<usize>(i * width)) << 3);
      const factor = load<f64>(rowI + ((<usize>k) << 3));
      store<f64>(rowI + ((<usize>k) << 3), 0);
      for (let j = 0; j < width; j++) {
        const at = (<usize>j) << 3;
        store<f64>(rowI + at, load<f64>(rowI + at) - factor * load<f64>(rowK + at));
      }
    }
  }
  for (let at = 0; at < width * width; at++) {
    store<f32>(job.inverse + ((<usize>at) << 2), <f32>load<f64>(work + ((<usize>at) << 3)));
  }
  return 1;
}

/** product = P · rows for 64 columns, which are then the pivot's new rows. */
export function pivotRowsBlock(job: InverseJob, scratch: usize, block: i32): void {
  const stride = (<usize>job.padded) << 2;
  const pivot = job.pivot;
  const first = block * width;
  if (first === pivot) {
    for (let p = 0; p < width; p++) {
      const to = job.matrix + <usize>(pivot + p) * stride + ((<usize>pivot) << 2);
      const from = job.inverse + ((<usize>(p * width)) << 2);
      for (let at: usize = 0; at < 256; at += 16) v128.store(to + at, f32x4.neg(v128.load(from + at)));
    }
    return;
  }
  for (let column = first; column < first + width; column += 8) {
    const rows = job.rows + <usize>(column >> 3) * groupBytes;
    const product = job.product + <usize>(column >> 3) * groupBytes;
    for (let q = 0; q < width; q += 4) multiplyTile(job.inverse + ((<usize>(q * width)) << 2), rows, product + ((<usize>q) << 5));
    if (column > pivot) {
      for (let q = 0; q < width; q++) {
        const to = job.matrix + <usize>(pivot + q) * stride + ((<usize>column) << 2);
        v128.store(to, v128.load(product + ((<usize>q) << 5)));
        v128.store(to, v128.load(product + ((<usize>q) << 5), 16), 16);
      }
    } else {
      for (let lane = 0; lane < 8; lane++) {
        const to = job.matrix + <usize>(column + lane) * stride + ((<usize>pivot) << 2);
        for (let q = 0; q < width; q++) {
          store<f32>(to + ((<usize>q) << 2), load<f32>(product + ((<usize>q) << 5) + ((<usize>lane) << 2)));
        }
      }
    }
  }
}

/** Four rows of P times eight columns. */
function multiplyTile(left: usize, right: usize, out: usize): void {
  for (let row = 0; row < 4; row++) {
    let low = f32x4.splat(0);
    let high = f32x4.splat(0);
    const from = left + ((<usize>(row * width)) << 2);
    for (let p = 0; p < width; p++) {
      const x = v128.load32_splat(from + ((<usize>p) << 2));
      low = f32x4.add(low, f32x4.mul(x, v128.load(right + ((<usize>p) << 5))));
      high = f32x4.add(high, f32x4.mul(x, v128.load(right + ((<usize>p) << 5), 16)));
    }
    v128.store(out + ((<usize>row) << 5), low);
    v128.store(out + ((<usize>row) << 5), high, 16);
  }
}

/** The 64 rows of the block, right of the diagonal, less what the pivot accounts for. */
export function sweepRowsBlock(job: InverseJob, scratch: usize, block: i32): void {
  const stride = (<usize>job.padded) << 2;
  const first = block * width;
  if (first === job.pivot) return;
  const groups = job.padded >> 3;
  const pivotGroup = job.pivot >> 3;
  for (let from = first >> 3; from < groups; from += groupsAtOnce) {
    if (from === pivotGroup) continue;
    for (let row = first; row < first + width; row += 4) {
      const left = job.rows + <usize>(row >> 3) * groupBytes + ((<usize>(row & 4)) << 2);
      const out = job.matrix + <usize>row * stride;
      const to = from + groupsAtOnce;
      for (let group = max(from, row >> 3); group < to; group++) {
        subtractGroupTile(left, job.product + <usize>group * groupBytes, width, out + ((<usize>group) << 5), stride);
      }
    }
  }
}

/** Turns −A⁻¹ in the upper triangle into the whole of A⁻¹, for the 64 rows of the block and their columns. */
export function finishRowsBlock(job: InverseJob, scratch: usize, block: i32): void {
  const stride = (<usize>job.padded) << 2;
  for (let row = block * width; row < (block + 1) * width; row++) {
    for (let column = row; column < job.padded; column++) {
      const at = job.matrix + <usize>row * stride + ((<usize>column) << 2);
      const value = -load<f32>(at);
      store<f32>(at, value);
      store<f32>(job.matrix + <usize>column * stride + ((<usize>row) << 2), value);
    }
  }
}
