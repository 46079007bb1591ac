import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { sha256Hex } from '$lib/core/base/hash';
import { quietContext } from '$lib/core/base/run';
import { encodeColumnFile } from '$lib/core/schema/columnFile';
import { readSampleShop } from '$lib/core/schema/sampleShop';
import { renderCard } from '../../../scripts/sample-shop/card';
import { countShop } from '../../../scripts/sample-shop/facts';
import { generateShop } from '../../../scripts/sample-shop/generate';
import { shopTables } from '../../../scripts/sample-shop/tables';
import { tastes, truth } from '../../../scripts/sample-shop/truth';
import { facts, localSeconds, readShippedShop, shopFolder, sum, textAt } from './shippedShop';

describe('the shipped sample shop', () => {
  let shop: Awaited<ReturnType<typeof readShippedShop>>;
  beforeAll(async () => void (shop = await readShippedShop()));

  it('begins with a customer who looks at something and ends before November 2026', () => {
    const { events, users, items } = shop;
    expect(users.id.codes.length).toBe(20_000);
    expect(items.id.codes.length).toBe(2_000);
    expect(textAt(users.id, 0)).toBe('C00001');
    expect(textAt(items.attributes.get('title'), 0)).toMatch(/^\p{Script=Han}+ .* · [A-Za-z]/u);
    expect(textAt(items.attributes.get('category'), 0)).toBe('茶 Tea / 绿茶 Green Tea');
    expect(textAt(users.attributes.get('created_at'), 0)).toMatch(/^202[56]-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const seconds = events.ts.values.map((value) => value / 1e6);
    expect(seconds.reduce((a, b) => Math.min(a, b))).toBeGreaterThanOrEqual(localSeconds('2025-05-01T00:00:00'));
    expect(seconds.reduce((a, b) => Math.max(a, b))).toBeLessThan(localSeconds('2026-11-01T00:00:00'));
  });

  it('has the counts of its card', () => {
    const { events, items, users } = shop;
    const byEvent: Record<string, number> = {};
    for (const code of events.event.codes) byEvent[events.event.pool.text(code)] = (byEvent[events.event.pool.text(code)] ?? 0) + 1;
    expect(byEvent).toEqual(facts.counts.byEvent);
    expect(events.rows).toBe(facts.counts.events);
    expect(events.order!.pool.size).toBe(facts.counts.orders);
    expect([...items.attributes.get('title')!.codes].filter((code) => code < 0).length).toBe(facts.dirt.itemsWithoutTitle);
    expect(users.id.pool.texts().filter((id) => id.startsWith('tester-')).length).toBe(facts.dirt.testers);
    const refunded = events.event.pool.find('order_refunded');
    const sales = { kind: 'number' as const, values: events.value!.values.filter((_, row) => events.event.codes[row] !== refunded) };
    expect(sum(sales) / 10_000).toBeCloseTo(facts.counts.revenueYuan, 2);
    expect(readFileSync(`${shopFolder}shop.bin`).length).toBe(facts.bytes);
  });

  it('knows what things cost and how many lie on the shelf, but for a few', () => {
    const { attributes } = shop.items;
    const numbers = (name: string) =>
      Array.from(attributes.get(name)!.codes, (code) => (code < 0 ? NaN : Number(attributes.get(name)!.pool.text(code))));
    const [price, cost, stock] = [numbers('price'), numbers('cost'), numbers('stock')];
    expect(cost.filter(Number.isNaN)).toHaveLength(facts.dirt.itemsWithoutCost);
    expect(stock.filter(Number.isNaN)).toHaveLength(facts.dirt.itemsWithoutStock);
    expect(stock.filter((pieces) => pieces === 0)).toHaveLength(facts.counts.soldOut);
    const margins = price.map((each, i) => 1 - cost[i] / each).filter((share) => !Number.isNaN(share));
    const mean = margins.reduce((a, b) => a + b) / margins.length;
    const { least, most } = truth.supply.margin;
    expect(mean).toBeGreaterThan(least);
    expect(mean).toBeLessThan(most);
    expect(margins.every((share) => share > 0 && share < 1)).toBe(true);
  });

  it('gives an order one customer, one time and one id that counts up with time', () => {
    const { events } = shop;
    const completed = events.event.pool.find('order_completed');
    const timeOfOrder = new Float64Array(events.order!.pool.size).fill(NaN);
    const userOfOrder = new Int32Array(timeOfOrder.length).fill(-1);
    for (let row = 0; row < events.rows; row++) {
      if (events.event.codes[row] !== completed) continue;
      const order = events.order!.codes[row];
      if (userOfOrder[order] >= 0 && (userOfOrder[order] !== events.user.codes[row] || timeOfOrder[order] !== events.ts.values[row]))
        throw new Error(`order ${events.order!.pool.text(order)} is torn apart`);
      userOfOrder[order] = events.user.codes[row];
      timeOfOrder[order] = events.ts.values[row];
    }
    expect(timeOfOrder.every((time, order) => order === 0 || time >= timeOfOrder[order - 1])).toBe(true);
    expect(events.order!.pool.text(0)).toBe('SO1000001');
  });

  it('undoes in refunds only what was ordered, for the same money', () => {
    const { events } = shop;
    const completed = events.event.pool.find('order_completed');
    const line = (row: number) => `${events.order!.codes[row]}/${events.item!.codes[row]}/${Math.abs(events.value!.values[row])}`;
    const sold = new Set<string>();
    for (let row = 0; row < events.rows; row++) if (events.event.codes[row] === completed) sold.add(line(row));
    const refunded = events.event.pool.find('order_refunded');
    const refunds = [...events.event.codes.keys()].filter((row) => events.event.codes[row] === refunded);
    expect(refunds.length).toBeGreaterThan(1000);
    expect(refunds.filter((row) => !sold.has(line(row)) || events.value!.values[row] >= 0)).toEqual([]);
  });

  it('is what the file and the card say, made from the seed in the sources', () => {
    const content = gunzipSync(readFileSync(`${shopFolder}shop.bin`));
    const remedy = 'Run `npx tsx scripts/make-sample-shop.ts` and look at what changed in datasets/sample-shop.';
    expect(sha256Hex(content), remedy).toBe(facts.contentSha256);
    expect(facts.truth, remedy).toEqual(JSON.parse(JSON.stringify(truth)));
    expect(facts.tastes, remedy).toEqual(tastes);
    expect(readFileSync(`${shopFolder}README.md`, 'utf8'), remedy).toBe(renderCard(facts));
    const small = generateShop(facts.small.customers);
    expect(sha256Hex(encodeColumnFile(shopTables(small))), remedy).toBe(facts.small.contentSha256);
    expect(countShop(small).counts.users).toBe(facts.small.customers);
  });

  it('says so when the file is damaged', async () => {
    const bytes = readFileSync(`${shopFolder}shop.bin`).subarray(0, 100_000);
    const cut = {
      name: 'shop.bin',
      size: bytes.length,
      async *stream() {
        yield new Uint8Array(bytes);
      },
    };
    await expect(readSampleShop(cut, quietContext())).rejects.toMatchObject({ code: 'column_file_broken' });
  });
});
