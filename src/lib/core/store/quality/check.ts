import type { ErrorValues } from '../../base/errors';
import type { RunContext } from '../../base/run';
import { rowsOf, type CellValue } from '../columns';
import type { DatasetVersion } from '../dataset/version';
import { identifier, sql, type Sql } from '../sql';
import type { TableStore } from '../tableStore';
import type { CleaningStep } from './cleaning';

/** `problem`: figures will be wrong. `warning`: probably not meant. `note`: worth knowing. */
export type Verdict = 'good' | 'note' | 'warning' | 'problem';

/** One row, person, item, day, column or file that shows what is meant; only what is known of it. */
export interface QualityExample {
  user?: string | null;
  item?: string | null;
  event?: string | null;
  /** Local time, ISO without zone; a day is `2026-05-01`. */
  at?: string | null;
  order?: string | null;
  value?: number | null;
  quantity?: number | null;
  /** How many rows, cells or people of this one. */
  rows?: number | null;
  /** What would be usual. */
  usual?: number | null;
  source?: string | null;
  other?: string | null;
  /** `users.city`. */
  column?: string | null;
  /** A cell as it stands there. */
  text?: string | null;
}

/** What one check says of the data. */
export interface QualityCheck {
  /** Of the catalogue; the screens know its words. */
  id: string;
  verdict: Verdict;
  /** What it found, and of how many where that says something: rows, people, days, columns. */
  count: number;
  of?: number;
  examples: QualityExample[];
  /** The step that takes what it found out, where one does. */
  remedy?: CleaningStep;
  /** Figures that its sentence names. */
  values: ErrorValues;
}

/** What a check looks at. */
export interface CheckScope {
  store: TableStore;
  version: DatasetVersion;
  /** The local day up to which events are plausible, `2026-05-01`. */
  today: string;
  run: RunContext;
  /** What is in the columns of a table; asked once for all checks. */
  columns(table: TableName): Promise<ColumnFacts[]>;
}

export type TableName = 'events' | 'users' | 'items';

/** Of one column of a table: `distinct` is about right where there are many. */
export interface ColumnFacts {
  name: string;
  kind: 'text' | 'number' | 'time' | 'boolean';
  rows: number;
  filled: number;
  distinct: number;
}

export type Finding = Omit<QualityCheck, 'id'>;

/** A check of the catalogue. */
export interface CheckKind {
  id: string;
  /** What it found; null where the data has nothing that it could look at. */
  look(scope: CheckScope): Promise<Finding | null>;
}

export const shownExamples = 5;

/** Nothing found among so many. */
export function good(of?: number): Finding {
  return { verdict: 'good', count: 0, ...(of !== undefined && { of }), examples: [], values: {} };
}

/** The rows of a query as records of cells. */
export async function records(scope: CheckScope, query: Sql): Promise<Record<string, CellValue>[]> {
  const table = await scope.store.query(query, scope.run.signal);
  const names = table.schema.fields.map(({ name }) => name);
  return rowsOf(table).map((cells) => Object.fromEntries(cells.map((cell, c) => [names[c], cell])));
}

export function eventsTable({ version }: CheckScope): Sql {
  return identifier(version.tables.events);
}

/** `rows`, in their order, with the ids of their people and items as text, under `user` and `item`. */
export function withIds({ version }: CheckScope, rows: Sql): Sql {
  const { users, items } = version.tables;
  return sql`SELECT r.*, u.user_id AS "user", i.item_id AS item FROM (SELECT *, row_number() OVER () AS place FROM (${rows})) r
    LEFT JOIN ${identifier(users)} u ON u.user_index = r.user_index LEFT JOIN ${identifier(items)} i ON i.item_index = r.item_index
    ORDER BY place`;
}

/** Whether somebody bought something in the data. */
export function hasOrders({ version }: CheckScope): boolean {
  return version.facts.eventCounts.some(({ event }) => event === 'order_completed');
}

export const countOfEvent = ({ version }: CheckScope, event: string): number =>
  version.facts.eventCounts.find((entry) => entry.event === event)?.count ?? 0;
