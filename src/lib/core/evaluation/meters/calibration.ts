import type { InteractionMatrix } from '../../math/sparseRows';
import type { ListMeter } from '../evaluate';

/** Keeps the divergence finite where a list lacks a category; Steck's value. */
const alpha = 0.01;

/**
 * `miscalibration@k`: KL(p ‖ q̃) = Σ p(g) ln(p(g) / q̃(g)), with p(g) the share of category g among what the person has,
 * q(g) its share among the list's first k items and q̃ = (1 − α) q + α p, α = .01 (Steck, RecSys 2018). 0: the list has
 * the person's mixture. Items without a category are passed over; who has none of either is left out of the mean.
 * @param categoryOfItem a number from 0, -1 where it is not known
 */
export function calibrationMeter(known: InteractionMatrix, categoryOfItem: Int32Array, cutoffs: readonly number[]): ListMeter {
  const categories = 1 + categoryOfItem.reduce((most, category) => Math.max(most, category), -1);
  return {
    names: cutoffs.map((k) => `miscalibration@${k}`),
    measure(user, list, _, out) {
      const wanted = shares(known.columns.subarray(known.rowStarts[user], known.rowStarts[user + 1]), categoryOfItem, categories);
      cutoffs.forEach((k, c) => {
        const end = list.indexOf(-1);
        const given = shares(list.subarray(0, Math.min(k, end < 0 ? list.length : end)), categoryOfItem, categories);
        out[c] = wanted && given ? divergence(wanted, given) : NaN;
      });
    },
  };
}

function shares(items: Int32Array, categoryOfItem: Int32Array, categories: number): Float64Array | undefined {
  const counts = new Float64Array(categories);
  let known = 0;
  for (const item of items) {
    if (categoryOfItem[item] < 0) continue;
    counts[categoryOfItem[item]]++;
    known++;
  }
  return known === 0 ? undefined : counts.map((count) => count / known);
}

function divergence(wanted: Float64Array, given: Float64Array): number {
  return wanted.reduce((sum, p, g) => (p === 0 ? sum : sum + p * Math.log(p / ((1 - alpha) * given[g] + alpha * p))), 0);
}
