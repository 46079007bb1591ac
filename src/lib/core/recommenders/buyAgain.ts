import type { OptionValues } from '../base/options';
import type { InteractionMatrix } from '../math/sparseRows';
import { orderEvent } from '../schema/events';
import { decayedBaskets } from './decayedBaskets';
import { nearestRows, type LikenessMeasure } from './likeness';
import { purchasesOf, type Purchases } from './purchases';
import type { Recommender, RecommenderModel } from './recommender';
import { dueness, dueTime, rhythmOf } from './rhythm';
import type { TrainingData } from './trainingData';
import { nearestUsersOption } from './userKnn';

const format = 'buy-again/1';

/**
 * What customers will buy again, and when. A customer is a vector over items: by rhythm, how much each purchase is due
 * ({@link rhythmOf}); or, as TIFU-kNN has it, how often and how lately it was in their baskets (Hu, He, Gao & Zhang,
 * "Modeling Personalized Item Frequency Information for Next-basket Recommendation", SIGIR 2020). The score is a mix of
 * the own vector and the mean of the nearest customers' vectors, so that what somebody never bought stands below it.
 */
export const buyAgain: Recommender = {
  id: 'buy-again',
  family: 'sequential',
  personal: true,
  repeats: true,
  // A look is no purchase: left to itself it learns from orders.
  events: { [orderEvent]: 1 },
  needs: ['sequences'],
  uses: ['itemFeatures'],
  can: ['due'],
  lighter: 'popularity',
  options: [
    {
      name: 'repeatsBy',
      kind: 'choice',
      default: 'rhythm',
      choices: ['rhythm', 'tifu-knn'],
      tuned: true,
      what: 'By rhythm, what is due by the usual time between two purchases comes first; TIFU-kNN goes by how often and how lately something was bought.',
    },
    {
      name: 'ownShare',
      kind: 'number',
      default: 0.7,
      min: 0,
      max: 1,
      tuned: [0.3, 1],
      what: 'Raising it trusts a customer’s own purchases more, and those of similar customers less; at 1 only what they bought is offered.',
    },
    { ...nearestUsersOption, default: 100 },
    {
      name: 'basketDecay',
      kind: 'number',
      default: 0.9,
      min: 0.01,
      max: 1,
      tuned: [0.7, 1],
      what: 'What a purchase weighs against the next later one; lower forgets faster.',
    },
    {
      name: 'groupDecay',
      kind: 'number',
      default: 0.7,
      min: 0.01,
      max: 1,
      tuned: [0.4, 1],
      what: 'What a group of purchases weighs against the next later group; lower forgets faster.',
    },
    {
      name: 'groupSize',
      kind: 'number',
      integer: true,
      default: 7,
      min: 1,
      max: 1000,
      scale: 'log',
      tuned: [1, 30],
      what: 'How many purchases make a group: what lies in one group is of about the same age.',
    },
  ],

  estimate({ users, items, pairs }, given) {
    const kept = users * Math.min(users, Number(given.nearestUsers));
    return { operations: (9 * pairs * pairs) / Math.max(1, items) + users * users, bytes: 4 * kept + 80 * pairs + 20 * users };
  },

  async train(data, given, _seed, _compute, run) {
    const history = await historyOf(data, given);
    await run.breathe();
    const { k, neighbours } = await nearestRows(
      history.baskets,
      Number(given.nearestUsers),
      nearInSpace,
      { unit: 'users', itself: false },
      run,
    );
    return { model: buyAgainModel(history, { k, neighbours }, given), losses: [], backend: 'plain TypeScript', reproducible: true };
  },

  async restore({ arrays: { neighbours }, meta }, data) {
    const given = meta.options as OptionValues;
    return buyAgainModel(await historyOf(data, given), { k: neighbours.shape[1], neighbours: neighbours.data as Int32Array }, given);
  },
};

interface History {
  purchases: Purchases;
  /** Customers as TIFU has them: who is near whom follows from these, and what neighbours say. */
  baskets: InteractionMatrix;
  /** What each customer's own purchases say. */
  own: InteractionMatrix;
  dueTime(entry: number): number;
}

