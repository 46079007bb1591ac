import { describe, expect, it } from 'vitest';
import { bootstrapIntervals } from '$lib/core/evaluation/bootstrap';
import { splitWarnings } from '$lib/core/evaluation/leaks';
import { ageSlices, itemSliceMeter, popularitySlices } from '$lib/core/evaluation/meters/itemSlices';
import { readSplit } from '$lib/core/evaluation/splitFiles';
import { activitySlices } from '$lib/core/evaluation/userSlices';
import { matrixFromPairs } from '$lib/core/math/sparseRows';

describe('slices', () => {
  /** Nine people: all have item 0, six item 1, three item 2, and nobody item 3. */
  const pairs = [...Array(9).keys()].flatMap((user) => [[user, 0], ...(user < 6 ? [[user, 1]] : []), ...(user < 3 ? [[user, 2]] : [])]);
  const train = matrixFromPairs(
    9,
    4,
    pairs.map(([user]) => user),
    pairs.map(([, item]) => item),
  );

  it('put items into head, middle and tail by thirds of the pairs, and know the cold ones', () => {
    const [popularity, cold] = popularitySlices(train);
    expect([...popularity.ofItem].map((slice) => popularity.labels[slice])).toEqual(['head', 'middle', 'tail', 'tail']);
    expect([...cold.ofItem].map((slice) => cold.labels[slice])).toEqual(['warm', 'warm', 'cold', 'cold']);
    const events = {
      users: 1,
      items: 4,
      userOfEvent: new Int32Array(4),
      itemOfEvent: Int32Array.of(2, 0, 1, 2),
      valueOfEvent: new Float32Array(4),
      timeOfEvent: Float64Array.of(5, 6, 7, 8),
    };
    const { labels, ofItem } = ageSlices(events);
    expect([...ofItem].map((slice) => labels[slice])).toEqual(['oldest', 'middle', 'oldest', 'newest']);
  });

  it('measure recall of the items of a slice only, of the people who have some to find', () => {
    const meter = itemSliceMeter(popularitySlices(train)[0], [1, 2]);
    const out = new Float64Array(meter.names.length);
    meter.measure(0, Int32Array.of(2, 0), Int32Array.of(0, 2, 3), out);
    const of = (name: string) => out[meter.names.indexOf(name)];
    expect([
      of('popularity/head/recall@1'),
      of('popularity/head/recall@2'),
      of('popularity/tail/recall@1'),
      of('popularity/tail/hr@2'),
    ]).toEqual([0, 1, 0.5, 1]);
    expect(of('popularity/middle/recall@1')).toBeNaN();
    expect(meter.totals!()).toEqual({ 'popularity/head/users': 1, 'popularity/middle/users': 0, 'popularity/tail/users': 1 });
  });

  it('measure people by how much they have done', () => {
    const perUser = Float64Array.from({ length: 9 }, (_, user) => user / 8);
    const measured = { names: ['hr@1'], perUser, coverage: {}, overlap: { lists: 9, items: 4, k: 1, shared: 0 } };
    const slices = activitySlices(
      measured,
      Int32Array.from({ length: 9 }, (_, user) => user),
      train,
    );
    expect(slices.low).toEqual({ users: 3, from: 1, to: 1, metrics: { 'hr@1': (6 + 7 + 8) / 24 } });
    expect(slices.middle).toMatchObject({ users: 3, from: 2, to: 2 });
    expect(slices.high).toMatchObject({ users: 3, from: 3, to: 3, metrics: { 'hr@1': 3 / 24 } });
    expect(slices.cold.users).toBe(9);
  });

  it('have intervals around their means, of those of whom a metric says something', () => {
    const perUser = Float64Array.from({ length: 800 }, (_, at) => (at % 2 === 0 ? (at % 4) / 2 : at % 8 === 1 ? NaN : 0.25));
    const { a, b } = bootstrapIntervals({ names: ['a', 'b'], perUser }, 1);
    expect([a[0] < 0.5, a[1] > 0.5, a[1] - a[0] < 0.12]).toEqual([true, true, true]);
    expect(b).toEqual([0.25, 0.25]);
  });
});

describe('a look at given files', () => {
  const file = (name: string, text: string) => ({ name, text });

  it('finds nothing in clean ones', () => {
    expect(splitWarnings(readSplit('pairs', file('a', '1 2 1 10\n2 3 1 11\n'), file('b', '1 3 1 12\n2 2 1 13')))).toEqual([]);
  });

  it('counts what leaks, and what cannot be found', () => {
    const train = file('a', '1 2 1 10\n1 4 1 30\n2 3 1 11\n');
    const found = splitWarnings(readSplit('pairs', train, file('b', '1 2 1 12\n3 2 1 13\n2 9 1 14')));
    expect(found).toEqual([
      { code: 'pairs_in_train_and_test', values: { count: 1, of: 3 } },
      { code: 'train_after_test', values: { count: 1, of: 3 } },
      { code: 'users_not_in_train', values: { count: 1, of: 3 } },
      { code: 'items_not_in_train', values: { count: 1, of: 2 } },
    ]);
    const negatives = file('c', '(1,3) 2 5\n(2,2) 5 6\n');
    expect(splitWarnings(readSplit('ncf', train, file('b', '1 3\n2 2'), negatives))).toEqual([
      { code: 'train_among_candidates', values: { count: 1, of: 6 } },
    ]);
  });

  it('takes who has a history to fold in as known', () => {
    const split = readSplit('pairs', { train: file('a', '1 2\n2 3'), test: file('b', '7 3'), history: file('h', '7 2') });
    expect(splitWarnings(split)).toEqual([]);
  });
});
