import type { DatasetFacts } from '../../schema/canonical';
import { canonicalTables } from '../../schema/canonical';
import type { SourceKind } from '../../schema/roles';
import type { DataTables } from '../dataScope';
import { identifier, join, Sql, sql } from '../sql';
import type { TableStore } from '../tableStore';

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

/** What one source gave, and in which tables it lies. */
export interface DatasetSource {
  id: string;
  kind: SourceKind;
  /** Names of the files it was read from. */
  files: string[];
  /** Of events; of stated users or items where it has no events. */
  rows: number;
  parts: EventPart[];
  /** What it says of users and items, a row per row: `number`, and each attribute as text under its name behind `_`. */
  stated: { users: string | null; items: string | null };
  /** Table of the rejected rows that are kept. */
  rejects: string | null;
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
  /** Kinds of declared ids by which people are merged. */
  mergedBy: string[];
  /** Table `number, person` of the raw numbers that belong to a person with a lower one; null where nobody is merged. */
  people: string | null;
  /** Order-free sums that a next version starts from. */
  sums: { users: string; items: string; userNumbers: string; itemNumbers: string };
}

/** The immutable tables that a version consists of; the events view is not among them, `restoreVersion` makes it. */
export function tablesToSave({ tables, sources, ids, people }: DatasetVersion): string[] {
  const names = [
    ...sources.flatMap(({ parts, stated, rejects, declared }) => [
      ...parts.map(({ table }) => table),
      stated.users,
      stated.items,
      rejects,
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

/** The view `events_<key>`: the parts of all sources, with every canonical column. */
export function createEventsView({ tables, sources, people }: Pick<DatasetVersion, 'tables' | 'sources' | 'people'>): Sql {
  return sql`CREATE OR REPLACE VIEW ${identifier(tables.events)} AS ${eventsOf(sources, people)}`;
}

/** All events of some sources with every canonical column; `people` is the map of merged people. */
export function eventsOf(sources: readonly Pick<DatasetSource, 'parts'>[], people: string | null = null): Sql {
  const selects = sources.flatMap(({ parts }, source) => parts.map((part) => eventsOfPart(part, source)));
  if (selects.length === 0) {
    const nothing = eventColumns.map(([name, type]) => sql`NULL::${new Sql(type)} AS ${identifier(name)}`);
    return sql`SELECT ${join(nothing)} WHERE FALSE`;
  }
  const all = join(selects, ' UNION ALL ');
  if (people === null) return all;
  const others = eventColumns.slice(1).map(([name]) => sql`e.${identifier(name)}`);
  return sql`SELECT coalesce(p.person, e.user_index)::INTEGER AS user_index, ${join(others)}
    FROM (${all}) e LEFT JOIN ${identifier(people)} p ON p.number = e.user_index`;
}

const eventColumns = Object.entries(canonicalTables.events);

/** The events of a part with every canonical column, or those that a condition on its table chooses. */
export function eventsOfPart({ table, columns }: EventPart, source: number, where?: Sql): Sql {
  const expressions = eventColumns.map(([name, type]) => {
    if (name === 'source_index') return sql`${source}::INTEGER AS source_index`;
    if (columns.includes(name)) return identifier(name);
    return sql`${name === 'item_index' ? -1 : null}::${new Sql(type)} AS ${identifier(name)}`;
  });
  return sql`SELECT ${join(expressions)} FROM ${identifier(table)} ${where ? sql`WHERE ${where}` : sql``}`;
}
