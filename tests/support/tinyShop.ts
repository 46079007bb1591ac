import { Bitset } from '../../src/lib/core/base/bitset';
import { materializeProfiles } from '../../src/lib/core/profiles/materialize';
import { canonicalTables, type CanonicalTable } from '../../src/lib/core/schema/canonical';
import type { SegmentScope } from '../../src/lib/core/segments/evaluate';
import { identifier, join, Sql, sql, type SqlValue } from '../../src/lib/core/store/sql';
import type { TableStore } from '../../src/lib/core/store/tableStore';
import { plainScope } from './scope';

/** What someone did, as a person would write it down. */
export interface TinyEvent {
  user: string;
  event: string;
  /** Local time. */
  at: string;
  item?: string;
  value?: number;
  quantity?: number;
  order?: string;
  channel?: string;
  campaign?: string;
  device?: string;
  rating?: number;
}

export interface TinyShop {
  events: TinyEvent[];
  items?: { id: string; title?: string; category?: string; brand?: string; price?: number }[];
  /** Customers' attributes by id; customers who only occur in events need no entry. */
  users?: Record<string, { email?: string; phone?: string; country?: string; consentEmail?: boolean; createdAt?: string }>;
  /** People's numbers where they are not their places in the order of ids: numbers given once, over several imports. */
  numbers?: Record<string, number>;
}

/**
 * Creates the canonical tables and profiles of a hand-made shop, and what segments are evaluated in. `ids` holds each
 * person's id at their number.
 */
export async function openTinyShop(store: TableStore, shop: TinyShop, asOf: string): Promise<SegmentScope & { ids: string[] }> {
  const ids = [...new Set([...shop.events.map(({ user }) => user), ...Object.keys(shop.users ?? {})])].sort(byBytes);
  const items = [...(shop.items ?? [])].sort((a, b) => byBytes(a.id, b.id));
  const numberOf = (id: string) => shop.numbers?.[id] ?? ids.indexOf(id);
  const indexOfItem = new Map(items.map(({ id }, i) => [id, i]));
  await fill(
    store,
    'users',
    ids.map((id) => {
      const { email, phone, country, consentEmail, createdAt } = shop.users?.[id] ?? {};
      return [numberOf(id), id, email, phone, country, consentEmail, null, null, createdAt];
    }),
  );
  await fill(
    store,
    'items',
    items.map(({ id, title, category, brand, price }, i) => [i, id, title, category, brand, price]),
  );
  await fill(
    store,
    'events',
    shop.events.map((e) => [
      numberOf(e.user),
      e.item === undefined ? -1 : indexOfItem.get(e.item)!,
      e.event,
      e.at,
      e.at,
      e.quantity,
      null,
      e.value,
      e.order,
      null,
      e.channel,
      e.campaign,
      e.device,
      e.rating,
    ]),
  );
  const names: string[] = [];
  for (const id of ids) names[numberOf(id)] = id;
  const scope = plainScope(store, asOf, names.length);
  return { ...scope, profiles: await materializeProfiles(scope), segments: [], scores: new Map(), ids: names };
}

/** The names of a set's members, in the order of ids. */
export function namesIn(members: Bitset, { ids }: { ids: string[] }): string[] {
  return [...members.toIndexes()].map((index) => ids[index]).sort(byBytes);
}

/** Creates a canonical table with these rows; missing cells are NULL. */
async function fill(store: TableStore, table: CanonicalTable, rows: (SqlValue | undefined)[][]): Promise<void> {
  const columns = Object.entries(canonicalTables[table]);
  const types = columns.map(([name, type]) => sql`${identifier(name)} ${new Sql(type)}`);
  await store.execute(sql`CREATE OR REPLACE TABLE ${identifier(table)} (${join(types)})`);
  if (rows.length === 0) return;
  const tuples = rows.map((row) => sql`(${columns.map((_, c) => row[c] ?? null)})`);
  await store.execute(sql`INSERT INTO ${identifier(table)} VALUES ${join(tuples)}`);
}

export function byBytes(a: string, b: string): number {
  const [x, y] = [a, b].map((text) => new TextEncoder().encode(text));
  const differs = x.findIndex((byte, i) => byte !== y[i]);
  return differs === -1 ? x.length - y.length : x[differs] - (y[differs] ?? -1);
}
