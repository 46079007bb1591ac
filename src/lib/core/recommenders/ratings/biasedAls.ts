import { Random } from '../../base/random';
import { choleskySolve } from '../../math/choleskySolve';
import { baselineOf, biasesOf, biasOptions, residualsOf } from './bias';
import { entriesOf, type RatingPredictor } from './ratingPredictor';

/**
 * Factors of what the baseline leaves, r̂ = b + p_u · q_i, over given ratings only, by alternating least squares with λ
 * times the number of ratings (Zhou, Wilkinson, Schreiber & Pan, AAIM 2008; LensKit's BiasedMF).
 */
export const biasedAls: RatingPredictor = {
  id: 'als',
  options: [
    {
      name: 'factors',
      kind: 'number',
      integer: true,
      default: 40,
      min: 1,
      max: 512,
      scale: 'log',
      what: 'More factors describe finer tastes, and take longer: time grows with their square.',
    },
    {
      name: 'epochs',
      kind: 'number',
      integer: true,
      default: 20,
      min: 1,
      max: 1000,
      unit: 'epochs',
      what: 'More sweeps over all people and items come closer to the best fit; the gain fades.',
    },
    {
      name: 'regularization',
      kind: 'number',
      default: 0.1,
      min: 1e-6,
      max: 100,
      scale: 'log',
      what: 'Raising it keeps factors small, so that rare ratings are trusted less.',
    },
    ...biasOptions,
  ],

  async train(ratings, options, seed, run) {
    const { users, items, userOf, itemOf } = ratings;
    const [factors, epochs, regularization] = [Number(options.factors), Number(options.epochs), Number(options.regularization)];
    const biases = biasesOf(ratings, options);
    const residuals = residualsOf(biases, ratings);
    const random = new Random(seed, 81);
    const start = (rows: number) => Float64Array.from({ length: rows * factors }, () => (0.1 * random.normal()) / Math.sqrt(factors));
    const [ofUsers, ofItems] = [start(users), start(items)];
    const [userRows, itemRows] = [entriesOf(users, userOf), entriesOf(items, itemOf)];
    const [matrix, vector] = [new Float64Array(factors * factors), new Float64Array(factors)];

    /** Solves each row of `own` for the rows of `other` that it has ratings with. */
    async function sweep(own: Float64Array, rows: typeof userRows, other: Float64Array, otherOf: Int32Array): Promise<void> {
      for (let row = 0; row + 1 < rows.starts.length; row++) {
        const [from, to] = [rows.starts[row], rows.starts[row + 1]];
        if (from === to) {
          own.fill(0, row * factors, (row + 1) * factors);
          continue;
        }
        matrix.fill(0);
        vector.fill(0);
        for (let at = from; at < to; at++) {
          const entry = rows.entries[at];
          const first = otherOf[entry] * factors;
          for (let i = 0; i < factors; i++) {
            const value = other[first + i];
            vector[i] += value * residuals[entry];
            for (let j = 0; j <= i; j++) matrix[i * factors + j] += value * other[first + j];
          }
        }
        for (let i = 0; i < factors; i++) matrix[i * factors + i] += regularization * (to - from);
        choleskySolve(matrix, vector, factors);
        own.set(vector, row * factors);
        await run.breathe();
      }
    }

    for (let epoch = 1; epoch <= epochs; epoch++) {
      await sweep(ofUsers, userRows, ofItems, itemOf);
      await sweep(ofItems, itemRows, ofUsers, userOf);
      run.report({ stage: 'train', done: epoch, total: epochs, unit: 'epochs' });
    }
    return {
      predict(user, item) {
        let product = 0;
        for (let f = 0; f < factors; f++) product += ofUsers[user * factors + f] * ofItems[item * factors + f];
        return baselineOf(biases, user, item) + product;
      },
    };
  },
};
