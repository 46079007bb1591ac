import { Table } from 'apache-arrow';
import { sql } from '../sql';
import type { TableStore } from '../tableStore';
import type { TextColumn } from '../../schema/staging/columns';
import {
  stagedNumberColumns,
  stagedTextColumns,
  type StagedEntities,
  type RejectedRow,
  type StagedEvents,
  type StagedSource,
} from '../../schema/staging/staged';
import type { SourceKind } from '../../schema/roles';
import { numbersFrom, textFrom } from '../../schema/staging/fromArrow';
import { TextPool } from '../../schema/staging/textPool';
import { int32Column, textColumn, type Columns } from './arrowColumns';

/** What each source said of users or items, one row per source and id, all text, so that it can be merged anew. */
export function sourceEntityTable(idName: 'user_id' | 'item_id', stated: readonly (StagedEntities | undefined)[]): Table {
  const names = [...new Set(stated.flatMap((source) => [...(source?.attributes.keys() ?? [])]))];
  const rows = stated.reduce((sum, source) => sum + (source?.id.codes.length ?? 0), 0);
  const sourceIndex = new Int32Array(rows);
  let at = 0;
  stated.forEach((source, index) => {
    const end = at + (source?.id.codes.length ?? 0);
    sourceIndex.fill(index, at, end);
    at = end;
  });
  const columns: Columns = {
    source_index: int32Column(sourceIndex),
    [idName]: concatenated(
      stated.map((source) => source?.id),
      stated,
      rows,
    ),
  };
  // A prefix keeps an attribute called `source_index` apart from ours.
  for (const name of names)
    columns[`_${name}`] = concatenated(
      stated.map((source) => source?.attributes.get(name)),
      stated,
      rows,
    );
  return new Table(columns);
}

function concatenated(
  parts: readonly (TextColumn | undefined)[],
  stated: readonly (StagedEntities | undefined)[],
  rows: number,
): Columns[string] {
  const pool = new TextPool();
  const codes = new Int32Array(rows).fill(-1);
  let at = 0;
  parts.forEach((part, source) => {
    part?.codes.forEach((code, row) => {
      if (code >= 0) codes[at + row] = pool.intern(part.pool.bytes, part.pool.offsets[code], part.pool.offsets[code + 1]);
    });
    at += stated[source]?.id.codes.length ?? 0;
  });
  return textColumn(codes, pool);
}

/** The rejected rows that are kept of each source. */
export function rejectsTable(sources: readonly StagedSource[]): Table {
  const rows = sources.flatMap(({ rejects = [] }, source) => rejects.map((reject) => ({ source, ...reject })));
  const texts = (name: 'column' | 'code' | 'text') => {
    const pool = new TextPool();
    return textColumn(
      Int32Array.from(rows, (row) => pool.internText(row[name])),
      pool,
    );
  };
  return new Table({
    source_index: int32Column(Int32Array.from(rows, ({ source }) => source)),
    row_number: int32Column(Int32Array.from(rows, ({ row }) => row)),
    column_name: texts('column'),
    code: texts('code'),
    row_text: texts('text'),
  });
}

/** The kept rejected rows of one source, in file order. */
export async function readRejects(store: TableStore, sourceId: string): Promise<RejectedRow[]> {
  const rows = await store.query(sql`
    SELECT row_number AS "row", column_name AS "column", code, row_text AS "text" FROM source_rejects JOIN sources USING (source_index)
    WHERE source_id = ${sourceId} ORDER BY row_number`);
  return rows.toArray().map(({ row, column, code, text }) => ({ row, column, code, text }));
}

/**
 * The sources that are in the store and that `keep` wants, staged again, in their order; for adding to them or taking
 * some away.
 */
export async function readSources(store: TableStore, keep: (sourceId: string, kind: SourceKind) => boolean): Promise<StagedSource[]> {
  const tables = await store.query(sql`SELECT table_name FROM information_schema.tables WHERE table_name = 'sources'`);
  if (tables.numRows === 0) return [];
  const sources = await store.query(sql`SELECT source_index, source_id, kind FROM sources ORDER BY source_index`);
  const found: StagedSource[] = [];
  for (const { source_index: index, source_id: sourceId, kind } of sources.toArray()) {
    if (!keep(String(sourceId), kind as SourceKind)) continue;
    const userRows = await store.query(sql`SELECT * EXCLUDE (source_index) FROM source_users WHERE source_index = ${index}`);
    const itemRows = await store.query(sql`SELECT * EXCLUDE (source_index) FROM source_items WHERE source_index = ${index}`);
    found.push({
      sourceId: String(sourceId),
      events: kind === 'events' ? await readEvents(store, index as number) : undefined,
      users: entitiesFrom(userRows, 'user_id'),
      items: entitiesFrom(itemRows, 'item_id'),
      rejects: await readRejects(store, String(sourceId)),
    });
  }
  return found;
}

/** Which sources there are; `source_index` of the other tables points here. */
export function sourcesTable(sources: readonly StagedSource[]): Table {
  const texts = (values: string[]) => {
    const pool = new TextPool();
    return textColumn(
      Int32Array.from(values, (value) => pool.internText(value)),
      pool,
    );
  };
  return new Table({
    source_index: int32Column(Int32Array.from(sources, (_, index) => index)),
    source_id: texts(sources.map(({ sourceId }) => sourceId)),
    kind: texts(sources.map(kindOf)),
  });
}

function kindOf({ events, users }: StagedSource): SourceKind {
  return events ? 'events' : users ? 'users' : 'items';
}

function entitiesFrom(rows: Table, idName: string): StagedEntities | undefined {
  if (rows.numRows === 0) return undefined;
  const attributes = new Map<string, TextColumn>();
  for (const field of rows.schema.fields) {
    if (field.name === idName) continue;
    const column = textFrom(rows.getChild(field.name)!);
    if (column.pool.size > 0) attributes.set(field.name.slice(1), column);
  }
  return { id: textFrom(rows.getChild(idName)!), attributes };
}

async function readEvents(store: TableStore, source: number): Promise<StagedEvents | undefined> {
  const rows = await store.query(sql`
    SELECT user_id, item_id, event, epoch_us(ts)::DOUBLE AS ts, quantity, rating, order_id, session_id, channel, campaign, device,
      (e.price * 10000)::DOUBLE AS price, (value * 10000)::DOUBLE AS value
    FROM (SELECT *, row_number() OVER () AS position FROM events) e
    JOIN users u USING (user_index) LEFT JOIN items i USING (item_index)
    WHERE source_index = ${source} ORDER BY position`);
  if (rows.numRows === 0) return undefined;
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
