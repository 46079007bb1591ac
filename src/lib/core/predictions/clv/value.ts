import type { RunContext } from '../../base/run';
import { gammaGamma } from './gammaGamma';
import { daysOfWeek, distinct, perCustomer } from './histories';
import type { Histories } from './purchaseDays';
import type { PurchaseModel } from './purchaseModel';

export interface ValueOptions {
  /** Purchases and spend are expected over so many days, value over others. */
  horizonDays: number;
  lifetimeDays: number;
  /** What money loses in a year: .1 for 10 %. */
  yearlyDiscount: number;
  /** Of spend, what the shop keeps: 1 for all. */
  margin: number;
}

/** Of each customer, by row of the histories. */
export interface CustomerValues {
  alive: Float64Array;
  /** Expected within the horizon. */
  purchases: Float64Array;
  /** Expected on a purchase, and within the horizon; NaN where amounts are not known. */
  spendPerPurchase: Float64Array;
  spend: Float64Array;
  /** Discounted margin that is expected within the lifetime. */
  value: Float64Array;
}

const daysOfYear = 365.25;
/** Money of one step is discounted as if it came in its middle: a step of a month is off by some millionths. */
const stepDays = 30.4375;
const rowsBetweenPauses = 4096;

/**
 * What is expected of each customer from now on.
 * @param money gamma-gamma's parameters; null where amounts are not known
 */
export async function customerValues(
  model: PurchaseModel,
  parameters: readonly number[],
  money: readonly number[] | null,
  histories: Histories,
  { horizonDays, lifetimeDays, yearlyDiscount, margin }: ValueOptions,
  run: RunContext,
): Promise<CustomerValues> {
  const { rows, rowOf } = distinct(histories);
  const steps = Math.ceil(lifetimeDays / stepDays);
  const ends = Array.from({ length: steps }, (_, i) => ((i + 1) * lifetimeDays) / steps);
  const factors = ends.map((end) => (1 + yearlyDiscount) ** (-(end - lifetimeDays / steps / 2) / daysOfYear));
  const count = rows.x.length;
  const [alive, purchases, discounted] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  for (let from = 0; from < count; from += rowsBetweenPauses) {
    await run.breathe();
    const part = {
      x: rows.x.subarray(from, from + rowsBetweenPauses),
      tx: rows.tx.subarray(from, from + rowsBetweenPauses),
      T: rows.T.subarray(from, from + rowsBetweenPauses),
      weight: rows.weight.subarray(from, from + rowsBetweenPauses),
    };
    alive.set(model.alive(part, parameters), from);
    const [soon, ...later] = model.expectedPurchases(
      part,
      parameters,
      [horizonDays, ...ends].map((days) => days / daysOfWeek),
    );
    purchases.set(soon, from);
    for (let row = 0; row < part.x.length; row++) {
      let before = 0;
      later.forEach((until, step) => {
        discounted[from + row] += (until[row] - before) * factors[step];
        before = until[row];
      });
    }
  }
  const ofCustomers = perCustomer(rowOf, purchases);
  const spendPerPurchase = expectedSpends(money, histories);
  return {
    alive: perCustomer(rowOf, alive),
    purchases: ofCustomers,
    spendPerPurchase,
    spend: ofCustomers.map((times, row) => times * spendPerPurchase[row]),
    value: perCustomer(rowOf, discounted).map((times, row) => times * spendPerPurchase[row] * margin),
  };
}

/** The mean spend on a purchase that is expected of each; who spent nothing so far is taken as one of all. */
export function expectedSpends(money: readonly number[] | null, { x, monetary }: Histories): Float64Array {
  if (money === null) return new Float64Array(x.length).fill(NaN);
  return Float64Array.from(x, (times, row) =>
    times > 0 && monetary[row] > 0 ? gammaGamma.expectedSpend(money, times, monetary[row]) : gammaGamma.expectedSpend(money, 0, 0),
  );
}
