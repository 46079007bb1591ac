import type { Neighbours } from '../neighbours';

/** Who belongs to whom and how surely: for each point its others, ascending, and a weight in (0, 1]; the same both ways. */
export interface FuzzyGraph {
  rowStarts: Int32Array;
  columns: Int32Array;
  weights: Float64Array;
}

/** The nearest distance and the falling-off of each point. */
interface Scales {
  nearest: Float64Array;
  width: Float64Array;
}

const tolerance = 1e-5;
const mostHalvings = 64;
const leastWidth = 1e-3;
/** Between two pauses. */
const rowsOfStep = 1000;

/**
 * The fuzzy union of everybody's own view of who is near (McInnes, Healy & Melville 2018, section 3.1): the nearest other
 * belongs surely, farther ones by `exp(-(d - nearest) / width)`, with the width such that all k sum to log2(k + 1); two
 * views u and v become u + v - uv.
 * @param k others of each point
 */
export function* fuzzyGraph({ indices, distances }: Neighbours, k: number): Generator<void, FuzzyGraph> {
  const rows = indices.length / k;
  const { nearest, width } = yield* scalesOf(distances, rows, k);
  const own = new Float64Array(indices.length);
  for (let row = 0; row < rows; row++) {
    for (let at = row * k; at < row * k + k; at++) {
      const beyond = distances[at] - nearest[row];
      own[at] = beyond <= 0 || width[row] === 0 ? 1 : Math.exp(-beyond / width[row]);
    }
  }
  return yield* union(indices, own, rows, k);
}

function* scalesOf(distances: Float64Array, rows: number, k: number): Generator<void, Scales> {
  const [nearest, width] = [new Float64Array(rows), new Float64Array(rows)];
  const target = Math.log2(k + 1);
  const meanOf = (from: number, to: number, counted: number) => {
    let sum = 0;
    for (let at = from; at < to; at++) sum += distances[at];
    return sum / counted;
  };
  // Each point counts as its own nearest, at distance zero.
  const meanOfAll = meanOf(0, distances.length, rows * (k + 1));
  for (let row = 0; row < rows; row++) {
    if (row % rowsOfStep === 0) yield;
    const [start, end] = [row * k, row * k + k];
    for (let at = end - 1; at >= start; at--) if (distances[at] > 0) nearest[row] = distances[at];
    let [low, high, middle] = [0, Infinity, 1];
    for (let halving = 0; halving < mostHalvings; halving++) {
      let sum = 0;
      for (let at = start; at < end; at++) sum += Math.min(1, Math.exp((nearest[row] - distances[at]) / middle));
      if (Math.abs(sum - target) < tolerance) break;
      if (sum > target) high = middle;
      else low = middle;
      middle = high === Infinity ? 2 * middle : (low + high) / 2;
    }
    width[row] = Math.max(middle, leastWidth * (nearest[row] > 0 ? meanOf(start, end, k + 1) : meanOfAll));
  }
  return { nearest, width };
}

function* union(indices: Int32Array, own: Float64Array, rows: number, k: number): Generator<void, FuzzyGraph> {
  // Every pair twice, from both ends; who names each other meets himself in the same row.
  const sizes = new Int32Array(rows + 1);
  for (let at = 0; at < indices.length; at++) {
    sizes[Math.floor(at / k) + 1]++;
    sizes[indices[at] + 1]++;
  }
  for (let row = 0; row < rows; row++) sizes[row + 1] += sizes[row];
  const [others, weights] = [new Int32Array(sizes[rows]), new Float64Array(sizes[rows])];
  const next = sizes.slice(0, rows);
  for (let at = 0; at < indices.length; at++) {
    const row = Math.floor(at / k);
    for (const [from, to] of [
      [row, indices[at]],
      [indices[at], row],
    ]) {
      others[next[from]] = to;
      weights[next[from]++] = own[at];
    }
  }
  const rowStarts = new Int32Array(rows + 1);
  let kept = 0;
  for (let row = 0; row < rows; row++) {
    if (row % rowsOfStep === 0) yield;
    const order = Array.from({ length: sizes[row + 1] - sizes[row] }, (_, i) => sizes[row] + i).sort((a, b) => others[a] - others[b]);
    const found = order.map((at) => [others[at], weights[at]] as const);
    for (let i = 0; i < found.length; i++) {
      const [other, weight] = found[i];
      const isMutual = i + 1 < found.length && found[i + 1][0] === other;
      // Kept pairs never overtake the pairs of later rows.
      others[kept] = other;
      weights[kept++] = isMutual ? weight + found[i + 1][1] - weight * found[i + 1][1] : weight;
      if (isMutual) i++;
    }
    rowStarts[row + 1] = kept;
  }
  return { rowStarts, columns: others.slice(0, kept), weights: weights.slice(0, kept) };
}
