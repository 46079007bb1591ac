import { quantile } from '../../../math/quantile';
import { sql } from '../../sql';
import { eventsTable, good, records, shownExamples, type CheckKind, type CheckScope } from '../check';

/** Days in a row, each with its events; days without any are there, too. */
export interface DailySeries {
  /** `2026-05-01`, of the first. */
  first: string;
  counts: Float64Array;
}

/** Fewer events a day are too few to say that a day without any is odd. */
const busyDay = 5;
/** How far from the same weekday before and after, in robust standard deviations. */
const jumpSigma = 6;
/** Weeks before and after that a day is compared with. */
const weeksAround = 6;

/** Days without any event where the same weekday usually has some: an export that stopped, a tracker that was off. */
export const dailyGaps: CheckKind = {
  id: 'daily-gaps',
  async look(scope) {
    const series = await readSeries(scope);
    if (!series) return null;
    const days = compared(series).filter(({ count, usual }) => count === 0 && usual >= busyDay);
    if (days.length === 0) return good(series.counts.length);
    return {
      verdict: 'warning',
      count: days.length,
      of: series.counts.length,
      examples: days.slice(0, shownExamples).map(({ at, usual }) => ({ at, rows: 0, usual })),
      values: { count: days.length, of: series.counts.length },
    };
  },
};

/** Days with far more or far fewer events than the same weekday of the weeks around. */
export const dailyJumps: CheckKind = {
  id: 'daily-jumps',
  async look(scope) {
    const series = await readSeries(scope);
    if (!series) return null;
    const days = compared(series).filter(
      ({ count, usual, sigma }) =>
        usual >= busyDay && count > 0 && Math.abs(count - usual) > jumpSigma * sigma && (count > 3 * usual || count < usual / 3),
    );
    if (days.length === 0) return good(series.counts.length);
    const strongest = [...days].sort((a, b) => Math.abs(b.count - b.usual) / b.sigma - Math.abs(a.count - a.usual) / a.sigma);
    return {
      verdict: 'note',
      count: days.length,
      of: series.counts.length,
      examples: strongest.slice(0, shownExamples).map(({ at, count, usual }) => ({ at, rows: count, usual })),
      values: { count: days.length, of: series.counts.length },
    };
  },
};

/**
 * Events of each local day from the day by which 0.1 % of all events were to the day by which 99.9 % were, so that a
 * date of 1970 makes no gap of forty years. null where that is less than two weeks.
 */
async function readSeries(scope: CheckScope): Promise<DailySeries | null> {
  const rows = await records(
    scope,
    sql`SELECT day::VARCHAR AS day, n FROM (
      SELECT *, sum(n) OVER (ORDER BY day) AS until, sum(n) OVER () AS total FROM (
        SELECT local_ts::DATE AS day, count(*)::INTEGER AS n FROM ${eventsTable(scope)} GROUP BY day))
    WHERE until > 0.001 * total AND until - n < 0.999 * total ORDER BY day`,
  );
  if (rows.length === 0) return null;
  const dayOf = (row: number) => Date.parse(`${String(rows[row].day)}T00:00:00Z`) / 86_400_000;
  const first = dayOf(0);
  const counts = new Float64Array(dayOf(rows.length - 1) - first + 1);
  rows.forEach(({ n }, row) => (counts[dayOf(row) - first] = Number(n)));
  return counts.length < 14 ? null : { first: String(rows[0].day), counts };
}

/** Each day beside the median of the same weekday around it, and how much that varies. */
function compared({ first, counts }: DailySeries): { at: string; count: number; usual: number; sigma: number }[] {
  const start = Date.parse(`${first}T00:00:00Z`);
  return Array.from(counts, (count, day) => {
    const around: number[] = [];
    for (let week = -weeksAround; week <= weeksAround; week++) {
      const other = day + 7 * week;
      if (week !== 0 && other >= 0 && other < counts.length) around.push(counts[other]);
    }
    const usual = median(around);
    const spread = 1.4826 * median(around.map((other) => Math.abs(other - usual)));
    // Counts vary by their root at least.
    const sigma = Math.max(spread, Math.sqrt(usual), 1);
    return { at: new Date(start + day * 86_400_000).toISOString().slice(0, 10), count, usual, sigma };
  });
}

function median(values: number[]): number {
  if (values.length === 0) return 0;
  return quantile(Float64Array.from(values).sort(), 0.5);
}
