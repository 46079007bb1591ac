import { UserError } from '../base/errors';
import type { RunContext } from '../base/run';
import type { RecommenderModel, Recommender } from './recommender';
import type { Sequences, TrainingData } from './trainingData';

const format = 'popularity/1';
const microsecondsOfDay = 86_400_000_000;

/**
 * What most customers chose, the same for everybody: the row that every other model has to beat. Lately, each customer
 * counts for half as much with every `halfLife` that has passed since their last choice of the item. On the rise, the
 * customers of the last `halfLife` days stand against what those of the same time before would let one expect:
 * (now − expected) / √(now + expected + 1), so that one choice more of a rare item is no rise.
 */
export const popularity: Recommender = {
  id: 'popularity',
  personal: false,
  servesNewUsers: true,
  needs: [],
  can: ['foldIn', 'explain', 'biases'],
  options: [
    {
      name: 'period',
      kind: 'choice',
      default: 'all-time',
      choices: ['all-time', 'recent', 'trending'],
      what: 'All time counts every customer alike; recent lets older choices fade; trending compares the last days with the days before.',
    },
    {
      name: 'halfLife',
      kind: 'number',
      default: 30,
      min: 0.1,
      max: 3650,
      scale: 'log',
      unit: 'days',
      what: 'Raising it looks further back: the days after which a choice counts for half, or the days that are compared (not used for all time).',
    },
  ],

  estimate: ({ users, items, pairs }) => ({ operations: pairs, bytes: 4 * (users + items) }),

  async train(data, given, _seed, _compute, run) {
    const { pairs } = data;
    const scores =
      given.period === 'all-time'
        ? customersPerItem(pairs.items, pairs.columns)
        : await customersByTime(data, given.period === 'recent' ? 'recent' : 'trending', Number(given.halfLife), run);
    return { model: popularityModel(pairs.users, scores), losses: [], backend: 'plain TypeScript', reproducible: true };
  },

  restore: ({ arrays }, { pairs }) => popularityModel(pairs.users, arrays.customers.data as Float32Array),
};

/** How many customers chose each item. */
export function customersPerItem(items: number, columns: Int32Array): Float32Array {
  const customers = new Float32Array(items);
  for (let entry = 0; entry < columns.length; entry++) customers[columns[entry]]++;
  return customers;
}

/** @throws UserError `popularity_no_times` */
async function customersByTime(
  { pairs, sequences }: TrainingData,
  period: 'recent' | 'trending',
  halfLife: number,
  run: RunContext,
): Promise<Float32Array> {
  if (!sequences) {
    throw new UserError(
      'popularity_no_times',
      'What is popular lately cannot be told: this data has no times.',
      'Take popularity of all time, or data that says when.',
    );
  }
  const read = await sequences();
  await run.breathe();
  const span = halfLife * microsecondsOfDay;
  const end = read.times.reduce((latest, time) => Math.max(latest, time), -Infinity);
  if (period === 'recent') {
    const weights = new Float64Array(pairs.items);
    eachLastChoice(read, pairs.items, -Infinity, Infinity, (item, time) => (weights[item] += 2 ** ((time - end) / span)));
    return Float32Array.from(weights);
  }
  const [now, before] = [new Float64Array(pairs.items), new Float64Array(pairs.items)];
  eachLastChoice(read, pairs.items, end - span, Infinity, (item) => now[item]++);
  eachLastChoice(read, pairs.items, end - 2 * span, end - span, (item) => before[item]++);
  // As many as before, were it not for there being more or fewer customers now.
  const growth = sum(before) > 0 ? sum(now) / sum(before) : 0;
  return Float32Array.from(now, (count, item) => {
    const expected = growth * before[item];
    return (count - expected) / Math.sqrt(count + expected + 1);
  });
}

/** Each customer's last choice of each item after `from` and until `to`. */
function eachLastChoice(
  { rowStarts, items, times }: Sequences,
  numberOfItems: number,
  from: number,
  to: number,
  use: (item: number, time: number) => void,
): void {
  const seenBy = new Int32Array(numberOfItems).fill(-1);
  for (let user = 0; user + 1 < rowStarts.length; user++) {
    // From the latest backwards: the first that is met is the last choice.
    for (let entry = rowStarts[user + 1] - 1; entry >= rowStarts[user]; entry--) {
      const item = items[entry];
      if (times[entry] <= from || times[entry] > to || seenBy[item] === user) continue;
      seenBy[item] = user;
      use(item, times[entry]);
    }
  }
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

export function popularityModel(users: number, customers: Float32Array): RecommenderModel {
  return {
    // One factor: everybody's taste is 1 and an item's factor is its popularity.
    factors: { size: 1, userFactors: new Float32Array(users).fill(1), itemFactors: customers },
    score(asked) {
      const scores = new Float32Array(asked.length * customers.length);
      for (let row = 0; row < asked.length; row++) scores.set(customers, row * customers.length);
      return scores;
    },
    foldIn: () => customers.slice(),
    explain: (_, item) => ({ score: customers[item], contributions: [], rest: customers[item] }),
    biases: () => ({ items: customers.slice() }),
    state: () => ({ format, arrays: { customers: { data: customers, shape: [customers.length], axes: ['items'] } }, meta: {} }),
  };
}
