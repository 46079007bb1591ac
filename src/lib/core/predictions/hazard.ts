import { Random } from '../base/random';
import { addDays } from '../schema/asOf';
import type { Labels } from './labels';
import { calibrated } from './learners/calibrated';
import type { LabeledRows, Learner } from './learners/learner';
import type { FeatureMatrix } from './transform';

/** Periods that the observed days are cut into: 90 days become weeks. */
const mostPeriods = 13;
/** Rows of person and period that a learner is given at most; of more people a part is taken by chance. */
const mostRows = 300_000;
/** Rows that are spread over their periods at once when predicting. */
const blockRows = 4096;
/** The longest median that is told; it is said of those who may never come back. */
const longestDays = 3650;

/** The day on which a median falls, seen from a midnight; null where it lies too far ahead to be told. */
export function dayOfMedian(asOf: string, days: number): string | null {
  // The first day after the midnight is day one, which ends it.
  return days < longestDays ? addDays(asOf.slice(0, 10), Math.max(0, Math.ceil(days) - 1)) : null;
}

/** The chance to have done it within as many days, beyond those that were observed at the pace of their last period. */
export const horizonDays = [7, 30, 90] as const;

export interface Periods {
  /** Days in one. */
  days: number;
  count: number;
}

export function periodsOf(withinDays: number): Periods {
  const days = Math.ceil(withinDays / mostPeriods);
  return { days, count: Math.ceil(withinDays / days) };
}

/**
 * Times until something happens, by a learner of yes or no: everybody becomes one row for each period in which it had not
 * happened yet, and the learner tells the chance that it happens in that period (discrete-time hazard; Singer & Willett,
 * Journal of Educational Statistics 1993). Says `''`, the median days; `within7`, `within30`, `within90`; and
 * `withinAll`, the chance within the observed days.
 */
export function byHazard(simple: Learner, withinDays: number): Learner {
  const learner = calibrated(simple);
  const periods = periodsOf(withinDays);
  const survival = async (...[state, inputs, tools, run]: Parameters<Learner['predict']>): Promise<Float64Array[]> => {
    const still: Float64Array[] = Array.from({ length: periods.count }, () => new Float64Array(inputs.rows));
    for (let start = 0; start < inputs.rows; start += blockRows) {
      await run.breathe();
      const rows = Int32Array.from({ length: Math.min(blockRows, inputs.rows - start) }, (_, i) => start + i);
      const pairs = rows.length * periods.count;
      const spread = { row: new Int32Array(pairs), period: new Int32Array(pairs) };
      for (let i = 0; i < pairs; i++) {
        spread.row[i] = rows[Math.floor(i / periods.count)];
        spread.period[i] = i % periods.count;
      }
      const hazards = await learner.predict(state, inPeriods(inputs, spread, periods), tools, run);
      for (let i = 0; i < pairs; i++) {
        const before = spread.period[i] === 0 ? 1 : still[spread.period[i] - 1][spread.row[i]];
        still[spread.period[i]][spread.row[i]] = before * (1 - hazards[i]);
      }
    }
    return still;
  };
  const medians = (still: Float64Array[], rows: number) => Float32Array.from({ length: rows }, (_, row) => medianOf(still, row, periods));
  const { parts: _, ...rest } = learner;
  return {
    ...rest,
    labels: ['duration'],
    givesProbabilities: false,
    async fit({ train, validation }, options, seed, tools, run, onEpoch) {
      const random = new Random(seed, 2);
      const rows = { train: personPeriods(train, periods, random), validation: personPeriods(validation, periods, random) };
      const fitted = await learner.fit(rows, options, seed, tools, run, onEpoch);
      // The periods themselves drive nothing.
      return { ...fitted, drivers: fitted.drivers.slice(0, train.inputs.columns) };
    },
    predict: async (state, inputs, tools, run) => medians(await survival(state, inputs, tools, run), inputs.rows),
    async predictAll(state, inputs, tools, run) {
      const still = await survival(state, inputs, tools, run);
      const chance = (days: number) => Float32Array.from({ length: inputs.rows }, (_, row) => 1 - stillAt(still, row, days, periods));
      return {
        '': medians(still, inputs.rows),
        ...Object.fromEntries(horizonDays.map((days) => [`within${days}`, chance(days)])),
        withinAll: chance(withinDays),
      };
    },
  };
}

