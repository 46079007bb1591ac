import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { quietContext } from '../../../src/lib/core/base/run';
import { TimeZone } from '../../../src/lib/core/schema/parse/timeZone';
import { checks } from '../../../src/lib/core/store/quality/catalogue';
import type { QualityCheck } from '../../../src/lib/core/store/quality/check';
import { checkQuality } from '../../../src/lib/core/store/quality/report';
import { checksOfStaged } from '../../../src/lib/core/store/quality/stagedChecks';
import { cleanData, type DatasetVersion } from '../../../src/lib/core/store/dataset';
import type { TableStore } from '../../../src/lib/core/store/tableStore';
import { openNativeStore } from '../../../src/lib/platform/node/nativeStore';
import { importAll, stageText } from './support';

const today = '2026-06-30';
const header = 'user_id,item_id,event,timestamp,price,quantity,order_id';

/** Ten weeks of a tea shop in which nothing is wrong: each day six people look, and buy what they looked at. */
function shop(): string[] {
  const lines: string[] = [];
  for (let day = 0; day < 70; day++) {
    const date = new Date(Date.UTC(2026, 2, 1 + day)).toISOString().slice(0, 10);
    for (let i = 0; i < 6; i++) {
      const [user, item] = [`u${(day * 5 + i) % 40}`, `i${(day + i * 3) % 12}`];
      lines.push(`${user},${item},product_viewed,${date} 09:${10 + i},,,`);
      lines.push(`${user},${item},order_completed,${date} 10:${10 + i},${3 + ((day + i) % 4)},${1 + ((day + i) % 3)},A${day * 6 + i}`);
    }
  }
  return lines;
}
const csv = (...more: string[]) => [header, ...shop(), ...more].join('\n');
const items = ['item_id,title,brand', ...Array.from({ length: 12 }, (_, i) => `i${i},Tea ${i},B${i % 3}`)];
const users = ['user_id,email,city', ...Array.from({ length: 40 }, (_, i) => `u${i},u${i}@tea.org,City ${i % 5}`)];
const plain = { 'shop.csv': csv(), 'items.csv': items.join('\n'), 'users.csv': users.join('\n') };

let store: TableStore;
beforeEach(async () => void (store = await openNativeStore()));
afterEach(() => store.close());

const look = async (version: DatasetVersion) => {
  const report = await checkQuality({ store, version, today, run: quietContext() });
  return new Map(report.checks.map((check) => [check.id, check]));
};
const lookAt = async (files: Record<string, string>) => look(await importAll(store, files));

