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
