import { orderEvent } from '../schema/events';
import type { Recommender } from '../recommenders/recommender';
import type { EventWeights } from '../store/interactionQueries';

/** Events that say that a customer has an item: it was ordered, or else it could not have been judged. */
const owningEvents = [orderEvent, 'product_rated', 'product_reviewed'];

/** What a list leaves out where nothing is said of it: what was bought, unless its model is there to recommend just that. */
export function usualExclusion({ repeats }: Pick<Recommender, 'repeats'>): 'bought'[] {
  return repeats ? [] : ['bought'];
}

/**
 * The events whose items a list leaves out, as weights to read a matrix by.
 * - `bought`: what says that the customer has the item. Where no event of the data does, what the model learnt from:
 *   that is what its evaluation left out, too.
 * - `seen`: anything that the customer did with the item.
 * @param modelEvents what the model learnt from
 * @param eventNames the events that the data has
 */
export function exclusionWeights(kind: 'bought' | 'seen', modelEvents: EventWeights, eventNames: readonly string[]): EventWeights {
  const owning = owningEvents.filter((event) => eventNames.includes(event));
  const learnt = Object.keys(modelEvents);
  const chosen = kind === 'seen' ? [...new Set([...eventNames, ...learnt])] : owning.length > 0 ? owning : learnt;
  return Object.fromEntries(chosen.map((event) => [event, 1]));
}
