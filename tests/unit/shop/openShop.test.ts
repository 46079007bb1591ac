import { describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { readSampleShop, sampleShop } from '$lib/core/schema/sampleShop';
import { appendStaged, ordersOf } from '$lib/core/store/dataset';
import { identifier, sql } from '$lib/core/store/sql';
import { nodePlatform } from '$lib/platform/node/platform';
import { facts } from './shippedShop';

describe('opening the sample shop', () => {
  it('fills the canonical tables with what the card says', async () => {
    const platform = nodePlatform({ threads: 2 });
    const store = await platform.openStore();
    try {
      const run = quietContext();
      const source = await readSampleShop(await platform.openDataset(`${sampleShop.sourceId}/${sampleShop.fileName}`), run);
      const { timeZone, currency } = sampleShop;
      const found = (await appendStaged(store, null, [{ staged: source, files: [] }], { timeZone, currency, run })).version;
      expect(found.facts).toMatchObject({
        users: facts.counts.users,
        items: facts.counts.items,
        events: facts.counts.events,
        orders: facts.counts.orders,
        currency: 'CNY',
        timeZone: 'Asia/Shanghai',
      });
      const [first] = (
        await store.query(sql`
          SELECT title, category, price::DOUBLE AS price FROM ${identifier(found.tables.items)} WHERE item_index = 0`)
      ).toArray();
      expect(first).toMatchObject({ category: '茶 Tea / 绿茶 Green Tea' });
      expect(first.price).toBeGreaterThan(9);
      const [people] = (
        await store.query(sql`
          SELECT count(*) FILTER (consent_email IS NULL)::INTEGER AS unknown, count(*) FILTER (consent_email)::INTEGER AS agreed,
            count(created_at)::INTEGER AS dated, count(city)::INTEGER AS located
          FROM ${identifier(found.tables.users)}`)
      ).toArray();
      expect(people).toMatchObject({ dated: 20_000, located: 20_000 });
      expect(people.unknown).toBeGreaterThan(100);
      expect(people.agreed).toBeGreaterThan(10_000);
      const [money] = (
        await store.query(sql`SELECT sum(total + refunded)::DOUBLE AS sales FROM (${ordersOf(found.tables.events)})`)
      ).toArray();
      expect(money.sales).toBeCloseTo(facts.counts.revenueYuan, 2);
    } finally {
      await store.close();
    }
  });
});
