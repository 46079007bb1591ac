import { indexAt } from './job';
import { leafFigures, leafFiguresBytes, splitBytes, TreesJob } from './treesJob';

/** Leaves' figures. */
// @ts-ignore: decorator
@inline
function figure(leaf: usize, at: usize): f64 {
  return load<f64>(leaf + (at << 3));
}

const fewCategories = 4;

/**
 * For some of the columns that are looked at: the histogram of the leaf that was added up, that of its sibling as what is
 * left of their parent's, and the best split of both. core/math/trees/bestSplit.ts, operation by operation. Scratch:
 * 256 float64 and 256 int32.
 */
export function splitsBlock(job: TreesJob, scratch: usize, block: i32): void {
  const from = block * job.step;
  const to = min(job.usedCount, from + job.step);
  const small = changetype<usize>(job) + leafFigures;
  const large = small + leafFiguresBytes;
  for (let u = from; u < to; u++) {
    const column = indexAt(job.used, u);
    const offset = <usize>indexAt(job.offsets, column);
    const bytes = (<usize>(indexAt(job.known, column) + 1)) << 3;
    const here = job.small + offset;
    if (job.parts > 0) {
      memory.copy(here, job.partials + offset, bytes);
      for (let part = 1; part < job.parts; part++) {
        const other = job.partials + <usize>part * job.histogramBytes + offset;
        for (let at: usize = 0; at < bytes; at += 8) store<i64>(here + at, load<i64>(here + at) + load<i64>(other + at));
      }
    }
    const out = job.splits + <usize>u * splitBytes;
    findSplit(job, scratch, column, here, small, out);
    if (job.large) {
      const there = job.large + offset;
      for (let at: usize = 0; at < bytes; at += 8) store<i64>(there + at, load<i64>(there + at) - load<i64>(here + at));
      findSplit(job, scratch, column, there, large, out + <usize>job.usedCount * splitBytes);
    }
  }
}

function findSplit(job: TreesJob, scratch: usize, column: i32, histogram: usize, leaf: usize, out: usize): void {
  store<f64>(out, 0);
  // A leaf that will not be split.
  if (figure(leaf, 0) < 0) return;
  if (indexAt(job.kinds, column) === 1) bestOfCategories(job, scratch, column, histogram, leaf, out);
  else if (job.bounded) bestOfBoundedNumber(job, column, histogram, leaf, out);
  else bestOfNumber(job, column, histogram, leaf, out);
}

// @ts-ignore: decorator
@inline
function gradientOf(pair: i64): f64 {
  return <f64>(<i32>(pair >> 32));
}

// @ts-ignore: decorator
@inline
function hessianOf(pair: i64): f64 {
  return <f64>(<u32>pair);
}

function bestOfNumber(job: TreesJob, column: i32, histogram: usize, leaf: usize, out: usize): void {
  const known = indexAt(job.known, column);
  const missing = indexAt(job.missing, column);
  const gone = missing ? load<i64>(histogram + ((<usize>known) << 3)) : 0;
  const sides = missing && gone !== 0 ? 2 : 1;
  const last = missing ? known : known - 1;
  const gradient = figure(leaf, 1);
  const hessian = figure(leaf, 2);
  const rowsOfUnit = figure(leaf, 0) / hessian;
  const l2 = job.l2;
  const minRows = job.minRows;
  const minHessian = job.minHessian;
  const gradientUnit = job.gradientUnit;
  const hessianUnit = job.hessianUnit;
  const whole = square(gradient * gradientUnit) / (hessian * hessianUnit + l2);
  const penalty = f64x2.splat(l2);
  let best: f64 = 0;
  let sum: i64 = 0;
  for (let bin = 0; bin < last; bin++) {
    const here = load<i64>(histogram + ((<usize>bin) << 3));
    // An empty bin splits as the one before it does.
    if (here === 0 && bin > 0) continue;
    sum += here;
    for (let side = 0; side < sides; side++) {
      const left = side === 1 ? sum + gone : sum;
      const h = hessianOf(left);
      const rest = hessian - h;
      if (h * rowsOfUnit < minRows || rest * rowsOfUnit < minRows) continue;
      const hl = h * hessianUnit;
      const hr = rest * hessianUnit;
      if (hl < minHessian || hr < minHessian) continue;
      const g = gradientOf(left);
      const both = f64x2.replace_lane(f64x2.splat(g * gradientUnit), 1, (gradient - g) * gradientUnit);
      const below = f64x2.add(f64x2.replace_lane(f64x2.splat(hl), 1, hr), penalty);
      const gains = f64x2.div(f64x2.mul(both, both), below);
      const gain = f64x2.extract_lane(gains, 0) + f64x2.extract_lane(gains, 1) - whole;
      if (gain > best) {
        best = gain;
        keep(out, gain, g, h, bin, side);
      }
    }
  }
}

