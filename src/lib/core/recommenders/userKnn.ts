import type { OptionSpec } from '../base/options';
import type { InteractionMatrix } from '../math/sparseRows';
import { basketOf } from './basket';
import {
  likenessMeasure,
  likenessOptions,
  likenessSettings,
  nearestRows,
  rowLikeness,
  type LikenessSettings,
  type Neighbours,
} from './likeness';
import { neighbourState, neighboursOf } from './neighbourModel';
import type { Json } from './modelState';
import { sharingPopularity } from './popularityShare';
import type { Basket, Recommender, RecommenderModel } from './recommender';

const format = 'user-knn/1';

export const nearestUsersOption = {
  name: 'nearestUsers',
  kind: 'number',
  integer: true,
  default: 100,
  min: 1,
  max: 2000,
  scale: 'log',
  tuned: [20, 800],
  what: 'How many of the nearest customers speak for what they have; more reach further and blur.',
} satisfies OptionSpec;

/**
 * "Customers like you chose": the k customers most like one each speak for what they have, as loudly as they are alike
 * (Resnick et al., CSCW 1994; for choices without ratings as in Aiolli, RecSys 2013). A customer is among their own
 * neighbours, as a basket with the same items would find them there; that moves nothing they do not have. What
 * neighbours have is read from the data of today.
 */
export const userKnn: Recommender = sharingPopularity({
  id: 'user-knn',
  family: 'neighbours',
  personal: true,
  needs: [],
  can: ['foldIn', 'explain'],
  lighter: 'item-knn',
  options: [nearestUsersOption, ...likenessOptions({ likeness: 'bm25', shrinkage: 10, bm25B: 0.5 })],

  estimate({ users, items, pairs }, given) {
    const kept = users * Math.min(users, Number(given.nearestUsers));
    // How many customers share an item with how many, as cooccurrenceOperations of the transposed matrix.
    return { operations: (9 * pairs * pairs) / Math.max(1, items) + users * users, bytes: 8 * kept + 28 * pairs + 20 * users };
  },

  async train({ pairs }, given, _seed, _compute, run) {
    const settings = likenessSettings(given);
    const nearest = await nearestRows(
      pairs,
      Number(given.nearestUsers),
      likenessMeasure(pairs, settings),
      { unit: 'users', itself: true },
      run,
    );
    return {
      model: userModel(nearest, settings, pairs),
      losses: [],
      backend: 'plain TypeScript',
      reproducible: true,
    };
  },

  restore: (state, { pairs }) => userModel(neighboursOf(state), state.meta.settings as unknown as LikenessSettings, pairs),
});

function userModel(nearest: Neighbours, settings: LikenessSettings, pairs: InteractionMatrix): RecommenderModel {
  const { k, neighbours, likeness } = nearest;
  const { items } = pairs;
  // Only baskets and reasons ask for it.
  let made: ReturnType<typeof rowLikeness> | undefined;
  const alike = () => (made ??= rowLikeness(pairs, likenessMeasure(pairs, settings)));

  const near = (who: number | Basket) => {
    if (typeof who === 'number') return { ids: neighbours.subarray(who * k, (who + 1) * k), weights: likeness.subarray(who * k) };
    const [ids, weights] = [new Int32Array(k), new Float32Array(k)];
    alike().nearestToEntries(who.items, who.values, ids, weights);
    return { ids, weights };
  };
  const addUp = (who: number | Basket, scores: Float32Array): Float32Array => {
    const { ids, weights } = near(who);
    for (let at = 0; at < k && ids[at] >= 0; at++) {
      for (let entry = pairs.rowStarts[ids[at]]; entry < pairs.rowStarts[ids[at] + 1]; entry++) {
        scores[pairs.columns[entry]] += weights[at];
      }
    }
    return scores;
  };

  return {
    score(asked) {
      const scores = new Float32Array(asked.length * items);
      asked.forEach((user, row) => addUp(user, scores.subarray(row * items, (row + 1) * items)));
      return scores;
    },
    foldIn: (basket) => addUp(basket, new Float32Array(items)),
    /** A neighbour's likeness is a sum over what both have, so each item of the history brings its part of it. */
    explain(who, item) {
      const own: Basket = typeof who === 'number' ? basketOf(pairs, who) : who;
      const { ids, weights } = near(who);
      const amounts = new Float64Array(own.items.length);
      let [score, rest] = [0, 0];
      for (let at = 0; at < k && ids[at] >= 0; at++) {
        if (!basketOf(pairs, ids[at]).items.includes(item)) continue;
        const shares = alike().shares(own.items, own.values, ids[at]);
        let shared = 0;
        shares.forEach((share, place) => {
          amounts[place] += share * weights[at];
          shared += share;
        });
        // A neighbour of the day of training who shares nothing any more.
        if (shared === 0) rest += weights[at];
        score += weights[at];
      }
      return { score, contributions: Array.from(own.items, (other, place) => ({ item: other, amount: amounts[place] })), rest };
    },
    state: () => ({ ...neighbourState(format, 'users', nearest), meta: { settings: { ...settings } as unknown as Json } }),
  };
}
