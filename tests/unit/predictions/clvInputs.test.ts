import { existsSync, readFileSync } from 'node:fs';
import { makeTable } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { outputsOf } from '$lib/core/predictions/outputs';
import { sectionOf } from '$lib/core/predictions/report';
import type { PredictionSpec } from '$lib/core/predictions/spec';
import { trainPrediction } from '$lib/core/predictions/trainPrediction';
import { addDays } from '$lib/core/schema/asOf';
import { sql } from '$lib/core/store/sql';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { plainScope } from '../../support/scope';
import { openTinyShop, type TinyEvent } from '../../support/tinyShop';
import { toolsOf } from '../../support/tools';
import reference from '../../fixtures/clv-inputs.json';

type Order = (string | number)[];

const spec: PredictionSpec = { id: 'clv', kind: 'prediction', task: 'clv-inputs', target: { event: 'order_completed' }, options: {} };
const noTensors = () => Promise.reject(new Error('a task without a learner needs none'));
const published = new URL('../../../../shared/data/cdnow/cdnow_customers_summary_with_transactions.csv', import.meta.url);
const master = new URL('../../../../shared/data/cdnow/CDNOW_master.txt', import.meta.url);
const sample = new URL('../../../../shared/data/cdnow/CDNOW_sample.txt', import.meta.url);

