import { Random } from '../base/random';
import type { InteractionMatrix } from '../math/sparseRows';
import { basketOf } from './basket';
import { lengthOf, takeContrastStep, tasteOf, type ContrastFit } from './cosineContrast';
import { patienceOption } from './earlyStopping';
import { factorScores, scoresOfVector, similarByFactors } from './factorModel';
import type { ModelState } from './modelState';
import { drawUnseen } from './pairwise';
import { sharingPopularity } from './popularityShare';
import type { Basket, Recommender, RecommenderModel } from './recommender';

const format = 'simplex/1';
/** From nothing, the first step of each coordinate would be as long as the learning rate, however small its slope; gradients are small against 1. */
const startSquares = 0.01;

/**
 * SimpleX: Mao, Zhu, Wang, Dai, Dong, Xiao & He, "SimpleX: A Simple and Strong Baseline for Collaborative Filtering", CIKM
 * 2021. A customer's taste is V · mean of the vectors of what they have, scores are cosines, and the loss is cosine
 * contrastive: what they have comes near, and of many drawn at random those are pushed off that come within a margin.
 * The paper's weight g of a vector of the customer's own is 0 here: a history says all, so that a basket is folded in
 * exactly and a list follows what was bought since (models/simplex.md has what that costs). All pairs of a customer make
 * one step and share the items they are compared with.
 */
export const simplex: Recommender = sharingPopularity(
  {
    id: 'simplex',
    family: 'factorisation',
    personal: true,
    needs: [],
    can: ['foldIn', 'similarItems', 'explain', 'warmStart'],
    lighter: 'puresvd',
    options: [
      {
        name: 'factors',
        kind: 'number',
        integer: true,
        default: 64,
        min: 1,
        max: 1024,
        scale: 'log',
        tuned: [32, 256],
        what: 'More factors describe finer tastes, and take longer in proportion.',
      },
      {
        name: 'epochs',
        kind: 'number',
        integer: true,
        default: 10,
        min: 1,
        max: 1000,
        unit: 'epochs',
        tuned: [3, 50],
        what: 'More passes over all customers fit them closer; the gain fades, and in the end the model overfits.',
      },
      {
        name: 'learningRate',
        kind: 'number',
        default: 0.05,
        min: 1e-5,
        max: 1,
        scale: 'log',
        tuned: [0.005, 0.3],
        what: 'Raising it takes larger steps: faster, and above some point restless.',
      },
      {
        name: 'negatives',
        kind: 'number',
        integer: true,
        default: 200,
        min: 1,
        max: 100000,
        scale: 'log',
        what: 'Items drawn at random that each customer is compared with in a pass; more is slower and steadier.',
      },
      {
        name: 'negativeWeight',
        kind: 'number',
        default: 2,
        min: 0.01,
        max: 10000,
        scale: 'log',
        tuned: [0.5, 100],
        what: 'Raising it pushes off harder what a customer does not have, which makes lists less popular.',
      },
      {
        name: 'margin',
        kind: 'number',
        default: 0.4,
        min: -1,
        max: 1,
        tuned: [0, 0.95],
        what: 'Items that a customer does not have are pushed off only where their cosine is above this; raising it keeps to the hard ones.',
      },
      patienceOption(0),
    ],

    estimate({ users, items, pairs }, given) {
      const [d, epochs, negatives] = [Number(given.factors), Number(given.epochs), Number(given.negatives)];
      const ofEpoch = 10 * d * (pairs + users * negatives) + 6 * users * d * d;
      return { operations: epochs * ofEpoch, bytes: 8 * d * items + 4 * d * users + 8 * pairs + 8 * d * (d + negatives) };
    },

    async train({ pairs }, given, seed, _compute, run, warmStart, watch) {
      const [factors, epochs, negatives] = [Number(given.factors), Number(given.epochs), Number(given.negatives)];
      const settings = {
        learningRate: Number(given.learningRate),
        negativeWeight: Number(given.negativeWeight),
        margin: Number(given.margin),
      };
      const fit = startFit(pairs.items, factors, seed, warmStart?.format === format ? warmStart : undefined);
      const random = new Random(seed, 2);
      const order = Int32Array.from({ length: pairs.users }, (_, user) => user).filter(
        (user) => pairs.rowStarts[user] < pairs.rowStarts[user + 1],
      );
      const losses: { epoch: number; loss: number }[] = [];
      for (let epoch = 1; epoch <= epochs; epoch++) {
        random.shuffle(order);
        let sum = 0;
        for (const user of order) {
          sum += takeContrastStep(fit, basketOf(pairs, user).items, drawOthers(pairs, user, negatives, random), settings);
          await run.breathe();
        }
        const loss = sum / Math.max(1, pairs.columns.length);
        losses.push({ epoch, loss });
        run.report({ stage: 'train', done: epoch, total: epochs, unit: 'epochs', values: { epoch, loss } });
        await run.breathe();
        if (await watch?.(epoch, () => simplexModel(fit, pairs))) break;
      }
      return { model: simplexModel(fit, pairs), losses, backend: 'plain TypeScript', reproducible: true };
    },

    restore: ({ arrays: { itemFactors, transform } }, { pairs }) =>
      simplexModel(
        { factors: transform.shape[0], items: itemFactors.data as Float32Array, transform: transform.data as Float32Array },
        pairs,
      ),
  },
  // Scores are cosines, and the best is near 1. Measured in docs/decisions/0070-laboratory.md.
  { least: 0.3, best: 1 },
);