function bestOfBoundedNumber(job: TreesJob, column: i32, histogram: usize, leaf: usize, out: usize): void {
  const known = indexAt(job.known, column);
  const missing = indexAt(job.missing, column);
  const direction = indexAt(job.directions, column);
  const gone = missing ? load<i64>(histogram + ((<usize>known) << 3)) : 0;
  const last = missing ? known : known - 1;
  let best: f64 = 0;
  let sum: i64 = 0;
  for (let bin = 0; bin < last; bin++) {
    sum += load<i64>(histogram + ((<usize>bin) << 3));
    for (let side = 0; side <= missing; side++) {
      const left = side === 1 ? sum + gone : sum;
      const gain = judge(job, leaf, gradientOf(left), hessianOf(left), job.l2, direction);
      if (gain > best) {
        best = gain;
        keep(out, gain, gradientOf(left), hessianOf(left), bin, side);
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function square(x: f64): f64 {
  return x * x;
}

// @ts-ignore: decorator
@inline
function keep(out: usize, gain: f64, gradient: f64, hessian: f64, bin: i32, flags: i32): void {
  store<f64>(out, gain);
  store<f64>(out, gradient, 8);
  store<f64>(out, hessian, 16);
  store<i32>(out, bin, 24);
  store<i32>(out, flags, 28);
}

function part(job: TreesJob, leaf: usize, g: f64, h: f64): f64 {
  if (!job.bounded) return (g * g) / h;
  const value = leafValue(g, h, leaf);
  return -(2.0 * g * value + h * value * value);
}

function leafValue(g: f64, h: f64, leaf: usize): f64 {
  return min<f64>(figure(leaf, 4), max<f64>(figure(leaf, 3), -g / h));
}

function judge(job: TreesJob, leaf: usize, gradient: f64, hessian: f64, l2: f64, direction: i32): f64 {
  const all = figure(leaf, 2);
  const rowsOfUnit = figure(leaf, 0) / all;
  const rest = all - hessian;
  if (hessian * rowsOfUnit < job.minRows || rest * rowsOfUnit < job.minRows) return 0;
  const gl = gradient * job.gradientUnit;
  const hl = hessian * job.hessianUnit;
  const gr = (figure(leaf, 1) - gradient) * job.gradientUnit;
  const hr = rest * job.hessianUnit;
  if (hl < job.minHessian || hr < job.minHessian) return 0;
  if (direction !== 0) {
    const rise = leafValue(gr, hr + l2, leaf) - leafValue(gl, hl + l2, leaf);
    if (rise * <f64>direction < 0) return 0;
  }
  const whole = part(job, leaf, figure(leaf, 1) * job.gradientUnit, all * job.hessianUnit + job.l2);
  return part(job, leaf, gl, hl + l2) + part(job, leaf, gr, hr + l2) - whole;
}

function bestOfCategories(job: TreesJob, scratch: usize, column: i32, histogram: usize, leaf: usize, out: usize): void {
  const known = indexAt(job.known, column);
  const all = indexAt(job.missing, column) ? known + 1 : known;
  const rowsOfUnit = figure(leaf, 0) / figure(leaf, 2);
  let best: f64 = 0;
  if (all <= fewCategories) {
    for (let bin = 0; bin < all; bin++) {
      const pair = load<i64>(histogram + ((<usize>bin) << 3));
      const gain = judge(job, leaf, gradientOf(pair), hessianOf(pair), job.l2, 0);
      if (!(gain > best)) continue;
      best = gain;
      keep(out, gain, gradientOf(pair), hessianOf(pair), -1, bin === known ? 3 : 2);
      memory.fill(out + 32, 0, 32);
      addMember(out, bin);
    }
    return;
  }
  const l2 = job.l2 + job.categoryL2;
  const order = scratch + 2048;
  let count = 0;
  for (let bin = 0; bin < all; bin++) {
    const pair = load<i64>(histogram + ((<usize>bin) << 3));
    if (hessianOf(pair) * rowsOfUnit < job.categorySmoothing) continue;
    const quotient = (gradientOf(pair) * job.gradientUnit) / (hessianOf(pair) * job.hessianUnit + job.categorySmoothing);
    let at = count++;
    for (; at > 0 && load<f64>(scratch + ((<usize>(at - 1)) << 3)) > quotient; at--) {
      store<f64>(scratch + ((<usize>at) << 3), load<f64>(scratch + ((<usize>(at - 1)) << 3)));
      store<i32>(order + ((<usize>at) << 2), indexAt(order, at - 1));
    }
    store<f64>(scratch + ((<usize>at) << 3), quotient);
    store<i32>(order + ((<usize>at) << 2), bin);
  }
  const most = min(<i32>job.mostCategories, (count + 1) >> 1);
  for (let end = 0; end < 2; end++) {
    let sum: i64 = 0;
    let group: f64 = 0;
    for (let i = 0; i < most; i++) {
      const pair = load<i64>(histogram + ((<usize>indexAt(order, end === 0 ? i : count - 1 - i)) << 3));
      sum += pair;
      group += hessianOf(pair) * rowsOfUnit;
      const h = hessianOf(sum);
      if (h * rowsOfUnit < job.minRows) continue;
      if ((figure(leaf, 2) - h) * rowsOfUnit < max<f64>(job.minRows, job.minRowsOfGroup)) break;
      if (group < job.minRowsOfGroup) continue;
      group = 0;
      const gain = judge(job, leaf, gradientOf(sum), h, l2, 0);
      if (!(gain > best)) continue;
      best = gain;
      keep(out, gain, gradientOf(sum), h, -1, 2);
      memory.fill(out + 32, 0, 32);
      for (let member = 0; member <= i; member++) addMember(out, indexAt(order, end === 0 ? member : count - 1 - member));
      if ((indexAt(out + 32, known >> 5) >>> (known & 31)) & 1) store<i32>(out, 3, 28);
    }
  }
}

function addMember(out: usize, bin: i32): void {
  const word = out + 32 + ((<usize>(bin >> 5)) << 2);
  store<i32>(word, load<i32>(word) | (1 << (bin & 31)));
}
