import { localDate } from '../core/schema/asOf';
import type { Scorer } from '../core/recommenders/recommender';

interface ListedRows {
  size: number;
  items: Int32Array;
}

/**
 * On which local day each row's customer is due to buy the item again, in days since 1970; NaN where its model does not
 * say. Undefined where no model of the list has such dates.
 * @param users one a list
 * @param models all that rows can come from; `modelOf`: which one a row comes from, undefined where none
 */
export function dueDays(
  { size, items }: ListedRows,
  users: Int32Array,
  models: readonly Scorer[],
  modelOf: (at: number) => Scorer | undefined,
  timeZone: string,
): Float64Array | undefined {
  if (!models.some(({ due }) => due)) return undefined;
  return Float64Array.from(items, (item, at) => {
    const time = item < 0 ? undefined : modelOf(at)?.due?.(users[Math.floor(at / size)], item);
    return time === undefined ? NaN : Date.parse(localDate(new Date(time / 1000), timeZone)) / 86_400_000;
  });
}

/** When the customer is due to buy the item again, where the model knows it. */
export function dueOf(model: Scorer, user: number, item: number): { due?: string } {
  const time = model.due?.(user, item);
  return time === undefined ? {} : { due: new Date(time / 1000).toISOString() };
}
