import type { RecommenderModel } from './recommender';
import { bestOf } from '../math/topK';

/** The parts that every model with factors has: its score is the dot product of a customer's and an item's factors (float32, row-major). */
export function factorScores(
  items: number,
  size: number,
  userFactors: Float32Array,
  itemFactors: Float32Array,
): Pick<RecommenderModel, 'factors' | 'score'> {
  return {
    factors: { size, userFactors, itemFactors },
    score(asked) {
      const scores = new Float32Array(asked.length * items);
      for (let row = 0; row < asked.length; row++) {
        const own = userFactors.subarray(asked[row] * size, (asked[row] + 1) * size);
        scores.set(scoresOfVector(own, itemFactors, size), row * items);
      }
      return scores;
    },
  };
}

/** Items' vectors (items × `factors`) with the bias of each as a last factor, which meets a 1 of every customer. */
export function withBiasFactor(vectors: Float32Array, biases: Float32Array, factors: number): Float32Array {
  const size = factors + 1;
  const both = new Float32Array(biases.length * size);
  for (let item = 0; item < biases.length; item++) {
    both.set(vectors.subarray(item * factors, (item + 1) * factors), item * size);
    both[item * size + factors] = biases[item];
  }
  return both;
}

/** What the items of a history say (each a row of `table`), of equal entries that make a vector of length 1. */
export function historyVector(table: Float32Array, items: Int32Array, width: number): Float64Array {
  const sums = new Float64Array(width);
  for (const item of items) for (let f = 0; f < width; f++) sums[f] += table[item * width + f];
  const share = 1 / Math.sqrt(Math.max(1, items.length));
  return sums.map((sum) => share * sum);
}

/** The dot product of one vector with every item's factors. */
export function scoresOfVector(vector: ArrayLike<number>, itemFactors: Float32Array, size: number): Float32Array {
  const scores = new Float32Array(itemFactors.length / size);
  for (let item = 0; item < scores.length; item++) {
    let sum = 0;
    for (let f = 0; f < size; f++) sum += vector[f] * itemFactors[item * size + f];
    scores[item] = sum;
  }
  return scores;
}

/** Items whose factors point the same way (cosine); of each row only the first `used` columns count. */
export function similarByFactors(
  itemFactors: Float32Array,
  size: number,
  item: number,
  k: number,
  used = size,
): { item: number; score: number }[] {
  const scores = new Float32Array(itemFactors.length / size);
  const own = itemFactors.subarray(item * size, item * size + used);
  const length = Math.hypot(...own);
  for (let other = 0; other < scores.length; other++) {
    const row = itemFactors.subarray(other * size, other * size + used);
    let [sum, squares] = [0, 0];
    for (let f = 0; f < used; f++) {
      sum += own[f] * row[f];
      squares += row[f] * row[f];
    }
    // What nobody chose has no direction and is like nothing.
    scores[other] = other === item || squares === 0 || length === 0 ? -Infinity : sum / (length * Math.sqrt(squares));
  }
  return bestOf(scores, k);
}
