import { foldedName, propertyColumn } from '../schema/canonical';
import type { DataScope, DataTables } from '../store/dataScope';
import { remember } from '../store/remember';
import { sql } from '../store/sql';
import { textsOf } from '../store/columns';
import type { TableStore } from '../store/tableStore';

/** A column that the data's files had and Muster gives no meaning: `event.coupon` of the event, `item.colour` of its item. */
export type KeptProperty = `event.${string}` | `item.${string}`;

/** A kept property that the data has. Letter case does not tell two of them apart. */
export interface KeptColumn {
  property: KeptProperty;
  /** Whether it is numbers; whatever else it is (yes or no, a date) is compared as text. */
  type: 'text' | 'number';
}

export function isKept(property: string): property is KeptProperty {
  return /^(event|item)\../su.test(property);
}

/** The table that has it, and the name of the column there. */
export function keptPlace(property: KeptProperty): { table: 'event' | 'item'; column: string } {
  const dot = property.indexOf('.');
  const name = property.slice(dot + 1);
  return property.startsWith('event.') ? { table: 'event', column: propertyColumn(name) } : { table: 'item', column: name };
}

/** Undefined where the data has no such property. */
export function keptType(kept: readonly KeptColumn[], property: string): KeptColumn['type'] | undefined {
  return kept.find((column) => foldedName(column.property) === foldedName(property))?.type;
}

/** The kept properties of the data's events and items. */
export function readKeptColumns(scope: DataScope): Promise<KeptColumn[]> {
  return remember(scope, 'kept columns', () => queryKeptColumns(scope.store, scope.tables));
}

export async function queryKeptColumns(store: TableStore, { events, items }: DataTables): Promise<KeptColumn[]> {
  const columns = await store.query(sql`
    SELECT CASE WHEN table_name = ${events} THEN 'event.' || substr(column_name, 3) ELSE 'item.' || column_name END AS property, data_type AS type
    FROM information_schema.columns
    WHERE (table_name = ${events} AND starts_with(column_name, 'p_'))
      OR (table_name = ${items} AND column_name NOT IN ('item_index', 'item_id', 'title', 'category', 'brand'))
    ORDER BY table_name = ${items}, ordinal_position`);
  const types = textsOf(columns, 'type');
  return textsOf(columns, 'property').map((property, i) => ({
    property: property as KeptProperty,
    type: /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|DECIMAL)/.test(types[i]!) ? 'number' : 'text',
  }));
}
