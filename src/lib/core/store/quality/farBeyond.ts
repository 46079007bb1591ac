import { sql, type Sql } from '../sql';
import { records, type CheckScope } from './check';

/** Fewer figures do not say what is usual. */
const enough = 20;

/**
 * From where on positive figures are far beyond the rest: more than four robust standard deviations above the median
 * of their logarithms (but at least twenty times the median), and three times the 99.9 % quantile where there are
 * enough of them to have one. null where there are too few to tell.
 * @param figures a query of the column `x`
 */
export async function farBeyond(scope: CheckScope, figures: Sql): Promise<number | null> {
  const [{ n, middle, spread, high }] = await records(
    scope,
    sql`SELECT count(*)::INTEGER AS n, median(ln(x))::DOUBLE AS middle, mad(ln(x))::DOUBLE AS spread,
      quantile_cont(x, 0.999)::DOUBLE AS high FROM (SELECT x::DOUBLE AS x FROM (${figures}) WHERE x > 0)`,
  );
  if (Number(n) < enough) return null;
  const robust = Math.exp(Number(middle) + Math.max(4 * 1.4826 * Number(spread), Math.log(20)));
  return Math.max(robust, Number(n) >= 1000 ? 3 * Number(high) : 0);
}

/** A round bound below the least of the figures beyond it, so that a plan reads well: `50000`, not `48213.77`. */
export function roundBound(bound: number, least: number): number {
  const step = 10 ** Math.floor(Math.log10(bound));
  const round = Math.ceil(bound / step) * step;
  return round < least ? round : Math.ceil(bound) < least ? Math.ceil(bound) : bound;
}
