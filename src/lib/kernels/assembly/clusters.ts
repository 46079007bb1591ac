import { indexAt } from './job';
import { sumLanes } from './vectors';

/**
 * What one pass over all points works on; the field order is the one that core/math/simd/clusters.ts writes. Points are
 * taken eight together, so rows are allocated up to a multiple of eight, and blocks begin at one.
 */
@unmanaged
export class ClusterJob {
  /** First row of each block, and one past the last. */
  blockStarts: usize;
  /** `stride` floats a row, zeros past the last column. */
  points: usize;
  /** A multiple of four. */
  stride: i32;
  /**
   * Taken off every point before it is compared, and off the centres: a place amid them, so that the inner products stay
   * small where the points lie far from zero.
   */
  shift: usize;
  /** How many centres, and groups of four of them. */
  k: i32;
  groups: i32;
  /** For each group and column, four floats; zeros past the last centre. */
  grouped: usize;
  /** −‖c‖² / 2 of each centre of the groups, and −Infinity past the last. */
  offsets: usize;
  /** The centres without the shift, `stride` floats each. */
  centres: usize;
  /** Of each row: its centre (int32, −1 for none yet), and a squared distance (float32). */
  labels: usize;
  distances: usize;
  /** For each block, float64: what its points add to the centres' sums (k × stride), or its part of the potentials or of the inertia. */
  sums: usize;
  /** For each block, k + 1 int32: what its points add to the centres' sizes, and how many labels have changed. */
  counts: usize;
  /** 1 where `nearerBlock` keeps what it finds. */
  keep: i32;
  /** The sum of the largest moves that centres have made from step to step, float32 and not rounded down. */
  moved: f32;
  /** For each eight rows: the `moved` up to which none of them can change its label, float32. */
  limits: usize;
  /** Largest ‖c‖² of the centres less the shift. */
  longest: f32;
}

/** Eight points being compared: the squared lengths of them, the greatest scores and the second ones, four a vector. */
const lengths: usize = 32;
const bests: usize = 64;
const seconds: usize = 96;

/**
 * Labels each point with its nearest centre, and writes what that changes in the centres' sums and sizes. Scratch:
 * 8 · stride + 32 floats.
 *
 * Where the second nearest centre is farther than the nearest by `gap`, and no centre has moved by gap / 2 since, the
 * label is the same (after Hamerly 2010, with one bound for eight points): then the points are not even read.
 */
export function lloydBlock(job: ClusterJob, scratch: usize, block: i32): void {
  const rowBytes = (<usize>job.stride) << 2;
  const sums = job.sums + (<usize>block * job.k * rowBytes << 1);
  const counts = job.counts + ((<usize>block * (job.k + 1)) << 2);
  memory.fill(sums, 0, (<usize>job.k * rowBytes) << 1);
  memory.fill(counts, 0, (<usize>(job.k + 1)) << 2);
  const found = scratch + (rowBytes << 3);
  const to = indexAt(job.blockStarts, block + 1);
  let changed = 0;
  for (let row = indexAt(job.blockStarts, block); row < to; row += 8) {
    const limit = job.limits + ((<usize>row) >> 1);
    if (job.moved < load<f32>(limit)) continue;
    transposeEight(job, row, scratch, found);
    nearestOfEight(job, scratch, found);
    store<f32>(limit, limitOfEight(job, found));
    const labels = job.labels + ((<usize>row) << 2);
    const differs = v128.or(
      v128.xor(v128.load(labels), v128.load(found)),
      v128.xor(v128.load(labels, 16), v128.load(found, 16)),
    );
    if (!v128.any_true(differs)) continue;
    const count = min(8, to - row);
    for (let lane = 0; lane < count; lane++) {
      const before = indexAt(labels, lane);
      const label = indexAt(found, lane);
      if (before === label) continue;
      const point = job.points + <usize>(row + lane) * rowBytes;
      changed++;
      addRow(sums + (<usize>label * rowBytes << 1), point, rowBytes, 1);
      addTo(counts, label, 1);
      if (before >= 0) {
        addRow(sums + (<usize>before * rowBytes << 1), point, rowBytes, -1);
        addTo(counts, before, -1);
      }
    }
    v128.store(labels, v128.load(found));
    v128.store(labels, v128.load(found, 16), 16);
  }
  store<i32>(counts + ((<usize>job.k) << 2), changed);
}

