import type { RunContext } from '../../base/run';
import { canonicalTables, propertyColumn, type EventProperty } from '../../schema/canonical';
import { textFrom } from '../../schema/staging/fromArrow';
import { indexesOf, numbersOf, textsOf } from '../columns';
import { identifier, join, sql, type Sql } from '../sql';
import { subtractSums, sumOfEntities, sumOfEvents, sumOfLinks, type ContentSum } from './contentSum';
import { propertiesOf } from './eventProperties';
import type { EntityKind } from './idUses';
import { shortHash } from './names';
import { allIds } from './numbering';
import { entitiesFrom, eventsFrom, stagedEventColumns } from './readBack';
import { sortedCounts } from './sourceFacts';
import type { TableMaker } from './tableMaker';
import { eventsOf, eventsOfPart, type DatasetSource, type EventPart, type IdSpace } from './version';

/** Id spaces of the version in the making. */
interface Spaces {
  users: IdSpace;
  items: IdSpace;
}

/** Columns of events by the role that a key names. */
const columnOfRole: Record<string, string> = {
  user: 'user_index',
  item: 'item_index',
  time: 'ts',
  order: 'order_id',
  session: 'session_id',
};

/** The columns of events by which rows are the same one: each of a key's roles; the name of a property is its own. */
export function keyColumns(by: readonly string[]): string[] {
  return by.map((role) => columnOfRole[role] ?? (role in canonicalTables.events ? role : propertyColumn(role)));
}

/**
 * The sources without the rows that a new one has in their place: parts that lose rows are written anew beside the old
 * ones, what a source's rows added to its sums is taken off, and a source that has no row left goes. What rode along in
 * the rows that go (facts, other ids) was said of the person as a whole and stays, as long as the source has any row.
 */
export async function withoutUpdated(
  maker: TableMaker,
  sources: readonly DatasetSource[],
  entry: DatasetSource,
  by: readonly string[],
  spaces: Spaces,
  run: RunContext,
): Promise<DatasetSource[]> {
  const rest: DatasetSource[] = [];
  // A property is compared in one type, whatever it is in each source.
  const properties = propertiesOf([...sources, entry]);
  const keys = entry.kind === 'events' ? await maker.temporary('keys', keysOf(entry, by, properties)) : '';
  for (const source of sources) {
    const left =
      source.kind !== entry.kind
        ? source
        : entry.kind === 'events'
          ? await withoutEvents(maker, source, { keys, by, entry, properties, spaces, run })
          : await withoutStated(maker, source, entry, spaces);
    if (left) rest.push(left);
    await run.breathe();
  }
  return rest;
}

type Relation = Pick<DatasetSource, 'parts' | 'properties'>;

/** How many events of some sources would go for the keys of a new one. */
export function countMatches(sources: readonly DatasetSource[], fresh: Relation, by: readonly string[]): Sql {
  const properties = propertiesOf([...sources, fresh]);
  return sql`SELECT count(*)::INTEGER AS n FROM (${eventsOf(sources, null, { properties })}) e
    SEMI JOIN (${keysOf(fresh, by, properties)}) k ON ${sameKey(by)}`;
}

/** Distinct keys of events. */
function keysOf(source: Relation, by: readonly string[], properties: readonly EventProperty[]): Sql {
  return sql`SELECT DISTINCT ${join(keyColumns(by).map(identifier))} FROM (${eventsOf([source], null, { properties })})`;
}

/** An empty cell is like no other one; only that there is no item agrees with that there is none. */
function sameKey(by: readonly string[]): Sql {
  return join(
    keyColumns(by).map((column) => sql`e.${identifier(column)} = k.${identifier(column)}`),
    ' AND ',
  );
}

