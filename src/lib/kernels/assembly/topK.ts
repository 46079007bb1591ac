import { floatAt, indexAt } from './job';

/**
 * What a ranking works on; the field order is the one that core/math/simd/topK.ts writes. Items are by place: in runs of
 * `chunk` (a multiple of eight) whose factors stay in the cache while all users of a block are scored, the longest first.
 */
@unmanaged
export class TopKJob {
  /** First user of each block, a multiple of 4, and one past the last. */
  blockStarts: usize;
  /** One row of `size` floats a user. */
  userFactors: usize;
  /** Length of each user's row, not less than it is. */
  userLengths: usize;
  /** Panels of eight items: for each factor, eight floats. */
  itemPanels: usize;
  /** One float an item, up to a whole panel. */
  itemBiases: usize;
  /** The longest item and the largest bias of each chunk, not less than they are. */
  chunkLengths: usize;
  chunkBiases: usize;
  /** Places to leave out, per user, ascending; `excludedPlaces` is 0 where nothing is left out. */
  excludedStarts: usize;
  excludedPlaces: usize;
  /** Which item each place has. */
  itemOfPlace: usize;
  size: i32;
  items: i32;
  chunk: i32;
  k: i32;
  /** `k` entries a user. */
  outItems: usize;
  outScores: usize;
}

/** Copies row-major item factors into panels of eight, in the order of the places, zeros past the last. */
export function packItems(source: usize, itemOfPlace: usize, items: i32, size: i32, out: usize): void {
  for (let first = 0; first < items; first += 8) {
    for (let f = 0; f < size; f++) {
      for (let lane = 0; lane < 8; lane++) {
        const place = first + lane;
        store<f32>(out, place < items ? floatAt(source, indexAt(itemOfPlace, place) * size + f) : 0);
        out += 4;
      }
    }
  }
}

/**
 * Keeps the k best of each user of the block, four users together, chunk by chunk. A chunk whose longest item could not
 * reach what each of the four has already is passed over: |x · y| ≤ |x| |y|. Scratch: 4 · chunk floats, and two
 * integers a user.
 */
export function topKBlock(job: TopKJob, scratch: usize, block: i32): void {
  const from = indexAt(job.blockStarts, block);
  const to = indexAt(job.blockStarts, block + 1);
  const rowBytes = (<usize>job.chunk) << 2;
  // How many each user has, and how far their list of what is left out has been read.
  const kept = scratch + 4 * rowBytes;
  const read = kept + ((<usize>(to - from)) << 2);
  for (let user = from; user < to; user++) {
    store<i32>(kept + ((<usize>(user - from)) << 2), 0);
    store<i32>(read + ((<usize>(user - from)) << 2), job.excludedPlaces ? indexAt(job.excludedStarts, user) : 0);
  }
  let chunk = 0;
  for (let first = 0; first < job.items; first += job.chunk, chunk++) {
    const count = min(job.chunk, job.items - first);
    for (let user = from; user < to; user += 4) {
      const lanes = min(4, to - user);
      let isHopeless = true;
      for (let lane = 0; lane < lanes; lane++) {
        if (indexAt(kept, user + lane - from) < job.k || !(reach(job, user + lane, chunk) < worstOf(job, user + lane))) isHopeless = false;
      }
      if (isHopeless) continue;
      scoreFour(job, user, to - 1, first, count, scratch, rowBytes);
      for (let lane = 0; lane < lanes; lane++) {
        const scores = scratch + <usize>lane * rowBytes;
        const at = (<usize>(user + lane - from)) << 2;
        if (job.excludedPlaces) store<i32>(read + at, exclude(job, user + lane, first, count, scores, load<i32>(read + at)));
        store<i32>(kept + at, select(job, user + lane, first, count, scores, load<i32>(kept + at)));
      }
    }
  }
  for (let user = from; user < to; user++) sortList(job, user, indexAt(kept, user - from));
}

/** What no item of the chunk scores more than. */
// @ts-ignore: decorator
@inline
function reach(job: TopKJob, user: i32, chunk: i32): f32 {
  return floatAt(job.userLengths, user) * floatAt(job.chunkLengths, chunk) + floatAt(job.chunkBiases, chunk);
}

// @ts-ignore: decorator
@inline
function worstOf(job: TopKJob, user: i32): f32 {
  return floatAt(job.outScores, user * job.k);
}

function scoreFour(job: TopKJob, user: i32, lastUser: i32, first: i32, count: i32, scratch: usize, rowBytes: usize): void {
  const size = job.size;
  const bytes = (<usize>size) << 2;
  // Past the last user the last one is scored again; nobody reads it.
  const u0 = job.userFactors + <usize>user * bytes;
  const u1 = job.userFactors + <usize>min(user + 1, lastUser) * bytes;
  const u2 = job.userFactors + <usize>min(user + 2, lastUser) * bytes;
  const u3 = job.userFactors + <usize>min(user + 3, lastUser) * bytes;
  const biases = job.itemBiases + ((<usize>first) << 2);
  const end = (<usize>((count + 7) & ~7)) << 2;
  let panel = job.itemPanels + <usize>first * bytes;
  for (let at: usize = 0; at < end; at += 32) {
    const b0 = v128.load(biases + at);
    const b1 = v128.load(biases + at, 16);
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

/** Leaves out what lies in the chunk; returns how far the list has been read. */
function exclude(job: TopKJob, user: i32, first: i32, count: i32, scores: usize, entry: i32): i32 {
  const last = indexAt(job.excludedStarts, user + 1);
  for (; entry < last; entry++) {
    const place = indexAt(job.excludedPlaces, entry) - first;
    if (place >= count) break;
    // Of chunks that were passed over nothing had to be left out.
    if (place >= 0) store<f32>(scores + ((<usize>place) << 2), -Infinity);
  }
  return entry;
}

/** The k best by (score descending, item ascending) through a heap whose root is the worst that is kept; how many there are. */
function select(job: TopKJob, user: i32, first: i32, count: i32, scores: usize, kept: i32): i32 {
  const k = job.k;
  const heapItems = job.outItems + ((<usize>user * k) << 2);
  const heapScores = job.outScores + ((<usize>user * k) << 2);
  let worst: f32 = kept === k ? load<f32>(heapScores) : -Infinity;
  for (let from = 0; from < count; from += 4) {
    const over = f32x4.ge(v128.load(scores + ((<usize>from) << 2)), f32x4.splat(worst));
    if (!v128.any_true(over)) continue;
    const end = min(from + 4, count);
    for (let at = from; at < end; at++) {
      const score = floatAt(scores, at);
      // Minus infinity and NaN never enter.
      if (!(score >= worst && score > -Infinity)) continue;
      const item = indexAt(job.itemOfPlace, first + at);
      if (kept < k) siftUp(heapItems, heapScores, kept++, item, score);
      else if (isWorse(worst, load<i32>(heapItems), score, item)) siftDown(heapItems, heapScores, k, item, score);
      if (kept === k) worst = load<f32>(heapScores);
    }
  }
  return kept;
}

/** Best first; what is missing is -1 and minus infinity. */
function sortList(job: TopKJob, user: i32, kept: i32): void {
  const k = job.k;
  const heapItems = job.outItems + ((<usize>user * k) << 2);
  const heapScores = job.outScores + ((<usize>user * k) << 2);
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
