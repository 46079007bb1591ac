import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '$lib/core/base/random';
import { membersOf, type SegmentScope } from '$lib/core/segments/evaluate';
import { meanMethods, rfmOf, type RfmConvention } from '$lib/core/segments/rfm';
import { ruleSql } from '$lib/core/segments/ruleSql';
import { textsOf } from '$lib/core/store/columns';
import { Sql } from '$lib/core/store/sql';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { randomRule, randomShop } from '../../support/naiveSegments';
import { openScoredShop } from '../../support/scoredShop';
import { byBytes, namesIn } from '../../support/tinyShop';

const asOf = '2026-06-01T00:00:00';

describe('a rule as SQL', () => {
  let store: TableStore;
  let scope: SegmentScope & { ids: string[] };
  beforeAll(async () => {
    store = await openNativeStore({ threads: 2 });
    scope = await openScoredShop(store, randomShop(new Random(3), asOf), asOf);
  });
  afterAll(() => store.close());
  // The constructor trusts its text: that is what is tried here.
  const run = async (text: string) => textsOf(await store.query(new Sql(text)), 'user_id') as string[];

  it('names its tables and gives the people whom the count counts, for any rule', async () => {
    const random = new Random(41);
    for (let round = 0; round < 250; round++) {
      const rule = randomRule(random, 3);
      const text = await ruleSql(scope, rule);
      expect(text).toContain(`tables: users, events, items, ${scope.profiles}`);
      expect((await run(text)).sort(byBytes), text).toEqual(namesIn(await membersOf(scope, rule), scope));
    }
  });

  it('scores RFM as the count does, by every method, nested or not, with ties', async () => {
    const cuts = { recencyDays: [20, 60], frequency: [1, 3], monetary: [50, 200] };
    const conventions = (['quintile', 'ties-together', 'mean', 'mean-score', 'fixed'] as const).flatMap((method) =>
      [2, 3, 5].flatMap((bins) =>
        [false, true].map((nested): RfmConvention => ({ bins, method, nested, ...(method === 'fixed' ? { cuts } : {}) })),
      ),
    );
    // The means know two scores, and these cuts make three.
    const fit = conventions.filter(({ method, bins, nested }) =>
      method === 'fixed' ? bins === 3 && !nested : !meanMethods.includes(method) || bins === 2,
    );
    expect(fit.length).toBe(17);
    for (const convention of fit) {
      const { userIndexes, recency, frequency, monetary } = (await rfmOf(scope, convention)).scores;
      for (let score = 1; score <= convention.bins; score++) {
        for (const [cell, of] of [
          [`${score}..`, recency],
          [`.${score}.`, frequency],
          [`..[${score}]`, monetary],
        ] as const) {
          const ids = await run(await ruleSql(scope, { rfm: { ...convention, cells: [cell] } }));
          const wanted = [...userIndexes].flatMap((user, i) => (of[i] === score ? [scope.ids[user]] : []));
          expect(ids.sort(byBytes), JSON.stringify([convention, cell])).toEqual(wanted.sort(byBytes));
        }
      }
    }
  });

  it('escapes what a person wrote, and refuses a circle and a list that is too long', async () => {
    const evil = "'; DROP TABLE users; --";
    expect(await run(await ruleSql(scope, { all: [{ trait: 'country', is: evil }] }))).toEqual([]);
    expect((await run(await ruleSql(scope, { all: [] }))).length).toBeGreaterThan(10);
    const circle = { ...scope, segments: [{ id: 'a', rule: { segment: 'a' } }] };
    await expect(ruleSql(circle, { segment: 'a' })).rejects.toMatchObject({ code: 'segment_cycle' });
    const long = { ...scope, idLists: [{ id: 'long', ids: Array.from({ length: 3000 }, (_, i) => `C${i}`).join('\n') }] };
    await expect(ruleSql(long, { list: 'long' })).rejects.toMatchObject({ code: 'id_list_sql' });
  });
});
