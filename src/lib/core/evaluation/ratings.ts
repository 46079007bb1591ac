import type { RatingModel, Ratings } from '../recommenders/ratings/ratingPredictor';
import { Random } from '../base/random';
import { quantile } from '../math/quantile';
import { UserError } from '../base/errors';
import { eachLine, lineError, type SplitFile } from './splitLines';

/** How far predictions are from the ratings that were given. */
export interface RatingMeasurement {
  /** √(Σ (r − r̂)² / n) and Σ |r − r̂| / n over all test ratings; predictions outside the scale of train are cut to it. */
  metrics: { rmse: number; mae: number };
  /** 95 %, percentile bootstrap over people with all of their ratings. */
  intervals: { rmse: [number, number]; mae: [number, number] };
  /** Test ratings of people, or of items, without a rating in train. */
  newUsers: number;
  newItems: number;
}

/** Two files of ratings over the same numbers. */
export interface RatingSplit {
  userIds: string[];
  itemIds: string[];
  train: Ratings;
  test: Ratings;
}

/**
 * Lines "user item rating", with anything behind it.
 * @throws UserError `split_line`, `split_no_lines`
 */
export function readRatings(trainFile: SplitFile, testFile: SplitFile): RatingSplit {
  const [users, items] = [new Map<string, number>(), new Map<string, number>()];
  const numberIn = (ids: Map<string, number>, id: string) => ids.get(id) ?? (ids.set(id, ids.size), ids.size - 1);
  const read = (file: SplitFile) => {
    const rows: [number, number, number][] = [];
    eachLine(file, ([user, item, rating], line) => {
      if (rating === undefined) throw lineError(file, line, 'has no rating behind user and item');
      const value = Number(rating);
      if (!Number.isFinite(value)) throw lineError(file, line, `has "${rating}" where a number is needed`);
      rows.push([numberIn(users, user), numberIn(items, item), value]);
    });
    return rows;
  };
  const [train, test] = [read(trainFile), read(testFile)];
  const ratingsOf = (rows: [number, number, number][]): Ratings => ({
    users: users.size,
    items: items.size,
    userOf: Int32Array.from(rows, ([user]) => user),
    itemOf: Int32Array.from(rows, ([, item]) => item),
    values: Float64Array.from(rows, ([, , value]) => value),
  });
  // The largest table that a predictor makes is one of items by items.
  if (items.size > mostItems) {
    throw new UserError(
      'ratings_too_many_items',
      `There are ${items.size} items, and ratings can be predicted for ${mostItems}.`,
      'Leave out items with few ratings.',
      { items: items.size, most: mostItems },
    );
  }
  return { userIds: [...users.keys()], itemIds: [...items.keys()], train: ratingsOf(train), test: ratingsOf(test) };
}

const mostItems = 15_000;
const resamples = 200;

export function measureRatings(model: RatingModel, train: Ratings, test: Ratings, seed: number): RatingMeasurement {
  const low = train.values.reduce((least, value) => Math.min(least, value), Infinity);
  const high = train.values.reduce((most, value) => Math.max(most, value), -Infinity);
  const [squares, sizes, counts] = [new Float64Array(test.users), new Float64Array(test.users), new Int32Array(test.users)];
  test.values.forEach((value, entry) => {
    const user = test.userOf[entry];
    const off = Math.min(high, Math.max(low, model.predict(user, test.itemOf[entry]))) - value;
    squares[user] += off * off;
    sizes[user] += Math.abs(off);
    counts[user]++;
  });
  const people = [...counts.keys()].filter((user) => counts[user] > 0);
  const over = (chosen: readonly number[]) => {
    const sum = (of: ArrayLike<number>) => chosen.reduce((total, user) => total + of[user], 0);
    const count = Math.max(1, sum(counts));
    return { rmse: Math.sqrt(sum(squares) / count), mae: sum(sizes) / count };
  };
  const random = new Random(seed, 82);
  const drawn = Array.from({ length: resamples }, () => over(people.map(() => people[random.below(people.length)])));
  const interval = (metric: 'rmse' | 'mae'): [number, number] => {
    const values = Float64Array.from(drawn, (each) => each[metric]).sort();
    return [quantile(values, 0.025), quantile(values, 0.975)];
  };
  return {
    metrics: over(people),
    intervals: { rmse: interval('rmse'), mae: interval('mae') },
    newUsers: strangers(train.userOf, test.userOf),
    newItems: strangers(train.itemOf, test.itemOf),
  };
}

function strangers(known: Int32Array, asked: Int32Array): number {
  const met = new Set(known);
  return asked.reduce((count, row) => count + (met.has(row) ? 0 : 1), 0);
}
