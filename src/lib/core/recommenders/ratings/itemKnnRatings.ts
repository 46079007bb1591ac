import { baselineOf, biasesOf, biasOptions, residualsOf } from './bias';
import { entriesOf, type RatingPredictor } from './ratingPredictor';

/**
 * Neighbours of items on what the baseline leaves: r̂ = b + Σ s_ij d_uj / Σ s_ij over the k items most like i that the
 * person rated, s_ij = (n − 1) / (n − 1 + shrinkage) · ρ_ij with ρ the correlation of residuals over the n people who
 * rated both, and only s > 0 counts (Koren, TKDD 2010, "Factor in the neighbors"; Surprise's KNNBaseline with
 * `pearson_baseline` and `user_based: False`).
 */
export const itemKnnRatings: RatingPredictor = {
  id: 'item-knn',
  options: [
    {
      name: 'neighbours',
      kind: 'number',
      integer: true,
      default: 40,
      min: 1,
      max: 1000,
      scale: 'log',
      what: 'How many of the most alike items that somebody rated speak for an item; more are steadier and blur.',
    },
    {
      name: 'shrinkage',
      kind: 'number',
      default: 100,
      min: 0,
      max: 10000,
      what: 'Raising it trusts likeness of items that few people rated both less.',
    },
    ...biasOptions,
  ],

  async train(ratings, options, _seed, run) {
    const { users, items, userOf, itemOf } = ratings;
    const biases = biasesOf(ratings, options);
    const residuals = residualsOf(biases, ratings);
    const [ofUser, ofItem] = [entriesOf(users, userOf), entriesOf(items, itemOf)];
    const [products, ownSquares, otherSquares] = [new Float64Array(items), new Float64Array(items), new Float64Array(items)];
    const both = new Int32Array(items);
    /** items × items; the data of ratings is small enough for it, and is refused where it is not. */
    const likeness = new Float32Array(items * items);
    for (let item = 0; item < items; item++) {
      for (const sums of [products, ownSquares, otherSquares, both]) sums.fill(0);
      for (let at = ofItem.starts[item]; at < ofItem.starts[item + 1]; at++) {
        const entry = ofItem.entries[at];
        const own = residuals[entry];
        const user = userOf[entry];
        for (let next = ofUser.starts[user]; next < ofUser.starts[user + 1]; next++) {
          const other = ofUser.entries[next];
          const column = itemOf[other];
          products[column] += own * residuals[other];
          ownSquares[column] += own * own;
          otherSquares[column] += residuals[other] * residuals[other];
          both[column]++;
        }
      }
      for (let other = 0; other < items; other++) {
        if (other === item || both[other] < 2) continue;
        const length = Math.sqrt(ownSquares[other] * otherSquares[other]);
        const shrunk = (both[other] - 1) / (both[other] - 1 + Number(options.shrinkage));
        if (length > 0) likeness[item * items + other] = (shrunk * products[other]) / length;
      }
      await run.breathe();
    }
    const most = Number(options.neighbours);
    return {
      predict(user, item) {
        const near: { likeness: number; residual: number; item: number }[] = [];
        for (let at = ofUser.starts[user]; at < ofUser.starts[user + 1]; at++) {
          const entry = ofUser.entries[at];
          const alike = likeness[item * items + itemOf[entry]];
          if (alike > 0) near.push({ likeness: alike, residual: residuals[entry], item: itemOf[entry] });
        }
        near.sort((a, b) => b.likeness - a.likeness || a.item - b.item);
        let [sum, weights] = [0, 0];
        for (const { likeness: alike, residual } of near.slice(0, most)) {
          sum += alike * residual;
          weights += alike;
        }
        return baselineOf(biases, user, item) + (weights > 0 ? sum / weights : 0);
      },
    };
  },
};
