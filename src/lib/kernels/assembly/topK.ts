import { floatAt, indexAt } from './job';

/** What a ranking works on; the field order is the one that core/math/simd/topK.ts writes. */
@unmanaged
export class TopKJob {
  /** First user of each block, a multiple of 4, and one past the last. */
  blockStarts: usize;
  /** One row of `size` floats a user. */
  userFactors: usize;
  /** Panels of eight items: for each factor, eight floats. */
  itemPanels: usize;
  /** One float an item, up to a whole panel. */
  itemBiases: usize;
  /** Rows of items to leave out, per user; `excludedColumns` is 0 where nothing is left out. */
  excludedStarts: usize;
  excludedColumns: usize;
  /** One byte an item, or 0 where all are eligible. */
  eligible: usize;
  size: i32;
  items: i32;
  k: i32;
  /** `k` entries a user. */
  outItems: usize;
  outScores: usize;
}

/** Copies row-major item factors into panels of eight, zeros past the last item. */
export function packItems(source: usize, items: i32, size: i32, out: usize): void {
  for (let first = 0; first < items; first += 8) {
    for (let f = 0; f < size; f++) {
      for (let lane = 0; lane < 8; lane++) {
        const item = first + lane;
        store<f32>(out, item < items ? floatAt(source, item * size + f) : 0);
        out += 4;
      }
    }
  }
}

/** Scores all items for each user of the block, four users together, and keeps the k best. Scratch: 4 · items floats (whole panels). */
export function topKBlock(job: TopKJob, scratch: usize, block: i32): void {
  const to = indexAt(job.blockStarts, block + 1);
  const rowBytes = (<usize>((job.items + 7) & ~7)) << 2;
  for (let user = indexAt(job.blockStarts, block); user < to; user += 4) {
    scoreFour(job, user, to - 1, scratch, rowBytes);
    const count = min(4, to - user);
    for (let lane = 0; lane < count; lane++) {
      const scores = scratch + <usize>lane * rowBytes;
      if (job.excludedColumns) exclude(job, user + lane, scores);
      select(job, user + lane, scores);
    }
  }
}

function scoreFour(job: TopKJob, user: i32, lastUser: i32, scratch: usize, rowBytes: usize): void {
  const size = job.size;
  const bytes = (<usize>size) << 2;
  // Past the last user the last one is scored again; nobody reads it.
  const u0 = job.userFactors + <usize>user * bytes;
  const u1 = job.userFactors + <usize>min(user + 1, lastUser) * bytes;
  const u2 = job.userFactors + <usize>min(user + 2, lastUser) * bytes;
  const u3 = job.userFactors + <usize>min(user + 3, lastUser) * bytes;
  let panel = job.itemPanels;
  for (let at: usize = 0; at < rowBytes; at += 32) {
    const b0 = v128.load(job.itemBiases + at);
    const b1 = v128.load(job.itemBiases + at, 16);
    let a00 = b0;
    let a01 = b1;
    let a10 = b0;
    let a11 = b1;
    let a20 = b0;
    let a21 = b1;
    let a30 = b0;
    let a31 = b1;
    for (let f: usize = 0; f < bytes; f += 4) {
      const y0 = v128.load(panel);
      const y1 = v128.load(panel, 16);
      panel += 32;
      const x0 = v128.load32_splat(u0 + f);
      a00 = f32x4.add(a00, f32x4.mul(x0, y0));
      a01 = f32x4.add(a01, f32x4.mul(x0, y1));
      const x1 = v128.load32_splat(u1 + f);
      a10 = f32x4.add(a10, f32x4.mul(x1, y0));
      a11 = f32x4.add(a11, f32x4.mul(x1, y1));
      const x2 = v128.load32_splat(u2 + f);
      a20 = f32x4.add(a20, f32x4.mul(x2, y0));
      a21 = f32x4.add(a21, f32x4.mul(x2, y1));
      const x3 = v128.load32_splat(u3 + f);
      a30 = f32x4.add(a30, f32x4.mul(x3, y0));
      a31 = f32x4.add(a31, f32x4.mul(x3, y1));
    }
    const out = scratch + at;
    v128.store(out, a00);
    v128.store(out, a01, 16);
    v128.store(out + rowBytes, a10);
    v128.store(out + rowBytes, a11, 16);
    v128.store(out + 2 * rowBytes, a20);
    v128.store(out + 2 * rowBytes, a21, 16);
    v128.store(out + 3 * rowBytes, a30);
    v128.store(out + 3 * rowBytes, a31, 16);
  }
}

