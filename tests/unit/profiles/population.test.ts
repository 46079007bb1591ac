import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bitset } from '$lib/core/base/bitset';
import { readHistogram } from '$lib/core/profiles/histogram';
import { openProfiles } from '$lib/core/profiles/materialize';
import { populationOf } from '$lib/core/profiles/population';
import { readProfilesPage } from '$lib/core/profiles/profilesPage';
import { readTraits } from '$lib/core/profiles/traitSummary';
import { readCustomer } from '$lib/core/profiles/customer';
import { sql } from '$lib/core/store/sql';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { plainScope } from '../../support/scope';
import { openTinyShop } from '../../support/tinyShop';

const nobody = { traits: [], scores: new Map() };

describe('who is a customer as of a day', () => {
  let store: TableStore;
  let ids: string[];
  beforeAll(async () => {
    store = await openNativeStore({ threads: 2 });
    ({ ids } = await openTinyShop(
      store,
      {
        users: {
          early: { createdAt: '2026-01-10T00:00:00' },
          late: { createdAt: '2026-05-10T00:00:00' },
          guest: { createdAt: '2026-05-20T00:00:00' },
          undated: { country: 'CN' },
        },
        events: [
          { user: 'guest', event: 'order_completed', at: '2026-02-01T09:00:00', value: 5, order: '1' },
          { user: 'sent', event: 'campaign_received', at: '2026-03-01T00:00:00' },
          { user: 'new', event: 'order_completed', at: '2026-05-30T09:00:00', value: 7, order: '2' },
        ],
      },
      '2026-06-01T00:00:00',
    ));
  });
  afterAll(() => store.close());

  const at = (asOf: string) => plainScope(store, asOf, ids.length);
  const known = async (asOf: string) => [...(await populationOf(at(asOf))).toIndexes()].map((user) => ids[user]);

  it('are those with an event or a sign-up before it, and those of whom no date is known at all', async () => {
    expect(await known('2026-06-01T00:00:00')).toEqual(['early', 'guest', 'late', 'new', 'sent', 'undated']);
    expect(await known('2026-03-01T00:00:00')).toEqual(['early', 'guest', 'undated']);
    expect(await known('2026-01-01T00:00:00')).toEqual(['undated']);
  });

  it('counts pages, ranges and bars of these alone', async () => {
    const scope = await openProfiles(at('2026-03-02T00:00:00'), nobody);
    const page = await readProfilesPage(scope, { offset: 0, limit: 9 });
    expect([page.total, page.rows.map(([id]) => id)]).toEqual([4, ['early', 'guest', 'sent', 'undated']]);
    const backwards = await readProfilesPage(scope, { sort: { column: 'user_id', descending: true }, offset: 1, limit: 2 });
    expect(backwards.rows.map(([id]) => id)).toEqual(['sent', 'guest']);
    const byRevenue = await readProfilesPage(scope, { sort: { column: 'revenue', descending: true }, offset: 0, limit: 9 });
    expect(byRevenue.rows.map(([id]) => id)).toEqual(['guest', 'early', 'sent', 'undated']);
    const traits = await readTraits(scope);
    expect(traits.find(({ id }) => id === 'daysSinceLastOrder')).toMatchObject({ missing: 3, max: 29 });
    expect(await readHistogram(scope, 'orders', 5)).toMatchObject({ counts: [3, 1], missing: 0 });
    expect(await readHistogram(scope, 'daysSinceLastOrder', 5)).toMatchObject({ missing: 3 });
    await expect(readCustomer(scope, 'new')).rejects.toMatchObject({ code: 'user_not_yet' });
    expect(await readCustomer(scope, 'sent')).toMatchObject({ traits: { orders: 0, daysSinceLastEvent: null } });
  });

  it('goes by id where numbers are no ranks, and a number without a person is nobody', async () => {
    await store.execute(
      sql`CREATE TABLE users_renumbered AS SELECT * REPLACE ((2 * ((user_index + 3) % 6))::INTEGER AS user_index) FROM users`,
    );
    await store.execute(
      sql`CREATE TABLE events_renumbered AS SELECT * REPLACE ((2 * ((user_index + 3) % 6))::INTEGER AS user_index) FROM events`,
    );
    const data = {
      ...plainScope(store, '2026-06-01T00:00:00', 12),
      tables: { events: 'events_renumbered', users: 'users_renumbered', items: 'items' },
    };
    const scope = await openProfiles({ ...data, dataKey: 'renumbered' }, nobody);
    const members = Bitset.all(12).and(await populationOf(scope));
    expect(members.count).toBe(6);
    const page = await readProfilesPage(scope, { offset: 0, limit: 9 }, members);
    expect([page.total, page.rows.map(([id]) => id)]).toEqual([6, ['early', 'guest', 'late', 'new', 'sent', 'undated']]);
    const ties = await readProfilesPage(scope, { sort: { column: 'orders', descending: true }, offset: 0, limit: 9 });
    expect(ties.rows.map(([id]) => id)).toEqual(['guest', 'new', 'early', 'late', 'sent', 'undated']);
  });
});
