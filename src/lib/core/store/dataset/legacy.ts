import type { Table } from 'apache-arrow';
import type { RunContext } from '../../base/run';
import type { DatasetFacts } from '../../schema/canonical';
import type { SourceKind } from '../../schema/roles';
import type { TextColumn } from '../../schema/staging/columns';
import { numbersFrom, textFrom } from '../../schema/staging/fromArrow';
import {
  stagedNumberColumns,
  stagedTextColumns,
  type RejectedRow,
  type StagedEntities,
  type StagedEvents,
  type StagedSource,
} from '../../schema/staging/staged';
import { identifier, sql } from '../sql';
import type { TableStore } from '../tableStore';
import { appendStaged } from './importSource';
import type { DatasetVersion } from './version';

/** What a workspace consisted of before versions (saved by document version 1), all of them under these names. */
export const legacyTables = ['events', 'users', 'items', 'orders', 'sources', 'source_users', 'source_items', 'source_rejects'] as const;

/**
 * Makes a version out of the tables of an old save, put back under their own names, and drops those. Numbers stay what
 * they were: all ids in byte order, as they are numbered when all of them are new.
 * @param files names of each source's files, where they are known
 */
export async function adoptLegacy(
  store: TableStore,
  facts: Pick<DatasetFacts, 'timeZone' | 'currency'>,
  run: RunContext,
  files: Record<string, string[]> = {},
): Promise<DatasetVersion> {
  const sources = await readSources(store);
  const add = sources.map((staged) => ({ staged, files: files[staged.sourceId] ?? [] }));
  const { version } = await appendStaged(store, null, add, { timeZone: facts.timeZone, currency: facts.currency, run });
  for (const name of legacyTables) await store.execute(sql`DROP TABLE IF EXISTS ${identifier(name)}`);
  return version;
}

async function readSources(store: TableStore): Promise<StagedSource[]> {
  const sources = await store.query(sql`SELECT source_index, source_id, kind FROM sources ORDER BY source_index`);
  const found: StagedSource[] = [];
  for (const { source_index: index, source_id: sourceId, kind } of sources.toArray()) {
    const userRows = await store.query(sql`SELECT * EXCLUDE (source_index) FROM source_users WHERE source_index = ${index}`);
    const itemRows = await store.query(sql`SELECT * EXCLUDE (source_index) FROM source_items WHERE source_index = ${index}`);
    found.push({
      sourceId: String(sourceId),
      events: (kind as SourceKind) === 'events' ? await readEvents(store, index as number) : undefined,
      users: entitiesFrom(userRows, 'user_id'),
      items: entitiesFrom(itemRows, 'item_id'),
      rejects: await readRejects(store, index as number),
    });
  }
  return found;
}

async function readRejects(store: TableStore, source: number): Promise<RejectedRow[]> {
  const rows = await store.query(sql`
    SELECT row_number AS "row", column_name AS "column", code, row_text AS "text" FROM source_rejects
    WHERE source_index = ${source} ORDER BY row_number`);
  return rows.toArray().map(({ row, column, code, text }) => ({ row, column, code, text }));
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
