import { UserError } from '../../base/errors';
import type { RunContext } from '../../base/run';
import type { DataScope } from '../../store/dataScope';
import { indexesOf, numbersOf } from '../../store/columns';
import { identifier, sql } from '../../store/sql';
import type { OptionValues } from '../../base/options';
import { planCutoffs } from '../cutoffs';
import type { FeatureTable } from '../features';
import { happened } from '../labels';
import { daysBetween } from '../observed';
import { calibrationSection, gainsSection, rankingSection } from '../sections/binary';
import { curvesSection, segmentQualitySection, stabilitySection } from '../sections/reading';
import { eventNever, fewOutcomes } from './propensity';
import type { TaskOfLater } from './task';

const fewest = { training: 20, validation: 5, test: 5 };
/** Intervals between purchase days that make a rhythm. */
const fewestIntervals = 2;

/**
 * "Has this customer stopped?" without a contract that ends: by their own rhythm. Somebody's limit is `times` × the median
 * interval between their purchase days (or a quantile of these intervals), at least `atLeastDays`. Asked are those who are
 * within it at the cut-off and whose limit ends within the window; the outcome is that they let it pass without a
 * purchase. Whoever is past it has stopped by definition: 1.
 */
export const churnRhythm: TaskOfLater = {
  id: 'churn-rhythm',
  asks: ['event'],
  options: [
    {
      name: 'limit',
      kind: 'choice',
      default: 'median',
      choices: ['median', 'quantile'],
      what: 'Median takes a multiple of the usual interval between purchases, quantile an interval that is rarely exceeded.',
    },
    {
      name: 'times',
      kind: 'number',
      default: 2,
      min: 1,
      max: 20,
      what: 'Raising it waits longer, in multiples of the usual interval, before somebody counts as gone.',
    },
    {
      name: 'quantile',
      kind: 'number',
      default: 0.9,
      min: 0.5,
      max: 1,
      what: 'Raising it waits longer: the share of the own intervals that are shorter than the limit.',
    },
    {
      name: 'atLeastDays',
      kind: 'number',
      integer: true,
      default: 7,
      min: 1,
      max: 365,
      unit: 'days',
      what: 'Raising it gives even the most frequent buyers more time.',
    },
    {
      name: 'longestDays',
      kind: 'number',
      integer: true,
      default: 60,
      min: 7,
      max: 365,
      unit: 'days',
      what: 'Raising it asks about slower customers too, and needs a longer history: three times as long and a month.',
    },
  ],
  outputs: [
    { name: '', kind: 'score' },
    { name: 'daysLeft', kind: 'days' },
  ],
  labels: 'binary',
  measures: [rankingSection, gainsSection, calibrationSection, curvesSection, stabilitySection, segmentQualitySection],
  baseline: { id: 'longest-silent-first', scores: longestSilentFirst },
  findings: fewOutcomes,

  /** As long as the history allows, at most as asked. */
  window({ firstDay, to }, { longestDays }) {
    const days = firstDay === null ? 0 : daysBetween(firstDay, to);
    return Math.max(7, Math.min(Number(longestDays), Math.floor(days <= 120 ? days / 4 : (days - 30) / 3)));
  },

  cutoffs({ firstDay, to, times }, { event, withinDays }) {
    if (firstDay === null || times === 0) throw eventNever(event);
    return planCutoffs(firstDay, to, withinDays);
  },

  async among(scope, table, { event, withinDays }, options, run) {
    const left = await daysLeft(scope, table, event, options, run);
    return {
      rows: Int32Array.from(left, (_, row) => row).filter((row) => left[row] >= 1 && left[row] <= withinDays),
      known: { '': left.map((days) => (days < 1 ? 1 : NaN)), daysLeft: left },
    };
  },

  async label(scope, table, { event }, run, options) {
    const { cutoff, userIndexes } = table;
    const left = await daysLeft(scope, table, event, options, run);
    const found = await scope.store.query(
      sql`SELECT user_index, (date_diff('day', ${cutoff}::DATE, min(local_ts)::DATE) + 1)::INTEGER AS days
        FROM ${identifier(scope.tables.events)} WHERE event = ${event} AND local_ts >= ${cutoff}::TIMESTAMP AND local_ts < ${scope.asOf}::TIMESTAMP
        GROUP BY user_index`,
      run.signal,
    );
    const days = numbersOf(found, 'days');
    const next = new Map(Array.from(indexesOf(found, 'user_index'), (user, row) => [user, days[row]]));
    return { kind: 'binary', values: Uint8Array.from(userIndexes, (user, row) => ((next.get(user) ?? Infinity) > left[row] ? 1 : 0)) };
  },

  checkEnough(part, labels, { event, withinDays }) {
    const outcomes = happened(labels);
    const rows = outcomes.length;
    const gone = outcomes.reduce((sum, outcome) => sum + outcome, 0);
    const needed = fewest[part];
    if (gone >= needed && rows - gone >= needed) return;
    const values = { part, rows, gone, stayed: rows - gone, event, withinDays, fewest: needed, orders: fewestIntervals + 1 };
    if (rows === 0)
      throw new UserError(
        'churn_no_rhythm',
        `At the ${part} cut-offs nobody had done "${event}" on ${values.orders} days or more, so nobody has a rhythm to fall out of.`,
        'Choose a more frequent event, add a longer history, or predict purchases within a number of days instead.',
        values,
      );
    throw new UserError(
      'churn_too_few',
      `Of ${rows} customers with a rhythm at the ${part} cut-offs, ${gone} let their limit pass and ${rows - gone} came back; at least ${needed} of each are needed.`,
      gone < needed ? 'Shorten the limit, or add more data.' : 'Lengthen the limit, or add more data.',
      values,
    );
  },
};

