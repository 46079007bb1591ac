import type { RunContext } from '../base/run';
import { matrixFromPairs, transpose, type InteractionMatrix } from '../math/sparseRows';
import { itemWeightScores } from './itemWeights';
import type { ModelState } from './modelState';
import { sharingPopularity } from './popularityShare';
import type { Recommender, RecommenderModel } from './recommender';

const format = 'slim/1';
/** A sweep that moves no weight by more has come to rest. */
const atRest = 1e-4;

/**
 * Sparse linear methods: Ning & Karypis, "SLIM: Sparse Linear Methods for Top-N Recommender Systems", ICDM 2011. Each
 * item j is predicted from the others by an elastic net, min ½‖x_j − X w‖² + ½ β ‖w‖² + λ ‖w‖₁ with w_j = 0 and, unless
 * asked otherwise, w ≥ 0, by coordinate descent on the rests of the customers (Friedman, Hastie & Tibshirani 2010). No
 * matrix of items by items is ever made. Between two sweeps over all items only weights that are not 0 are swept.
 */
export const slim: Recommender = sharingPopularity({
  id: 'slim',
  family: 'linear',
  personal: true,
  needs: [],
  can: ['foldIn', 'similarItems', 'explain', 'warmStart'],
  lighter: 'item-knn',
  options: [
    {
      name: 'regularization',
      kind: 'number',
      default: 50,
      min: 0.1,
      max: 100000,
      scale: 'log',
      tuned: [1, 10000],
      what: 'Raising it trusts items less that few customers chose, and shares a weight among items that are alike (β).',
    },
    {
      name: 'sparsity',
      kind: 'number',
      default: 0.5,
      min: 0,
      max: 10000,
      tuned: [0, 5],
      what: 'Raising it leaves fewer items that speak for another, which is quicker and takes less memory (λ).',
    },
    {
      name: 'nonNegative',
      kind: 'boolean',
      default: true,
      tuned: true,
      what: 'Whether items can only speak for others, not against them; it is quicker, and lists are easier to explain.',
    },
    {
      name: 'epochs',
      kind: 'number',
      integer: true,
      default: 10,
      min: 1,
      max: 1000,
      what: 'The most sweeps over the weights of each item; more come nearer to the exact solution.',
    },
  ],

  estimate: ({ users, items, pairs }, given) => ({
    // Two sweeps over all items that share a customer, and short ones between; about half of all share one.
    operations: items * pairs * (1 + Number(given.epochs) / 10),
    bytes: 16 * pairs + 8 * users + 12 * items * Math.min(items, 200),
  }),

  async train({ pairs }, given, _seed, _compute, run, warmStart) {
    const settings: Settings = {
      ridge: Number(given.regularization),
      lasso: Number(given.sparsity),
      nonNegative: given.nonNegative === true,
      epochs: Number(given.epochs),
    };
    const start = warmStart?.format === format ? weightsOf(warmStart, pairs.items) : undefined;
    const { from, to, weight, losses } = await learn(pairs, settings, run, start && transpose(start));
    const axes = { shape: [from.length], axes: ['weights'] };
    const state: ModelState = {
      format,
      arrays: {
        from: { data: from, ...axes, numbersOf: 'items' },
        to: { data: to, ...axes, numbersOf: 'items' },
        weight: { data: weight, ...axes },
      },
      meta: {},
    };
    for (const { epoch, loss } of losses) {
      run.report({ stage: 'train', done: epoch, total: losses.length, unit: 'epochs', values: { epoch, loss } });
      await run.breathe();
    }
    return { model: slimModel(state, pairs), losses, backend: 'plain TypeScript', reproducible: true };
  },

  restore: (state, { pairs }) => slimModel(state, pairs),
});

interface Settings {
  ridge: number;
  lasso: number;
  nonNegative: boolean;
  epochs: number;
}

