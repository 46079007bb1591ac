import { Table } from 'apache-arrow';
import { sha256Hex, stableJson } from '../../base/hash';
import type { RunContext } from '../../base/run';
import { identifier, join, sql, Sql } from '../sql';
import type { TableStore } from '../tableStore';
import { canonicalTables, datasetTables, type DatasetFacts } from '../../schema/canonical';
import { countDuplicates } from './duplicates';
import { entityTable } from './entityTable';
import { indexEntities, mergeEvents, type MergedEvents } from './mergeStaged';
import { createOrders } from './orders';
import { rejectsTable, sourceEntityTable, sourcesTable } from './sourceTables';
import { sortByUserAndTime } from './sortEvents';
import { writeEvents } from './writeEvents';
import { TimeZone } from '../../schema/parse/timeZone';
import type { StagedSource } from '../../schema/staging/staged';

export interface FinishOptions {
  timeZone: string;
  currency: string;
  run: RunContext;
}

export interface FinishResult {
  facts: DatasetFacts;
  /** Rows equal in every staged column to an earlier one of the same source, by source id. */
  duplicates: Map<string, number>;
}

/**
 * Makes the canonical tables from everything that is staged: dense indexes ascending by id in byte order, events by
 * user, time and source order, local times, orders, attributes, facts. Sources that are in the store already and
 * shall stay come from `readSources`. All or nothing: until the last moment the store holds the tables from before,
 * and after a failure or a cancel it still does.
 *
 * @throws Cancelled
 */
export async function finishTables(store: TableStore, sources: readonly StagedSource[], options: FinishOptions): Promise<FinishResult> {
  const { run } = options;
  const zone = new TimeZone(options.timeZone);
  try {
    const events = mergeEvents(sources);
    await run.breathe();
    const users = indexEntities(
      events?.user,
      sources.map((source) => source.users),
    );
    await run.breathe();
    const items = indexEntities(
      events?.item,
      sources.map((source) => source.items),
    );
    await run.breathe();
    const userTable = entityTable(
      'users',
      users,
      sources.map((source) => source.users),
    );
    await run.breathe();
    const itemTable = entityTable(
      'items',
      items,
      sources.map((source) => source.items),
    );
    await run.breathe();

    await store.execute(createEvents);
    let columnHashes: Record<string, string> = {};
    let duplicates = new Map<string, number>();
    if (events) {
      const userOfRow = events.user.codes.map((code) => users.indexOfCode[code]);
      const { order, userStarts } = await sortByUserAndTime(userOfRow, users.codeOfIndex.length, events.ts.values, run);
      duplicates = await countDuplicates(events, order, userOfRow, sources, run);
      const write = (slice: Table) => appendEvents(store, slice, run);
      columnHashes = await writeEvents({ events, order, userStarts, itemIndexOfCode: items.indexOfCode, zone }, write, run);
    }
    await store.putTable('next_users', userTable.table);
    await store.putTable('next_items', itemTable.table);
    await store.putTable('next_sources', sourcesTable(sources));
    await store.putTable(
      'next_source_users',
      sourceEntityTable(
        'user_id',
        sources.map((source) => source.users),
      ),
    );
    await store.putTable(
      'next_source_items',
      sourceEntityTable(
        'item_id',
        sources.map((source) => source.items),
      ),
    );
    await store.putTable('next_source_rejects', rejectsTable(sources));
    run.report({ stage: 'orders', done: 0, unit: 'rows' });
    await store.execute(createOrders(new Sql('next_orders'), new Sql('next_events')), run.signal);
    const orders = (await store.query(sql`SELECT count(*)::INTEGER AS orders FROM next_orders`)).getChild('orders')!.get(0) as number;
    await run.breathe();

    await store.execute(swapTables);
    const sealed = { timeZone: options.timeZone, events: columnHashes, users: userTable.hashes, items: itemTable.hashes };
    const facts: DatasetFacts = {
      dataHash: sha256Hex(stableJson(sealed)),
      users: users.codeOfIndex.length,
      items: items.codeOfIndex.length,
      events: events?.rows ?? 0,
      orders,
      ...timeRange(events?.ts.values),
      eventCounts: events ? countEvents(events) : [],
      currency: options.currency,
      timeZone: options.timeZone,
    };
    return { facts, duplicates };
  } finally {
    await store.execute(dropLeftovers);
  }
}

const eventColumns = Object.entries(canonicalTables.events);

const createEvents = sql`
  DROP TABLE IF EXISTS next_events;
  CREATE TABLE next_events (${join(eventColumns.map(([name, type]) => new Sql(`${name} ${type}`)))})`;

/** All of it or nothing: a reader sees the tables from before or the new ones. */
const swapTables = join(
  [
    sql`BEGIN`,
    ...datasetTables.flatMap((name) => [
      sql`DROP TABLE IF EXISTS ${identifier(name)}`,
      sql`ALTER TABLE ${identifier(`next_${name}`)} RENAME TO ${identifier(name)}`,
    ]),
    sql`COMMIT`,
  ],
  '; ',
);

const dropLeftovers = join(
  [...datasetTables.map((name) => `next_${name}`), 'event_slice'].map((name) => sql`DROP TABLE IF EXISTS ${identifier(name)}`),
  '; ',
);

async function appendEvents(store: TableStore, slice: Table, run: RunContext): Promise<void> {
  await store.putTable('event_slice', slice);
  const given = new Set(slice.schema.fields.map((field) => field.name));
  const columns = eventColumns.map(([name]) => (given.has(name) ? identifier(name) : sql`NULL`));
  await store.execute(sql`INSERT INTO next_events SELECT ${join(columns)} FROM event_slice`, run.signal);
}

function timeRange(ts: Float64Array | undefined): { firstEvent: string | null; lastEvent: string | null } {
  if (!ts || ts.length === 0) return { firstEvent: null, lastEvent: null };
  let first = Infinity;
  let last = -Infinity;
  for (const at of ts) {
    if (at < first) first = at;
    if (at > last) last = at;
  }
  return { firstEvent: new Date(first / 1000).toISOString(), lastEvent: new Date(last / 1000).toISOString() };
}

function countEvents({ event }: MergedEvents): { event: string; count: number }[] {
  const counts = new Float64Array(event.pool.size);
  for (const code of event.codes) counts[code]++;
  return Array.from(counts, (count, code) => ({ event: event.pool.text(code), count }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || (a.event < b.event ? -1 : 1));
}
