import { Random } from '../../base/random';
import { matrixFromPairs, someEntries, type InteractionMatrix } from '../../math/sparseRows';
import { rankingTask, type RankingTask } from '../evaluate';
import type { SplitSpec } from '../types';

/** What a test looks like from outside: how many pairs of a user it holds, and among how many others they are ranked. */
export interface TestShape {
  /** One pair of each user, or this share of their pairs. */
  held: 'one' | number;
  /** Negatives of each user; absent where everything unseen is ranked. */
  negatives?: number;
}

/** What a comparison's own split will look like, whatever it holds back: everything unseen is ranked there. */
export function shapeOfSplit({ kind, testShare }: SplitSpec): TestShape {
  return { held: kind === 'leave-last-out' ? 'one' : testShare };
}

/** Looks at the sizes of a test, never at what is in it. */
export function shapeOfTest({ train, users, test, candidates }: RankingTask): TestShape {
  const pairs = test.columns.length;
  const held = pairs === users.length ? 'one' : pairs / (pairs + train.columns.length);
  if (!candidates || users.length === 0) return { held };
  let among = 0;
  for (const user of users) among += candidates.rowStarts[user + 1] - candidates.rowStarts[user];
  return { held, negatives: Math.max(1, Math.round((among - pairs) / users.length)) };
}

/**
 * Cuts a part out of train that is like the test, so that options are chosen without a look at it. Whoever has a single
 * pair keeps it.
 * @param times of each pair where they are known: then a user's last pair is held out, else any
 */
export function validationTask(train: InteractionMatrix, shape: TestShape, seed: number, times?: ArrayLike<number>): RankingTask {
  const random = new Random(seed, 21);
  const isHeld = new Uint8Array(train.columns.length);
  for (let user = 0; user < train.users; user++) {
    const [start, end] = [train.rowStarts[user], train.rowStarts[user + 1]];
    if (end - start < 2) continue;
    if (shape.held === 'one') {
      let last = start + random.below(end - start);
      if (times) for (let entry = start; entry < end; entry++) if (times[entry] > times[last]) last = entry;
      isHeld[last] = 1;
      continue;
    }
    let left = end - start;
    for (let entry = start; entry < end; entry++) {
      if (left === 1 || random.uniform() >= shape.held) continue;
      isHeld[entry] = 1;
      left--;
    }
  }
  const [rest, held] = [0, 1].map((side) => someEntries(train, (entry) => isHeld[entry] === side));
  const candidates = shape.negatives === undefined ? undefined : withNegatives(train, held, shape.negatives, random);
  return rankingTask(rest, held, { requireHistory: true, candidates });
}

/** The task of some users only: the others are neither learnt from nor tested. */
export function someUsers(task: RankingTask, share: number, seed: number): RankingTask {
  const random = new Random(seed, 22);
  const isIn = Uint8Array.from({ length: task.train.users }, () => (random.uniform() < share ? 1 : 0));
  const ofThem = (matrix: InteractionMatrix) => someEntries(matrix, (_, user) => isIn[user] === 1);
  return {
    train: ofThem(task.train),
    test: ofThem(task.test),
    users: task.users.filter((user) => isIn[user] === 1),
    candidates: task.candidates && ofThem(task.candidates),
  };
}

/** The held pairs of each user and so many others, which the user has nowhere in train. */
function withNegatives(train: InteractionMatrix, held: InteractionMatrix, negatives: number, random: Random): InteractionMatrix {
  const users: number[] = [];
  const items: number[] = [];
  const taken = new Int32Array(train.items).fill(-1);
  for (let user = 0; user < train.users; user++) {
    const has = train.rowStarts[user + 1] - train.rowStarts[user];
    for (let entry = train.rowStarts[user]; entry < train.rowStarts[user + 1]; entry++) taken[train.columns[entry]] = user;
    for (let entry = held.rowStarts[user]; entry < held.rowStarts[user + 1]; entry++) {
      users.push(user);
      items.push(held.columns[entry]);
    }
    for (let left = Math.min(negatives, train.items - has); left > 0;) {
      const item = random.below(train.items);
      if (taken[item] === user) continue;
      taken[item] = user;
      users.push(user);
      items.push(item);
      left--;
    }
  }
  return matrixFromPairs(train.users, train.items, users, items);
}
