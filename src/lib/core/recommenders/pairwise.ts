import { Random } from '../base/random';
import type { DefaultRule, OptionSpec, OptionValues } from '../base/options';
import { userOfEntries, type InteractionMatrix } from '../math/sparseRows';
import { factorScores, similarByFactors } from './factorModel';
import type { ModelState } from './modelState';
import type { Recommender, RecommenderModel, TrainingResult } from './recommender';

/** Factors and item biases while they are being learnt, with AdaGrad's sum of squared gradients beside each number. */
export interface PairwiseFit {
  factors: number;
  users: Float32Array;
  items: Float32Array;
  biases: Float32Array;
  userSquares: Float32Array;
  itemSquares: Float32Array;
  biasSquares: Float32Array;
}

export interface PairwiseStep {
  learningRate: number;
  regularization: number;
}

/** What one positive pair brings: draws items to compare with, takes a step or not, and gives the loss. */
export type PairRule = (
  fit: PairwiseFit,
  pairs: InteractionMatrix,
  user: number,
  item: number,
  step: PairwiseStep,
  random: Random,
) => number;

/** With the defaults that suit a loss: WARP's large steps need few passes. */
export const pairwiseOptions = (defaults: {
  epochs: number;
  epochsRule?: DefaultRule;
  regularization: number;
  regularizationRule?: DefaultRule;
  factorsRule?: DefaultRule;
}): OptionSpec[] => [
  {
    name: 'factors',
    kind: 'number',
    integer: true,
    default: 32,
    rule: defaults.factorsRule,
    min: 1,
    max: 1024,
    scale: 'log',
    tuned: [4, 256],
    what: 'More factors describe finer tastes, and take longer in proportion.',
  },
  {
    name: 'epochs',
    kind: 'number',
    integer: true,
    default: defaults.epochs,
    rule: defaults.epochsRule,
    min: 1,
    max: 1000,
    unit: 'epochs',
    tuned: [5, 150],
    what: 'More passes over all pairs fit them closer; the gain fades, and in the end the model overfits.',
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
    name: 'regularization',
    kind: 'number',
    default: defaults.regularization,
    rule: defaults.regularizationRule,
    min: 0,
    max: 10,
    tuned: [0, 0.3],
    what: 'Raising it keeps factors small, so that rare pairs are trusted less.',
  },
];

/**
 * A recommender that learns from pairs of items, one that a customer chose and one that they did not: stochastic gradient
 * descent over all pairs in random order, with AdaGrad's steps (Duchi, Hazan & Singer 2011), as LightFM takes them. One
 * thread, so that a seed gives the same bytes.
 */
export function pairwiseRecommender(id: string, options: readonly OptionSpec[], ruleOf: (given: OptionValues) => PairRule): Recommender {
  const format = `${id}/1`;
  return {
    id,
    family: 'factorisation',
    personal: true,
    needs: [],
    can: ['similarItems', 'biases', 'warmStart'],
    options,

    estimate({ users, items, pairs }, given) {
      const d = Number(given.factors);
      return { operations: Number(given.epochs) * pairs * 12 * d, bytes: 8 * (d + 1) * (users + items) + 12 * pairs };
    },

    async train({ pairs }, given, seed, _compute, run, warmStart): Promise<TrainingResult> {
      const [epochs, rule] = [Number(given.epochs), ruleOf(given)];
      const step = { learningRate: Number(given.learningRate), regularization: Number(given.regularization) };
      const fit = startFit(pairs, Number(given.factors), seed, warmStart?.format === format ? warmStart : undefined);
      const random = new Random(seed, 2);
      const userOfEntry = userOfEntries(pairs);
      const order = Int32Array.from(userOfEntry, (_, entry) => entry);
      const losses: { epoch: number; loss: number }[] = [];
      for (let epoch = 1; epoch <= epochs; epoch++) {
        random.shuffle(order);
        let sum = 0;
        for (let at = 0; at < order.length; at++) {
          const entry = order[at];
          sum += rule(fit, pairs, userOfEntry[entry], pairs.columns[entry], step, random);
          if (at % 2048 === 0) await run.breathe();
        }
        const loss = sum / Math.max(1, order.length);
        losses.push({ epoch, loss });
        run.report({ stage: 'train', done: epoch, total: epochs, unit: 'epochs', values: { epoch, loss } });
        await run.breathe();
      }
      return { model: pairwiseModel(format, fit), losses, backend: 'plain TypeScript', reproducible: true };
    },

    restore: restorePairwise,
  };
}

export function restorePairwise({ format, arrays: { userFactors, itemFactors, itemBiases } }: ModelState): RecommenderModel {
  return pairwiseModel(format, {
    factors: itemFactors.shape[1],
    users: userFactors.data as Float32Array,
    items: itemFactors.data as Float32Array,
    biases: itemBiases.data as Float32Array,
  });
}

/** An item that the customer does not have, any of them alike or as often as it was chosen; -1 where a hundred draws met none. */
export function drawUnseen({ items, rowStarts, columns }: InteractionMatrix, user: number, popular: boolean, random: Random): number {
  for (let draw = 0; draw < 100; draw++) {
    const item = popular ? columns[random.below(columns.length)] : random.below(items);
    if (!hasItem(columns, rowStarts[user], rowStarts[user + 1], item)) return item;
  }
  return -1;
}

