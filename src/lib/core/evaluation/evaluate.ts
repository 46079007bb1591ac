import type { RunContext } from '../base/run';
import type { Kernels } from '../math/kernels';
import { someEntries, type InteractionMatrix } from '../math/sparseRows';
import type { Scorer } from '../recommenders/recommender';
import { countLists, overlapOf, type ListOverlap } from './collapse';
import { measureList, metricNames } from './metrics';
import { rankItems } from './ranking';
import type { SplitSpec } from './types';

/** What is ranked and what counts as right; rows of all matrices are the same users. */
export interface RankingTask {
  /** What users have when they are ranked: the train part, and histories that are folded in. */
  train: InteractionMatrix;
  /** Test pairs; where only new items are ranked, those that are not in train already. */
  test: InteractionMatrix;
  /** Whether what users have is ranked, too, and counts: absent means no. */
  next?: SplitSpec['next'];
  /** Users with at least one test item, ascending. */
  users: Int32Array;
  /** Only these are ranked (test items and given negatives) instead of everything that is not in train. */
  candidates?: InteractionMatrix;
}

/** Something else that is measured of each list. One meter serves one measurement: it may count. */
export interface ListMeter {
  names: string[];
  /**
   * Writes one user's numbers in the order of `names`; NaN where they say nothing of this user, who is then left out.
   * @param list item indexes, best first, -1 where the list has ended
   * @param relevant item indexes, ascending, at least one
   */
  measure(user: number, list: Int32Array, relevant: Int32Array, out: Float64Array): void;
  /** What no single user has, after the last list. */
  totals?(): Record<string, number>;
}

/** Metrics per user, so that means, margins and differences all come from the same numbers. */
export interface Measurement {
  names: string[];
  /** `users × names`, row-major; NaN where a metric says nothing of a user. */
  perUser: Float64Array;
  /** What no single user has: item and user coverage, and the totals of the meters. */
  coverage: Record<string, number>;
  /** How alike the lists of different users are, at the largest cut-off. */
  overlap: ListOverlap;
}

export interface MeasureOptions {
  /** Ascending. */
  cutoffs: number[];
  /** Whether the model gives lists to users without any train pair; otherwise those users count as zero. */
  servesNewUsers: boolean;
  /** Users ranked at once; it changes memory, never the result. */
  usersAtOnce?: number;
  stage?: string;
  /** What is measured beside the metrics of {@link measureList}. */
  meters?: readonly ListMeter[];
}

/**
 * Finds who can be tested, and drops test pairs that users have already: a ranking of new items cannot give them.
 * With `next: 'any'` nothing is dropped.
 * `requireHistory` leaves out users without a train pair: right for the question which model reads tastes best.
 * `testPairs` are those of the users who are tested; `newUsers` have no train pair, whether or not they are tested.
 */
export function rankingTask(
  train: InteractionMatrix,
  test: InteractionMatrix,
  { requireHistory, candidates, next = 'new' }: { requireHistory: boolean; candidates?: InteractionMatrix; next?: SplitSpec['next'] },
): RankingTask & { testPairs: number; repeatedPairs: number; newUsers: number; newUserPairs: number } {
  // What somebody turned away from is nothing to be found.
  const liked = test.values.every((value) => value > 0) ? test : someEntries(test, (entry) => test.values[entry] > 0);
  const unseen = next === 'any' ? liked : withoutPairsOf(liked, train);
  const users: number[] = [];
  let [testPairs, newUsers, newUserPairs] = [0, 0, 0];
  for (let user = 0; user < test.users; user++) {
    const pairs = unseen.rowStarts[user + 1] - unseen.rowStarts[user];
    if (pairs === 0) continue;
    const isNew = train.rowStarts[user] === train.rowStarts[user + 1];
    if (isNew) {
      newUsers++;
      newUserPairs += pairs;
    }
    if (isNew && requireHistory) continue;
    users.push(user);
    testPairs += pairs;
  }
  return {
    train,
    test: unseen,
    next,
    users: Int32Array.from(users),
    candidates,
    testPairs,
    repeatedPairs: liked.columns.length - unseen.columns.length,
    newUsers,
    newUserPairs,
  };
}

