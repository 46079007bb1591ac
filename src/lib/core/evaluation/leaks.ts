import type { InteractionMatrix } from '../math/sparseRows';
import type { GivenSplit } from './splitFiles';

/** Something about given files that makes numbers better, or worse, than they would be in use. */
export interface SplitWarning {
  code: 'pairs_in_train_and_test' | 'users_not_in_train' | 'items_not_in_train' | 'train_after_test' | 'train_among_candidates';
  /** `count` of `of`. */
  values: { count: number; of: number };
}

/**
 * What a look at given files finds, most telling first; nothing where they are clean.
 * - `pairs_in_train_and_test`: test pairs that are in train, too;
 * - `train_after_test`: events of train at or after the first of the test, where both files have times;
 * - `train_among_candidates`: given candidates that the user has in train;
 * - `users_not_in_train`: test users of whom nothing is known (neither train nor a history);
 * - `items_not_in_train`: items of the test that nobody has in train: no model of interactions can find them.
 */
export function splitWarnings({ train, test, candidates, history, events, testTimes }: GivenSplit): SplitWarning[] {
  const found: SplitWarning[] = [];
  const note = (code: SplitWarning['code'], count: number, of: number) => {
    if (count > 0) found.push({ code, values: { count, of } });
  };
  note('pairs_in_train_and_test', pairsInBoth(test, train), test.columns.length);
  if (events && testTimes) {
    const firstTest = testTimes.reduce((least, time) => Math.min(least, time), Infinity);
    note('train_after_test', events.timeOfEvent.filter((time) => time >= firstTest).length, events.timeOfEvent.length);
  }
  if (candidates) note('train_among_candidates', pairsInBoth(candidates, train), candidates.columns.length);
  const testUsers = usersOf(test);
  const isKnown = (user: number) => lengthOf(train, user) > 0 || (history !== undefined && lengthOf(history, user) > 0);
  note('users_not_in_train', testUsers.filter((user) => !isKnown(user)).length, testUsers.length);
  const learnt = new Set(train.columns);
  const tested = new Set(test.columns);
  note('items_not_in_train', [...tested].filter((item) => !learnt.has(item)).length, tested.size);
  return found;
}

function pairsInBoth(a: InteractionMatrix, b: InteractionMatrix): number {
  let count = 0;
  for (let user = 0; user < a.users; user++) {
    const own = new Set(b.columns.subarray(b.rowStarts[user], b.rowStarts[user + 1]));
    for (let entry = a.rowStarts[user]; entry < a.rowStarts[user + 1]; entry++) if (own.has(a.columns[entry])) count++;
  }
  return count;
}

function usersOf(matrix: InteractionMatrix): number[] {
  return Array.from({ length: matrix.users }, (_, user) => user).filter((user) => lengthOf(matrix, user) > 0);
}

function lengthOf({ rowStarts }: InteractionMatrix, user: number): number {
  return rowStarts[user + 1] - rowStarts[user];
}
