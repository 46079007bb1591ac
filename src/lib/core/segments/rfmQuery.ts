import { identifier, join, sql, type Sql } from '../store/sql';
import type { RfmConvention } from './rfm';

/** Of each measure its column, in what SPSS calls nesting order, and whether fewer is better. */
const measures = [
  { value: 'r', score: 'recency', reversed: true, cuts: 'recencyDays' },
  { value: 'f', score: 'frequency', reversed: false, cuts: 'frequency' },
  { value: 'm', score: 'monetary', reversed: false, cuts: 'monetary' },
] as const;

/**
 * `user_index` of the people whose RFM scores lie in the cells, by the same convention as `scoreRfm`, which says what
 * each method means. Counting goes by `scoreRfm`; this is for whoever takes the rule elsewhere, and a test holds both to
 * the same people.
 * @param profiles the table with `daysSinceLastOrder`, `orders` and `revenue`
 */
export function rfmQuery(profiles: string, { cells, ...convention }: RfmConvention & { cells: readonly string[] }): Sql {
  const { bins, nested = false } = convention;
  let rows = sql`SELECT user_index, user_id, "daysSinceLastOrder"::DOUBLE AS r, orders::DOUBLE AS f, revenue::DOUBLE AS m
    FROM ${identifier(profiles)} WHERE orders > 0`;
  const within: string[] = [];
  for (const { value, score, reversed, cuts } of measures) {
    // Inside a group there are no fixed cuts.
    const given = nested && within.length > 0 ? [] : (convention.cuts?.[cuts] ?? []);
    const binned = withBin(rows, value, convention, nested ? within : [], reversed, given);
    rows = sql`SELECT * EXCLUDE (bin), ${reversed ? sql`${bins + 1} - bin` : sql`bin`} AS ${identifier(score)} FROM (${binned})`;
    within.push(score);
  }
  return sql`SELECT user_index FROM (${rows}) WHERE ${join(cells.length > 0 ? cells.map(inCell) : [sql`FALSE`], ' OR ')}`;
}

/** The rows with a column `bin`, 1 … bins, ascending in the value. */
function withBin(
  rows: Sql,
  value: string,
  { bins, method }: RfmConvention,
  within: readonly string[],
  reversed: boolean,
  cuts: readonly number[],
): Sql {
  switch (method) {
    case 'fixed':
      return sql`SELECT *, ${onePlus(cuts.map((cut) => sql`${identifier(value)} > ${cut}::DOUBLE`))} AS bin FROM (${rows})`;
    case 'mean':
      return besideMean(rows, sql`round(${identifier(value)} * 10000)`, within, reversed);
    case 'mean-score': {
      const scored = sql`SELECT * EXCLUDE (bin), bin AS score FROM (${binsOf(rows, value, 5, true, within)})`;
      return sql`SELECT * EXCLUDE (score) FROM (${besideMean(scored, sql`score`, within, reversed)})`;
    }
    default:
      return binsOf(rows, value, bins, method === 'ties-together', within);
  }
}

/** Bins of equal size: where the place among all lies, or with ties together the value among the values at the bins' ends. */
function binsOf(rows: Sql, value: string, bins: number, tiesTogether: boolean, within: readonly string[]): Sql {
  const [column, group] = [identifier(value), partitionBy(within)];
  const placed = sql`SELECT *, row_number() OVER (${group} ORDER BY ${column}, user_id) - 1 AS place, count(*) OVER (${group}) AS n FROM (${rows})`;
  const ends = Array.from({ length: bins - 1 }, (_, k) => sql`(n - 1) * ${k + 1} // ${bins}`);
  if (!tiesTogether) return sql`SELECT * EXCLUDE (place, n), ${onePlus(ends.map((end) => sql`place > ${end}`))} AS bin FROM (${placed})`;
  const edges = ends.map((end) => sql`max(${column}) FILTER (WHERE place = ${end}) OVER (${group})`);
  return sql`SELECT * EXCLUDE (place, n), ${onePlus(edges.map((edge) => sql`${column} > ${edge}`))} AS bin FROM (${placed})`;
}

/** 2 above the mean of whole units, 1 up to it; `reversed`: 1 below it, 2 from it on. Multiplied out, so that nothing is rounded. */
function besideMean(rows: Sql, units: Sql, within: readonly string[], reversed: boolean): Sql {
  const group = partitionBy(within);
  const summed = sql`SELECT *, units * count(*) OVER (${group}) AS own, sum(units) OVER (${group}) AS total
    FROM (SELECT *, (${units})::HUGEINT AS units FROM (${rows}))`;
  const bin = reversed ? sql`CASE WHEN own < total THEN 1 ELSE 2 END` : sql`CASE WHEN own > total THEN 2 ELSE 1 END`;
  return sql`SELECT * EXCLUDE (units, own, total), ${bin} AS bin FROM (${summed})`;
}

function partitionBy(columns: readonly string[]): Sql {
  return columns.length === 0 ? sql`` : sql`PARTITION BY ${join(columns.map((column) => identifier(column)))}`;
}

function onePlus(conditions: readonly Sql[]): Sql {
  return join([sql`1`, ...conditions.map((condition) => sql`(${condition})::INTEGER`)], ' + ');
}

/** `5[45].` as a condition; the pattern is that of `cellMatcher`. */
function inCell(cell: string): Sql {
  const places = cell.match(/\[\d+\]|\d|\./g) ?? [];
  const parts = measures.flatMap(({ score }, i) => {
    const digits = places[i] === '.' ? null : (places[i] ?? '').replace(/[[\]]/g, '');
    return digits === null ? [] : [sql`${identifier(score)} IN (${[...digits].map(Number)})`];
  });
  return sql`(${parts.length === 0 ? sql`TRUE` : join(parts, ' AND ')})`;
}
