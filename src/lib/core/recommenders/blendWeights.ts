import type { RunContext } from '../base/run';
import { choleskySolve } from '../math/choleskySolve';

/** What each model of a blend weighs, by how many items a customer has. */
export interface BlendWeights {
  /** Upper ends of brackets of history length, ascending; the last is Infinity. */
  upTo: number[];
  /** brackets × members. */
  perBracket: number[][];
  /** What a doubling of the history adds, by member; for a stacked ranker. */
  perDoubling?: number[];
}

export function weightsFor({ upTo, perBracket, perDoubling }: BlendWeights, length: number): number[] {
  const own = perBracket[upTo.findIndex((end) => length <= end)];
  return perDoubling ? own.map((weight, member) => weight + perDoubling[member] * Math.log2(1 + length)) : own;
}

/** Customers from whom some items were hidden, with the scores of what may be recommended to them. */
export interface Candidates {
  members: number;
  /** Of each customer: where their rows begin; one more at the end. */
  starts: number[];
  /** rows × members, made comparable. */
  scores: Float32Array;
  /** One byte a row: 1 for what was hidden. */
  hidden: Uint8Array;
  /** How many were hidden from each, some of which may be no candidate. */
  wanted: number[];
  /** Items of each, without what was hidden. */
  lengths: number[];
}

const depth = 20;
const parts = 10;

/**
 * The convex combination with the best NDCG@20 over all customers: every combination in tenths, then twentieths around
 * the best. A single model is one of them, so that on this part none is better than the blend.
 */
export async function searchWeights(candidates: Candidates, run: RunContext): Promise<BlendWeights> {
  const everyone = candidates.wanted.map((_, customer) => customer);
  let [best, most] = [[] as number[], -1];
  const look = async (weights: number[]) => {
    const found = ndcgOf(candidates, () => weights, everyone);
    if (found > most) [best, most] = [weights, found];
    await run.breathe();
  };
  for (const shares of combinations(candidates.members, parts)) await look(shares.map((share) => share / parts));
  const coarse = best;
  for (let from = 0; from < coarse.length; from++) {
    for (let to = 0; to < coarse.length; to++) {
      const moved = coarse.map((weight, at) => weight + (at === to ? 0.5 : at === from ? -0.5 : 0) / parts);
      if (from !== to && moved[from] > -1e-9) await look(moved);
    }
  }
  return { upTo: [Infinity], perBracket: [best] };
}

/** So many customers of a bracket are needed before it has a model of its own. */
const fewestOfBracket = 50;

/** For each length of history the model that did best at it; brackets are as large as each other. */
export async function searchSwitches(candidates: Candidates, run: RunContext): Promise<BlendWeights> {
  const { lengths, members } = candidates;
  const sorted = lengths.toSorted((a, b) => a - b);
  const brackets = Math.max(1, Math.min(5, Math.floor(sorted.length / fewestOfBracket)));
  const ends = Array.from({ length: brackets - 1 }, (_, at) => sorted[Math.floor(((at + 1) * sorted.length) / brackets) - 1]);
  const upTo = [...new Set(ends.filter((end) => end < sorted.at(-1)!)), Infinity];
  const perBracket: number[][] = [];
  for (const [at, end] of upTo.entries()) {
    const inside = [...lengths.keys()].filter((customer) => lengths[customer] <= end && (at === 0 || lengths[customer] > upTo[at - 1]));
    const alone = Array.from({ length: members }, (_, member) => Array.from({ length: members }, (_, each) => (each === member ? 1 : 0)));
    const found = alone.map((weights) => ndcgOf(candidates, () => weights, inside));
    perBracket.push(alone[found.indexOf(Math.max(...found))]);
    await run.breathe();
  }
  return { upTo, perBracket };
}

const newtonSteps = 20;
const ridge = 1e-3;

/**
 * A small ranker on top: a softmax over each customer's candidates whose score is linear in the models' scores and in
 * their products with log₂(1 + history), fitted to what was hidden by Newton's method; the likelihood is concave. Likely
 * is not yet well ranked: where plain weights rank what was hidden better, they are taken.
 */
