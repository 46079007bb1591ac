import { exactExp } from './exactExp';
import { indexAt, floatAt } from './job';
import { TreesJob } from './treesJob';

/** Rows whose sums are added up on their own; core/math/trees/derive.ts. */
const rowsOfDerivation = 16384;

/** Derivatives and loss of a block of rows. */
export function deriveBlock(job: TreesJob, scratch: usize, block: i32): void {
  const from = block * rowsOfDerivation;
  const to = min(job.rows, from + rowsOfDerivation);
  let sumOfGradients: f64 = 0;
  let sumOfHessians: f64 = 0;
  let sum: f64 = 0;
  let product: f64 = 1;
  for (let row = from; row < to; row++) {
    const weight: f32 = job.weights ? floatAt(job.weights, row) : 1;
    const label = <f64>floatAt(job.labels, row);
    let gradient: f64;
    let hessian: f64 = 1;
    if (job.loss === 0) {
      const chance = 1.0 / (1.0 + exactExp(-load<f64>(job.scores + ((<usize>row) << 3))));
      gradient = chance - label;
      hessian = chance * (1.0 - chance);
      const happened = max<f64>(1.0 - abs(gradient), 1e-100);
      if (weight !== 1) sum -= <f64>weight * Math.log(happened);
      else {
        product *= happened;
        if (product < 1e-200) {
          sum -= Math.log(product);
          product = 1;
        }
      }
    } else if (job.loss === 1) {
      gradient = load<f64>(job.scores + ((<usize>row) << 3)) - label;
      sum += (<f64>weight * gradient * gradient) / 2.0;
    } else {
      gradient = -label;
    }
    const g = <f32>(gradient * <f64>weight);
    const h = <f32>(hessian * <f64>weight);
    store<f32>(job.gradients + ((<usize>row) << 2), g);
    store<f32>(job.hessians + ((<usize>row) << 2), h);
    sumOfGradients += <f64>abs(g);
    sumOfHessians += <f64>h;
  }
  const out = job.sums + <usize>block * 24;
  store<f64>(out, sumOfGradients);
  store<f64>(out, sumOfHessians, 8);
  store<f64>(out, sum - Math.log(product), 16);
}

/** Derivatives as whole numbers into the rows' records. */
export function quantiseBlock(job: TreesJob, scratch: usize, block: i32): void {
  const from = block * rowsOfDerivation;
  const to = min(job.rows, from + rowsOfDerivation);
  let record = job.records + <usize>from * job.stride;
  for (let row = from; row < to; row++) {
    const hash = hashOf(row, job.seed);
    const g = Math.floor(<f64>floatAt(job.gradients, row) * job.gradientScale + (<f64>(hash & 0xffff) + 0.5) / 65536.0);
    const h = Math.floor(<f64>floatAt(job.hessians, row) * job.hessianScale + (<f64>(hash >>> 16) + 0.5) / 65536.0);
    store<i64>(record, (<i64>g << 32) + <i64>h);
    record += job.stride;
  }
}

function hashOf(row: i32, seed: i32): u32 {
  let z = <u32>((row * <i32>0x9e3779b9) ^ seed);
  z = (z ^ (z >>> 16)) * 0x21f0aaad;
  z = (z ^ (z >>> 15)) * 0x735a2d97;
  return z ^ (z >>> 15);
}

/** The bins of some rows, from their inputs. */
export function binBlock(job: TreesJob, scratch: usize, block: i32): void {
  const from = block * job.step;
  const to = min(job.stagingRows, from + job.step);
  let input = job.staging + ((<usize>(from * job.columns)) << 2);
  for (let row = from; row < to; row++) {
    const record = job.records + <usize>(job.stagingRow + row) * job.stride + 8;
    for (let c = 0; c < job.columns; c++) {
      store<u8>(record + c, <u8>binOf(job, c, load<f32>(input)));
      input += 4;
    }
  }
}

// @ts-ignore: decorator
@inline
function binOf(job: TreesJob, column: i32, value: f32): i32 {
  const known = indexAt(job.known, column);
  if (value !== value) return known;
  if (indexAt(job.kinds, column) === 1) return value >= 0 && value < <f32>known ? <i32>value : known;
  const edges = <usize>indexAt(job.edges, column);
  let low = 0;
  let length = known - 1;
  if (length === 0) return 0;
  while (length > 1) {
    const half = length >> 1;
    low += floatAt(edges, low + half - 1) < value ? half : 0;
    length -= half;
  }
  return low + (floatAt(edges, low) < value ? 1 : 0);
}