/** A fault each: what is put into the good shop, which check says so, and what it says. */
const faults: { check: string; fault: string; files: Record<string, string>; says: Partial<QualityCheck> }[] = [
  {
    check: 'exact-duplicates',
    fault: 'a line that was sent three times',
    files: { 'shop.csv': csv(...Array(2).fill(shop()[1])) },
    says: { verdict: 'warning', count: 2, remedy: { step: 'drop-exact-duplicates', options: {} } },
  },
  {
    check: 'order-lines-twice',
    fault: 'a till that has two orders of the web shop, without their time of day',
    files: { 'till.csv': `${header}\nu0,i0,order_completed,2026-03-01,3,1,A0\nu1,i3,order_completed,2026-03-01,4,2,A1\n` },
    says: { verdict: 'problem', count: 2 },
  },
  {
    check: 'order-ids-shared',
    fault: 'an order of two people',
    files: { 'shop.csv': csv('u9,i1,order_completed,2026-03-01 11:00,3,1,A0') },
    says: { verdict: 'note', count: 1, of: 420 },
  },
  {
    check: 'future-dates',
    fault: 'a year typed wrong',
    files: { 'shop.csv': csv('u9,i1,product_viewed,2062-03-01 11:00,,,') },
    says: { verdict: 'problem', count: 1, remedy: { step: 'drop-future', options: { after: today } } },
  },
  {
    check: 'early-dates',
    fault: 'a clock that was never set',
    files: { 'shop.csv': csv('u9,i1,product_viewed,1970-01-01 00:00,,,') },
    says: { verdict: 'problem', count: 1, remedy: { step: 'drop-before', options: { before: '1995-01-01' } } },
  },
  {
    check: 'daily-gaps',
    fault: 'two days that are missing',
    files: { 'shop.csv': [header, ...shop().filter((line) => !/2026-04-1[23]/.test(line))].join('\n') },
    says: { verdict: 'warning', count: 2, of: 70 },
  },
  {
    check: 'daily-jumps',
    fault: 'a day with ten times the views',
    files: {
      'shop.csv': csv(...Array.from({ length: 120 }, (_, i) => `u${i % 40},i${i % 12},product_viewed,2026-04-12 12:${10 + (i % 50)},,,`)),
    },
    says: { verdict: 'note', count: 1 },
  },
  {
    check: 'amount-outliers',
    fault: 'a price without its decimal point',
    files: { 'shop.csv': csv('u9,i1,order_completed,2026-03-01 11:00,49999,1,B1') },
    says: { verdict: 'warning', count: 1, of: 421 },
  },
  {
    check: 'free-sales',
    fault: 'a gift',
    files: { 'shop.csv': csv('u9,i1,order_completed,2026-03-01 11:00,0,1,B1') },
    says: { verdict: 'note', count: 1, remedy: { step: 'drop-amounts', options: { free: true } } },
  },
  {
    check: 'negative-amounts',
    fault: 'a basket with less than nothing in it',
    files: { 'shop.csv': csv('u9,i1,product_added,2026-03-01 11:00,4,-1,') },
    says: { verdict: 'warning', count: 1, remedy: { step: 'drop-amounts', options: { negative: true } } },
  },
  {
    check: 'refunds-without-sale',
    fault: 'a tea given back that was never sold',
    files: {
      'shop.csv': csv(
        'u9,i1,order_completed,2026-03-01 10:50,4,1,B1',
        'u9,i1,order_refunded,2026-03-01 11:00,4,1,B1',
        'u9,gone,order_refunded,2026-03-01 11:00,4,1,B2',
      ),
    },
    says: { verdict: 'warning', count: 1, of: 2, examples: [{ user: 'u9', item: 'gone', order: 'B2' }] },
  },
  {
    check: 'robots',
    fault: 'a crawler with three pages a second',
    files: { 'shop.csv': csv(...Array.from({ length: 180 }, (_, i) => `bot,i${i % 12},product_viewed,2026-04-12 12:00,,,`)) },
    says: { verdict: 'problem', count: 1, of: 41 },
  },
  {
    check: 'basket-outliers',
    fault: 'a thousand pieces typed for ten',
    files: { 'shop.csv': csv('u9,i1,order_completed,2026-03-01 11:00,0.01,1000,B1') },
    says: { verdict: 'note', count: 1 },
  },
  {
    check: 'unknown-items',
    fault: 'an item that is in no catalogue',
    files: { 'shop.csv': csv('u9,ghost,product_viewed,2026-03-01 11:00,,,') },
    says: { verdict: 'note', count: 1, examples: [{ item: 'ghost', rows: 1 }] },
  },
  {
    check: 'people-not-listed',
    fault: 'a customer who is in no list of customers',
    files: { 'shop.csv': csv('stranger,i1,product_viewed,2026-03-01 11:00,,,') },
    says: { verdict: 'note', count: 1, examples: [{ user: 'stranger' }] },
  },
  {
    check: 'people-without-events',
    fault: 'a list with somebody who never came',
    files: { 'users.csv': [...users, 'idle,idle@tea.org,City 1'].join('\n') },
    says: { verdict: 'note', count: 1, examples: [{ user: 'idle' }] },
  },
  {
    check: 'constant-columns',
    fault: 'a column that says the same of everybody',
    files: { 'users.csv': users.map((line, i) => `${line},${i === 0 ? 'tier' : 'gold'}`).join('\n') },
    says: { verdict: 'note', count: 1, examples: [{ column: 'users.tier', rows: 40, text: 'gold' }] },
  },
  {
    check: 'empty-columns',
    fault: 'a column that one of two hundred has filled in',
    files: {
      'users.csv': ['user_id,hobby', ...Array.from({ length: 200 }, (_, i) => `u${i},${i === 7 ? 'chess' : ''}`)].join('\n'),
    },
    says: { verdict: 'note', count: 1, examples: [{ column: 'users.hobby', rows: 1 }] },
  },
  {
    check: 'mixed-types',
    fault: 'a number that somebody wrote as a word',
    files: { 'users.csv': users.map((line, i) => `${line},${i === 0 ? 'age' : i === 9 ? 'unknown' : 20 + (i % 8)}`).join('\n') },
    says: { verdict: 'warning', count: 1, examples: [{ column: 'users.age', rows: 1, text: 'unknown' }] },
  },
  {
    check: 'contact-misplaced',
    fault: 'an e-mail in the column of cities',
    files: { 'users.csv': users.map((line) => line.replace('City 3', 'ann@tea.org')).join('\n') },
    says: { verdict: 'warning', count: 1, examples: [{ column: 'users.city', rows: 8, text: 'an…@tea.org' }] },
  },
  {
    check: 'unknown-events',
    fault: 'an event of the shop’s own',
    files: { 'shop.csv': csv('u9,i1,quiz_finished,2026-03-01 11:00,,,') },
    says: { verdict: 'note', count: 1, examples: [{ event: 'quiz_finished', rows: 1 }] },
  },
  {
    check: 'file-overlap',
    fault: 'a second file with two lines of the first',
    files: { 'more.csv': [header, shop()[0], shop()[1], 'u1,i1,product_viewed,2026-05-20 11:00,,,'].join('\n') },
    says: { verdict: 'problem', count: 2, examples: [{ source: 'shop.csv', other: 'more.csv', rows: 2 }] },
  },
];