/** Labels each point with its nearest centre. Scratch as above. */
export function nearestBlock(job: ClusterJob, scratch: usize, block: i32): void {
  const found = scratch + ((<usize>job.stride) << 5);
  const to = indexAt(job.blockStarts, block + 1);
  for (let row = indexAt(job.blockStarts, block); row < to; row += 8) {
    transposeEight(job, row, scratch, found);
    nearestOfEight(job, scratch, found);
    const labels = job.labels + ((<usize>row) << 2);
    v128.store(labels, v128.load(found));
    v128.store(labels, v128.load(found, 16), 16);
  }
}

/** The squared distance of each point to the centre of its label, and the block's sum of them. */
export function distanceBlock(job: ClusterJob, scratch: usize, block: i32): void {
  const rowBytes = (<usize>job.stride) << 2;
  const to = indexAt(job.blockStarts, block + 1);
  let inertia: f64 = 0;
  for (let row = indexAt(job.blockStarts, block); row < to; row++) {
    const point = job.points + <usize>row * rowBytes;
    const centre = job.centres + <usize>indexAt(job.labels, row) * rowBytes;
    let sum = f32x4.splat(0);
    for (let at: usize = 0; at < rowBytes; at += 16) {
      sum = addSquare(sum, f32x4.sub(v128.load(point + at), v128.load(centre + at)));
    }
    const distance = sumLanes(sum);
    store<f32>(job.distances + ((<usize>row) << 2), distance);
    inertia += <f64>distance;
  }
  store<f64>(job.sums + ((<usize>block) << 3), inertia);
}

/**
 * For each centre: the sum over the block of min(`distances`, squared distance to it). With `keep`, the minima for the
 * first centre become the distances; those of rows past the last point are 0 and stay so. Scratch as above.
 */
export function nearerBlock(job: ClusterJob, scratch: usize, block: i32): void {
  const to = indexAt(job.blockStarts, block + 1);
  const columnsEnd = (<usize>job.stride) << 5;
  const out = job.sums + ((<usize>block * job.groups) << 5);
  memory.fill(out, 0, (<usize>job.groups) << 5);
  for (let row = indexAt(job.blockStarts, block); row < to; row += 8) {
    transposeEight(job, row, scratch, scratch + columnsEnd);
    const distances = job.distances + ((<usize>row) << 2);
    const known0 = v128.load(distances);
    const known1 = v128.load(distances, 16);
    let centre = job.grouped;
    for (let group = 0; group < job.groups; group++) {
      let a0 = f32x4.splat(0);
      let a1 = a0;
      let a2 = a0;
      let a3 = a0;
      let b0 = a0;
      let b1 = a0;
      let b2 = a0;
      let b3 = a0;
      for (let at: usize = 0; at < columnsEnd; at += 32) {
        const x = v128.load(scratch + at);
        const y = v128.load(scratch + at, 16);
        const c0 = v128.load32_splat(centre);
        a0 = addSquare(a0, f32x4.sub(x, c0));
        b0 = addSquare(b0, f32x4.sub(y, c0));
        const c1 = v128.load32_splat(centre, 4);
        a1 = addSquare(a1, f32x4.sub(x, c1));
        b1 = addSquare(b1, f32x4.sub(y, c1));
        const c2 = v128.load32_splat(centre, 8);
        a2 = addSquare(a2, f32x4.sub(x, c2));
        b2 = addSquare(b2, f32x4.sub(y, c2));
        const c3 = v128.load32_splat(centre, 12);
        a3 = addSquare(a3, f32x4.sub(x, c3));
        b3 = addSquare(b3, f32x4.sub(y, c3));
        centre += 16;
      }
      const sums = out + ((<usize>group) << 5);
      a0 = f32x4.pmin(known0, a0);
      b0 = f32x4.pmin(known1, b0);
      addDouble(sums, sumInDoubles(a0, b0));
      addDouble(sums + 8, sumInDoubles(f32x4.pmin(known0, a1), f32x4.pmin(known1, b1)));
      addDouble(sums + 16, sumInDoubles(f32x4.pmin(known0, a2), f32x4.pmin(known1, b2)));
      addDouble(sums + 24, sumInDoubles(f32x4.pmin(known0, a3), f32x4.pmin(known1, b3)));
      if (job.keep && group === 0) {
        v128.store(distances, a0);
        v128.store(distances, b0, 16);
      }
    }
  }
}

/** Eight points less the shift into `panel`: for each column, eight floats; and their squared lengths into `found`. */
function transposeEight(job: ClusterJob, row: i32, panel: usize, found: usize): void {
  const rowBytes = (<usize>job.stride) << 2;
  const low = job.points + <usize>row * rowBytes;
  v128.store(found + lengths, transposeFour(low, rowBytes, job.shift, panel));
  v128.store(found + lengths, transposeFour(low + (rowBytes << 2), rowBytes, job.shift, panel + 16), 16);
}

