import type { RunContext } from '../base/run';
import { lotsQuery, percentOfLot } from '../measures/bucket';
import { duckdb } from '../measures/duckdb';
import type { KeptColumn } from '../measures/kept';
import { emptyValue, measureKind } from '../measures/measure';
import { measureQuery, measuresQuery, type NamedMeasure } from '../measures/measureQuery';
import { cellsOf, type Cell } from '../profiles/page';
import type { ProfileColumn } from '../profiles/profileColumns';
import { traitSource, type ProfileScope } from '../profiles/profileRelation';
import { identifier, join, sql, type Sql } from '../store/sql';
import type { Comparison } from '../measures/asked';
import type { ComparedKind } from '../measures/comparison';
import type { SegmentScope } from './evaluate';
import { idListMembers } from './idListMembers';
import type { Meaning } from './meaning';
import type { FigureOf } from './phrase';
import { rfmOf } from './rfm';
import { readAttempts, type Attempt } from './sequenceSteps';

/** What somebody has of what a condition asks for: the figure that decided. */
export type Figure =
  /** A value; null is none. `lastDays`: of a number of times, whole days since the last of them, whatever the window. */
  | { is: 'value'; value: Cell; as: FigureOf; lastDays?: number | null }
  /** A place among those who have a value, 1 for the first; the first `places` belong. Without a value there is no place. */
  | { is: 'place'; value: number | null; as: FigureOf; place: number | null; among: number; places: number }
  | ({ is: 'sequence' } & Attempt)
  /** Null for whoever never ordered. */
  | { is: 'scores'; scores: [recency: number, frequency: number, monetary: number] | null }
  | { is: 'segment'; segment: string }
  /** Where a person's lot lies in a draw, in percent of all lots. */
  | { is: 'lot'; percent: number }
  | { is: 'list'; list: string; isOn: boolean };

/**
 * The figures of a condition for some people, in their order; undefined where it has none to show. One query,
 * which the engine narrows to these people.
 */
export async function readFigures(
  scope: ProfileScope & Pick<SegmentScope, 'idLists' | 'personIds'>,
  meaning: Meaning,
  users: readonly number[],
  { traits, kept }: { traits: readonly ProfileColumn[]; kept: readonly KeptColumn[] },
  run: RunContext,
): Promise<(Figure | undefined)[]> {
  if (users.length === 0) return [];
  switch (meaning.kind) {
    case 'comparison': {
      const { kind } = traits.find(({ id }) => id === meaning.trait)!;
      const from = traitSource(scope, meaning.trait);
      return valuesOrPlaces(scope, from, identifier(meaning.trait), kind, meaning.comparison, { trait: meaning.trait }, users, run);
    }
    case 'measure':
      return ofMeasure(scope, meaning, users, kept, run);
    case 'sequence': {
      const attempts = await readAttempts(scope, meaning.sequence, users, run.signal);
      return attempts.map((attempt) => ({ is: 'sequence', ...attempt }));
    }
    case 'rfm': {
      const { scores } = await rfmOf(scope, meaning, run);
      return users.map((user): Figure => {
        const at = scores.userIndexes.indexOf(user);
        return { is: 'scores', scores: at === -1 ? null : [scores.recency[at], scores.frequency[at], scores.monetary[at]] };
      });
    }
    case 'membership':
      return users.map((): Figure => ({ is: 'segment', segment: meaning.segment }));
    case 'bucket': {
      const lots = await rowsOf(scope, lotsQuery(scope.tables.users, meaning.bucket.name), users, run);
      return users.map((user): Figure => ({ is: 'lot', percent: percentOfLot(String(lots.get(user)![0])) }));
    }
    case 'list': {
      const list = scope.idLists?.find(({ id }) => id === meaning.list);
      if (!list) return users.map(() => undefined);
      const { members } = await idListMembers(scope, list, run);
      return users.map((user): Figure => ({ is: 'list', list: list.id, isOn: members.has(user) }));
    }
  }
}