/** One row for each person and each period until it happened or was watched no longer. */
function personPeriods({ inputs, labels }: LabeledRows, periods: Periods, random: Random): LabeledRows {
  const { days, happened } = durationsOf(labels);
  const all = random.shuffle(Int32Array.from({ length: inputs.rows }, (_, row) => row));
  const lastOf = (row: number) => Math.min(periods.count, Math.ceil(days[row] / periods.days)) - 1;
  let [taken, pairs] = [0, 0];
  while (taken < all.length && pairs < mostRows) pairs += lastOf(all[taken++]) + 1;
  const rows = all.subarray(0, taken).sort();
  const spread = { row: new Int32Array(pairs), period: new Int32Array(pairs) };
  const values = new Uint8Array(pairs);
  let at = 0;
  for (const row of rows) {
    const last = lastOf(row);
    for (let period = 0; period <= last; period++, at++) {
      spread.row[at] = row;
      spread.period[at] = period;
      values[at] = period === last ? happened[row] : 0;
    }
  }
  return { inputs: inPeriods(inputs, spread, periods), labels: { kind: 'binary', values } };
}

/** The inputs of a person beside which period it is: as a number where inputs are raw, else as one flag for each but the first. */
function inPeriods(
  { columns, values, categories, directions }: FeatureMatrix,
  { row, period }: { row: Int32Array; period: Int32Array },
  { count }: Periods,
): FeatureMatrix {
  const more = categories ? 1 : count - 1;
  const width = columns + more;
  const all = new Float32Array(row.length * width);
  // Flags of equally long periods, standardised as the other inputs are.
  const [mean, deviation] = [1 / count, Math.sqrt((1 / count) * (1 - 1 / count)) || 1];
  row.forEach((from, at) => {
    all.set(values.subarray(from * columns, (from + 1) * columns), at * width);
    if (categories) all[at * width + columns] = period[at];
    else for (let p = 1; p < count; p++) all[at * width + columns + p - 1] = ((p === period[at] ? 1 : 0) - mean) / deviation;
  });
  return {
    rows: row.length,
    columns: width,
    values: all,
    ...(categories && { categories: Uint8Array.of(...categories, 0) }),
    ...(directions && { directions: Int8Array.from({ length: width }, (_, c) => directions[c] ?? 0) }),
  };
}

/** The chance that it has not happened by the end of a number of days. */
function stillAt(still: readonly Float64Array[], row: number, days: number, periods: Periods): number {
  const whole = Math.min(periods.count - 1, Math.floor(days / periods.days));
  const before = whole === 0 ? 1 : still[whole - 1][row];
  const within = days / periods.days - whole;
  // Within a period, and after the last one, at the same pace from day to day.
  return before * paceOf(still, row, whole) ** within;
}

/** Which share of those left at a period's start are left at its end. */
function paceOf(still: readonly Float64Array[], row: number, period: number): number {
  const before = period === 0 ? 1 : still[period - 1][row];
  return before <= 0 ? 0 : still[period][row] / before;
}

function medianOf(still: readonly Float64Array[], row: number, periods: Periods): number {
  let period = 0;
  while (period < periods.count - 1 && still[period][row] > 0.5) period++;
  const before = period === 0 ? 1 : still[period - 1][row];
  const pace = paceOf(still, row, period);
  if (pace <= 0) return (period + 1) * periods.days;
  const days = (period + Math.log(0.5 / before) / Math.log(pace)) * periods.days;
  return Number.isFinite(days) ? Math.min(longestDays, Math.max(0, days)) : longestDays;
}

function durationsOf(labels: Labels): { days: Float64Array; happened: Uint8Array } {
  if (labels.kind !== 'duration') throw new Error(`times were asked of labels of the kind "${labels.kind}"`);
  return labels;
}
