import type { InteractionMatrix } from '../math/sparseRows';
import type { Basket } from './recommender';
import type { Sequences } from './trainingData';

/** What a customer of the data has. */
export function basketOf({ rowStarts, columns, values }: InteractionMatrix, user: number): Omit<Required<Basket>, 'events'> {
  const [from, to] = [rowStarts[user], rowStarts[user + 1]];
  return { items: columns.subarray(from, to), values: values.subarray(from, to) };
}

/** What somebody did, oldest first. */
export function eventsOfUser({ rowStarts, items, times }: Sequences, user: number): Required<NonNullable<Basket['events']>> {
  const [from, to] = [rowStarts[user], rowStarts[user + 1]];
  return { items: items.subarray(from, to), times: times.subarray(from, to) };
}