async function ofMeasure(
  scope: ProfileScope,
  { measure, comparison }: Extract<Meaning, { kind: 'measure' }>,
  users: readonly number[],
  kept: readonly KeptColumn[],
  run: RunContext,
): Promise<Figure[]> {
  const kind = measureKind(measure, kept);
  const as: FigureOf = { kind };
  if (isShareOfPeople(comparison))
    return valuesOrPlaces(scope, sql`(${measureQuery(scope, measure)})`, sql`value`, kind, comparison, as, users, run);
  const { window: _, of: __, opposite: ___, ...ever } = measure;
  const counts = measure.aggregate === 'count';
  const asked: NamedMeasure[] = [
    { name: 'value', measure },
    ...(counts ? [{ name: 'last', measure: { ...ever, aggregate: 'daysSince' as const } }] : []),
  ];
  const columns = join([sql`${outwardValue(sql`value`, kind)} AS value`, ...(counts ? [sql`"last"`] : [])]);
  const rows = await rowsOf(scope, sql`SELECT user_index, ${columns} FROM (${measuresQuery(scope, asked)})`, users, run);
  return users.map((user): Figure => {
    const [value = null, lastDays = null] = rows.get(user) ?? [];
    return { is: 'value', value: value ?? emptyValue(measure), as, ...(counts ? { lastDays: lastDays as number | null } : {}) };
  });
}

async function valuesOrPlaces(
  scope: ProfileScope,
  from: Sql,
  column: Sql,
  kind: ComparedKind,
  comparison: Comparison,
  as: FigureOf,
  users: readonly number[],
  run: RunContext,
): Promise<Figure[]> {
  if (!isShareOfPeople(comparison)) {
    const rows = await rowsOf(scope, sql`SELECT user_index, ${outwardValue(column, kind)} AS v FROM ${from}`, users, run);
    return users.map((user): Figure => ({ is: 'value', value: rows.get(user)?.[0] ?? null, as }));
  }
  const direction = comparison.operator === 'topPercent' ? sql`DESC` : sql`ASC`;
  // The order, the rounding and the small difference are those of `comparisonMembers`.
  const value = sql`CAST(${column} AS DOUBLE)`;
  const ranked = sql`SELECT user_index, v, row_number() OVER (ORDER BY v ${direction}, user_id) AS place,
      count(*) OVER () AS among, ceil(CAST(${Number(comparison.operand)} AS DOUBLE) * count(*) OVER () / 100 - 1e-9) AS places
    FROM (SELECT f.user_index, f.v, u.user_id FROM (SELECT user_index, ${value} AS v FROM ${from} WHERE ${value} IS NOT NULL) f
      JOIN ${identifier(scope.tables.users)} u ON u.user_index = f.user_index)`;
  const found = cellsOf(
    await scope.store.query(
      sql`SELECT user_index, v, place, among, places FROM (${ranked}) WHERE user_index IN (${[...users]}) OR place = 1`,
      run.signal,
    ),
  ) as number[][];
  const [, , , among, places] = found.find(([, , place]) => place === 1) ?? [0, 0, 1, 0, 0];
  const rows = new Map(found.map(([user, ...rest]) => [user, rest]));
  return users.map((user): Figure => {
    const [v = null, place = null] = rows.get(user) ?? [];
    return { is: 'place', value: v, as, place, among, places };
  });
}

async function rowsOf(scope: ProfileScope, query: Sql, users: readonly number[], run: RunContext): Promise<Map<number, Cell[]>> {
  const table = await scope.store.query(sql`SELECT * FROM (${query}) WHERE user_index IN (${[...users]})`, run.signal);
  return new Map(cellsOf(table).map(([user, ...cells]) => [user as number, cells]));
}

/** A figure as it leaves the store: days as text, whatever has a size as a double. */
export function outwardValue(value: Sql, kind: ComparedKind): Sql {
  if (kind === 'boolean' || kind === 'text') return value;
  return kind === 'date' ? duckdb.dayText(sql`CAST(${value} AS DATE)`) : sql`CAST(${value} AS DOUBLE)`;
}

export function isShareOfPeople({ operator }: Pick<Comparison, 'operator'>): boolean {
  return operator === 'topPercent' || operator === 'bottomPercent';
}
