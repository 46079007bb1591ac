import { daysOfWeek } from './histories';
import type { PurchaseDays } from './purchaseDays';
import type { PurchaseModel, PurchaseModelId } from './purchaseModel';

/** How likely one person was a customer still, from their first purchase on. */
export interface PersonLife {
  model: PurchaseModelId;
  /** By day since 1970-01-01, at the end of every week, of every purchase day and of the day before it, and of the last day observed. */
  points: { day: number; chance: number }[];
  /** Days with a purchase. */
  purchases: number[];
}

/**
 * What the model, as it is today, says of each moment by what was known of the person then.
 * @param customer their place in the purchases
 * @param end the day at whose beginning observation ends
 * @returns null for whoever did not buy
 */
export function personLife(
  { start, day }: PurchaseDays,
  customer: number,
  model: PurchaseModel,
  parameters: readonly number[],
  end: number,
): PersonLife | null {
  const purchases = Array.from(day.subarray(start[customer], start[customer + 1])).filter((each) => each < end);
  if (purchases.length === 0) return null;
  const [first] = purchases;
  const weekly = Array.from({ length: Math.floor((end - 1 - first) / daysOfWeek) + 1 }, (_, week) => first + week * daysOfWeek);
  // The day before a purchase shows how low it was.
  const days = [...new Set([...weekly, ...purchases.flatMap((each) => (each === first ? [each] : [each - 1, each])), end - 1])].sort(
    (a, b) => a - b,
  );
  const known = days.map((at) => purchases.filter((each) => each <= at));
  const chances = model.alive(
    {
      x: Int32Array.from(known, (until) => until.length - 1),
      tx: Float64Array.from(known, (until) => (until.at(-1)! - first) / daysOfWeek),
      T: Float64Array.from(days, (at) => (at - first) / daysOfWeek),
      weight: new Float64Array(days.length).fill(1),
    },
    parameters,
  );
  return { model: model.id, points: days.map((at, i) => ({ day: at, chance: chances[i] })), purchases };
}
