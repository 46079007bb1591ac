import { UserError } from '../base/errors';
import type { RunContext } from '../base/run';
import { microsecondsOfDay } from '../schema/days';
import { segmentByUnknown } from './features';
import { popularityModel } from './popularityModel';
import { largestSegments, segmentedModel, segmentsOfState, shrunk } from './popularityBySegment';
import type { Recommender } from './recommender';
import type { Sequences, TrainingData } from './trainingData';

/**
 * What most customers chose, the same for everybody: the row that every other model has to beat. Lately, each customer
 * counts for half as much with every `halfLife` that has passed since their last choice of the item. On the rise, the
 * customers of the last `halfLife` days stand against what those of the same time before would let one expect:
 * (now − expected) / √(now + expected + 1), so that one choice more of a rare item is no rise. By segment, each customer
 * gets what is popular among the people of theirs, with `segmentPrior` more who choose as everybody does.
 */
export const popularity: Recommender = {
  id: 'popularity',
  family: 'baseline',
  personal: false,
  servesNewUsers: true,
  needs: [],
  uses: ['groups'],
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
    {
      name: 'segmentBy',
      kind: 'text',
      default: '',
      longest: 500,
      names: 'segments',
      what: 'An attribute of customers, or segments of the plan with commas between: each customer then gets what is popular among the people of theirs (the first segment they are in), and who is in none gets everybody’s. Empty: everybody alike.',
    },
    {
      name: 'segmentPrior',
      kind: 'number',
      default: 30,
      min: 0,
      max: 1_000_000,
      scale: 'log',
      what: 'Raising it draws small segments nearer to everybody: so many people who choose as all do are added to each segment (not used without segments).',
    },
  ],

  estimate: ({ users, items, pairs }) => ({ operations: pairs, bytes: 4 * (users + items) }),

  async train(data, given, _seed, _compute, run) {
    const { pairs } = data;
    const isActive = (user: number) => pairs.rowStarts[user + 1] > pairs.rowStarts[user];
    const by = String(given.segmentBy);
    const segments = by === '' ? undefined : largestSegments(await groupsOf(data, by), isActive);
    const count = await counterOf(data, given.period as Period, Number(given.halfLife), run);
    const everybody = count(() => true);
    const customers = Float32Array.from(everybody.scoresOf());
    const done = { losses: [], backend: 'plain TypeScript', reproducible: true };
    if (!segments) return { model: popularityModel(pairs.users, customers), ...done };
    const scores = new Float32Array(segments.labels.length * pairs.items);
    const people = usersWhere(pairs.users, isActive);
    for (let code = 0; code < segments.labels.length; code++) {
      const own = count((user) => segments.codes[user] === code);
      const blended = own.tallies.map((tally, t) => shrunk(tally, everybody.tallies[t], people, Number(given.segmentPrior)));
      scores.set(own.scoresOf(blended), code * pairs.items);
      await run.breathe();
    }
    return { model: segmentedModel(pairs.users, customers, { ...segments, scores }), ...done };
  },

  restore(state, { pairs }) {
    const customers = state.arrays.customers.data as Float32Array;
    const segments = segmentsOfState(state);
    return segments ? segmentedModel(pairs.users, customers, segments) : popularityModel(pairs.users, customers);
  },
};

type Period = 'all-time' | 'recent' | 'trending';

/** How many of some customers chose each item, in each time that is looked at, and what is made of that. */
interface Counted {
  tallies: ArrayLike<number>[];
  /** By item; of these tallies where none are given. */
  scoresOf(tallies?: readonly ArrayLike<number>[]): ArrayLike<number>;
}

async function groupsOf({ groups }: TrainingData, by: string) {
  if (groups) return groups(by);
  throw segmentByUnknown(by, [], []);
}

function usersWhere(users: number, isMeant: (user: number) => boolean): number {
  let found = 0;
  for (let user = 0; user < users; user++) if (isMeant(user)) found++;
  return found;
}

/** How many customers chose each item. */
export function customersPerItem(items: number, columns: Int32Array): Float32Array {
  const customers = new Float32Array(items);
  for (let entry = 0; entry < columns.length; entry++) customers[columns[entry]]++;
  return customers;
}

/** @throws UserError `popularity_no_times` */
async function counterOf(
  data: TrainingData,
  period: Period,
  halfLife: number,
  run: RunContext,
): Promise<(isMeant: (user: number) => boolean) => Counted> {
  const { pairs, sequences } = data;
  if (period === 'all-time') {
    return (isMeant) => {
      const customers = new Float32Array(pairs.items);
      for (let user = 0; user < pairs.users; user++) {
        if (!isMeant(user)) continue;
        for (let entry = pairs.rowStarts[user]; entry < pairs.rowStarts[user + 1]; entry++) customers[pairs.columns[entry]]++;
      }
      return { tallies: [customers], scoresOf: ([own] = [customers]) => own };
    };
  }
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
  return (isMeant) => {
    const tally = (from: number, to: number, amount: (time: number) => number) => {
      const amounts = new Float64Array(pairs.items);
      eachLastChoice(read, pairs.items, isMeant, from, to, (item, time) => (amounts[item] += amount(time)));
      return amounts;
    };
    if (period === 'recent') {
      const weights = tally(-Infinity, Infinity, (time) => 2 ** ((time - end) / span));
      return { tallies: [weights], scoresOf: ([own] = [weights]) => own };
    }
    const tallies = [tally(end - span, Infinity, () => 1), tally(end - 2 * span, end - span, () => 1)];
    return { tallies, scoresOf: (given = tallies) => rise(given[0], given[1]) };
  };
}

/** How far the customers of now are above what those of before let one expect. */
function rise(now: ArrayLike<number>, before: ArrayLike<number>): Float64Array {
  // As many as before, were it not for there being more or fewer customers now.
  const growth = sum(before) > 0 ? sum(now) / sum(before) : 0;
  return Float64Array.from(now, (count, item) => {
    const expected = growth * before[item];
    return (count - expected) / Math.sqrt(count + expected + 1);
  });
}

/** The last choice of each item of each customer who is meant, after `from` and until `to`. */
function eachLastChoice(
  { rowStarts, items, times }: Sequences,
  numberOfItems: number,
  isMeant: (user: number) => boolean,
  from: number,
  to: number,
  use: (item: number, time: number) => void,
): void {
  const seenBy = new Int32Array(numberOfItems).fill(-1);
  for (let user = 0; user + 1 < rowStarts.length; user++) {
    if (!isMeant(user)) continue;
    // From the latest backwards: the first that is met is the last choice.
    for (let entry = rowStarts[user + 1] - 1; entry >= rowStarts[user]; entry--) {
      const item = items[entry];
      if (times[entry] <= from || times[entry] > to || seenBy[item] === user) continue;
      seenBy[item] = user;
      use(item, times[entry]);
    }
  }
}

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let at = 0; at < values.length; at++) total += values[at];
  return total;
}