/** Whether a row, which is ascending, holds an item. */
export function hasItem(columns: Int32Array, from: number, to: number, item: number): boolean {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (columns[middle] < item) low = middle + 1;
    else high = middle;
  }
  return low < to && columns[low] === item;
}

export function pairScore({ factors: d, users, items, biases }: PairwiseFit, user: number, item: number): number {
  let sum = biases[item];
  for (let f = 0, u = user * d, i = item * d; f < d; f++) sum += users[u + f] * items[i + f];
  return sum;
}

/** One step down `slope` · (score of `chosen` − score of `other`) and its regularisation: the slope of a loss is negative. */
export function takeStep(
  fit: PairwiseFit,
  user: number,
  chosen: number,
  other: number,
  slope: number,
  { learningRate, regularization }: PairwiseStep,
): void {
  const { factors: d, users, items, biases, userSquares, itemSquares, biasSquares } = fit;
  const u = user * d;
  const i = chosen * d;
  const j = other * d;
  for (let f = 0; f < d; f++) {
    const w = users[u + f];
    const h = items[i + f];
    const g = items[j + f];
    const ofUser = slope * (h - g) + regularization * w;
    const ofChosen = slope * w + regularization * h;
    const ofOther = -slope * w + regularization * g;
    // What was squared before this step: a first step is as long as the learning rate says.
    users[u + f] = w - (learningRate / Math.sqrt(userSquares[u + f])) * ofUser;
    items[i + f] = h - (learningRate / Math.sqrt(itemSquares[i + f])) * ofChosen;
    items[j + f] = g - (learningRate / Math.sqrt(itemSquares[j + f])) * ofOther;
    userSquares[u + f] += ofUser * ofUser;
    itemSquares[i + f] += ofChosen * ofChosen;
    itemSquares[j + f] += ofOther * ofOther;
  }
  const ofChosen = slope + regularization * biases[chosen];
  const ofOther = -slope + regularization * biases[other];
  biases[chosen] -= (learningRate / Math.sqrt(biasSquares[chosen])) * ofChosen;
  biases[other] -= (learningRate / Math.sqrt(biasSquares[other])) * ofOther;
  biasSquares[chosen] += ofChosen * ofChosen;
  biasSquares[other] += ofOther * ofOther;
}

/** Small random factors; where there is a state, its rows instead, but for those of zeros, which came since. */
export function startFit({ users, items, rowStarts }: InteractionMatrix, factors: number, seed: number, state?: ModelState): PairwiseFit {
  const [userRandom, itemRandom] = [new Random(seed, 0), new Random(seed, 1)];
  const draw = (rows: number, random: Random) =>
    Float32Array.from({ length: rows * factors }, () => random.normal() / (10 * Math.sqrt(factors)));
  const fit = {
    factors,
    users: draw(users, userRandom),
    items: draw(items, itemRandom),
    biases: new Float32Array(items),
    userSquares: new Float32Array(users * factors).fill(1),
    itemSquares: new Float32Array(items * factors).fill(1),
    biasSquares: new Float32Array(items).fill(1),
  };
  // Who has chosen nothing has no taste.
  for (let user = 0; user < users; user++) {
    if (rowStarts[user] === rowStarts[user + 1]) fit.users.fill(0, user * factors, (user + 1) * factors);
  }
  if (state?.arrays.itemFactors?.shape[1] !== factors) return fit;
  const { userFactors, itemFactors, itemBiases } = state.arrays;
  for (const [known, own] of [
    [userFactors, fit.users],
    [itemFactors, fit.items],
  ] as const) {
    for (let row = 0; row < own.length / factors; row++) {
      const begin = (known.data as Float32Array).subarray(row * factors, (row + 1) * factors);
      if (begin.some((value) => value !== 0)) own.set(begin, row * factors);
    }
  }
  fit.biases.set(itemBiases.data as Float32Array);
  return fit;
}

/** A model of factors and item biases. */
export function pairwiseModel(format: string, fit: Pick<PairwiseFit, 'factors' | 'users' | 'items' | 'biases'>): RecommenderModel {
  const { factors: size, users, items, biases } = fit;
  const plain = factorScores(biases.length, size, users, items);
  return {
    factors: { size, userFactors: users, itemFactors: items, itemBiases: biases },
    score(asked) {
      const scores = plain.score(asked) as Float32Array;
      for (let at = 0; at < scores.length; at++) scores[at] += biases[at % biases.length];
      return scores;
    },
    state: () => ({
      format,
      arrays: {
        userFactors: { data: users, shape: [users.length / size, size], axes: ['users', 'factors'] },
        itemFactors: { data: items, shape: [biases.length, size], axes: ['items', 'factors'] },
        itemBiases: { data: biases, shape: [biases.length], axes: ['items'] },
      },
      meta: {},
    }),
    similarItems: (item, k) => similarByFactors(items, size, item, k),
    biases: () => ({ items: biases }),
  };
}
