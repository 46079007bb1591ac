import type { RunContext } from '../../base/run';
import { quantile } from '../../math/quantile';
import { daysOfWeek, distinct, perCustomer } from './histories';
import { heuristics } from './heuristics';
import { historiesUntil, type Histories, type PurchaseDays } from './purchaseDays';
import type { PurchaseModel } from './purchaseModel';
import type { HeldOutGroup, HeldOutSection, TrackingSection } from './sections';

/** From so many repeat purchases on customers are one group, as in Fader, Hardie & Lee (2005). */
const mostRepeats = 7;
const recencyGroups = 8;

export interface Fitted {
  model: PurchaseModel;
  parameters: readonly number[];
}

/** What was known of the customers before, and what they did in the time that was held out. */
export interface HeldOutTime {
  histories: Histories;
  /** Purchase days in it. */
  actual: Float64Array;
  /** The same customers at its end. */
  later: Histories;
  days: number;
}

/** The time from the day `from` up to, not with, `end`. Customers stand in the order of their histories, so that sums do not depend on how people are numbered. */
export function heldOutTime(purchases: PurchaseDays, from: number, end: number): HeldOutTime {
  const known = historiesUntil(purchases, from);
  const all = historiesUntil(purchases, end);
  const placeOf = new Map(Array.from(all.customer, (c, place) => [c, place]));
  const pairs = Array.from(known.customer, (c, row) => ({ row, place: placeOf.get(c)! })).sort(
    (a, b) =>
      known.x[a.row] - known.x[b.row] ||
      known.tx[a.row] - known.tx[b.row] ||
      known.T[a.row] - known.T[b.row] ||
      all.x[a.place] - all.x[b.place] ||
      all.tx[a.place] - all.tx[b.place],
  );
  const histories = rowsOf(
    known,
    pairs.map(({ row }) => row),
  );
  const later = rowsOf(
    all,
    pairs.map(({ place }) => place),
  );
  return { histories, later, actual: Float64Array.from(later.x, (x, row) => x - histories.x[row]), days: end - from };
}

function rowsOf({ customer, x, tx, T, monetary }: Histories, rows: readonly number[]): Histories {
  const take = (values: Int32Array) => Int32Array.from(rows, (row) => values[row]);
  return { customer: take(customer), x: take(x), tx: take(tx), T: take(T), monetary: Float64Array.from(rows, (row) => monetary[row]) };
}

/**
 * How likely the held-out purchases are, their moments included, given what was known before: the likelihood of all of
 * the time over that of its first part, by parameters that know the first part only.
 */
export function heldOutLogLikelihood({ model, parameters }: Fitted, { histories, later }: HeldOutTime): number {
  return model.logLikelihood(distinct(later).rows, parameters) - model.logLikelihood(distinct(histories).rows, parameters);
}

/** Purchases that are expected of each customer in the time that was held out. */
export function expectedHeldOut({ model, parameters }: Fitted, { histories, days }: HeldOutTime): Float64Array {
  const { rows, rowOf } = distinct(histories);
  return perCustomer(rowOf, model.expectedPurchases(rows, parameters, [days / daysOfWeek])[0]);
}

/**
 * Expected purchases beside those that were made: in all, by what was known of the customers, and how far off each model
 * and each rule of thumb is.
 */
export async function heldOutSection(
  purchases: PurchaseDays,
  time: HeldOutTime,
  from: number,
  fitted: readonly Fitted[],
  chosen: PurchaseModel['id'],
  run: RunContext,
): Promise<HeldOutSection> {
  const { histories, actual, days } = time;
  const ways = new Map<string, Float64Array>();
  for (const each of fitted) {
    await run.breathe();
    ways.set(each.model.id, expectedHeldOut(each, time));
  }
  for (const [id, expected] of heuristics(purchases, histories, from, days)) ways.set(id, expected);
  const expected = ways.get(chosen)!;
  return {
    kind: 'heldOut',
    from,
    days,
    customers: actual.length,
    purchases: total(actual),
    used: chosen,
    ways: [...ways].map(([id, values]) => ({ id, ...errors(values, actual), purchases: total(values) })),
    byFrequency: group(histories.x, frequencyBounds(histories.x), actual, expected),
    byRecency: group(
      Float64Array.from(histories.tx, (tx) => tx / daysOfWeek),
      recencyBounds(histories.tx),
      actual,
      expected,
    ),
  };
}

