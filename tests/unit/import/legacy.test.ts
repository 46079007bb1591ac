import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { quietContext } from '../../../src/lib/core/base/run';
import type { DatasetFacts } from '../../../src/lib/core/schema/canonical';
import { adoptLegacy, legacyTables, ordersOf, readRejects } from '../../../src/lib/core/store/dataset';
import { identifier, sql } from '../../../src/lib/core/store/sql';
import type { TableStore } from '../../../src/lib/core/store/tableStore';
import { openNativeStore } from '../../../src/lib/platform/node/nativeStore';
import { rowsOf } from './support';

/** Made by the code of commit f1916f1, before versions: four sources imported one after the other, each table as it was saved. */
const folder = new URL('../../fixtures/legacy-tables/', import.meta.url);

let store: TableStore;
beforeAll(async () => void (store = await openNativeStore()));
afterAll(() => store.close());

it('makes a version out of the tables of an old save, and loses nothing', async () => {
  const facts = JSON.parse(readFileSync(new URL('facts.json', folder), 'utf8')) as DatasetFacts;
  for (const name of legacyTables) await store.putTable(name, new Uint8Array(readFileSync(new URL(`${name}.arrow`, folder))));
  const contents = async (name: string) => rowsOf(store, sql`SELECT t::VARCHAR AS row FROM ${identifier(name)} t ORDER BY 1`);
  const before = [await contents('events'), await contents('users'), await contents('items')];
  const orders = await rowsOf(
    store,
    sql`SELECT order_id, user_index, total::DOUBLE AS total, refunded::DOUBLE AS refunded FROM orders ORDER BY 1`,
  );
  const rejects = await rowsOf(
    store,
    sql`SELECT row_number AS "row", column_name AS "column", code, row_text AS "text" FROM source_rejects`,
  );

  const version = await adoptLegacy(store, facts, quietContext(), { web: ['web.csv'] });

  const { events, users, items } = version.tables;
  // Amounts in other currencies were rejected then.
  const asBefore = sql`SELECT t::VARCHAR AS row FROM (SELECT * EXCLUDE (currency) FROM ${identifier(events)} WHERE currency IS NULL) t ORDER BY 1`;
  expect([await rowsOf(store, asBefore), await contents(users), await contents(items)]).toEqual(before);
  expect(version.facts).toEqual({ ...facts, dataHash: version.facts.dataHash, userNumbers: facts.users, itemNumbers: facts.items });
  expect(version.sources.map(({ id, kind, files, rows }) => [id, kind, files, rows])).toEqual([
    ['orders', 'events', [], 5],
    ['web', 'events', ['web.csv'], 2],
    ['people', 'users', [], 2],
    ['goods', 'items', [], 2],
  ]);
  expect(
    await rowsOf(
      store,
      sql`SELECT order_id, user_index, total::DOUBLE AS total, refunded::DOUBLE AS refunded FROM (${ordersOf(events)}) ORDER BY 1`,
    ),
  ).toEqual(orders);
  expect(await readRejects(store, version, 'orders')).toEqual(rejects);
  const left = await rowsOf(store, sql`SELECT table_name FROM duckdb_tables() WHERE table_name IN (${[...legacyTables]})`);
  expect(left).toEqual([]);
});
