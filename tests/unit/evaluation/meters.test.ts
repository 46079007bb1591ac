import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { withAuc } from '$lib/core/evaluation/auc';
import { measureRanking, meanMetrics, rankingTask, type ListMeter } from '$lib/core/evaluation/evaluate';
import { calibrationMeter } from '$lib/core/evaluation/meters/calibration';
import { definitionMeter, definitionNames } from '$lib/core/evaluation/meters/definitions';
import { diversityMeter } from '$lib/core/evaluation/meters/diversity';
import { gini, listingMeter } from '$lib/core/evaluation/meters/listing';
import { createReferenceKernels } from '$lib/core/math/referenceKernels';
import { matrixFromPairs, type InteractionMatrix } from '$lib/core/math/sparseRows';

interface Fixture {
  users: number;
  items: number;
  cutoffs: number[];
  train: number[][];
  test: number[][];
  lists: number[][];
  categories: number[];
  scores: number[][];
  definitions: Record<string, Record<string, number>>;
  others: Record<string, number>;
  aucs: Record<string, number>;
}
const fixture = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../fixtures/metric-definitions.json', import.meta.url)), 'utf8'),
) as Fixture;
const { users, items, cutoffs, lists } = fixture;

function matrix(rows: number[][]): InteractionMatrix {
  const pairs = rows.flatMap((row, user) => row.map((item) => [user, item]));
  return matrixFromPairs(
    users,
    items,
    pairs.map(([user]) => user),
    pairs.map(([, item]) => item),
  );
}

const [train, test] = [matrix(fixture.train), matrix(fixture.test)];
const task = rankingTask(train, test, { requireHistory: true });
const modelOf = (scoresOf: (user: number) => number[] | Float32Array) => ({
  score: (asked: Int32Array) => Float32Array.from([...asked].flatMap((user) => [...scoresOf(user)])),
});
/** Gives the recorded lists; what is not in them cannot be scored. */
const recorded = modelOf((user) => {
  const scores = new Float32Array(items).fill(-Infinity);
  lists[user].forEach((item, rank) => (scores[item] = 100 - rank));
  return scores;
});
const measure = (meters: ListMeter[], usersAtOnce?: number) =>
  measureRanking(recorded, task, { cutoffs, servesNewUsers: false, meters, usersAtOnce }, createReferenceKernels(''), quietContext());

const everyMeter = () => [
  ...definitionNames.map((name) => definitionMeter(name, items, cutoffs)),
  listingMeter(train, train, cutoffs),
  diversityMeter(train, cutoffs),
  calibrationMeter(train, Int32Array.from(fixture.categories), cutoffs),
];

describe('meters of lists', () => {
  it.each(definitionNames)('measure as %s does (scripts/reference/metric_definitions.py)', async (name) => {
    const means = meanMetrics(await measure([definitionMeter(name, items, cutoffs)]));
    expect(Object.keys(fixture.definitions[name]).length).toBeGreaterThan(7);
    for (const [metric, value] of Object.entries(fixture.definitions[name]))
      expect(means[`${name}/${metric}`], metric).toBeCloseTo(value, 6);
  });

  it('say how new, popular, alike, spread and suited lists are, as others compute it', async () => {
    const means = meanMetrics(await measure(everyMeter()));
    expect(Object.keys(fixture.others).length).toBe(16);
    for (const [metric, value] of Object.entries(fixture.others)) expect(means[metric], metric).toBeCloseTo(value, 6);
  });

  it('give the same numbers whatever the number of users ranked at once', async () => {
    const whole = await measure(everyMeter());
    for (const usersAtOnce of [1, 7]) expect(await measure(everyMeter(), usersAtOnce)).toEqual(whole);
  });

  it('leave out who has no list, and count nothing as unequal where nothing is listed', async () => {
    const means = meanMetrics(await measure([definitionMeter('lenskit', items, cutoffs), definitionMeter('ranx', items, cutoffs)]));
    const empty = lists.filter((list) => list.length === 0).length;
    expect(empty).toBeGreaterThan(0);
    // Lists of at least three items are divided by three in both, so only who is counted differs. Short ones are not.
    expect(means['lenskit/precision@3']).toBeGreaterThan((means['ranx/precision@3'] * users) / (users - empty) - 1e-12);
    expect([gini(Int32Array.of(0, 0)), gini(Int32Array.of(2, 2, 2)), gini(Int32Array.of(0, 0, 0, 5))]).toEqual([0, 0, 3 / 4]);
  });
});

describe('AUC', () => {
  it('is scikit-learn’s for each person, plain and weighted as RecBole’s GAUC', async () => {
    const model = modelOf((user) => fixture.scores[user]);
    const means = meanMetrics(await withAuc(await measure([]), model, task, false, quietContext()));
    expect(means.auc).toBeCloseTo(fixture.aucs.auc, 9);
    expect(means.gauc).toBeCloseTo(fixture.aucs.gauc, 9);
    expect(means['recall@3']).toBe(meanMetrics(await measure([]))['recall@3']);
  });

  it('of given candidates compares these only, and is one half where nothing tells them apart', async () => {
    const candidates = matrix(fixture.test.map((own, user) => [...new Set([...own, user % items, (user + 7) % items])]));
    const given = rankingTask(train, test, { requireHistory: true, candidates });
    const flat = modelOf(() => new Float32Array(items));
    const before = await measureRanking(flat, given, { cutoffs, servesNewUsers: false }, createReferenceKernels(''), quietContext());
    expect(meanMetrics(await withAuc(before, flat, given, false, quietContext())).auc).toBeCloseTo(0.5, 12);
  });
});
