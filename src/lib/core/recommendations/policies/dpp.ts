import { bestLeft, type Picker } from './picker';

/** Below it another one adds nothing that the list does not span already, and the order is left to relevance. */
const leastGain = 1e-10;

/**
 * Greedy MAP inference of a determinantal point process: the next one adds most to log det of the list's kernel
 * L = Diag(exp(α r)) · S · Diag(exp(α r)), with α = θ / (2 (1 − θ)) and θ = 1 − amount. Each step brings the Cholesky factor up
 * to date (d² and c of algorithm 1), so a list of N out of W candidates costs N² W instead of N⁴ W.
 * Source: Chen, Zhang & Zhou, "Fast Greedy MAP Inference for Determinantal Point Process to Improve Recommendation
 * Diversity", NeurIPS 2018, algorithm 1 and equations 5 to 7, 14.
 * @param relevance of each candidate, 0 … 1
 * @param likeness of two candidates: a Gram matrix with ones on its diagonal
 */
export function dppPicker(relevance: Float64Array, likeness: (a: number, b: number) => number, amount: number): Picker {
  const alpha = (1 - amount) / (2 * Math.max(amount, leastAmount));
  const quality = relevance.map((value) => Math.exp(alpha * value));
  const gains = quality.map((value) => value * value);
  /** One row of the Cholesky factor for each one taken. */
  const rows: Float64Array[] = [];
  const gone = new Uint8Array(relevance.length);
  return {
    next(fits) {
      const best = bestLeft(gains, gone, fits);
      if (best < 0 || gains[best] >= leastGain) return best;
      return bestLeft(relevance, gone, fits);
    },
    took(taken) {
      gone[taken] = 1;
      if (gains[taken] < leastGain) return;
      const root = Math.sqrt(gains[taken]);
      const row = new Float64Array(relevance.length);
      for (let c = 0; c < row.length; c++) {
        if (gone[c]) continue;
        let sum = quality[taken] * quality[c] * likeness(taken, c);
        for (const earlier of rows) sum -= earlier[taken] * earlier[c];
        row[c] = sum / root;
        gains[c] -= row[c] * row[c];
      }
      rows.push(row);
    },
  };
}

/** exp(2 α) must stay a number; at a hundredth relevance decides alone. */
const leastAmount = 0.01;
