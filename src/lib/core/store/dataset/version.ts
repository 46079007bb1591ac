import { canonicalTables, propertyColumn, type DatasetFacts, type EventProperty } from '../../schema/canonical';
import type { SourceKind } from '../../schema/roles';
import type { DataTables } from '../dataScope';
import type { CleaningStep } from '../quality/cleaning';
import { identifier, join, Sql, sql } from '../sql';
import type { TableStore } from '../tableStore';
import { propertiesOf } from './eventProperties';
import type { Merging } from './identityKeys';
import { inPlanCurrency, type Rates } from './money';
import type { Survivorship } from './survivorship';

/** A table of some of one source's events. It is written once and never changed. */
export interface EventPart {
  table: string;
  rows: number;
  /** Columns that have data; the view says NULL for the others. */
  columns: string[];
}

/** Where a source says that an id is another name of one of its people: a text column beside `number`. */
export interface DeclaredIds {
  /** `email`, `phone`, `device` … */
  kind: string;
  table: string;
  column: string;
}

/** A part as it was read; where cleaning took rows out of it, it lies in two tables that have each row's place in it. */
export interface RawPart extends EventPart {
  split?: { kept: EventPart | null; removed: EventPart };
}

/** What a source gave before cleaning took rows out of it. */
export interface RawEvents extends Pick<DatasetSource, 'eventHash' | 'firstEvent' | 'lastEvent' | 'eventCounts'> {
  parts: RawPart[];
}

/** What one source gave, and in which tables it lies. */
export interface DatasetSource {
  id: string;
  kind: SourceKind;
  /** Names of the files it was read from. */
  files: string[];
  /** Of events as they were read; of stated users or items where it has no events. */
  rows: number;
  parts: EventPart[];
  /** Present where cleaning took events out of it; `parts` and the figures of its events are of those that stay. */
  raw?: RawEvents;
  /** What it says of users and items, a row per row: `number`, and each attribute as text under its name behind `_`. */
  stated: { users: string | null; items: string | null };
  /** Table of the rejected rows that are kept. */
  rejects: string | null;
  /** Further ones, where there are too many for one. */
  moreRejects?: string[];
  declared: DeclaredIds[];
  /** Order-free sum of its rows' hashes, in hex: the same rows have the same one, whatever their numbers. */
  hash: string;
  /** Of its event rows alone. */
  eventHash: string;
  /** ISO instants; null without events. */
  firstEvent: string | null;
  lastEvent: string | null;
  /** Most frequent first. */
  eventCounts: { event: string; count: number }[];
  /** By which columns its rows took the place of others; absent where they were only added. */
  upsertBy?: string[];
  /** Kept columns of its events that have data, in the order of its file; absent where there are none. */
  properties?: EventProperty[];
}

/** The numbers that were given to ids of one sort, 0 … size - 1, each once: tables of `number, id_kind, id`. */
export interface IdSpace {
  size: number;
  parts: string[];
}

/**
 * One state of the data: all of it lies in tables that are never changed, so that several versions lie side by side
 * and going back is using an earlier one. Plain JSON: it is saved with the workspace.
 */
export interface DatasetVersion {
  /** Names this state: differs whenever the content or the numbering differs. */
  key: string;
  tables: DataTables;
  facts: DatasetFacts;
  /** In the order in which their statements count: a later one wins. */
  sources: DatasetSource[];
  ids: { users: IdSpace; items: IdSpace };
  /** Steps of cleaning that its events went through; none where it is absent. */
  cleaning?: CleaningStep[];
  /** Kinds of declared ids by which people are merged. */
  mergedBy: string[];
  /** The same with limits; documents from before have the usual ones. */
  merging?: Merging;
  /** Table `number, person` of the raw numbers that belong to a person with a lower one; null where nobody is merged. */
  people: string | null;
  /** What one unit of other currencies is in the data's; their amounts have no value where it is left out. */
  rates?: Rates;
  /** By which rules attributes were merged, where not all of them are the usual one. */
  survivorship?: Survivorship;
  /** Order-free sums that a next version starts from. */
  sums: { users: string; items: string; userNumbers: string; itemNumbers: string };
}

/** The immutable tables that a version consists of; the events view is not among them, `restoreVersion` makes it. */
export function tablesToSave({ tables, sources, ids, people }: DatasetVersion): string[] {
  const names = [
    ...sources.flatMap(({ parts, raw, stated, rejects, moreRejects = [], declared }) => [
      ...parts.map(({ table }) => table),
      ...(raw?.parts ?? []).flatMap(({ split }) => (split ? [split.removed.table] : [])),
      stated.users,
      stated.items,
      rejects,
      ...moreRejects,
      ...declared.map(({ table }) => table),
    ]),
    ...ids.users.parts,
    ...ids.items.parts,
    people,
    tables.users,
    tables.items,
  ];
  return [...new Set(names.filter((name) => name !== null))];
}

