import type { RunContext } from '../base/run';
import type { Scorer } from '../recommenders/recommender';
import type { Measurement, RankingTask } from './evaluate';

/** Scores held at once. */
const scoresAtOnce = 2 ** 22;

/**
 * Adds what needs the whole order of all candidates:
 * - `auc`: mean over people of the share of pairs (relevant, other candidate) in which the relevant one scores higher;
 *   equal scores count half (Rendle et al., UAI 2009);
 * - `gauc`: the same mean weighted by the number of relevant items, Σ |R| AUC / Σ |R| (RecBole's GAUC).
 *
 * Who has nothing but relevant candidates is left out. A model that gives a person no list counts one half.
 */
export async function withAuc(
  measured: Measurement,
  model: Scorer,
  task: RankingTask,
  servesNewUsers: boolean,
  run: RunContext,
): Promise<Measurement> {
  const { users, train, test, candidates } = task;
  const { items } = train;
  const aucs = new Float64Array(users.length);
  let [weighted, weights] = [0, 0];
  const usersAtOnce = Math.max(1, Math.floor(scoresAtOnce / Math.max(1, items)));
  for (let first = 0; first < users.length; first += usersAtOnce) {
    const some = users.subarray(first, first + usersAtOnce);
    const scores = await model.score(some);
    for (let row = 0; row < some.length; row++) {
      const user = some[row];
      const isNew = train.rowStarts[user] === train.rowStarts[user + 1];
      const own = scores.subarray(row * items, (row + 1) * items);
      if (isNew && !servesNewUsers) own.fill(0);
      const relevant = test.columns.subarray(test.rowStarts[user], test.rowStarts[user + 1]);
      const excluded =
        candidates || task.next === 'any' ? undefined : train.columns.subarray(train.rowStarts[user], train.rowStarts[user + 1]);
      const asked = candidates?.columns.subarray(candidates.rowStarts[user], candidates.rowStarts[user + 1]);
      const auc = (aucs[first + row] = aucOf(own, relevant, excluded, asked));
      if (Number.isNaN(auc)) continue;
      weighted += relevant.length * auc;
      weights += relevant.length;
      await run.breathe();
    }
  }
  const names = [...measured.names, 'auc'];
  const perUser = new Float64Array(users.length * names.length);
  for (let row = 0; row < users.length; row++) {
    const width = measured.names.length;
    perUser.set(measured.perUser.subarray(row * width, (row + 1) * width), row * names.length);
    perUser[(row + 1) * names.length - 1] = aucs[row];
  }
  return { ...measured, names, perUser, coverage: { ...measured.coverage, ...(weights > 0 && { gauc: weighted / weights }) } };
}

/** Of one person. Items that cannot be scored (-Infinity, NaN) stand last, all alike. */
export function aucOf(scores: Float32Array, relevant: Int32Array, excluded?: Int32Array, asked?: Int32Array): number {
  const isOther = new Uint8Array(scores.length).fill(asked ? 0 : 1);
  for (const item of asked ?? []) isOther[item] = 1;
  for (const item of excluded ?? []) isOther[item] = 0;
  for (const item of relevant) isOther[item] = 0;
  const own = Float32Array.from(relevant, (item) => lastWhereUnscored(scores[item])).sort();
  let [below, others] = [0, 0];
  for (let item = 0; item < scores.length; item++) {
    if (isOther[item] === 0) continue;
    others++;
    const score = lastWhereUnscored(scores[item]);
    const [lower, upper] = [firstAtLeast(own, score), firstAbove(own, score)];
    below += own.length - upper + (upper - lower) / 2;
  }
  return others === 0 ? NaN : below / others / own.length;
}

const lastWhereUnscored = (score: number): number => (Number.isNaN(score) ? -Infinity : score);

function firstAtLeast(sorted: Float32Array, value: number): number {
  return firstWhere(sorted, (other) => other >= value);
}

function firstAbove(sorted: Float32Array, value: number): number {
  return firstWhere(sorted, (other) => other > value);
}

function firstWhere(sorted: Float32Array, isPast: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isPast(sorted[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}
