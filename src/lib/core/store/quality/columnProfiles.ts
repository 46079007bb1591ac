import type { RunContext } from '../../base/run';
import { numbersOf, rowsOf, textsOf, type CellValue } from '../columns';
import type { DatasetVersion } from '../dataset/version';
import { identifier, join, sql, type Sql } from '../sql';
import type { TableStore } from '../tableStore';
import type { ColumnFacts, TableName } from './check';
import { columnFacts } from './columnFacts';

/** What is in a column: how full it is, and how its values are spread. */
export interface ColumnProfile extends ColumnFacts {
  table: TableName;
  /** `distinct` is an estimate, which may be a quarter off: exact takes too much memory in a table this long. */
  isAbout: boolean;
  /** Of numbers, and of times as ISO text; null where there is none. */
  least: CellValue;
  middle: CellValue;
  greatest: CellValue;
  /** Of numbers and times: cells in equal steps from the least to the greatest; empty where all are the same. */
  histogram: number[];
  /** Of texts: the most frequent values, and how many cells each has. */
  top: { value: string; count: number }[];
}

export interface ProfilesRequest {
  store: TableStore;
  version: DatasetVersion;
  run: RunContext;
}

const bins = 12;
const shownValues = 5;
/** Rows up to which different values are counted one by one. */
const longestExact = 2_000_000;
/** Of a column in which nearly every cell is another one, the most frequent ones say nothing and would cost most. */
const repeats = 0.5;
const tables = ['events', 'users', 'items'] as const;

/** Profiles of all columns that any row fills: one scan a table for figures, and one a column for its spread. @throws Cancelled */
export async function readColumnProfiles(request: ProfilesRequest): Promise<ColumnProfile[]> {
  const { version, run, store } = request;
  const profiles: ColumnProfile[] = [];
  for (const [t, table] of tables.entries()) {
    run.report({ stage: 'check', done: t, total: tables.length, unit: 'steps' });
    const columns = (await columnFacts({ store, version, run, today: '' }, table)).filter(({ filled }) => filled > 0);
    const name = identifier(version.tables[table]);
    const ranges = await readRanges(request, name, columns);
    for (const facts of columns) {
      await run.breathe();
      const isAbout = facts.filled > longestExact;
      const column = isAbout ? facts : { ...facts, distinct: await readDistinct(request, name, facts) };
      const { least = null, middle = null, greatest = null } = ranges.get(column.name) ?? {};
      const isSpread = column.kind === 'number' || column.kind === 'time';
      const histogram = isSpread && least !== greatest ? await readHistogram(request, name, column) : [];
      const top = isSpread || column.distinct > repeats * column.filled ? [] : await readTop(request, name, column);
      profiles.push({ ...column, table, isAbout, least, middle, greatest, histogram, top });
    }
  }
  return profiles;
}

async function readDistinct({ store, run }: ProfilesRequest, table: Sql, { name }: ColumnFacts): Promise<number> {
  return numbersOf(await store.query(sql`SELECT count(DISTINCT ${identifier(name)})::DOUBLE AS n FROM ${table}`, run.signal), 'n')[0];
}

/** A number of a column: times as microseconds. */
const figure = ({ name, kind }: ColumnFacts): Sql =>
  kind === 'time' ? sql`epoch_us(${identifier(name)})::DOUBLE` : sql`${identifier(name)}::DOUBLE`;

async function readRanges({ store, run }: ProfilesRequest, table: Sql, columns: readonly ColumnFacts[]) {
  const asked = columns.filter(({ kind }) => kind === 'number' || kind === 'time');
  const ranges = new Map<string, Pick<ColumnProfile, 'least' | 'middle' | 'greatest'>>();
  if (asked.length === 0) return ranges;
  const figures = asked.flatMap((column) => [
    sql`min(${figure(column)})`,
    // About right is enough, and takes no sort.
    sql`approx_quantile(${figure(column)}, 0.5)::DOUBLE`,
    sql`max(${figure(column)})`,
  ]);
  const named = join(figures.map((each, i) => sql`${each} AS ${identifier(`x${i}`)}`));
  const [cells] = rowsOf(await store.query(sql`SELECT ${named} FROM ${table}`, run.signal));
  asked.forEach(({ name, kind }, c) => {
    const [least, middle, greatest] = [0, 1, 2].map((i) => {
      const value = cells[3 * c + i];
      return kind === 'time' && value !== null ? new Date(Number(value) / 1000).toISOString().slice(0, 19) : value;
    });
    ranges.set(name, { least, middle, greatest });
  });
  return ranges;
}

async function readHistogram({ store, run }: ProfilesRequest, table: Sql, column: ColumnFacts): Promise<number[]> {
  const x = figure(column);
  const rows = await store.query(
    sql`SELECT least(${bins - 1}, floor((x - low) / (high - low) * ${bins}))::INTEGER AS bin, count(*)::DOUBLE AS n
      FROM (SELECT ${x} AS x FROM ${table} WHERE ${identifier(column.name)} IS NOT NULL),
        (SELECT min(${x}) AS low, max(${x}) AS high FROM ${table}) GROUP BY bin`,
    run.signal,
  );
  const counts = new Array<number>(bins).fill(0);
  for (const [bin, n] of rowsOf(rows)) counts[Number(bin)] = Number(n);
  return counts;
}

async function readTop({ store, run }: ProfilesRequest, table: Sql, { name }: ColumnFacts): Promise<ColumnProfile['top']> {
  const column = identifier(name);
  const rows = await store.query(
    sql`SELECT ${column}::VARCHAR AS value, count(*)::INTEGER AS n FROM ${table} WHERE ${column} IS NOT NULL
      GROUP BY ${column} ORDER BY n DESC, value LIMIT ${shownValues}`,
    run.signal,
  );
  const counts = rowsOf(rows).map(([, n]) => Number(n));
  return textsOf(rows, 'value').map((value, i) => ({ value: value!, count: counts[i] }));
}