/** Ranks for every user of the task and measures each list; streams over users. */
export async function measureRanking(
  model: Scorer,
  task: RankingTask,
  options: MeasureOptions,
  kernels: Kernels,
  run: RunContext,
): Promise<Measurement> {
  const { cutoffs, usersAtOnce = 4096, stage = 'evaluate' } = options;
  const meters: ListMeter[] = [accuracyMeter(cutoffs), ...(options.meters ?? [])];
  const names = meters.flatMap((meter) => meter.names);
  const k = cutoffs.at(-1)!;
  const { users, train, test } = task;
  const perUser = new Float64Array(users.length * names.length);
  const recommended = cutoffs.map(() => new Uint8Array(train.items));
  const listed = new Int32Array(train.items);
  let served = 0;
  for (let first = 0; first < users.length; first += usersAtOnce) {
    const some = users.subarray(first, first + usersAtOnce);
    const { items } = await rankItems(
      model,
      train.items,
      { users: some, k, exclude: task.candidates || task.next === 'any' ? undefined : train, candidates: task.candidates },
      kernels,
      run,
    );
    for (let row = 0; row < some.length; row++) {
      const user = some[row];
      const list = items.subarray(row * k, (row + 1) * k);
      if (!options.servesNewUsers && train.rowStarts[user] === train.rowStarts[user + 1]) list.fill(-1);
      if (list[0] >= 0) served++;
      countLists(listed, list);
      cutoffs.forEach((cutoff, c) => markAll(recommended[c], list, cutoff));
      const relevant = test.columns.subarray(test.rowStarts[user], test.rowStarts[user + 1]);
      let at = (first + row) * names.length;
      for (const meter of meters) meter.measure(user, list, relevant, perUser.subarray(at, (at += meter.names.length)));
    }
    run.report({ stage, done: first + some.length, total: users.length, unit: 'users' });
    await run.breathe();
  }
  const totals = Object.assign({}, ...meters.map((meter) => meter.totals?.())) as Record<string, number>;
  const coverage = { ...coverageOf(recommended, cutoffs, served, users.length), ...totals };
  return { names, perUser, coverage, overlap: overlapOf(listed, served, k) };
}

/** The mean over the users of whom a metric says something (all of the task, for most), and coverage. */
export function meanMetrics({ names, perUser, coverage }: Pick<Measurement, 'names' | 'perUser' | 'coverage'>): Record<string, number> {
  const sums = new Float64Array(names.length);
  const users = new Int32Array(names.length);
  for (let at = 0; at < perUser.length; at++) {
    if (Number.isNaN(perUser[at])) continue;
    sums[at % names.length] += perUser[at];
    users[at % names.length]++;
  }
  return { ...Object.fromEntries(names.map((name, i) => [name, users[i] === 0 ? 0 : sums[i] / users[i]])), ...coverage };
}

/** The same measurement with some of its columns. */
export function onlyMetrics(measured: Measurement, isIn: (name: string) => boolean): Measurement {
  const columns = [...measured.names.keys()].filter((column) => isIn(measured.names[column]));
  const [width, users] = [measured.names.length, measured.perUser.length / measured.names.length];
  const perUser = new Float64Array(users * columns.length);
  for (let row = 0; row < users; row++)
    columns.forEach((column, at) => (perUser[row * columns.length + at] = measured.perUser[row * width + column]));
  return { ...measured, names: columns.map((column) => measured.names[column]), perUser };
}

function accuracyMeter(cutoffs: readonly number[]): ListMeter {
  return { names: metricNames(cutoffs), measure: (_, list, relevant, out) => measureList(list, relevant, cutoffs, out) };
}

function coverageOf(recommended: Uint8Array[], cutoffs: number[], served: number, users: number): Record<string, number> {
  const shares = recommended.map((marks) => (marks.length === 0 ? 0 : marks.reduce((sum, mark) => sum + mark, 0) / marks.length));
  return {
    ...Object.fromEntries(cutoffs.map((cutoff, c) => [`coverage@${cutoff}`, shares[c]])),
    coverage: shares.at(-1)!,
    userCoverage: users === 0 ? 0 : served / users,
  };
}

function markAll(marks: Uint8Array, list: Int32Array, cutoff: number): void {
  for (let rank = 0; rank < cutoff && list[rank] >= 0; rank++) marks[list[rank]] = 1;
}

function withoutPairsOf(pairs: InteractionMatrix, taken: InteractionMatrix): InteractionMatrix {
  let [row, other] = [-1, 0];
  return someEntries(pairs, (entry, user) => {
    if (user !== row) [row, other] = [user, taken.rowStarts[user]];
    while (other < taken.rowStarts[user + 1] && taken.columns[other] < pairs.columns[entry]) other++;
    return other === taken.rowStarts[user + 1] || taken.columns[other] !== pairs.columns[entry];
  });
}
