import type { Sql } from '../store/sql';
import type { Dialect } from './dialect';
import { duckdb } from './duckdb';
import { emptyValue, measureKind, type EventMeasure, type MeasureKind } from './measure';
import { measureQuery, type MeasureScope } from './measureQuery';

/** What a value can be asked, and of which kinds: `number` fits whatever has a size, `any` fits all. */
export const comparisonOperators = {
  is: 'any',
  isNot: 'any',
  oneOf: 'any',
  contains: 'text',
  startsWith: 'text',
  atLeast: 'number',
  atMost: 'number',
  moreThan: 'number',
  lessThan: 'number',
  between: 'ordered',
  before: 'date',
  after: 'date',
  exists: 'any',
  topPercent: 'number',
  bottomPercent: 'number',
} as const;

export type ComparisonOperator = keyof typeof comparisonOperators;

export interface Comparison {
  operator: ComparisonOperator;
  /** One value; a list for `oneOf`, two values for `between`, yes or no for `exists`; dates are `YYYY-MM-DD`. */
  operand: unknown;
}

/** How a value is compared: a measure's kind, or that of an attribute or a score. */
export type ComparedKind = MeasureKind | 'boolean' | 'score';

/** A query whose `user_index` column holds the members, or, where `complement`, those of the population who are none. */
export interface MembersQuery {
  sql: Sql;
  complement: boolean;
}

/**
 * The members of a comparison with a column. `is`, `isNot` and `oneOf` compare text exactly as written; `contains` and
 * `startsWith` ignore case; dates are compared as whole days. `isNot` holds for everyone for whom `is` does not, also
 * those without a value. N percent of those with a value are rounded up to whole customers; of equal values the lower
 * user id (in byte order) comes first.
 * @param from what can stand in FROM, with `user_index` and the column
 * @param users the table of `user_index` and `user_id`
 */
export function comparisonMembers(
  from: Sql,
  column: Sql,
  kind: ComparedKind,
  { operator, operand }: Comparison,
  users: string,
  dialect: Dialect = duckdb,
): MembersQuery {
  const { sql, identifier } = dialect;
  const value = comparable(dialect, column, kind);
  if (operator === 'topPercent' || operator === 'bottomPercent') {
    const direction = operator === 'topPercent' ? sql`DESC` : sql`ASC`;
    // The small difference undoes the rounding of, say, 33.3 × 1000 / 100 = 333.00000000000006.
    const count = sql`ceil(CAST(${Number(operand)} AS DOUBLE) * count(*) OVER () / 100 - 1e-9)`;
    return {
      complement: false,
      sql: sql`SELECT user_index FROM (
        SELECT user_index, row_number() OVER (ORDER BY v ${direction}, user_id) AS place, ${count} AS places
        FROM (SELECT f.user_index, f.v, u.user_id FROM (SELECT user_index, ${value} AS v FROM ${from} WHERE ${value} IS NOT NULL) f
          JOIN ${identifier(users)} u ON u.user_index = f.user_index)
      ) WHERE place <= places`,
    };
  }
  const holds = printComparison(dialect, value, kind, { operator, operand });
  return { complement: operator === 'isNot', sql: sql`SELECT user_index FROM ${from} WHERE ${holds}` };
}

/**
 * The members of a comparison with a measure. Whoever has no event of it is in no row of the answer, so what holds for
 * nothing at all ("at most 2 times") is asked the other way round.
 * @param kind of the measure, where its kept property decides
 */
