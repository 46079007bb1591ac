import type { Diagnostic } from '../../base/errors';
import { UserError } from '../../base/errors';
import { canonicalTables, propertyColumn } from '../../schema/canonical';
import { indexesOf } from '../columns';
import { identifier, join, sql, type Sql } from '../sql';
import type { TableStore } from '../tableStore';
import { propertiesOf } from './eventProperties';
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
  const { firstEvent, lastEvent } = source;
  if (firstEvent === null || lastEvent === null) return [];
  const overlapping = others.filter(
    (other) => other.firstEvent !== null && other.firstEvent <= lastEvent && other.lastEvent! >= firstEvent,
  );
  if (overlapping.length === 0) return [];
  const from = latest(firstEvent, overlapping.map((other) => other.firstEvent!).sort()[0]);
  const to = earliest(
    lastEvent,
    overlapping
      .map((other) => other.lastEvent!)
      .sort()
      .at(-1)!,
  );
  // An ISO instant has milliseconds, events have microseconds.
  const within = (events: Sql) =>
    sql`SELECT * FROM (${events}) WHERE ts BETWEEN ${plain(from)}::TIMESTAMP AND ${plain(to)}::TIMESTAMP + INTERVAL 1 MILLISECOND`;
  // Of the one and the others, all properties in one type each, and amounts in their own currency.
  const properties = propertiesOf([source, ...overlapping]);
  const compared = [...comparedColumns, ...properties.map(({ name }) => propertyColumn(name))];
  const equal = compared.map((name) => sql`fresh.${identifier(name)} IS NOT DISTINCT FROM old.${identifier(name)}`);
  const rows = await store.query(
    sql`SELECT count(*)::INTEGER AS n FROM (${within(eventsOf([source], null, { properties }))}) fresh
      SEMI JOIN (${within(eventsOf(overlapping, null, { properties }))}) old
      ON fresh.user_index = old.user_index AND fresh.ts = old.ts AND ${join(equal, ' AND ')}`,
    signal,
  );
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

const comparedColumns = Object.keys(canonicalTables.events).filter(
  (name) => !['user_index', 'ts', 'local_ts', 'source_index'].includes(name),
);

const plain = (instant: string) => instant.replace('T', ' ').replace('Z', '');
const latest = (a: string, b: string) => (a > b ? a : b);
const earliest = (a: string, b: string) => (a < b ? a : b);
