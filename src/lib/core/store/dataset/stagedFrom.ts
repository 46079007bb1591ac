import type { Table } from 'apache-arrow';
import type { TextColumn } from '../../schema/staging/columns';
import { numbersFrom, textFrom } from '../../schema/staging/fromArrow';
import { stagedNumberColumns, stagedTextColumns, type StagedEntities, type StagedEvents } from '../../schema/staging/staged';

/** Rows of a stated table with their ids as staged entities; attributes are the columns that begin with `_`. */
export function entitiesFrom(rows: Table, idName: string): StagedEntities | undefined {
  if (rows.numRows === 0) return undefined;
  const attributes = new Map<string, TextColumn>();
  for (const field of rows.schema.fields) {
    if (!field.name.startsWith('_')) continue;
    const column = textFrom(rows.getChild(field.name)!);
    if (column.pool.size > 0) attributes.set(field.name.slice(1), column);
  }
  return { id: textFrom(rows.getChild(idName)!), attributes };
}

/**
 * Rows of events as they were staged: `user_id`, `item_id` and the canonical columns, `ts` as microseconds, `price` and
 * `value` as ten-thousandths, all of them doubles. A column without any cell is absent.
 */
export function eventsFrom(rows: Table): StagedEvents {
  const staged: StagedEvents = {
    rows: rows.numRows,
    user: textFrom(rows.getChild('user_id')!),
    event: textFrom(rows.getChild('event')!),
    ts: numbersFrom(rows.getChild('ts')!),
  };
  const item = textFrom(rows.getChild('item_id')!);
  if (item.pool.size > 0) staged.item = item;
  for (const name of stagedTextColumns) {
    const column = textFrom(rows.getChild(name === 'order' || name === 'session' ? `${name}_id` : name)!);
    if (column.pool.size > 0) staged[name] = column;
  }
  for (const name of stagedNumberColumns) {
    const column = numbersFrom(rows.getChild(name)!);
    if (column.values.some((value) => value === value)) staged[name] = column;
  }
  return staged;
}
