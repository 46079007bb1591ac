import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '$lib/core/base/random';
import { membersOf, type SegmentScope } from '$lib/core/segments/evaluate';
import { isLeaf, type Rule } from '$lib/core/segments/rule';
import { ruleSql } from '$lib/core/segments/ruleSql';
import { visitRule } from '$lib/core/segments/walk';
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

  it('names its tables and gives the people whom the count counts, for any rule that has no RFM scores', async () => {
    const random = new Random(41);
    const hasRfm = (rule: Rule) => {
      let found = false;
      visitRule(rule, (node) => void (found ||= isLeaf(node) && 'rfm' in node));
      return found;
    };
    let tried = 0;
    for (let round = 0; round < 250; round++) {
      const rule = randomRule(random, 3);
      if (hasRfm(rule)) {
        await expect(ruleSql(scope, rule)).rejects.toMatchObject({ code: 'rule_no_sql' });
        continue;
      }
      const text = await ruleSql(scope, rule);
      expect(text).toContain(`tables: users, events, items, ${scope.profiles}`);
      expect((await run(text)).sort(byBytes), text).toEqual(namesIn(await membersOf(scope, rule), scope));
      tried++;
    }
    expect(tried).toBeGreaterThan(100);
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