/** @param start weights to begin with: row j holds what speaks for item j */
async function learn(
  pairs: InteractionMatrix,
  { ridge, lasso, nonNegative, epochs }: Settings,
  run: RunContext,
  start?: InteractionMatrix,
) {
  const { users, items } = pairs;
  const { rowStarts, columns: customers } = transpose(pairs);
  const customersOf = (item: number) => rowStarts[item + 1] - rowStarts[item];
  const weights = new Float64Array(items);
  /** What the weights leave of each customer's choice of the item. */
  const rests = new Float64Array(users);
  const lossOf = new Float64Array(epochs);
  const [from, to, kept]: [number[], number[], number[]] = [[], [], []];

  for (let target = 0; target < items; target++) {
    let squares = customersOf(target);
    let penalty = 0;
    for (let at = rowStarts[target]; at < rowStarts[target + 1]; at++) rests[customers[at]] = 1;
    const move = (item: number, sum: number, next: number) => {
      const change = next - weights[item];
      for (let at = rowStarts[item]; at < rowStarts[item + 1]; at++) rests[customers[at]] -= change;
      squares += change * (change * customersOf(item) - 2 * sum);
      penalty += (ridge / 2) * (next * next - weights[item] * weights[item]) + lasso * (Math.abs(next) - Math.abs(weights[item]));
      weights[item] = next;
      return Math.abs(change);
    };
    const sumOfRests = (item: number) => {
      let sum = 0;
      for (let at = rowStarts[item]; at < rowStarts[item + 1]; at++) sum += rests[customers[at]];
      return sum;
    };
    const candidates = customersOf(target) === 0 ? new Int32Array(0) : speakersFor(target, pairs, rowStarts, customers, nonNegative);
    if (start) {
      for (let at = start.rowStarts[target]; at < start.rowStarts[target + 1]; at++) {
        if (candidates.includes(start.columns[at])) move(start.columns[at], sumOfRests(start.columns[at]), start.values[at]);
      }
    }
    let isWhole = true;
    for (let epoch = 0; epoch < epochs; epoch++) {
      let most = 0;
      for (const item of candidates) {
        const weight = weights[item];
        if (!isWhole && weight === 0) continue;
        const sum = sumOfRests(item);
        const pull = sum + customersOf(item) * weight;
        const shrunk = pull > lasso ? pull - lasso : !nonNegative && pull < -lasso ? pull + lasso : 0;
        const next = shrunk === 0 ? 0 : shrunk / (customersOf(item) + ridge);
        if (next !== weight) most = Math.max(most, move(item, sum, next));
      }
      lossOf[epoch] += squares / 2 + penalty;
      const rested = most < atRest;
      if (rested && isWhole) {
        for (let later = epoch + 1; later < epochs; later++) lossOf[later] += squares / 2 + penalty;
        break;
      }
      // All items again once those with a weight have come to rest, and at the end.
      isWhole = rested || epoch === epochs - 2;
      await run.breathe();
    }
    for (let at = rowStarts[target]; at < rowStarts[target + 1]; at++) rests[customers[at]] = 0;
    for (const item of candidates) {
      if (weights[item] === 0) continue;
      from.push(item);
      to.push(target);
      kept.push(weights[item]);
      weights[item] = 0;
      for (let at = rowStarts[item]; at < rowStarts[item + 1]; at++) rests[customers[at]] = 0;
    }
    if (target % 64 === 0) run.report({ stage: 'train', done: target, total: items, unit: 'items' });
    await run.breathe();
  }
  return {
    from: Int32Array.from(from),
    to: Int32Array.from(to),
    weight: Float32Array.from(kept),
    losses: Array.from(lossOf, (loss, epoch) => ({ epoch: epoch + 1, loss })),
  };
}

/** Items that can have a weight, ascending: all that somebody chose, or those that share a customer, as others stay at 0. */
function speakersFor(target: number, pairs: InteractionMatrix, rowStarts: Int32Array, customers: Int32Array, sharing: boolean): Int32Array {
  const speaks = new Uint8Array(pairs.items);
  if (sharing) {
    for (let at = rowStarts[target]; at < rowStarts[target + 1]; at++) {
      const user = customers[at];
      for (let entry = pairs.rowStarts[user]; entry < pairs.rowStarts[user + 1]; entry++) speaks[pairs.columns[entry]] = 1;
    }
  } else for (let item = 0; item < pairs.items; item++) speaks[item] = rowStarts[item + 1] > rowStarts[item] ? 1 : 0;
  speaks[target] = 0;
  const found: number[] = [];
  for (let item = 0; item < pairs.items; item++) if (speaks[item] === 1) found.push(item);
  return Int32Array.from(found);
}

/** Row i holds what item i says of others. Weights of items that are gone are passed over. */
function weightsOf({ arrays: { from, to, weight } }: ModelState, items: number): InteractionMatrix {
  const there = Int32Array.from({ length: from.data.length }, (_, at) => at).filter((at) => from.data[at] >= 0 && to.data[at] >= 0);
  return matrixFromPairs(
    items,
    items,
    there.map((at) => from.data[at]),
    there.map((at) => to.data[at]),
    Float32Array.from(there, (at) => weight.data[at]),
  );
}

function slimModel(state: ModelState, pairs: InteractionMatrix): RecommenderModel {
  const { rowStarts, columns, values } = weightsOf(state, pairs.items);
  return {
    ...itemWeightScores(pairs, {
      addRow(item, scores) {
        for (let at = rowStarts[item]; at < rowStarts[item + 1]; at++) scores[columns[at]] += values[at];
      },
      weight(item, other) {
        const place = columns.subarray(rowStarts[item], rowStarts[item + 1]).indexOf(other);
        return place < 0 ? 0 : values[rowStarts[item] + place];
      },
    }),
    state: () => state,
  };
}
