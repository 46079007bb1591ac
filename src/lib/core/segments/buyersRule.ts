import { orderEvent } from '../schema/events';
import type { Rule } from './rule';

/** Who ever ordered the item. */
export function buyersRule(itemId: string): Rule {
  return { event: orderEvent, where: [{ property: 'item', oneOf: [itemId] }] };
}