/**
 * Repeat purchases of everybody who had begun before `from`, by week since the first day, beside what the model
 * expects of customers of whom only the day of the first purchase is known. A last week that is not whole is left out.
 */
export function trackingSection(purchases: PurchaseDays, from: number, end: number, { model, parameters }: Fitted): TrackingSection {
  const { start, day } = purchases;
  const first = day.reduce((least, each) => Math.min(least, each), Infinity);
  const weeks = Math.floor((end - first) / daysOfWeek);
  const actual = new Float64Array(weeks);
  const began = new Float64Array(from - first);
  for (let c = 0; c + 1 < start.length; c++) {
    if (start[c] === start[c + 1] || day[start[c]] >= from) continue;
    began[day[start[c]] - first]++;
    for (let i = start[c] + 1; i < start[c + 1]; i++) {
      const week = Math.floor((day[i] - first) / daysOfWeek);
      if (week < weeks) actual[week]++;
    }
  }
  const ofNew = model.expectedOfNew(
    parameters,
    Float64Array.from({ length: end - first }, (_, days) => days / daysOfWeek),
  );
  const cumulative = Array.from({ length: weeks }, (_, week) => {
    const last = (week + 1) * daysOfWeek - 1;
    let sum = 0;
    for (let at = 0; at < began.length && at <= last; at++) if (began[at] > 0) sum += began[at] * ofNew[last - at];
    return sum;
  });
  return {
    kind: 'tracking',
    first,
    calibrationWeeks: (from - first) / daysOfWeek,
    actual: Array.from(actual),
    expected: cumulative.map((value, week) => value - (week === 0 ? 0 : cumulative[week - 1])),
  };
}

function errors(expected: Float64Array, actual: Float64Array): { mae: number; rmse: number } {
  let [absolute, squares] = [0, 0];
  expected.forEach((value, row) => {
    absolute += Math.abs(value - actual[row]);
    squares += (value - actual[row]) ** 2;
  });
  return { mae: absolute / actual.length, rmse: Math.sqrt(squares / actual.length) };
}

/** Groups from each bound up to, not with, the next; empty ones are left out. */
function group(values: ArrayLike<number>, bounds: readonly number[], actual: Float64Array, expected: Float64Array): HeldOutGroup[] {
  const groups = bounds.map((from, i) => ({ from, to: bounds[i + 1] ?? null, customers: 0, actual: 0, expected: 0 }));
  for (let row = 0; row < actual.length; row++) {
    const found = groups.findLast(({ from }) => values[row] >= from)!;
    found.customers++;
    found.actual += actual[row];
    found.expected += expected[row];
  }
  return groups
    .filter(({ customers }) => customers > 0)
    .map((each) => ({ ...each, actual: each.actual / each.customers, expected: each.expected / each.customers }));
}

function frequencyBounds(x: Int32Array): number[] {
  const most = Math.min(
    mostRepeats,
    x.reduce((high, times) => Math.max(high, times), 0),
  );
  return Array.from({ length: most + 1 }, (_, times) => times);
}

/** Those who did not come back, then equal shares of the others, in weeks. */
function recencyBounds(tx: Int32Array): number[] {
  const back = Float64Array.from(tx.filter((days) => days > 0)).sort();
  const cuts = Array.from({ length: recencyGroups }, (_, i) => Math.floor(quantile(back, i / recencyGroups)) / daysOfWeek);
  return [0, ...new Set(cuts.filter((cut) => cut > 0))];
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