async function withoutEvents(
  maker: TableMaker,
  source: DatasetSource,
  change: { keys: string; by: readonly string[]; entry: DatasetSource; properties: EventProperty[]; spaces: Spaces; run: RunContext },
): Promise<DatasetSource | null> {
  const { store } = maker;
  const { keys, by, entry, properties, spaces, run } = change;
  const removed: ContentSum[] = [];
  const parts: EventPart[] = [];
  let gone = 0;
  for (const part of source.parts) {
    const placed = eventsOfPart(part, source, { properties, beside: sql`rowid AS place` });
    const hit = await maker.temporary('hit', sql`SELECT e.place FROM (${placed}) e SEMI JOIN ${identifier(keys)} k ON ${sameKey(by)}`);
    const [hits] = indexesOf(await store.query(sql`SELECT count(*)::INTEGER AS n FROM ${identifier(hit)}`), 'n');
    if (hits === 0) {
      parts.push(part);
      continue;
    }
    gone += hits;
    const matched = sql`rowid IN (SELECT place FROM ${identifier(hit)})`;
    const rows = await store.query(
      sql`SELECT ${stagedEventColumns(source.properties)}, e.currency FROM (${eventsOfPart(part, source, { where: matched })}) e
        JOIN (SELECT number AS user_index, id AS user_id FROM (${allIds(spaces.users)})) USING (user_index)
        LEFT JOIN (SELECT number AS item_index, id AS item_id FROM (${allIds(spaces.items)})) USING (item_index)`,
      run.signal,
    );
    removed.push(await sumOfEvents(eventsFrom(rows, source.properties), run));
    if (hits === part.rows) continue;
    const table = `events_part_${shortHash([part.table, by, entry.parts.map((fresh) => fresh.table)])}_0`;
    await maker.create(table, sql`SELECT * FROM ${identifier(part.table)} WHERE NOT (${matched}) ORDER BY rowid`);
    parts.push({ ...part, table, rows: part.rows - hits });
  }
  if (gone === 0) return source;
  if (parts.length === 0) return null;
  return {
    ...source,
    rows: source.rows - gone,
    parts,
    hash: subtractSums(source.hash, ...removed),
    eventHash: subtractSums(source.eventHash, ...removed),
    ...(await factsOf(maker, parts)),
  };
}

/** When the events of some parts are, and how many there are of each. */
export async function factsOf(
  maker: TableMaker,
  parts: EventPart[],
): Promise<Pick<DatasetSource, 'firstEvent' | 'lastEvent' | 'eventCounts'>> {
  if (parts.length === 0) return { firstEvent: null, lastEvent: null, eventCounts: [] };
  const rows = await maker.store.query(
    sql`SELECT event, count(*)::INTEGER AS n, epoch_us(min(ts))::DOUBLE AS "from", epoch_us(max(ts))::DOUBLE AS "to"
      FROM (${eventsOf([{ parts }])}) GROUP BY event`,
  );
  const counts = indexesOf(rows, 'n');
  const instant = (microseconds: number) => new Date(microseconds / 1000).toISOString();
  return {
    firstEvent: instant(Math.min(...numbersOf(rows, 'from'))),
    lastEvent: instant(Math.max(...numbersOf(rows, 'to'))),
    eventCounts: sortedCounts(textsOf(rows, 'event').map((event, i) => ({ event: event!, count: counts[i] }))),
  };
}

/** The source without what it states of the users or items of whom the new one says something. */
async function withoutStated(
  maker: TableMaker,
  source: DatasetSource,
  entry: DatasetSource,
  spaces: Spaces,
): Promise<DatasetSource | null> {
  const kind = source.kind as EntityKind;
  const [table, fresh] = [source.stated[kind], entry.stated[kind]];
  if (table === null || fresh === null) return source;
  const updated = sql`number IN (SELECT number FROM ${identifier(fresh)})`;
  const rows = await maker.store.query(
    sql`SELECT s.*, id AS stated_id FROM ${identifier(table)} s JOIN (${allIds(spaces[kind])}) USING (number) WHERE ${updated}`,
  );
  if (rows.numRows === 0) return source;
  if (rows.numRows >= source.rows) return null;
  const name = await maker.create(
    `stated_${kind}_${shortHash([table, fresh])}`,
    sql`SELECT * FROM ${identifier(table)} WHERE NOT (${updated}) ORDER BY rowid`,
  );
  const removed = [sumOfEntities(entitiesFrom(rows, 'stated_id'), kind)];
  const declared: DatasetSource['declared'] = [];
  for (const one of source.declared) {
    if (one.table === table) declared.push({ ...one, table: name });
    else declared.push({ ...one, table: await withoutLinks(maker, one, { fresh, updated, space: spaces[kind] }, removed) });
  }
  return {
    ...source,
    rows: source.rows - rows.numRows,
    stated: { ...source.stated, [kind]: name },
    declared,
    hash: subtractSums(source.hash, ...removed),
  };
}

/** The links of a file about people without those of the people that a new file says something of; notes their sum. */
async function withoutLinks(
  maker: TableMaker,
  { kind, table }: DatasetSource['declared'][number],
  { fresh, updated, space }: { fresh: string; updated: Sql; space: IdSpace },
  removed: ContentSum[],
): Promise<string> {
  const rows = await maker.store.query(
    sql`SELECT l.id AS link, u.id AS person FROM ${identifier(table)} l JOIN (${allIds(space)}) u USING (number) WHERE ${updated}`,
  );
  if (rows.numRows === 0) return table;
  removed.push(sumOfLinks(textFrom(rows.getChild('person')!), kind, textFrom(rows.getChild('link')!)));
  return maker.create(`links_${shortHash([table, fresh])}`, sql`SELECT * FROM ${identifier(table)} WHERE NOT (${updated}) ORDER BY rowid`);
}