/** Whether everybody and everything has the same number in the later version: what is keyed by numbers may stay. */
export function keepsNumbers(earlier: DatasetVersion, later: DatasetVersion): boolean {
  const goesOn = (from: IdSpace, to: IdSpace) => from.parts.every((part, i) => to.parts[i] === part);
  return goesOn(earlier.ids.users, later.ids.users) && goesOn(earlier.ids.items, later.ids.items);
}

/** Makes what is not a table of its own, after {@link tablesToSave} were put back under their names. */
export async function restoreVersion(store: TableStore, version: DatasetVersion): Promise<void> {
  await store.execute(createEventsView(version));
}

/** Drops what the version consists of and no version to keep does. */
export async function dropTables(store: TableStore, drop: DatasetVersion, keep: readonly DatasetVersion[]): Promise<void> {
  if (!keep.some(({ tables }) => tables.events === drop.tables.events))
    await store.execute(sql`DROP VIEW IF EXISTS ${identifier(drop.tables.events)}`);
  const kept = new Set(keep.flatMap(tablesToSave));
  for (const name of tablesToSave(drop)) if (!kept.has(name)) await store.execute(sql`DROP TABLE IF EXISTS ${identifier(name)}`);
}

/** The view `events_<key>`: the parts of all sources, with every canonical column and property, money in the plan's currency. */
export function createEventsView(version: Pick<DatasetVersion, 'tables' | 'sources' | 'people' | 'rates'>): Sql {
  const { tables, sources, people, rates = {} } = version;
  return sql`CREATE OR REPLACE VIEW ${identifier(tables.events)} AS ${eventsOf(sources, people, { rates })}`;
}

export interface EventsOptions {
  /** The columns of properties; those that the sources have where it is left out. */
  properties?: readonly EventProperty[];
  /** Turns money into the plan's currency; amounts stay in their own where it is left out. */
  rates?: Rates;
}

/** All events of some sources with every canonical column and their properties; `people` is the map of merged people. */
export function eventsOf(
  sources: readonly Pick<DatasetSource, 'parts' | 'properties'>[],
  people: string | null = null,
  { properties = propertiesOf(sources), rates }: EventsOptions = {},
): Sql {
  const selects = sources.flatMap((source, place) => source.parts.map((part) => eventsOfPart(part, source, { place, properties, rates })));
  if (selects.length === 0) {
    const nothing = columnsOf(properties).map(([name, type]) => sql`NULL::${new Sql(type)} AS ${identifier(name)}`);
    return sql`SELECT ${join(nothing)} WHERE FALSE`;
  }
  const all = join(selects, ' UNION ALL ');
  if (people === null) return all;
  const others = columnsOf(properties)
    .slice(1)
    .map(([name]) => sql`e.${identifier(name)}`);
  return sql`SELECT coalesce(p.person, e.user_index)::INTEGER AS user_index, ${join(others)}
    FROM (${all}) e LEFT JOIN ${identifier(people)} p ON p.number = e.user_index`;
}

const eventColumns = Object.entries(canonicalTables.events);

function columnsOf(properties: readonly EventProperty[]): [string, string][] {
  return [...eventColumns, ...properties.map(({ name, type }): [string, string] => [propertyColumn(name), sqlType(type)])];
}

export interface PartOptions extends EventsOptions {
  /** Place of its source among the version's. */
  place?: number;
  /** Chooses rows of the part's table. */
  where?: Sql;
  /** Further columns, from the part's table. */
  beside?: Sql;
}

/** The events of one part, as {@link eventsOf} gives them. */
export function eventsOfPart(
  { table, columns }: EventPart,
  { properties: own = [] }: Pick<DatasetSource, 'properties'>,
  { place = 0, properties = own, rates, where, beside }: PartOptions = {},
): Sql {
  const expressions = eventColumns.map(([name, type]) => {
    if (name === 'source_index') return sql`${place}::INTEGER AS source_index`;
    if (!columns.includes(name)) return sql`${name === 'item_index' ? -1 : null}::${new Sql(type)} AS ${identifier(name)}`;
    if (rates && (name === 'price' || name === 'value') && columns.includes('currency')) return inPlanCurrency(name, rates);
    return identifier(name);
  });
  for (const { name, type } of properties) {
    const column = propertyColumn(name);
    const there = own.find((property) => propertyColumn(property.name) === column);
    if (!there || !columns.includes(column)) expressions.push(sql`NULL::${new Sql(sqlType(type))} AS ${identifier(column)}`);
    else if (there.type === type) expressions.push(identifier(column));
    else expressions.push(numberAsText(column));
  }
  if (beside) expressions.push(beside);
  return sql`SELECT ${join(expressions)} FROM ${identifier(table)} ${where ? sql`WHERE ${where}` : sql``}`;
}

/** As `numberText` writes it: whole numbers have no point. */
function numberAsText(name: string): Sql {
  const column = identifier(name);
  return sql`CASE WHEN ${column} = trunc(${column}) THEN ${column}::BIGINT::VARCHAR ELSE ${column}::VARCHAR END AS ${column}`;
}

function sqlType(type: EventProperty['type']): string {
  return type === 'number' ? 'DOUBLE' : 'VARCHAR';
}
