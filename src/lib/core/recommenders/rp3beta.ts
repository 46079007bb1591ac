import { transpose, type InteractionMatrix } from '../math/sparseRows';
import { cooccurrenceOperations } from './cooccurrence';
import { nearestRows, type LikenessMeasure } from './likeness';
import { neighbourModel, neighboursOf, neighboursOption } from './neighbourModel';
import { sharingPopularity } from './popularityShare';
import type { Recommender } from './recommender';

const format = 'rp3beta/1';

/**
 * Three steps of a random walk, customer to item to customer to item, where popular ends are held back: RP³β of Paudel,
 * Christoffel, Newell & Bernstein, "Updatable, Accurate, Diverse, and Scalable Recommendations for Interactive
 * Applications", ACM TiiS 7(1), 2016. With the steps p_iu = 1 / n_i and p_ui = 1 / n_u an item says of another
 * w_ij = (Σ_u p_iu^α p_uj^α) / n_j^β, and the score is the sum over the customer's items; the first step is the same
 * for all of them and does not change a list. Each item keeps its k strongest.
 */
export const rp3beta: Recommender = sharingPopularity({
  id: 'rp3beta',
  family: 'neighbours',
  personal: true,
  needs: [],
  can: ['foldIn', 'similarItems', 'explain'],
  options: [
    neighboursOption(200),
    {
      name: 'walkPower',
      kind: 'number',
      default: 0.7,
      min: 0.1,
      max: 3,
      tuned: [0.1, 2],
      what: 'The α of the paper: raising it lets customers and items with few choices say more than those with many.',
    },
    {
      name: 'popularityPenalty',
      kind: 'number',
      default: 0.3,
      rule: {
        of: ({ users, pairs }) => Math.round(100 * 0.3 * Math.min(1, Math.max(0, (pairs / Math.max(1, users) - 3) / 12))) / 100,
        why: 'Left empty it follows the data: 0.3 from fifteen pairs a customer on, falling to 0 at three. With short histories rare items are mostly chance.',
      },
      min: 0,
      max: 2,
      tuned: [0, 1],
      what: 'The β of the paper: raising it holds popular items back and brings rare ones up.',
    },
  ],

  estimate(size, given) {
    const kept = size.items * Math.min(size.items, Number(given.neighbours));
    return { operations: 2 * cooccurrenceOperations(size) + 3 * size.items * size.items, bytes: 8 * kept + 16 * size.pairs };
  },

  async train({ pairs }, given, _seed, _compute, run) {
    const measure = walkMeasure(pairs, Number(given.walkPower), Number(given.popularityPenalty));
    const nearest = await nearestRows(transpose(pairs), Number(given.neighbours), measure, { unit: 'items', itself: false }, run);
    return {
      model: neighbourModel(format, nearest, pairs),
      losses: [],
      backend: 'plain TypeScript',
      reproducible: true,
    };
  },

  restore: (state, { pairs }) => neighbourModel(format, neighboursOf(state), pairs),
});

/** Of items by their customers: the dot product is Σ_u n_u^−α, and both ends give n_i^−α and n_j^−β. */
function walkMeasure({ users, rowStarts }: InteractionMatrix, alpha: number, beta: number): LikenessMeasure {
  const leave = Float64Array.from({ length: users }, (_, user) => (rowStarts[user + 1] - rowStarts[user]) ** (-alpha / 2));
  return {
    weigh: (customers) => Float32Array.from(customers, (user) => leave[user]),
    size: (weights) => weights.length,
    like: (dot, own, other) => dot * own ** -alpha * other ** -beta,
  };
}
