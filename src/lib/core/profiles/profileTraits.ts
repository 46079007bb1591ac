import { sql, type Sql } from '../store/sql';
import type { TraitKind } from './traits';

/**
 * One computed column of the profiles table. Adding a trait is one entry here (and its name in the message
 * catalogue, `profiles_trait_<id>`).
 */
export interface ProfileTrait {
  /** Column of the profiles table and name in plans. */
  id: string;
  kind: TraitKind;
  /**
   * An aggregate over one customer's events before asOf, whose columns are `event`, `day` (local date), `value`,
   * `quantity`, `order_key` and `taken_back`; the parameter is asOf as a DATE.
   */
  expression: (asOfDay: Sql) => Sql;
  type: 'INTEGER' | 'DOUBLE' | 'DECIMAL(18,4)';
  /** What a customer without a single event has: 0 for counts and sums, no value (NULL) for days and averages. */
  withoutEvents: 0 | null;
  what: string;
}

const ordered = sql`event = 'order_completed'`;
const undone = sql`event IN ('order_refunded', 'order_cancelled')`;
const orderCount = sql`count(DISTINCT order_key) FILTER (WHERE ${ordered})`;
/** What whole orders were worth that were undone without naming money; the same in all rows of a customer. */
const takenBack = sql`coalesce(any_value(taken_back), 0)`;
const revenue = sql`(coalesce(sum(value) FILTER (WHERE ${ordered} OR ${undone}), 0) - ${takenBack})`;

/** In the order of columns. Days are whole local days: something done on the day before asOf was 1 day ago. */
export const profileTraits: readonly ProfileTrait[] = [
  {
    id: 'daysSinceLastOrder',
    kind: 'days',
    expression: (asOfDay) => sql`date_diff('day', max(day) FILTER (WHERE ${ordered}), ${asOfDay})`,
    type: 'INTEGER',
    withoutEvents: null,
    what: 'Whole days from the day of the last order to asOf; none without an order.',
  },
  {
    id: 'daysSinceFirstOrder',
    kind: 'days',
    expression: (asOfDay) => sql`date_diff('day', min(day) FILTER (WHERE ${ordered}), ${asOfDay})`,
    type: 'INTEGER',
    withoutEvents: null,
    what: 'Whole days from the day of the first order to asOf; none without an order.',
  },
  {
    id: 'daysSinceLastEvent',
    kind: 'days',
    expression: (asOfDay) => sql`date_diff('day', max(day), ${asOfDay})`,
    type: 'INTEGER',
    withoutEvents: null,
    what: 'Whole days from the day of the last event of any kind to asOf.',
  },
  {
    id: 'tenureDays',
    kind: 'days',
    expression: (asOfDay) => sql`date_diff('day', min(day), ${asOfDay})`,
    type: 'INTEGER',
    withoutEvents: null,
    what: 'Whole days from the day of the first event of any kind to asOf.',
  },
  {
    id: 'orders',
    kind: 'count',
    expression: () => orderCount,
    type: 'INTEGER',
    withoutEvents: 0,
    what: 'Orders placed: different order ids, or days with an order where the file has no order ids.',
  },
  {
    id: 'revenue',
    kind: 'money',
    expression: () => revenue,
    type: 'DECIMAL(18,4)',
    withoutEvents: 0,
    what: 'Sales minus refunds and cancellations.',
  },
  {
    id: 'averageOrderValue',
    kind: 'money',
    expression: () => sql`${revenue}::DOUBLE / nullif(${orderCount}, 0)`,
    type: 'DOUBLE',
    withoutEvents: null,
    what: 'Revenue divided by orders; none without an order.',
  },
  {
    id: 'quantity',
    kind: 'number',
    // Decimals add up to the same sum in whatever order threads deliver them; doubles do not.
    expression: () => sql`coalesce(sum(quantity::DECIMAL(18,4)) FILTER (WHERE ${ordered}), 0)::DOUBLE`,
    type: 'DOUBLE',
    withoutEvents: 0,
    what: 'Pieces ordered, refunds not taken off.',
  },
  {
    id: 'refunds',
    kind: 'count',
    expression: () => sql`count(DISTINCT order_key) FILTER (WHERE ${undone})`,
    type: 'INTEGER',
    withoutEvents: 0,
    what: 'Orders refunded or cancelled, wholly or in part.',
  },
  {
    id: 'refundedValue',
    kind: 'money',
    expression: () => sql`${takenBack} - coalesce(sum(value) FILTER (WHERE ${undone}), 0)`,
    type: 'DECIMAL(18,4)',
    withoutEvents: 0,
    what: 'Money given back, as a positive amount.',
  },
  {
    id: 'events',
    kind: 'count',
    expression: () => sql`count(*)`,
    type: 'INTEGER',
    withoutEvents: 0,
    what: 'Events of any kind.',
  },
  {
    id: 'views',
    kind: 'count',
    expression: () => sql`count(*) FILTER (WHERE event = 'product_viewed')`,
    type: 'INTEGER',
    withoutEvents: 0,
    what: 'Product views.',
  },
  {
    id: 'carts',
    kind: 'count',
    expression: () => sql`count(*) FILTER (WHERE event = 'product_added')`,
    type: 'INTEGER',
    withoutEvents: 0,
    what: 'Products put into the cart.',
  },
  {
    id: 'activeDays',
    kind: 'count',
    expression: () => sql`count(DISTINCT day)`,
    type: 'INTEGER',
    withoutEvents: 0,
    what: 'Different local days with at least one event.',
  },
];

/** Text traits that are a ranking, not an aggregate. */
export const favoriteTraits = [
  {
    id: 'favoriteCategory',
    kind: 'text',
    what: 'The category most often ordered, then most often viewed; ties go to the first in byte order.',
  },
  {
    id: 'favoriteItem',
    kind: 'text',
    what: 'Title (or id) of the item most often ordered, then most often viewed; ties go to the lowest item id.',
  },
] as const;
