import { orderEvent, refundEvents } from '../schema/events';
import type { TraitDefinition } from './kinds';
import type { TraitKind } from './traits';

/**
 * A trait that every data set has, in the language that a plan's own are written in. Adding one is an entry here and
 * its words in the message catalogue, `profiles_trait_<id>` and `profiles_trait_<id>_what`.
 */
export type ProfileTrait = {
  /** Column of the profiles table and name in plans. */
  id: string;
  kind: TraitKind;
  what: string;
} & TraitDefinition;

const money = [orderEvent, ...refundEvents];
const undone = [...refundEvents];

/** In the order of columns. Days are whole local days: something done on the day before asOf was 1 day ago. */
export const profileTraits: readonly ProfileTrait[] = [
  {
    id: 'daysSinceLastOrder',
    kind: 'days',
    measure: { aggregate: 'daysSince', events: orderEvent },
    what: 'Whole days from the day of the last order to asOf; none without an order.',
  },
  {
    id: 'daysSinceFirstOrder',
    kind: 'days',
    measure: { aggregate: 'daysSinceFirst', events: orderEvent },
    what: 'Whole days from the day of the first order to asOf; none without an order.',
  },
  {
    id: 'daysSinceLastEvent',
    kind: 'days',
    measure: { aggregate: 'daysSince' },
    what: 'Whole days from the day of the last thing the customer did to asOf; being sent a campaign, or held out of one, is not theirs.',
  },
  {
    id: 'tenureDays',
    kind: 'days',
    measure: { aggregate: 'daysSinceFirst' },
    what: 'Whole days from the day of the first thing the customer did to asOf; being sent a campaign, or held out of one, is not theirs.',
  },
  {
    id: 'orders',
    kind: 'count',
    measure: { aggregate: 'count', events: orderEvent },
    what: 'Orders placed: different order ids, or days with an order where the file has no order ids.',
  },
  {
    id: 'revenue',
    kind: 'money',
    measure: { aggregate: 'sum', of: 'value', events: money },
    what: 'Sales minus refunds and cancellations, each when it happened; a cancellation that names no amount takes its whole order back.',
  },
  {
    id: 'averageOrderValue',
    kind: 'money',
    formula: 'revenue / orders',
    what: 'Revenue divided by orders; none without an order.',
  },
  {
    id: 'quantity',
    kind: 'number',
    measure: { aggregate: 'sum', of: 'quantity', events: orderEvent },
    what: 'Pieces ordered, refunds not taken off.',
  },
  {
    id: 'refunds',
    kind: 'count',
    measure: { aggregate: 'count', events: undone },
    what: 'Orders refunded or cancelled, wholly or in part; a refund without its order counts, too.',
  },
  {
    id: 'refundedValue',
    kind: 'money',
    measure: { aggregate: 'sum', of: 'value', events: undone, opposite: true },
    what: 'Money given back, as a positive amount, also for orders that are not in the data.',
  },
  {
    id: 'events',
    kind: 'count',
    measure: { aggregate: 'count' },
    what: 'Everything the customer did, one by one; being sent a campaign, or held out of one, is not theirs.',
  },
  {
    id: 'views',
    kind: 'count',
    measure: { aggregate: 'count', events: 'product_viewed' },
    what: 'Product views.',
  },
  {
    id: 'carts',
    kind: 'count',
    measure: { aggregate: 'count', events: 'product_added' },
    what: 'Products put into the cart.',
  },
  {
    id: 'activeDays',
    kind: 'count',
    measure: { aggregate: 'distinct', of: 'day' },
    what: 'Different local days on which the customer did something.',
  },
  {
    id: 'favoriteCategory',
    kind: 'text',
    favorite: 'category',
    what: 'The category most often ordered, then most often viewed; ties go to the first in byte order.',
  },
  {
    id: 'favoriteItem',
    kind: 'text',
    favorite: 'item',
    what: 'Title (or id) of the item most often ordered, then most often viewed; ties go to the lowest item id.',
  },
];
