import { Table, vectorFromArray, Int32, Float64 } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audienceMembers } from '$lib/core/audiences/members';
import { quietContext } from '$lib/core/base/run';
import { audienceTable, firstRows } from '$lib/core/exports/audienceTable';
import { csvFormat } from '$lib/core/exports/formats/csv';
import { machineStyle } from '$lib/core/exports/formats/csvStyle';
import type { PlanAudience } from '$lib/core/plan/schema';
import type { SegmentScope } from '$lib/core/segments/evaluate';
import { identifier, sql } from '$lib/core/store/sql';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { namesIn, openTinyShop, type TinyShop } from '../../support/tinyShop';
import { write } from '../exports/nasty';

/** Ann and Bo agreed to mail, Cy refused, Dee was never asked; everybody ordered. */
const order = (user: string, value: number, number: number) => ({
  user,
  event: 'order_completed',
  at: '2026-05-20T10:00:00',
  item: 'cup',
  value,
  order: `${user}${number}`,
});
const shop: TinyShop = {
  items: [{ id: 'cup', category: 'Kitchen' }],
  users: {
    ann: { consentEmail: true, country: 'CN' },
    bo: { consentEmail: true, country: 'CN', createdAt: '2024-12-24T10:00:00' },
    cy: { consentEmail: false, country: 'DE' },
    dee: { country: 'CN' },
  },
  events: [order('ann', 10, 1), order('bo', 30.5, 1), order('bo', 20, 2), order('cy', 30, 1), order('dee', 10, 1)],
};

