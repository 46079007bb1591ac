import type { Diagnostic } from '../../base/errors';
import { UserError } from '../../base/errors';
import { canonicalTables, propertyColumn } from '../../schema/canonical';
import { indexesOf } from '../columns';
import { identifier, join, sql, type Sql } from '../sql';
import type { TableStore } from '../tableStore';
import { propertiesOf } from './eventProperties';
import { least } from './sourceFacts';
import { eventsOf, type DatasetSource } from './version';

/** Whether a source says exactly what another one says already. */
export function sameSource(source: DatasetSource, others: readonly DatasetSource[]): DatasetSource | undefined {
  return others.find(({ hash, rows }) => hash === source.hash && rows === source.rows);
}

export function sourceAlreadyThere(source: DatasetSource, other: DatasetSource): UserError {
  const file = source.files[0] ?? source.id;
  return new UserError(
    'source_already_there',
    `"${file}" holds the same ${source.rows} rows as the source "${other.id}", which is in the data already.`,
    'Choose another file, or replace that source.',
    { file, source: other.id, rows: source.rows },
  );
}

export function sameAsSource(source: DatasetSource, other: DatasetSource): Diagnostic {
  return {
    code: 'same_as_source',
    severity: 'info',
    message: `The file holds the same ${source.rows} rows as the source "${other.id}".`,
    values: { source: other.id, rows: source.rows },
  };
}

/**
 * Says how many of a new source's events equal events of the others in every column, if any do. Only parts of sources
 * whose times overlap are looked at, so a new month costs nothing.
 */
export async function rowsAlreadyThere(
  store: TableStore,
  source: DatasetSource,
  others: readonly DatasetSource[],
  signal?: AbortSignal,
): Promise<Diagnostic[]> {
  const shared = sharedTime(source, others);
  if (!shared) return [];
  const rows = await store.query(countEqual(source, shared), signal);
  const [found] = indexesOf(rows, 'n');
  if (found === 0) return [];
  const share = found / source.rows;
  const percent = Math.max(1, Math.round(share * 100));
  return [
    {
      code: 'rows_already_there',
      severity: 'warning',
      message: `${found} of its ${source.rows} rows (${percent} %) are equal to rows of other sources; they are counted twice.`,
      hint: 'Take the other source away if this file replaces it.',
      values: { found, rows: source.rows, share, percent },
    },
  ];
}

/** The stretch of time in which both some events and other sources have any, and those sources. */
export interface SharedTime {
  /** ISO instants, both included. */
  from: string;
  to: string;
  others: DatasetSource[];
}

export function sharedTime(
  { firstEvent, lastEvent }: Pick<DatasetSource, 'firstEvent' | 'lastEvent'>,
  sources: readonly DatasetSource[],
): SharedTime | null {
  if (firstEvent === null || lastEvent === null) return null;
  const others = sources.filter((other) => other.firstEvent !== null && other.firstEvent <= lastEvent && other.lastEvent! >= firstEvent);
  if (others.length === 0) return null;
  const earliest = least(others.map((other) => other.firstEvent))!;
  const latest = least(
    others.map((other) => other.lastEvent),
    true,
  )!;
  return { from: earliest > firstEvent ? earliest : firstEvent, to: latest < lastEvent ? latest : lastEvent, others };
}

/** Counts the events of a source that equal one of the others in every column. */
export function countEqual(source: Pick<DatasetSource, 'parts' | 'properties'>, { from, to, others }: SharedTime): Sql {
  // Of the one and the others, all properties in one type each, and amounts in their own currency.
  const properties = propertiesOf([source, ...others]);
  const within = (sources: readonly Pick<DatasetSource, 'parts' | 'properties'>[]) =>
    sql`SELECT * FROM (${eventsOf(sources, null, { properties })}) WHERE ${between(from, to)}`;
  const compared = [...comparedColumns, ...properties.map(({ name }) => propertyColumn(name))];
  const equal = compared.map((name) => sql`fresh.${identifier(name)} IS NOT DISTINCT FROM old.${identifier(name)}`);
  return sql`SELECT count(*)::INTEGER AS n FROM (${within([source])}) fresh SEMI JOIN (${within(others)}) old
    ON fresh.user_index = old.user_index AND fresh.ts = old.ts AND ${join(equal, ' AND ')}`;
}

/** An ISO instant has milliseconds, events have microseconds. */
export function between(from: string, to: string): Sql {
  const plain = (instant: string) => instant.replace('T', ' ').replace('Z', '');
  return sql`ts BETWEEN ${plain(from)}::TIMESTAMP AND ${plain(to)}::TIMESTAMP + INTERVAL 1 MILLISECOND`;
}

const comparedColumns = Object.keys(canonicalTables.events).filter(
  (name) => !['user_index', 'ts', 'local_ts', 'source_index'].includes(name),
);