export async function fitStack(candidates: Candidates, run: RunContext): Promise<BlendWeights> {
  const { members, starts, scores, hidden, lengths } = candidates;
  const size = 2 * members;
  const beta = new Float64Array(size);
  const features = new Float64Array(size);
  const read = (row: number, doublings: number) => {
    for (let member = 0; member < members; member++) {
      features[member] = scores[row * members + member];
      features[members + member] = features[member] * doublings;
    }
    return features;
  };
  for (let step = 0; step < newtonSteps; step++) {
    const slope = beta.map((value) => -ridge * value);
    const curvature = new Float64Array(size * size);
    for (let at = 0; at < size; at++) curvature[at * size + at] = ridge;
    const mean = new Float64Array(size);
    const second = new Float64Array(size * size);
    for (let customer = 0; customer + 1 < starts.length; customer++) {
      const [from, to] = [starts[customer], starts[customer + 1]];
      const count = hidden.subarray(from, to).reduce((sum, mark) => sum + mark, 0);
      if (count === 0) continue;
      const doublings = Math.log2(1 + lengths[customer]);
      const logits = Float64Array.from({ length: to - from }, (_, row) => read(from + row, doublings).reduce((sum, value, f) => sum + beta[f] * value, 0)); // prettier-ignore
      const top = logits.reduce((most, value) => Math.max(most, value), -Infinity);
      const total = logits.reduce((sum, value) => sum + Math.exp(value - top), 0);
      mean.fill(0);
      second.fill(0);
      for (let row = 0; row < logits.length; row++) {
        const share = Math.exp(logits[row] - top) / total;
        read(from + row, doublings);
        for (let f = 0; f < size; f++) {
          mean[f] += share * features[f];
          for (let g = 0; g <= f; g++) second[f * size + g] += share * features[f] * features[g];
          if (hidden[from + row] === 1) slope[f] += features[f] / count;
        }
      }
      for (let f = 0; f < size; f++) {
        slope[f] -= mean[f];
        for (let g = 0; g <= f; g++) curvature[f * size + g] += second[f * size + g] - mean[f] * mean[g];
      }
      await run.breathe();
    }
    choleskySolve(curvature, slope, size);
    // Far from the best point a whole step may overshoot.
    const longest = slope.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    for (let f = 0; f < size; f++) beta[f] += slope[f] * Math.min(1, 2 / longest);
    if (longest < 1e-6) break;
  }
  const stack = { upTo: [Infinity], perBracket: [[...beta.subarray(0, members)]], perDoubling: [...beta.subarray(members)] };
  const plain = await searchWeights(candidates, run);
  const everyone = [...lengths.keys()];
  const found = [stack, plain].map((weights) => ndcgOf(candidates, (customer) => weightsFor(weights, lengths[customer]), everyone));
  return found[0] >= found[1] ? stack : plain;
}

/** Mean NDCG@20 of some customers, each with their own weights. */
export function ndcgOf(
  { members, starts, scores, hidden, wanted }: Candidates,
  weightsOf: (customer: number) => readonly number[],
  customers: readonly number[],
): number {
  const [bestScores, isHit] = [new Float64Array(depth), new Uint8Array(depth)];
  let sum = 0;
  for (const customer of customers) {
    const weights = weightsOf(customer);
    bestScores.fill(-Infinity);
    isHit.fill(0);
    for (let row = starts[customer]; row < starts[customer + 1]; row++) {
      let score = 0;
      for (let member = 0; member < members; member++) score += weights[member] * scores[row * members + member];
      if (!(score > bestScores[depth - 1])) continue;
      let at = depth - 1;
      for (; at > 0 && score > bestScores[at - 1]; at--) [bestScores[at], isHit[at]] = [bestScores[at - 1], isHit[at - 1]];
      [bestScores[at], isHit[at]] = [score, hidden[row]];
    }
    let [gain, ideal] = [0, 0];
    for (let rank = 0; rank < depth; rank++) {
      if (isHit[rank] === 1) gain += 1 / Math.log2(rank + 2);
      if (rank < wanted[customer]) ideal += 1 / Math.log2(rank + 2);
    }
    if (ideal > 0) sum += gain / ideal;
  }
  return customers.length === 0 ? 0 : sum / customers.length;
}

/** All ways to share out `total` among `members`, whole numbers. */
function combinations(members: number, total: number): number[][] {
  if (members === 1) return [[total]];
  return Array.from({ length: total + 1 }, (_, own) => combinations(members - 1, total - own).map((rest) => [own, ...rest])).flat();
}