// @ts-ignore: decorator
@inline
function goesLeft(bin: i32, at: i32, flags: i32, set: usize, missingBin: i32): i32 {
  if (bin === missingBin) return flags & 1;
  if (flags & 2) return (indexAt(set, bin >> 5) >>> (bin & 31)) & 1;
  return bin <= at ? 1 : 0;
}

/** Parts a stretch of a leaf's rows, each side in its order, for `gatherSides`. */
export function partBlock(job: TreesJob, scratch: usize, block: i32): void {
  const from = job.from + block * job.step;
  const to = min(job.to, from + job.step);
  const bins = job.records + 8 + job.column;
  let left = job.lefts + ((<usize>from) << 2);
  let right = job.rights + ((<usize>from) << 2);
  const first = left;
  const stride = job.stride;
  const flags = job.flags;
  const at = job.bin;
  const missingBin = job.missingBin;
  for (let place = from; place < to; place++) {
    const row = indexAt(job.list, place);
    const isLeft = goesLeft(<i32>load<u8>(bins + <usize>row * stride), at, flags, job.set, missingBin);
    // Both are written and one of them moves on, which no branch has to guess.
    store<i32>(left, row);
    store<i32>(right, row);
    left += (<usize>isLeft) << 2;
    right += (<usize>(1 - isLeft)) << 2;
  }
  store<i32>(job.counts + ((<usize>block) << 2), <i32>((left - first) >> 2));
}

/** The parts of all blocks back into the list, left sides first; how many went left. */
export function gatherSides(job: TreesJob, blocks: i32): i32 {
  let out = job.list + ((<usize>job.from) << 2);
  const start = out;
  for (let block = 0; block < blocks; block++) {
    const bytes = (<usize>indexAt(job.counts, block)) << 2;
    memory.copy(out, job.lefts + ((<usize>(job.from + block * job.step)) << 2), bytes);
    out += bytes;
  }
  const count = <i32>((out - start) >> 2);
  for (let block = 0; block < blocks; block++) {
    const from = job.from + block * job.step;
    const bytes = (<usize>(min(job.to, from + job.step) - from - indexAt(job.counts, block))) << 2;
    memory.copy(out, job.rights + ((<usize>from) << 2), bytes);
    out += bytes;
  }
  return count;
}

/** Rows that stay in the first-level cache while all columns pass over them. */
const rowsOfPass = 192;