describe('what CLV models are fitted to', () => {
  let store: TableStore;
  beforeAll(async () => void (store = await openNativeStore({ threads: 2 })));
  afterAll(() => store.close());

  /** frequency, recency, T and monetary by customer, as of the midnight after the last day. */
  async function summaryOf(events: TinyEvent[], end: string) {
    const scope = await openTinyShop(store, { events }, `${addDays(end, 1)}T00:00:00`);
    const { outputs, report } = await trainPrediction(scope, spec, 1, toolsOf(noTensors), quietContext());
    const columns = ['frequency', 'recency', 'T', 'monetary'].map((name) => outputs[name]);
    return { report, summary: Object.fromEntries(scope.ids.map((id, user) => [id, columns.map((values) => values[user])])) };
  }
  /** The same of tens of thousands of orders until the reference's end: only the columns that the task reads. */
  async function summaryOfMany(orders: Order[]) {
    const until = orders.filter(([, day]) => String(day) <= reference.end);
    const ids = [...new Set(until.map(([user]) => String(user)))].sort();
    const numberOf = new Map(ids.map((id, user) => [id, user]));
    await store.putTable(
      'bought',
      makeTable({
        user_index: Int32Array.from(until, ([user]) => numberOf.get(String(user))!),
        day: Int32Array.from(until, ([, day]) => Date.parse(String(day)) / 86_400_000),
        value: Float64Array.from(until, ([, , value]) => Number(value)),
      }),
    );
    await store.execute(sql`CREATE OR REPLACE TABLE events AS SELECT user_index, 'order_completed' AS event,
      (DATE '1970-01-01' + day)::TIMESTAMP AS local_ts, value::DECIMAL(18,4) AS value FROM bought`);
    const scope = plainScope(store, `${addDays(reference.end, 1)}T00:00:00`, ids.length);
    const { outputs } = await trainPrediction(scope, spec, 1, toolsOf(noTensors), quietContext());
    return Object.fromEntries(ids.map((id, user) => [id, ['frequency', 'recency', 'T', 'monetary'].map((name) => outputs[name][user])]));
  }
  const ordered = (orders: Order[]) =>
    orders.map(([user, day, value], i): TinyEvent => {
      return {
        user: String(user),
        event: 'order_completed',
        at: `${day}T${String(8 + (i % 12)).padStart(2, '0')}:30:00`,
        value: Number(value),
      };
    });

  it('counts days after the first, their time span, the time since the first, and the mean spend on them', async () => {
    const events = [...ordered(reference.hand.orders), { user: 'looker', event: 'product_viewed', at: '1997-09-30T10:00:00' }];
    const { summary, report } = await summaryOf(events, '1997-09-30');
    // Came back on 11 February (two orders, 40 in all) and on 1 April (20).
    expect(summary['back-twice']).toEqual([2, 59, 241, 30]);
    // RFM's recency would be 182: days from the last order to now.
    expect(summary['twice-a-day']).toEqual([0, 0, 213, 0]);
    expect(summary.looker).toEqual([NaN, NaN, NaN, NaN]);
    expect(report).toMatchObject({ task: 'clv-inputs', learner: null, protocol: { cutoffs: null, rows: { computed: 4 } } });
    expect(sectionOf(report, 'outputs')!.outputs.map(({ name, customers }) => [name, customers])).toEqual([
      ['frequency', 4],
      ['recency', 4],
      ['T', 4],
      ['monetary', 4],
    ]);
  });

  it('gives four traits', () => {
    expect(outputsOf(spec).map(({ traitId, column, kind }) => [traitId, column, kind])).toEqual([
      ['score:clv.frequency', 'frequency', 'count'],
      ['score:clv.recency', 'recency', 'days'],
      ['score:clv.T', 'T', 'days'],
      ['score:clv.monetary', 'monetary', 'money'],
    ]);
  });

  it('ends with what was observed, not with a later asOf, and says where no money is known', async () => {
    const events: TinyEvent[] = [
      { user: 'ann', event: 'order_completed', at: '2026-01-01T10:00:00' },
      { user: 'ann', event: 'order_completed', at: '2026-01-11T10:00:00' },
    ];
    const { summary, report } = await summaryOf(events, '2026-03-31');
    expect(summary.ann).toEqual([1, 10, 10, 0]);
    expect(sectionOf(report, 'diagnostics')!.findings.map(({ code }) => code)).toEqual(['unobserved_tail', 'event_without_money']);
  });

  it('is what lifetimes computes', async () => {
    for (const { orders, summary } of [reference.hand, reference.random]) {
      const found = (await summaryOf([...ordered(orders), ...ordered([['end', '1997-09-30', 1]])], reference.end)).summary;
      for (const [user, wanted] of Object.entries(summary)) {
        wanted.forEach((value, c) => expect([user, found[user][c]]).toEqual([user, expect.closeTo(value, 8)]));
      }
    }
  });

  it.skipIf(!existsSync(published))('is the published summary of the CDNOW sample (skipped where ../shared/data is missing)', async () => {
    const orders = linesOf(sample).map((line): Order => [line[1], dayOf(line[2]), Number(line[4])]);
    // Names of four digits sort as the published file's numbers do.
    const summary = await summaryOfMany(orders);
    const rows = readFileSync(published, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',').map(Number));
    expect(rows).toHaveLength(2357);
    for (const [id, x, tx, T, zbar] of rows) {
      const found = summary[String(id).padStart(4, '0')];
      expect([id, found[0]]).toEqual([id, x]);
      // Published in weeks, to two decimals.
      expect(Math.abs(found[1] / 7 - tx)).toBeLessThan(0.0051);
      expect(Math.abs(found[2] / 7 - T)).toBeLessThan(0.0051);
      expect(Math.abs(found[3] - zbar)).toBeLessThan(0.0051);
    }
  });

  it.skipIf(!existsSync(master))('is what lifetimes computes of CDNOW (skipped where ../shared/data is missing)', async () => {
    const orders = linesOf(master).map((line): Order => [line[0], dayOf(line[1]), Number(line[3])]);
    const summary = await summaryOfMany(orders);
    const all = Object.values(summary);
    expect(all).toHaveLength(reference.cdnow.customers);
    reference.cdnow.sums.forEach((sum, c) => expect(all.reduce((total, row) => total + row[c], 0)).toBeCloseTo(sum, 3));
    for (const [user, wanted] of Object.entries(reference.cdnow.some)) {
      wanted.forEach((value, c) => expect(summary[user][c]).toBeCloseTo(value, 8));
    }
  });
});

function linesOf(file: URL): string[][] {
  return readFileSync(file, 'utf8')
    .split(/\r?\n/)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => /^\d{4,}$/.test(fields[0]));
}

function dayOf(text: string): string {
  return `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}`;
}