export function measureMembers(
  scope: MeasureScope,
  measure: EventMeasure,
  comparison: Comparison,
  dialect: Dialect = duckdb,
  kind: MeasureKind = measureKind(measure),
): MembersQuery {
  const { sql } = dialect;
  const from = sql`(${measureQuery(scope, measure, dialect)})`;
  const column = sql`value`;
  const { operator, operand } = comparison;
  if (operator === 'topPercent' || operator === 'bottomPercent')
    return comparisonMembers(from, column, kind, comparison, scope.tables.users, dialect);
  if (operator === 'exists' && operand === false)
    return { complement: true, sql: sql`SELECT user_index FROM ${from} WHERE ${column} IS NOT NULL` };
  if (emptyValue(measure) === 0) {
    const isNot = operator === 'isNot';
    const asked: Comparison = isNot ? { operator: 'is', operand } : comparison;
    const holds = printComparison(dialect, comparable(dialect, column, kind), kind, asked);
    if (holdsForZero(asked) !== isNot)
      return { complement: true, sql: sql`SELECT user_index FROM ${from} WHERE ${isNot ? holds : sql`NOT (${holds})`}` };
    return { complement: false, sql: sql`SELECT user_index FROM ${from} WHERE ${isNot ? sql`NOT (${holds})` : holds}` };
  }
  return comparisonMembers(from, column, kind, comparison, scope.tables.users, dialect);
}

/** Whether one value of this kind passes, as an expression; NULL where there is no value and the comparison needs one. */
export function comparisonHolds(dialect: Dialect, column: Sql, kind: ComparedKind, comparison: Comparison): Sql {
  return printComparison(dialect, comparable(dialect, column, kind), kind, comparison);
}

/** What is compared: dates as text for `is`, numbers as doubles. */
function comparable({ sql }: Dialect, column: Sql, kind: ComparedKind): Sql {
  if (kind === 'boolean') return column;
  if (kind === 'date') return sql`CAST(${column} AS DATE)`;
  return kind === 'text' ? sql`CAST(${column} AS STRING)` : sql`CAST(${column} AS DOUBLE)`;
}

function printComparison(dialect: Dialect, value: Sql, kind: ComparedKind, { operator, operand }: Comparison): Sql {
  const { sql } = dialect;
  const text = kind === 'date' ? dialect.dayText(value) : value;
  const literal = (given: unknown) => (kind === 'text' || kind === 'date' ? String(given) : (given as number | boolean));
  const bound = (given: unknown) => (kind === 'date' ? dialect.date(String(given)) : Number(given));
  switch (operator) {
    case 'is':
    case 'isNot':
      return sql`${text} = ${literal(operand)}`;
    case 'oneOf':
      return sql`${text} IN (${(operand as unknown[]).map(literal)})`;
    case 'contains':
      return dialect.contains(sql`lower(${text})`, sql`lower(${String(operand)})`);
    case 'startsWith':
      return dialect.startsWith(sql`lower(${text})`, sql`lower(${String(operand)})`);
    case 'atLeast':
      return sql`${value} >= ${bound(operand)}`;
    case 'atMost':
      return sql`${value} <= ${bound(operand)}`;
    case 'moreThan':
    case 'after':
      return sql`${value} > ${bound(operand)}`;
    case 'lessThan':
    case 'before':
      return sql`${value} < ${bound(operand)}`;
    case 'between': {
      const [low, high] = operand as [unknown, unknown];
      return sql`${value} BETWEEN ${bound(low)} AND ${bound(high)}`;
    }
    case 'exists':
      return operand ? sql`${value} IS NOT NULL` : sql`${value} IS NULL`;
    default:
      throw new Error(`no SQL for the comparison ${operator}`);
  }
}

/** Whether a comparison of numbers holds for 0. */
function holdsForZero({ operator, operand }: Comparison): boolean {
  switch (operator) {
    case 'is':
      return operand === 0;
    case 'oneOf':
      return (operand as unknown[]).includes(0);
    case 'atLeast':
      return Number(operand) <= 0;
    case 'atMost':
      return Number(operand) >= 0;
    case 'moreThan':
      return Number(operand) < 0;
    case 'lessThan':
      return Number(operand) > 0;
    case 'between': {
      const [low, high] = operand as [number, number];
      return low <= 0 && high >= 0;
    }
    case 'exists':
      return operand === true;
    default:
      return false;
  }
}
