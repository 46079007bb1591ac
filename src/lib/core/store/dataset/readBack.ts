import type { Table } from 'apache-arrow';
import { propertyColumn, type EventProperty } from '../../schema/canonical';
import type { TextColumn } from '../../schema/staging/columns';
import { numbersFrom, textFrom } from '../../schema/staging/fromArrow';
import { stagedNumberColumns, stagedTextColumns, type StagedEntities, type StagedEvents } from '../../schema/staging/staged';
import { identifier, join, sql, type Sql } from '../sql';

/** The columns of an event as {@link eventsFrom} reads them, of a relation `e` of events joined with ids. */
export function stagedEventColumns(properties: readonly EventProperty[] = []): Sql {
  return join([
    sql`user_id, item_id, event, epoch_us(ts)::DOUBLE AS ts, quantity, rating, order_id, session_id, channel, campaign, device`,
    // The price of an item must not be meant.
    sql`(e.price * 10000)::DOUBLE AS price, (e.value * 10000)::DOUBLE AS value`,
    ...properties.map(({ name }) => identifier(propertyColumn(name))),
  ]);
}

/**
 * Events that are in the store already as staged columns, from the rows of a query for {@link stagedEventColumns}, and
 * for `currency` where the relation has it.
 */
export function eventsFrom(rows: Table, properties: readonly EventProperty[] = []): StagedEvents {
  const text = (name: string) => textFrom(rows.getChild(name)!);
  const staged: StagedEvents = { rows: rows.numRows, user: text('user_id'), event: text('event'), ts: numbersFrom(rows.getChild('ts')!) };
  const item = text('item_id');
  if (item.pool.size > 0) staged.item = item;
  for (const name of stagedTextColumns) {
    const column = text(name === 'order' || name === 'session' ? `${name}_id` : name);
    if (column.pool.size > 0) staged[name] = column;
  }
  for (const name of stagedNumberColumns) {
    const column = numbersFrom(rows.getChild(name)!);
    if (column.values.some((value) => value === value)) staged[name] = column;
  }
  if (rows.getChild('currency')) staged.currency = text('currency');
  for (const { name, type } of properties) {
    const column = rows.getChild(propertyColumn(name))!;
    (staged.properties ??= new Map()).set(name, type === 'number' ? numbersFrom(column) : textFrom(column));
  }
  return staged;
}

/** What a source states, from rows with an id column, perhaps their time `at`, and each attribute under its name behind `_`. */
export function entitiesFrom(rows: Table, idColumn: string): StagedEntities {
  const at = rows.getChild('at');
  return { id: textFrom(rows.getChild(idColumn)!), attributes: attributesFrom(rows), ...(at && { times: numbersFrom(at).values }) };
}

/** The attributes among the columns of a stated table, under their own names. */
export function attributesFrom(rows: Table): Map<string, TextColumn> {
  const attributes = new Map<string, TextColumn>();
  for (const field of rows.schema.fields) {
    if (!field.name.startsWith('_')) continue;
    const column = textFrom(rows.getChild(field.name)!);
    if (column.pool.size > 0) attributes.set(field.name.slice(1), column);
  }
  return attributes;
}
