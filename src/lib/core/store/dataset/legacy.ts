import type { RunContext } from '../../base/run';
import type { DatasetFacts } from '../../schema/canonical';
import type { SourceKind } from '../../schema/roles';
import type { RejectedRow, StagedEvents, StagedSource } from '../../schema/staging/staged';
import { identifier, sql } from '../sql';
import type { TableStore } from '../tableStore';
import { appendStaged } from './importSource';
import { entitiesFrom, eventsFrom, stagedEventColumns } from './readBack';
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
      users: userRows.numRows === 0 ? undefined : entitiesFrom(userRows, 'user_id'),
      items: itemRows.numRows === 0 ? undefined : entitiesFrom(itemRows, 'item_id'),
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

async function readEvents(store: TableStore, source: number): Promise<StagedEvents | undefined> {
  const rows = await store.query(sql`
    SELECT ${stagedEventColumns()}
    FROM (SELECT *, row_number() OVER () AS position FROM events) e
    JOIN users u USING (user_index) LEFT JOIN items i USING (item_index)
    WHERE source_index = ${source} ORDER BY position`);
  return rows.numRows === 0 ? undefined : eventsFrom(rows);
}