/** Adds up the derivatives of a stretch of a leaf's rows, by bin, of each column that is looked at. */
export function histogramBlock(job: TreesJob, scratch: usize, block: i32): void {
  const out = job.partials + <usize>block * job.histogramBytes;
  clearUsed(job, out);
  const from = job.from + block * job.step;
  const to = min(job.to, from + job.step);
  const list = job.list;
  const stride = job.stride;
  const records = job.records;
  const usedCount = job.usedCount;
  for (let start = from; start < to; start += rowsOfPass) {
    const first = list + ((<usize>start) << 2);
    const last = list + ((<usize>min(to, start + rowsOfPass)) << 2);
    let u = 0;
    for (; u + 8 <= usedCount; u += 8) {
      const c0 = <usize>indexAt(job.used, u);
      const c1 = <usize>indexAt(job.used, u + 1);
      const c2 = <usize>indexAt(job.used, u + 2);
      const c3 = <usize>indexAt(job.used, u + 3);
      const c4 = <usize>indexAt(job.used, u + 4);
      const c5 = <usize>indexAt(job.used, u + 5);
      const c6 = <usize>indexAt(job.used, u + 6);
      const c7 = <usize>indexAt(job.used, u + 7);
      const h0 = out + indexAt(job.offsets, <i32>c0);
      const h1 = out + indexAt(job.offsets, <i32>c1);
      const h2 = out + indexAt(job.offsets, <i32>c2);
      const h3 = out + indexAt(job.offsets, <i32>c3);
      const h4 = out + indexAt(job.offsets, <i32>c4);
      const h5 = out + indexAt(job.offsets, <i32>c5);
      const h6 = out + indexAt(job.offsets, <i32>c6);
      const h7 = out + indexAt(job.offsets, <i32>c7);
      for (let place = first; place < last; place += 4) {
        const record = records + <usize>load<i32>(place) * stride;
        const pair = load<i64>(record);
        addPair(h0, load<u8>(record + c0, 8), pair);
        addPair(h1, load<u8>(record + c1, 8), pair);
        addPair(h2, load<u8>(record + c2, 8), pair);
        addPair(h3, load<u8>(record + c3, 8), pair);
        addPair(h4, load<u8>(record + c4, 8), pair);
        addPair(h5, load<u8>(record + c5, 8), pair);
        addPair(h6, load<u8>(record + c6, 8), pair);
        addPair(h7, load<u8>(record + c7, 8), pair);
      }
    }
    for (; u < usedCount; u++) {
      const column = <usize>indexAt(job.used, u);
      const histogram = out + indexAt(job.offsets, <i32>column);
      for (let place = first; place < last; place += 4) {
        const record = records + <usize>load<i32>(place) * stride;
        addPair(histogram, load<u8>(record + column, 8), load<i64>(record));
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function addPair(histogram: usize, bin: u8, pair: i64): void {
  const at = histogram + ((<usize>bin) << 3);
  store<i64>(at, load<i64>(at) + pair);
}

function clearUsed(job: TreesJob, out: usize): void {
  for (let u = 0; u < job.usedCount; u++) {
    const column = indexAt(job.used, u);
    memory.fill(out + indexAt(job.offsets, column), 0, (<usize>(indexAt(job.known, column) + 1)) << 3);
  }
}

/** Adds a leaf's values to the scores of its rows. */
export function addBlock(job: TreesJob, scratch: usize, block: i32): void {
  const from = block * job.step;
  const to = min(job.to, from + job.step);
  let leaf = 0;
  while (indexAt(job.leafStarts, leaf + 1) <= from) leaf++;
  for (let place = from; place < to; ) {
    const end = min(to, indexAt(job.leafStarts, leaf + 1));
    const value = load<f64>(job.leafValues + ((<usize>leaf) << 3));
    for (; place < end; place++) {
      const at = job.scores + ((<usize>indexAt(job.list, place)) << 3);
      store<f64>(at, load<f64>(at) + value);
    }
    leaf++;
  }
}

/** Adds a tree's values to the scores of rows outside it. A node: column, bin or set, flags, right side; then its value. */
export function addOutsideBlock(job: TreesJob, scratch: usize, block: i32): void {
  const from = job.from + block * job.step;
  const to = min(job.to, from + job.step);
  for (let place = from; place < to; place++) {
    const row = indexAt(job.list, place);
    const bins = job.records + <usize>row * job.stride + 8;
    let node = job.tree;
    for (;;) {
      const column = load<i32>(node);
      if (column < 0) break;
      const bin = <i32>load<u8>(bins + column);
      const at = load<i32>(node, 4);
      const left = goesLeft(bin, at, load<i32>(node, 8), job.sets + ((<usize>at) << 2), indexAt(job.known, column));
      node = left ? node + 24 : job.tree + <usize>load<i32>(node, 12) * 24;
    }
    const score = job.scores + ((<usize>row) << 3);
    store<f64>(score, load<f64>(score) + load<f64>(node, 16));
  }
}

/** Adds what trees say of some rows' inputs. A node: column, value, flags, right side. */
export function walkBlock(job: TreesJob, scratch: usize, block: i32): void {
  const from = block * job.step;
  const to = min(job.stagingRows, from + job.step);
  const bytes = (<usize>job.columns) << 2;
  for (let tree = 0; tree < job.trees; tree++) {
    const root = job.tree + ((<usize>indexAt(job.leafStarts, tree)) << 4);
    for (let row = from; row < to; row++) {
      const inputs = job.staging + <usize>row * bytes;
      let node = root;
      for (;;) {
        const column = load<i32>(node);
        if (column < 0) break;
        const input = load<f32>(inputs + ((<usize>column) << 2));
        const value = load<f32>(node, 4);
        const flags = load<i32>(node, 8);
        let left: i32;
        if (input !== input) left = flags & 1;
        else if ((flags & 2) === 0) left = input <= value ? 1 : 0;
        else if (!(input >= 0 && input < 256)) left = flags & 1;
        else left = (indexAt(job.sets + ((<usize>value) << 2), <i32>input >> 5) >>> (<i32>input & 31)) & 1;
        node = left ? node + 16 : job.tree + ((<usize>load<i32>(node, 12)) << 4);
      }
      const sum = job.outputs + ((<usize>row) << 3);
      store<f64>(sum, load<f64>(sum) + <f64>load<f32>(node, 4));
    }
  }
}