function transposeFour(p0: usize, rowBytes: usize, shift: usize, panel: usize): v128 {
  const p1 = p0 + rowBytes;
  const p2 = p1 + rowBytes;
  const p3 = p2 + rowBytes;
  let squares = f32x4.splat(0);
  for (let at: usize = 0; at < rowBytes; at += 16) {
    const s = v128.load(shift + at);
    const x0 = f32x4.sub(v128.load(p0 + at), s);
    const x1 = f32x4.sub(v128.load(p1 + at), s);
    const x2 = f32x4.sub(v128.load(p2 + at), s);
    const x3 = f32x4.sub(v128.load(p3 + at), s);
    const low01 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5);
    const high01 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7);
    const low23 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5);
    const high23 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7);
    const y0 = v128.shuffle<f32>(low01, low23, 0, 1, 4, 5);
    const y1 = v128.shuffle<f32>(low01, low23, 2, 3, 6, 7);
    const y2 = v128.shuffle<f32>(high01, high23, 0, 1, 4, 5);
    const y3 = v128.shuffle<f32>(high01, high23, 2, 3, 6, 7);
    v128.store(panel, y0);
    v128.store(panel, y1, 32);
    v128.store(panel, y2, 64);
    v128.store(panel, y3, 96);
    const a = f32x4.add(f32x4.mul(y0, y0), f32x4.mul(y1, y1));
    squares = f32x4.add(squares, f32x4.add(a, f32x4.add(f32x4.mul(y2, y2), f32x4.mul(y3, y3))));
    panel += 128;
  }
  return squares;
}

/**
 * The nearest centre of eight points, eight int32 at `found`, with the scores x·c − ‖c‖²/2 of the nearest (the greatest)
 * and the second nearest; of equals the lower one. Four centres at a time, whose eight accumulators stay in registers:
 * the engine loads all that a round of the loop needs at its start, so a longer round would spill them.
 */
function nearestOfEight(job: ClusterJob, panel: usize, found: usize): void {
  const panelEnd = panel + ((<usize>job.stride) << 5);
  let best0 = f32x4.splat(-Infinity);
  let best1 = best0;
  let second0 = best0;
  let second1 = best0;
  let label0 = i32x4.splat(0);
  let label1 = label0;
  let centre = job.grouped;
  let offsets = job.offsets;
  for (let group = 0; group < job.groups; group++) {
    let a0 = v128.load32_splat(offsets);
    let a1 = v128.load32_splat(offsets, 4);
    let a2 = v128.load32_splat(offsets, 8);
    let a3 = v128.load32_splat(offsets, 12);
    let b0 = a0;
    let b1 = a1;
    let b2 = a2;
    let b3 = a3;
    for (let at = panel; at < panelEnd; at += 32) {
      const x = v128.load(at);
      const y = v128.load(at, 16);
      const c0 = v128.load32_splat(centre);
      a0 = f32x4.add(a0, f32x4.mul(x, c0));
      b0 = f32x4.add(b0, f32x4.mul(y, c0));
      const c1 = v128.load32_splat(centre, 4);
      a1 = f32x4.add(a1, f32x4.mul(x, c1));
      b1 = f32x4.add(b1, f32x4.mul(y, c1));
      const c2 = v128.load32_splat(centre, 8);
      a2 = f32x4.add(a2, f32x4.mul(x, c2));
      b2 = f32x4.add(b2, f32x4.mul(y, c2));
      const c3 = v128.load32_splat(centre, 12);
      a3 = f32x4.add(a3, f32x4.mul(x, c3));
      b3 = f32x4.add(b3, f32x4.mul(y, c3));
      centre += 16;
    }
    const first = i32x4.splat(group << 2);
    const ones = i32x4.splat(1);
    label0 = v128.bitselect(first, label0, f32x4.gt(a0, best0));
    second0 = f32x4.pmax(second0, f32x4.pmin(a0, best0));
    best0 = f32x4.pmax(best0, a0);
    label1 = v128.bitselect(first, label1, f32x4.gt(b0, best1));
    second1 = f32x4.pmax(second1, f32x4.pmin(b0, best1));
    best1 = f32x4.pmax(best1, b0);
    const next = i32x4.add(first, ones);
    label0 = v128.bitselect(next, label0, f32x4.gt(a1, best0));
    second0 = f32x4.pmax(second0, f32x4.pmin(a1, best0));
    best0 = f32x4.pmax(best0, a1);
    label1 = v128.bitselect(next, label1, f32x4.gt(b1, best1));
    second1 = f32x4.pmax(second1, f32x4.pmin(b1, best1));
    best1 = f32x4.pmax(best1, b1);
    const third = i32x4.add(next, ones);
    label0 = v128.bitselect(third, label0, f32x4.gt(a2, best0));
    second0 = f32x4.pmax(second0, f32x4.pmin(a2, best0));
    best0 = f32x4.pmax(best0, a2);
    label1 = v128.bitselect(third, label1, f32x4.gt(b2, best1));
    second1 = f32x4.pmax(second1, f32x4.pmin(b2, best1));
    best1 = f32x4.pmax(best1, b2);
    const fourth = i32x4.add(third, ones);
    label0 = v128.bitselect(fourth, label0, f32x4.gt(a3, best0));
    second0 = f32x4.pmax(second0, f32x4.pmin(a3, best0));
    best0 = f32x4.pmax(best0, a3);
    label1 = v128.bitselect(fourth, label1, f32x4.gt(b3, best1));
    second1 = f32x4.pmax(second1, f32x4.pmin(b3, best1));
    best1 = f32x4.pmax(best1, b3);
    offsets += 16;
  }
  v128.store(found, label0);
  v128.store(found, label1, 16);
  v128.store(found + bests, best0);
  v128.store(found + bests, best1, 16);
  v128.store(found + seconds, second0);
  v128.store(found + seconds, second1, 16);
}