async function historyOf({ pairs, sequences, itemFeatures }: TrainingData, given: OptionValues): Promise<History> {
  const read = await sequences!();
  const purchases = purchasesOf(read, pairs.items);
  const rhythm = rhythmOf(purchases, categoriesOf(await itemFeatures?.(), pairs.items));
  const baskets = decayedBaskets(read, pairs.items, {
    groupSize: Number(given.groupSize),
    withinGroup: Number(given.basketDecay),
    betweenGroups: Number(given.groupDecay),
  });
  const isRhythm = given.repeatsBy !== 'tifu-knn';
  return {
    purchases,
    baskets,
    own: isRhythm ? sharedOut(baskets, (entry) => dueness(rhythm, purchases, entry)) : baskets,
    dueTime: (entry) => dueTime(rhythm, purchases, entry),
  };
}

/** The sum of each row shared out anew over its entries, so that neighbours weigh what they did. */
function sharedOut(rows: InteractionMatrix, weightOf: (entry: number) => number): InteractionMatrix {
  const weights = rows.values.map((_, entry) => weightOf(entry));
  for (let user = 0; user < rows.users; user++) {
    const [start, end] = [rows.rowStarts[user], rows.rowStarts[user + 1]];
    const sum = (values: Float32Array) => values.subarray(start, end).reduce((total, value) => total + value, 0);
    const share = sum(rows.values) / (sum(weights) || 1);
    for (let entry = start; entry < end; entry++) weights[entry] *= share;
  }
  return { ...rows, values: weights };
}

/** One number for each category; what has none is a category of its own. */
function categoriesOf(features: Awaited<ReturnType<NonNullable<TrainingData['itemFeatures']>>> = [], items: number): Int32Array {
  const category = features.find(({ name, kind }) => name === 'category' && kind === 'label');
  return category?.kind === 'label' ? category.codes.map((code) => code + 1) : new Int32Array(items);
}

/** Near by Euclid's distance, of those who share something. */
const nearInSpace: LikenessMeasure = {
  weigh: (_, values) => values!,
  size: (weights) => weights.reduce((sum, weight) => sum + weight * weight, 0),
  like: (dot, own, other) => 1 / (1 + Math.max(0, own + other - 2 * dot)),
};

function buyAgainModel(
  { purchases: { pairs }, baskets, own, dueTime }: History,
  { k, neighbours }: { k: number; neighbours: Int32Array },
  given: OptionValues,
): RecommenderModel {
  const { items } = baskets;
  const ownShare = Number(given.ownShare);
  // One more neighbour is the mean of everybody: it orders what no neighbour has, and speaks where there is none.
  const everybody = meanRow(baskets);
  const addRow = ({ rowStarts, columns, values }: InteractionMatrix, user: number, weight: number, scores: Float32Array) => {
    for (let entry = rowStarts[user]; entry < rowStarts[user + 1]; entry++) scores[columns[entry]] += weight * values[entry];
  };
  const scoreOne = (user: number, scores: Float32Array) => {
    const near = neighbours.subarray(user * k, (user + 1) * k);
    const count = near.includes(-1) ? near.indexOf(-1) : k;
    const share = (1 - ownShare) / (count + 1);
    for (let item = 0; item < items; item++) scores[item] = share * everybody[item];
    for (let at = 0; at < count; at++) addRow(baskets, near[at], share, scores);
    addRow(own, user, ownShare, scores);
  };
  return {
    score(asked) {
      const scores = new Float32Array(asked.length * items);
      asked.forEach((user, row) => scoreOne(user, scores.subarray(row * items, (row + 1) * items)));
      return scores;
    },
    due(user, item) {
      const place = pairs.columns.subarray(pairs.rowStarts[user], pairs.rowStarts[user + 1]).indexOf(item);
      return place < 0 ? undefined : dueTime(pairs.rowStarts[user] + place);
    },
    state: () => ({
      format,
      arrays: { neighbours: { data: neighbours, shape: [baskets.users, k], axes: ['users', 'neighbours'], numbersOf: 'users' } },
      meta: { options: { ...given } },
    }),
  };
}

/** Of those who have a row. */
function meanRow({ users, items, rowStarts, columns, values }: InteractionMatrix): Float64Array {
  const sums = new Float64Array(items);
  let rows = 0;
  for (let user = 0; user < users; user++) if (rowStarts[user + 1] > rowStarts[user]) rows++;
  for (let entry = 0; entry < columns.length; entry++) sums[columns[entry]] += values[entry];
  return sums.map((sum) => sum / Math.max(1, rows));
}
