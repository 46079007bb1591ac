import type { InteractionMatrix } from '../math/sparseRows';
import type { Basket } from './recommender';

/** What a customer of the data has. */
export function basketOf({ rowStarts, columns, values }: InteractionMatrix, user: number): Required<Basket> {
  const [from, to] = [rowStarts[user], rowStarts[user + 1]];
  return { items: columns.subarray(from, to), values: values.subarray(from, to) };
}
