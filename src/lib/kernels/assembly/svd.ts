import { floatAt, indexAt } from './job';
import { addGroupTile } from './tiles';

/**
 * The heavy steps of block Lanczos (core/math/svd). Vectors come eight at a time: a *group* is eight floats a row. The
 * field order of both records is the one that core/math/simd/svd.ts writes.
 */
@unmanaged
export class SparseJob {
  /** First row of each block, and one past the last. */
  blockStarts: usize;
  rowStarts: usize;
  columns: usize;
  values: usize;
  /** One group over the columns, and one over the rows. */
  input: usize;
  output: usize;
}

/** Groups of the basis lie in panels of 64 rows: all groups of one panel, then those of the next. */
@unmanaged
export class BasisJob {
  /** First panel of each block, and one past the last. */
  blockStarts: usize;
  basis: usize;
  /** From one panel to the next. */
  panelBytes: usize;
  /** One group that is being worked on, panel after panel. */
  work: usize;
  /** Which groups of the basis take part. */
  first: i32;
  count: i32;
  /** 8 × 8 floats for each of them; when rotating, for each outgoing group and each of them. */
  coefficients: usize;
  /** For each block and group 8 × 8 floats. */
  partials: usize;
  /** How many groups come out of a rotation. */
  outgoing: i32;
}

const panelRows: i32 = 64;
/** Bytes of one group in one panel, and of 8 × 8 coefficients. */
const groupBytes: usize = 64 * 32;
const squareBytes: usize = 8 * 32;

/** output = A · input for the rows of the block. */
export function sparseBlock(job: SparseJob, scratch: usize, block: i32): void {
  const to = indexAt(job.blockStarts, block + 1);
  for (let row = indexAt(job.blockStarts, block); row < to; row++) {
    let low = f32x4.splat(0);
    let high = f32x4.splat(0);
    const last = indexAt(job.rowStarts, row + 1);
    for (let entry = indexAt(job.rowStarts, row); entry < last; entry++) {
      const from = job.input + ((<usize>indexAt(job.columns, entry)) << 5);
      const value = f32x4.splat(floatAt(job.values, entry));
      low = f32x4.add(low, f32x4.mul(value, v128.load(from)));
      high = f32x4.add(high, f32x4.mul(value, v128.load(from, 16)));
    }
    const out = job.output + ((<usize>row) << 5);
    v128.store(out, low);
    v128.store(out, high, 16);
  }
}

/** partials[block] = Qᵢᵀ W for each of the groups i. */
export function projectBlock(job: BasisJob, scratch: usize, block: i32): void {
  const partials = job.partials + <usize>block * job.count * squareBytes;
  memory.fill(partials, 0, <usize>job.count * squareBytes);
  const to = indexAt(job.blockStarts, block + 1);
  for (let panel = indexAt(job.blockStarts, block); panel < to; panel++) {
    const work = job.work + <usize>panel * groupBytes;
    let group = job.basis + <usize>panel * job.panelBytes + <usize>job.first * groupBytes;
    let out = partials;
    for (let i = 0; i < job.count; i++) {
      addGroupTile(group, work, panelRows, out, 32);
      addGroupTile(group + 16, work, panelRows, out + 128, 32);
      group += groupBytes;
      out += squareBytes;
    }
  }
}

/** W += Σᵢ Qᵢ Cᵢ. */
export function combineBlock(job: BasisJob, scratch: usize, block: i32): void {
  const to = indexAt(job.blockStarts, block + 1);
  for (let panel = indexAt(job.blockStarts, block); panel < to; panel++) {
    const groups = job.basis + <usize>panel * job.panelBytes + <usize>job.first * groupBytes;
    addProducts(groups, job.coefficients, job.count, job.work + <usize>panel * groupBytes);
  }
}

/** The first `count` groups give way to `outgoing` ones: Q_g = Σᵢ Qᵢ C_gi. Scratch: `outgoing` groups of one panel. */
export function rotateBlock(job: BasisJob, scratch: usize, block: i32): void {
  const bytes = <usize>job.outgoing * groupBytes;
  const to = indexAt(job.blockStarts, block + 1);
  for (let panel = indexAt(job.blockStarts, block); panel < to; panel++) {
    const groups = job.basis + <usize>panel * job.panelBytes;
    memory.fill(scratch, 0, bytes);
    for (let g = 0; g < job.outgoing; g++) {
      const coefficients = job.coefficients + <usize>(g * job.count) * squareBytes;
      addProducts(groups, coefficients, job.count, scratch + <usize>g * groupBytes);
    }
    memory.copy(groups, scratch, bytes);
  }
}

/** out += Σᵢ groupᵢ · coefficientsᵢ over one panel, four rows at a time. */
function addProducts(groups: usize, coefficients: usize, count: i32, out: usize): void {
  const outEnd = out + groupBytes;
  const coefficientsEnd = coefficients + <usize>count * squareBytes;
  for (; out < outEnd; out += 128) {
    let a00 = v128.load(out);
    let a01 = v128.load(out, 16);
    let a10 = v128.load(out, 32);
    let a11 = v128.load(out, 48);
    let a20 = v128.load(out, 64);
    let a21 = v128.load(out, 80);
    let a30 = v128.load(out, 96);
    let a31 = v128.load(out, 112);
    let left = groups;
    for (let square = coefficients; square < coefficientsEnd; square += squareBytes) {
      for (let p: usize = 0; p < 8; p++) {
        const y0 = v128.load(square + (p << 5));
        const y1 = v128.load(square + (p << 5), 16);
        const from = left + (p << 2);
        const x0 = v128.load32_splat(from);
        a00 = f32x4.add(a00, f32x4.mul(x0, y0));
        a01 = f32x4.add(a01, f32x4.mul(x0, y1));
        const x1 = v128.load32_splat(from, 32);
        a10 = f32x4.add(a10, f32x4.mul(x1, y0));
        a11 = f32x4.add(a11, f32x4.mul(x1, y1));
        const x2 = v128.load32_splat(from, 64);
        a20 = f32x4.add(a20, f32x4.mul(x2, y0));
        a21 = f32x4.add(a21, f32x4.mul(x2, y1));
        const x3 = v128.load32_splat(from, 96);
        a30 = f32x4.add(a30, f32x4.mul(x3, y0));
        a31 = f32x4.add(a31, f32x4.mul(x3, y1));
      }
      left += groupBytes;
    }
    v128.store(out, a00);
    v128.store(out, a01, 16);
    v128.store(out, a10, 32);
    v128.store(out, a11, 48);
    v128.store(out, a20, 64);
    v128.store(out, a21, 80);
    v128.store(out, a30, 96);
    v128.store(out, a31, 112);
    groups += 128;
  }
}