/** Items that a customer does not have, each once; fewer where there are not so many. */
function drawOthers(pairs: InteractionMatrix, user: number, count: number, random: Random): Int32Array {
  const drawn = new Set<number>();
  for (let draw = 0; draw < count; draw++) {
    const item = drawUnseen(pairs, user, false, random);
    if (item < 0) break;
    drawn.add(item);
  }
  return Int32Array.from(drawn);
}

/** Random directions and V = 1; where there is a state, its vectors instead, but for items that came since. */
function startFit(items: number, factors: number, seed: number, state?: ModelState): ContrastFit {
  const random = new Random(seed, 1);
  const fit = {
    factors,
    items: Float32Array.from({ length: items * factors }, () => random.normal() / Math.sqrt(factors)),
    transform: Float32Array.from({ length: factors * factors }, (_, at) => (at % (factors + 1) === 0 ? 1 : 0)),
    itemSquares: new Float32Array(items * factors).fill(startSquares),
    transformSquares: new Float32Array(factors * factors).fill(startSquares),
  };
  if (state?.arrays.transform?.shape[0] !== factors) return fit;
  fit.transform.set(state.arrays.transform.data as Float32Array);
  const known = state.arrays.itemFactors.data as Float32Array;
  for (let item = 0; item < items; item++) {
    if (lengthOf(known, item * factors, factors) > 0) fit.items.set(known.subarray(item * factors, (item + 1) * factors), item * factors);
  }
  return fit;
}

function simplexModel(fit: Pick<ContrastFit, 'factors' | 'items' | 'transform'>, pairs: InteractionMatrix): RecommenderModel {
  const { factors: d, items, transform } = fit;
  const directions = items.slice();
  for (let item = 0; item < pairs.items; item++) toLengthOne(directions, item * d, d);
  const directionOf = (basket: Basket) => {
    const taste = Float32Array.from(tasteOf(fit, basket).taste);
    toLengthOne(taste, 0, d);
    return taste;
  };
  const userFactors = new Float32Array(pairs.users * d);
  for (let user = 0; user < pairs.users; user++) userFactors.set(directionOf(basketOf(pairs, user)), user * d);
  return {
    ...factorScores(pairs.items, d, userFactors, directions),
    state: () => ({
      format,
      arrays: {
        itemFactors: { data: items, shape: [pairs.items, d], axes: ['items', 'factors'] },
        transform: { data: transform, shape: [d, d], axes: ['taste', 'factors'] },
      },
      meta: {},
    }),
    foldIn: (basket) => scoresOfVector(directionOf(basket), directions, d),
    similarItems: (item, k) => similarByFactors(items, d, item, k),
    /** The cosine is Σ_j (V e_j / n) · e_i over the lengths of the whole taste and of e_i: each item of the history brings its part. */
    explain(who, item) {
      const basket: Basket = typeof who === 'number' ? basketOf(pairs, who) : who;
      const length = lengthOf(tasteOf(fit, basket).taste, 0, d);
      const contributions = Array.from(basket.items, (other) => {
        const { taste } = tasteOf(fit, { items: Int32Array.of(other) });
        let dot = 0;
        for (let f = 0; f < d; f++) dot += taste[f] * directions[item * d + f];
        return { item: other, amount: length > 0 ? dot / (length * basket.items.length) : 0 };
      });
      return { score: contributions.reduce((sum, { amount }) => sum + amount, 0), contributions, rest: 0 };
    },
  };
}

/** Nothing stays nothing. */
function toLengthOne(vectors: Float32Array, start: number, size: number): void {
  const length = lengthOf(vectors, start, size);
  if (length > 0) for (let f = start; f < start + size; f++) vectors[f] /= length;
}