describe('the checks of a shop', () => {
  it('have nothing to say of one in which nothing is wrong', async () => {
    const found = await lookAt({
      ...plain,
      'more.csv': `${header}\nu1,i1,product_viewed,2026-05-10 11:00,,,\nu5,i3,order_refunded,2026-05-10 11:00,3,1,A5\n`,
    });
    expect([...found.values()].filter(({ verdict }) => verdict !== 'good')).toEqual([]);
    // Every check had something to look at.
    expect([...found.keys()].sort()).toEqual(checks.map(({ id }) => id).sort());
  });

  it.each(faults)('$check says so of $fault', async ({ check, files, says }) => {
    const found = (await lookAt({ ...plain, ...files })).get(check)!;
    expect(found).toMatchObject(says);
    expect(found.verdict === 'good' || found.examples.length > 0).toBe(true);
  });

  it('are satisfied once their remedy is applied', async () => {
    for (const { check, files, says } of faults.filter(({ says }) => says.verdict !== 'good')) {
      const version = await importAll(store, { ...plain, ...files });
      const { remedy } = (await look(version)).get(check)!;
      if (!remedy) continue;
      const clean = await cleanData(store, version, { timeZone: 'UTC', currency: 'USD', cleaning: [remedy], run: quietContext() });
      expect(clean.facts.removed).toHaveLength(1);
      expect({ check, ...(await look(clean)).get(check) }).toMatchObject({ check, verdict: 'good', count: 0 });
      if (check !== 'robots' && check !== 'basket-outliers' && typeof says.count === 'number')
        expect({ check, rows: clean.facts.removed![0].rows }).toEqual({ check, rows: says.count });
    }
  });
});

describe('the checks of a file before its import', () => {
  const check = async (text: string) =>
    new Map(
      (await checksOfStaged(await stageText(text), { today, zone: new TimeZone('UTC'), run: quietContext() })).map((found) => [
        found.id,
        found,
      ]),
    );

  it('count equal rows and dates that cannot be', async () => {
    const good = await check(csv());
    expect([...good.values()].map(({ id, verdict }) => [id, verdict])).toEqual([
      ['exact-duplicates', 'good'],
      ['future-dates', 'good'],
      ['early-dates', 'good'],
    ]);
    const bad = await check(csv(shop()[1], 'u9,i1,product_viewed,2062-03-01 11:00,,,', 'u9,i1,product_viewed,1970-01-01 00:00,,,'));
    expect(bad.get('exact-duplicates')).toMatchObject({ verdict: 'warning', count: 1 });
    expect(bad.get('future-dates')).toMatchObject({
      count: 1,
      examples: [{ user: 'u9', event: 'product_viewed', at: '2062-03-01T11:00:00' }],
    });
    expect(bad.get('early-dates')).toMatchObject({ count: 1, remedy: { step: 'drop-before' } });
  });

  it('find words among numbers', async () => {
    const lines = users.map((line, i) => `${line},${i === 0 ? 'age' : i === 9 ? 'unknown' : 20 + (i % 8)}`);
    expect((await check(lines.join('\n'))).get('mixed-types')).toMatchObject({
      verdict: 'warning',
      examples: [{ column: 'users.age', rows: 1, text: 'unknown' }],
    });
  });
});