/**
 * Days from the cut-off to the end of the last one on which a purchase is still in time, for each row: below 1 where that is
 * over; NaN without a rhythm.
 */
async function daysLeft(
  { store, tables }: Pick<DataScope, 'store' | 'tables'>,
  { cutoff, userIndexes }: FeatureTable,
  event: string,
  { limit, times, quantile, atLeastDays }: OptionValues,
  { signal }: Pick<RunContext, 'signal'>,
): Promise<Float64Array> {
  const isMedian = limit === 'median';
  const found = await store.query(
    sql`SELECT user_index, date_diff('day', max(day), ${cutoff}::DATE)::INTEGER AS silent,
        quantile_cont(gap, ${isMedian ? 0.5 : Number(quantile)}::DOUBLE)::DOUBLE AS usual
      FROM (
        SELECT user_index, day, date_diff('day', lag(day) OVER (PARTITION BY user_index ORDER BY day), day) AS gap
        FROM (
          SELECT DISTINCT user_index, local_ts::DATE AS day FROM ${identifier(tables.events)}
          WHERE event = ${event} AND local_ts < ${cutoff}::TIMESTAMP
        )
      ) GROUP BY user_index HAVING count(gap) >= ${fewestIntervals}`,
    signal,
  );
  const [silent, usual] = [numbersOf(found, 'silent'), numbersOf(found, 'usual')];
  const left = new Map(
    Array.from(indexesOf(found, 'user_index'), (user, row) => {
      const longest = Math.max(Number(atLeastDays), Math.ceil(usual[row] * (isMedian ? Number(times) : 1)));
      return [user, longest - silent[row] + 1];
    }),
  );
  return Float64Array.from(userIndexes, (user) => left.get(user) ?? NaN);
}

/** Without a model a shop would look after whoever has been silent longest. */
function longestSilentFirst({ features }: FeatureTable): Float64Array {
  const days = features.find(({ id }) => id === 'daysSinceLastOrder')!.values as Float64Array;
  const silent = days.every(Number.isNaN) ? (features.find(({ id }) => id === 'daysSinceLastEvent')!.values as Float64Array) : days;
  return silent.map((value) => (Number.isNaN(value) ? -Infinity : value));
}