function exclude(job: TopKJob, user: i32, scores: usize): void {
  const last = indexAt(job.excludedStarts, user + 1);
  for (let entry = indexAt(job.excludedStarts, user); entry < last; entry++) {
    store<f32>(scores + ((<usize>indexAt(job.excludedColumns, entry)) << 2), -Infinity);
  }
}

/** The k best by (score descending, item ascending) through a heap whose root is the worst that is kept. */
function select(job: TopKJob, user: i32, scores: usize): void {
  const k = job.k;
  const heapItems = job.outItems + ((<usize>user * k) << 2);
  const heapScores = job.outScores + ((<usize>user * k) << 2);
  let kept = 0;
  let worst: f32 = -Infinity;
  for (let first = 0; first < job.items; first += 4) {
    const over = f32x4.gt(v128.load(scores + ((<usize>first) << 2)), f32x4.splat(worst));
    if (!v128.any_true(over)) continue;
    const end = min(first + 4, job.items);
    for (let item = first; item < end; item++) {
      const score = floatAt(scores, item);
      // A later item never beats an equal score, and minus infinity and NaN never enter.
      if (!(score > worst)) continue;
      if (job.eligible && !load<u8>(job.eligible + item)) continue;
      if (kept < k) siftUp(heapItems, heapScores, kept++, item, score);
      else siftDown(heapItems, heapScores, k, item, score);
      if (kept === k) worst = load<f32>(heapScores);
    }
  }
  for (let rest = kept; rest < k; rest++) put(heapItems, heapScores, rest, -1, -Infinity);
  for (let end = kept - 1; end > 0; end--) {
    const item = indexAt(heapItems, end);
    const score = floatAt(heapScores, end);
    put(heapItems, heapScores, end, indexAt(heapItems, 0), floatAt(heapScores, 0));
    siftDown(heapItems, heapScores, end, item, score);
  }
}

// @ts-ignore: decorator
@inline
function isWorse(score: f32, item: i32, otherScore: f32, otherItem: i32): bool {
  return score < otherScore || (score === otherScore && item > otherItem);
}

// @ts-ignore: decorator
@inline
function put(items: usize, scores: usize, at: i32, item: i32, score: f32): void {
  store<i32>(items + ((<usize>at) << 2), item);
  store<f32>(scores + ((<usize>at) << 2), score);
}

function siftUp(items: usize, scores: usize, at: i32, item: i32, score: f32): void {
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!isWorse(score, item, floatAt(scores, parent), indexAt(items, parent))) break;
    put(items, scores, at, indexAt(items, parent), floatAt(scores, parent));
    at = parent;
  }
  put(items, scores, at, item, score);
}

/** Puts an entry in the root's place and lets it sink. */
function siftDown(items: usize, scores: usize, count: i32, item: i32, score: f32): void {
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= count) break;
    if (
      child + 1 < count &&
      isWorse(floatAt(scores, child + 1), indexAt(items, child + 1), floatAt(scores, child), indexAt(items, child))
    ) {
      child++;
    }
    if (!isWorse(floatAt(scores, child), indexAt(items, child), score, item)) break;
    put(items, scores, at, indexAt(items, child), floatAt(scores, child));
    at = child;
  }
  put(items, scores, at, item, score);
}