describe('audienceMembers', () => {
  let store: TableStore;
  let scope: SegmentScope & { ids: string[] };
  beforeAll(async () => {
    store = await openNativeStore({ threads: 2 });
    scope = await openTinyShop(store, shop, '2026-06-01T00:00:00');
    scope = {
      ...scope,
      segments: [{ id: 'chinese', rule: { trait: 'country', is: 'CN' } }],
      scores: new Map([['score:will-buy', { table: 'scores', column: 'score', version: '1', kind: 'score' }]]),
    };
    await store.putTable(
      'scores',
      new Table({
        user_index: vectorFromArray([0, 1, 2], new Int32()),
        score: vectorFromArray([0.25, 0.123456789, 0.75], new Float64()),
      }),
    );
  });
  afterAll(() => store.close());

  const audience = (rest: Partial<PlanAudience>): PlanAudience => ({ id: 'a', from: 'everyone', columns: [], ...rest });
  const who = async (rest: Partial<PlanAudience>) => namesIn((await audienceMembers(scope, audience(rest), quietContext())).members, scope);

  it('takes the segment, then those who agreed, then the best of them, and counts each step', async () => {
    const spec = audience({ from: 'chinese', consent: 'email', top: { by: 'revenue', count: 1 } });
    const { members, steps } = await audienceMembers(scope, spec, quietContext());
    expect(namesIn(members, scope)).toEqual(['bo']);
    expect(steps).toEqual([
      { step: 'everyone', left: 4 },
      { step: 'segment', left: 3 },
      { step: 'consent', left: 2 },
      { step: 'top', left: 1 },
    ]);
  });

  it('takes silence for no', async () => {
    expect(await who({ consent: 'email' })).toEqual(['ann', 'bo']);
  });

  it('breaks ties by user id and takes only as many as there are', async () => {
    expect(await who({ top: { by: 'revenue', count: 3 } })).toEqual(['ann', 'bo', 'cy']);
    expect(await who({ top: { by: 'revenue', count: 99 } })).toEqual(['ann', 'bo', 'cy', 'dee']);
  });

  it('leaves out customers without a score when it looks for the best', async () => {
    expect(await who({ top: { by: 'score:will-buy', count: 2 } })).toEqual(['ann', 'cy']);
    expect(await who({ top: { by: 'score:will-buy', count: 9 } })).toEqual(['ann', 'bo', 'cy']);
  });

  it('refuses what it cannot know', async () => {
    await expect(who({ consent: 'sms' })).rejects.toMatchObject({ code: 'consent_unknown' });
    await expect(who({ from: 'tourists' })).rejects.toMatchObject({ code: 'segment_unknown' });
    await expect(who({ top: { by: 'shoeSize', count: 1 } })).rejects.toMatchObject({ code: 'column_unknown' });
  });

  it('says of each condition for how many it holds and whom it took away', async () => {
    const rule = {
      all: [
        { trait: 'country', is: 'CN' },
        {
          any: [
            { trait: 'orders', atLeast: 2 },
            { trait: 'revenue', atLeast: 100 },
          ],
        },
      ],
    };
    const { conditions } = await audienceMembers(
      { ...scope, segments: [{ id: 'loyal', rule }] },
      audience({ from: 'loyal' }),
      quietContext(),
    );
    expect(conditions).toEqual([
      { path: '', condition: 'all', holds: 1 },
      { path: 'all.0', condition: { trait: 'country', is: 'CN' }, holds: 3, left: 3, removed: 1 },
      { path: 'all.1', condition: 'any', holds: 1, left: 1, removed: 2 },
      { path: 'all.1.any.0', condition: { trait: 'orders', atLeast: 2 }, holds: 1 },
      { path: 'all.1.any.1', condition: { trait: 'revenue', atLeast: 100 }, holds: 0 },
    ]);
  });

  describe('where numbers are no ranks', () => {
    /** As after a month was appended: Dee came first. */
    let later: SegmentScope;
    const idsOf = async (order: Int32Array) => (await firstRows(await audienceTable(later, order, [], quietContext()), 9)).flat();
    beforeAll(async () => {
      await store.execute(
        sql`CREATE TABLE renumbered AS SELECT 3 - user_index AS user_index, * EXCLUDE (user_index) FROM ${identifier(scope.profiles)}`,
      );
      later = { ...scope, profiles: 'renumbered', dataKey: 'renumbered', scores: new Map() };
    });

    it('orders the file by id, or by the trait and then by id', async () => {
      const inOrder = async (rest: Partial<PlanAudience>) => idsOf((await audienceMembers(later, audience(rest), quietContext())).order);
      expect(await inOrder({})).toEqual(['ann', 'bo', 'cy', 'dee']);
      expect(await inOrder({ top: { by: 'revenue', count: 4 } })).toEqual(['bo', 'cy', 'ann', 'dee']);
    });

    it('breaks ties for the last place by id', async () => {
      const { order } = await audienceMembers(later, audience({ top: { by: 'revenue', count: 3 } }), quietContext());
      expect(await idsOf(order)).toEqual(['bo', 'cy', 'ann']);
    });
  });

  it('shows in the preview the beginning of the file: the same columns in the same order', async () => {
    const spec = audience({ columns: ['country', 'revenue'], top: { by: 'revenue', count: 3 } });
    const { order } = await audienceMembers(scope, spec, quietContext());
    const file = await audienceTable(scope, order, spec.columns, quietContext());
    const preview = await audienceTable(scope, order.slice(0, 2), spec.columns, quietContext());
    expect(preview.columns).toEqual(file.columns);
    expect(await firstRows(preview, 2)).toEqual(await firstRows(file, 2));
    expect(await firstRows(preview, 2)).toEqual([
      ['bo', 'CN', 50.5],
      ['cy', 'DE', 30],
    ]);
  });

  it('writes the members with the chosen traits, typed', async () => {
    const { order } = await audienceMembers(scope, audience({ consent: 'email' }), quietContext());
    const traits = ['revenue', 'orders', 'averageOrderValue', 'country', 'consentEmail', 'createdAt', 'score:will-buy', 'revenue'];
    const table = await audienceTable(scope, order, traits, quietContext());
    expect(new TextDecoder().decode(await write(csvFormat(machineStyle), table))).toBe(
      'user,revenue,orders,averageOrderValue,country,consentEmail,createdAt,score:will-buy\n' +
        'ann,10,1,10,CN,true,,0.25\n' +
        'bo,50.5,2,25.25,CN,true,2024-12-24T10:00:00,0.123457\n',
    );
    await expect(audienceTable(scope, order, ['shoeSize'], quietContext())).rejects.toMatchObject({ code: 'column_unknown' });
  });
});