/** The `moved` below which none of the eight points can have another nearest centre. */
function limitOfEight(job: ClusterJob, found: usize): f32 {
  const half = f32x4.pmin(halfGaps(job, found), halfGaps(job, found + 16));
  let least = f32x4.pmin(half, v128.shuffle<f32>(half, half, 2, 3, 0, 1));
  least = f32x4.pmin(least, v128.shuffle<f32>(least, least, 1, 0, 3, 2));
  // What `moved` loses in float32 comes off.
  return f32x4.extract_lane(least, 0) + job.moved * 0.999999;
}

/**
 * (d₂ − d₁) / 2 of four points from d² = ‖x‖² − 2 · score, less what the scores may be off by in float32 (tests look at
 * hundreds of columns): a gap that is smaller counts as none, and one that is no number as none either.
 */
function halfGaps(job: ClusterJob, found: usize): v128 {
  const two = f32x4.splat(2);
  const zero = f32x4.splat(0);
  const length = v128.load(found + lengths);
  const best = f32x4.mul(two, v128.load(found + bests));
  const second = f32x4.mul(two, v128.load(found + seconds));
  const error = f32x4.mul(f32x4.splat(1e-5), f32x4.add(length, f32x4.splat(job.longest)));
  const difference = f32x4.sub(f32x4.sub(best, second), error);
  const d1 = f32x4.sqrt(f32x4.pmax(zero, f32x4.sub(length, best)));
  const d2 = f32x4.sqrt(f32x4.pmax(zero, f32x4.sub(length, second)));
  const gap = f32x4.div(difference, f32x4.mul(two, f32x4.add(d1, d2)));
  return f32x4.pmax(f32x4.splat(-1), gap);
}

/** sums += sign · point, in float64. */
function addRow(sums: usize, point: usize, rowBytes: usize, sign: f64): void {
  const s = f64x2.splat(sign);
  for (let at: usize = 0; at < rowBytes; at += 16) {
    const x = v128.load(point + at);
    const low = f64x2.promote_low_f32x4(x);
    const high = f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3));
    const out = sums + (at << 1);
    v128.store(out, f64x2.add(v128.load(out), f64x2.mul(s, low)));
    v128.store(out, f64x2.add(v128.load(out, 16), f64x2.mul(s, high)), 16);
  }
}

// @ts-ignore: decorator
@inline
function addTo(counts: usize, index: i32, value: i32): void {
  store<i32>(counts + ((<usize>index) << 2), indexAt(counts, index) + value);
}

// @ts-ignore: decorator
@inline
function addSquare(sum: v128, difference: v128): v128 {
  return f32x4.add(sum, f32x4.mul(difference, difference));
}

// @ts-ignore: decorator
@inline
function addDouble(at: usize, value: f64): void {
  store<f64>(at, load<f64>(at) + value);
}

// @ts-ignore: decorator
@inline
function sumInDoubles(a: v128, b: v128): f64 {
  const low = f64x2.add(f64x2.promote_low_f32x4(a), f64x2.promote_low_f32x4(b));
  const high = f64x2.add(
    f64x2.promote_low_f32x4(v128.shuffle<f32>(a, a, 2, 3, 2, 3)),
    f64x2.promote_low_f32x4(v128.shuffle<f32>(b, b, 2, 3, 2, 3)),
  );
  const sum = f64x2.add(low, high);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}
