import { readUserAttributes } from '../profiles/materialize';
import { buildProfileSql, type UserAttribute } from '../profiles/profileSql';
import { favoriteTraits, profileTraits } from '../profiles/profileTraits';
import { addDays } from '../schema/asOf';
import { indexesOf, numbersOf, textsOf } from '../store/columns';
import { identifier, join, sql, type Sql } from '../store/sql';
import type { DataScope } from '../store/dataScope';

/** One column of what is known about customers at a cut-off, before any transformation. */
export type RawFeature = { id: string; origin: 'profile' | 'attribute' } & (
  | { kind: 'number' | 'flag'; values: Float64Array }
  /** Days from the date to the cut-off: negative where the date lies after it. */
  | { kind: 'date'; values: Float64Array }
  | { kind: 'text'; values: (string | null)[] }
);

/** Customers known at a cut-off (with at least one event before it), ascending by `user_index`. NaN is missing. */
export interface FeatureTable {
  cutoff: string;
  userIndexes: Int32Array;
  features: RawFeature[];
}

interface Selected {
  id: string;
  origin: RawFeature['origin'];
  kind: RawFeature['kind'];
  expression: Sql;
}

/** Who a customer is, not how they behave: never a feature. */
const identityColumns = ['email', 'phone'];

/** What features and labels are read from; the cut-off is the caller's. */
export type EventScope = Pick<DataScope, 'store' | 'tables'>;

/** Features as of a cut-off, by the same query as the profiles: nothing at or after it is seen. */
export async function readFeatures({ store, tables }: EventScope, cutoff: string, signal?: AbortSignal): Promise<FeatureTable> {
  const attributes = (await readUserAttributes(store, tables.users)).filter(({ column }) => !identityColumns.includes(column));
  const selected = [...profileFeatures(), ...attributes.map((attribute) => attributeFeature(attribute, cutoff))];
  const columns = selected.map(({ id, expression }) => sql`${expression} AS ${identifier(id)}`);
  const table = await store.query(
    sql`SELECT user_index, ${join(columns)} FROM (${buildProfileSql({ tables, asOf: cutoff, attributes })}) WHERE events > 0 ORDER BY user_index`,
    signal,
  );
  return {
    cutoff,
    userIndexes: indexesOf(table, 'user_index'),
    features: selected.map(({ id, origin, kind }) =>
      kind === 'text' ? { id, origin, kind, values: textsOf(table, id) } : { id, origin, kind, values: numbersOf(table, id) },
    ),
  };
}

/** Who did the event within `withinDays` after the cut-off: 1 or 0 for each of the given customers. */
export async function readLabels(
  { store, tables }: EventScope,
  { cutoff, userIndexes }: FeatureTable,
  event: string,
  withinDays: number,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const end = `${addDays(cutoff.slice(0, 10), withinDays)}T00:00:00`;
  const table = await store.query(
    sql`SELECT DISTINCT user_index FROM ${identifier(tables.events)}
      WHERE event = ${event} AND local_ts >= ${cutoff}::TIMESTAMP AND local_ts < ${end}::TIMESTAMP`,
    signal,
  );
  const did = new Set(indexesOf(table, 'user_index'));
  return Uint8Array.from(userIndexes, (user) => (did.has(user) ? 1 : 0));
}

function profileFeatures(): Selected[] {
  const numbers = profileTraits.map(({ id }): Selected => {
    return { id, origin: 'profile', kind: 'number', expression: sql`${identifier(id)}::DOUBLE` };
  });
  const texts = favoriteTraits.map(({ id }): Selected => ({ id, origin: 'profile', kind: 'text', expression: identifier(id) }));
  return [...numbers, ...texts];
}

function attributeFeature({ id, type }: UserAttribute, cutoff: string): Selected {
  const column = identifier(id);
  const origin = 'attribute';
  if (type === 'BOOLEAN') return { id, origin, kind: 'flag', expression: sql`${column}::INTEGER::DOUBLE` };
  if (/^(TIMESTAMP|DATE)/.test(type)) {
    return { id, origin, kind: 'date', expression: sql`date_diff('day', ${column}::DATE, ${cutoff}::DATE)::DOUBLE` };
  }
  if (type === 'VARCHAR') return { id, origin, kind: 'text', expression: column };
  return { id, origin, kind: 'number', expression: sql`${column}::DOUBLE` };
}
