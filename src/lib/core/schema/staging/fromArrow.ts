import { DataType, type Dictionary, type Table, type Utf8, type Vector } from 'apache-arrow';
import { roundedTenThousandths } from '../parse/numbers';
import type { NumberColumn, TextColumn } from './columns';
import type { StagedEntities, StagedEvents, StagedSource } from './staged';
import { TextPool } from './textPool';

/**
 * Stages data that is in Arrow columns already (the sample shop), for `appendStaged`.
 *
 * `events` needs `user_id` and `event` (text, plain or dictionary) and `ts` (UTC: a timestamp in microseconds, or
 * whole microseconds as a number), and may have `item_id`, `order_id`, `session_id`, `channel`, `campaign`, `device`
 * (text), `quantity`, `rating`, and `price` and `value` in units of the currency (numbers; `value` negative for
 * refunds). `users` needs `user_id`, `items` needs `item_id`; their other columns become attributes under their own
 * names: use the canonical ones (`email`, `consent_email`, `title`, `category` …) where they mean that.
 */
export function stageArrow(sourceId: string, tables: { events?: Table; users?: Table; items?: Table }): StagedSource {
  return {
    sourceId,
    ...(tables.events && { events: stageEvents(tables.events) }),
    ...(tables.users && { users: stageEntities(tables.users, 'user_id') }),
    ...(tables.items && { items: stageEntities(tables.items, 'item_id') }),
  };
}

function stageEvents(table: Table): StagedEvents {
  const text = (name: string): TextColumn | undefined => {
    const column = table.getChild(name);
    return column ? textFrom(column) : undefined;
  };
  const number = (name: string): NumberColumn | undefined => {
    const column = table.getChild(name);
    return column ? numbersFrom(column) : undefined;
  };
  const money = (name: string): NumberColumn | undefined => {
    const column = number(name);
    return column && { kind: 'number', values: column.values.map(roundedTenThousandths) };
  };
  const needed = <T>(column: T | undefined, name: string): T => {
    if (!column) throw new Error(`the staged events have no column "${name}"`);
    return column;
  };
  return {
    rows: table.numRows,
    user: needed(text('user_id'), 'user_id'),
    event: needed(text('event'), 'event'),
    ts: needed(number('ts'), 'ts'),
    item: text('item_id'),
    order: text('order_id'),
    session: text('session_id'),
    channel: text('channel'),
    campaign: text('campaign'),
    device: text('device'),
    quantity: number('quantity'),
    rating: number('rating'),
    price: money('price'),
    value: money('value'),
  };
}

function stageEntities(table: Table, idName: string): StagedEntities {
  const attributes = new Map<string, TextColumn>();
  for (const { name } of table.schema.fields) if (name !== idName) attributes.set(name, anyAsText(table.getChild(name)!));
  return { id: textFrom(table.getChild(idName)!), attributes };
}

function anyAsText(column: Vector): TextColumn {
  if (DataType.isUtf8(column.type) || DataType.isDictionary(column.type)) return textFrom(column as Vector<never>);
  const pool = new TextPool();
  const codes = Int32Array.from({ length: column.length }, (_, row) => {
    const value: unknown = column.get(row);
    if (value === null || value === undefined) return -1;
    const isTime = DataType.isTimestamp(column.type) || DataType.isDate(column.type);
    return pool.internText(isTime ? new Date(Number(value)).toISOString() : String(value));
  });
  return { kind: 'text', codes, pool };
}

/** An Arrow text column (plain or dictionary) as codes into a pool, read from its bytes. */
export function textFrom(vector: Vector<Utf8 | Dictionary<Utf8>>): TextColumn {
  const pool = new TextPool();
  const codes = new Int32Array(vector.length).fill(-1);
  let row = 0;
  for (const data of vector.data) {
    const { dictionary, valueOffsets, values, nullBitmap, nullCount, offset } = data as unknown as {
      dictionary?: Vector<Utf8>;
      valueOffsets: Int32Array;
      values: Uint8Array | Int32Array;
      nullBitmap: Uint8Array;
      nullCount: number;
      offset: number;
    };
    const translation =
      dictionary && Int32Array.from({ length: dictionary.length }, (_, code) => pool.internText(dictionary.get(code) ?? ''));
    for (let i = 0; i < data.length; i++, row++) {
      if (nullCount > 0 && (nullBitmap[(offset + i) >> 3] & (1 << ((offset + i) & 7))) === 0) continue;
      codes[row] = translation
        ? translation[Number(values[i])]
        : pool.intern(values as Uint8Array, Number(valueOffsets[i]), Number(valueOffsets[i + 1]));
    }
  }
  return { kind: 'text', codes, pool };
}

/** An Arrow column of doubles; NULL becomes NaN. */
export function numbersFrom(vector: Vector): NumberColumn {
  const values = new Float64Array(vector.length);
  let row = 0;
  for (const data of vector.data) {
    const { nullBitmap, nullCount, offset } = data;
    for (let i = 0; i < data.length; i++, row++) {
      const empty = nullCount > 0 && (nullBitmap[(offset + i) >> 3] & (1 << ((offset + i) & 7))) === 0;
      values[row] = empty ? NaN : Number(data.values[i]);
    }
  }
  return { kind: 'number', values };
}
