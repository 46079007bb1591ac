import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { materializeProfiles } from '$lib/core/profiles/materialize';
import { cellsOf } from '$lib/core/profiles/page';
import { canonicalTables } from '$lib/core/schema/canonical';
import { readRfmMeasures, scoreRfm, type RfmMethod } from '$lib/core/segments/rfm';
import { rfmGrid } from '$lib/core/segments/rfmGrid';
import { identifier, join, Sql, sql } from '$lib/core/store/sql';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { plainScope } from '../../support/scope';

/** Computed with pandas by scripts/reference/profiles.py. */
const reference = JSON.parse(readFileSync('tests/fixtures/profiles.json', 'utf8')) as Record<'cdnow' | 'uci', Reference>;
interface Reference {
  everyone?: number;
  customers: number;
  revenue: string;
  sums: Record<string, number>;
  some: Record<string, Record<string, string | number>>;
  rfm: Record<RfmMethod, number[][]> &
    Record<`${RfmMethod} monetary`, number[]> & { some: Record<RfmMethod, Record<string, [number, number, number]>> };
}
/** The reference's names and ours. */
const traits: Record<string, string> = {
  recency: 'daysSinceLastOrder',
  tenure: 'tenureDays',
  revenue: 'revenue',
  favorite: 'favoriteItem',
};

const data = fileURLToPath(new URL('../../../../shared/data', import.meta.url));

const cdnow = {
  name: 'cdnow' as const,
  file: `${data}/cdnow/CDNOW_sample.txt`,
  asOf: '1998-07-01T00:00:00',
  lines: (path: string) => sql`
    SELECT trim(line)[1:5] AS user_id, NULL AS item, strptime(trim(line)[12:19], '%Y%m%d') AS moment, 'order_completed' AS event,
      trim(line)[20:22]::INTEGER AS quantity, trim(line)[23:]::DECIMAL(18,4) AS "value", NULL AS order_id
    FROM read_csv(${path}, columns = {line: 'VARCHAR'}, header = false, delim = '|', quote = '', escape = '')`,
};
const uci = {
  name: 'uci' as const,
  file: `${data}/uci-online-retail/online_retail.csv`,
  asOf: '2011-10-01T00:00:00',
  lines: (path: string) => sql`
    SELECT replace("CustomerID", '.0', '') AS user_id, "StockCode" AS item, "InvoiceDate"::TIMESTAMP AS moment,
      CASE WHEN "InvoiceNo" LIKE 'C%' THEN 'order_refunded' ELSE 'order_completed' END AS event,
      "Quantity"::INTEGER AS quantity, "Quantity"::INTEGER * "UnitPrice"::DECIMAL(12,4) AS "value", "InvoiceNo" AS order_id
    FROM read_csv(${path}, all_varchar = true) WHERE "CustomerID" IS NOT NULL`,
};

const present = [cdnow, uci].filter(({ file }) => existsSync(file) || (console.warn(`skipped: ${file} is missing`), false));

describe.skipIf(present.length === 0).each(present)('profiles of $name, as pandas computes them', ({ name, file, asOf, lines }) => {
  const expected = reference[name];
  let store: TableStore;
  let profiles: string;
  beforeAll(async () => {
    store = await openNativeStore();
    await store.withFile(readFileSync(file), async (path) => {
      await store.execute(sql`CREATE TABLE lines AS ${lines(path)}`);
    });
    await store.execute(sql`CREATE TABLE users AS
      SELECT (row_number() OVER (ORDER BY user_id) - 1)::INTEGER AS user_index, user_id
      FROM (SELECT DISTINCT user_id FROM lines WHERE moment < ${asOf}::TIMESTAMP)`);
    await store.execute(sql`CREATE TABLE items AS
      SELECT (row_number() OVER (ORDER BY item) - 1)::INTEGER AS item_index, item AS item_id, NULL::VARCHAR AS title, NULL::VARCHAR AS category
      FROM (SELECT DISTINCT item::VARCHAR AS item FROM lines WHERE item IS NOT NULL)`);
    const given: Record<string, Sql> = {
      item_index: sql`coalesce(item_index, -1)`,
      ts: sql`moment`,
      local_ts: sql`moment`,
      user_index: sql`user_index`,
      ...Object.fromEntries(['event', 'quantity', 'value', 'order_id'].map((column) => [column, sql`l.${identifier(column)}`])),
    };
    const columns = Object.entries(canonicalTables.events).map(
      ([column, type]) => sql`(${given[column] ?? sql`NULL`})::${new Sql(type)} AS ${identifier(column)}`,
    );
    await store.execute(sql`CREATE TABLE events AS
      SELECT ${join(columns)} FROM lines l JOIN users USING (user_id) LEFT JOIN items ON item_id = l.item::VARCHAR`);
    profiles = await materializeProfiles(plainScope(store, asOf, 0));
  });
  afterAll(() => store.close());

  it('have the same totals', async () => {
    const sums = Object.keys(expected.sums).map((name) => sql`sum(${identifier(traits[name] ?? name)})::DOUBLE`);
    const [[customers, revenue, ...totals]] = cellsOf(
      await store.query(sql`SELECT count(*), sum(revenue)::VARCHAR, ${join(sums)} FROM ${identifier(profiles)} WHERE orders > 0`),
    );
    expect(customers).toBe(expected.customers);
    expect(Number(revenue)).toBe(Number(expected.revenue));
    expect(totals).toEqual(Object.values(expected.sums));
    const [[everyone]] = cellsOf(await store.query(sql`SELECT count(*) FROM ${identifier(profiles)}`));
    expect(everyone).toBe(expected.everyone ?? expected.customers);
  });

  it('have the same customers', async () => {
    for (const [user, facts] of Object.entries(expected.some)) {
      const columns = Object.keys(facts).map((name) => sql`${identifier(traits[name] ?? name)}::VARCHAR`);
      const [cells] = cellsOf(await store.query(sql`SELECT ${join(columns)} FROM ${identifier(profiles)} WHERE user_id = ${user}`));
      const asNumbers = (values: unknown[]) => values.map((value) => (Number.isNaN(Number(value)) ? value : Number(value)));
      expect(asNumbers(cells)).toEqual(asNumbers(Object.values(facts)));
    }
  });

  it.each(['quintile', 'ties-together'] as const)('have the same RFM scores (%s)', async (method) => {
    const measures = await readRfmMeasures(store, profiles);
    const scores = scoreRfm(measures, { bins: 5, method });
    const { cells, customers } = rfmGrid(measures, scores);
    expect(customers).toBe(expected.customers);
    expect(cells.map((cell) => cell.customers)).toEqual(expected.rfm[method].flat());
    expect([1, 2, 3, 4, 5].map((score) => scores.monetary.filter((m) => m === score).length)).toEqual(expected.rfm[`${method} monetary`]);
    const ids = cellsOf(await store.query(sql`SELECT user_id FROM ${identifier(profiles)} ORDER BY user_index`)).flat();
    for (const [user, wanted] of Object.entries(expected.rfm.some[method])) {
      const i = measures.userIndexes.indexOf(ids.indexOf(user));
      expect([scores.recency[i], scores.frequency[i], scores.monetary[i]]).toEqual(wanted);
    }
  });
});
