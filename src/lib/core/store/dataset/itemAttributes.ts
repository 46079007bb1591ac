import { canonicalTables, type EventProperty } from '../../schema/canonical';
import { textsOf } from '../columns';
import { sql } from '../sql';
import type { TableStore } from '../tableStore';

/** The columns of an items table besides those that every one has: whether they are numbers, or text (dates and yes or no count as text). */
export async function itemAttributesOf(store: TableStore, items: string): Promise<EventProperty[]> {
  const columns = await store.query(sql`
    SELECT column_name AS name, data_type AS type FROM duckdb_columns()
    WHERE table_name = ${items} AND column_name NOT IN (${Object.keys(canonicalTables.items)}) ORDER BY column_index`);
  const types = textsOf(columns, 'type');
  return textsOf(columns, 'name').map((name, i) => ({
    name: String(name),
    type: /^(DOUBLE|DECIMAL|FLOAT|U?(TINY|SMALL|BIG|HUGE)?INT)/.test(String(types[i])) ? 'number' : 'text',
  }));
}
