import { orderEvent, refundEvents } from '../schema/events';
import type { EventMeasure } from '../measures/measure';
import type { PlanTrait } from './planTraits';
import type { TraitDefinition } from './kinds';
import type { KnownColumns } from './knownColumns';
import { references } from './profilesQuery';

export const libraryGroups = ['value', 'frequency', 'rhythm', 'basket', 'taste', 'time', 'funnel', 'campaigns', 'service'] as const;
export type LibraryGroup = (typeof libraryGroups)[number];

/**
 * A trait that somebody can take into their plan with one press, where the built-in ones stop: not every shop wants each,
 * and each costs a column. Its name and sentence are in the message catalogue, `profiles_library_<id>` and
 * `profiles_library_<id>_what`; once taken it is the plan's own and can be changed.
 */
export type LibraryTrait = {
  id: string;
  group: LibraryGroup;
  /** Shown where the data has one of these; anywhere, where it is left out. */
  events?: readonly string[];
  /** What the data has to say for it; where it does not, the library says so. */
  needs?: keyof KnownColumns;
  kind?: PlanTrait['kind'];
} & TraitDefinition;

const orders = orderEvent;
const money = [orderEvent, ...refundEvents];
const spend = (withinDays: number): EventMeasure => ({ aggregate: 'sum', of: 'value', events: money, window: { withinDays } });
const countOf = (events: string, withinDays?: number): EventMeasure => ({
  aggregate: 'count',
  events,
  ...(withinDays && { window: { withinDays } }),
});

export const traitLibrary: readonly LibraryTrait[] = [
  { id: 'spend_30', group: 'value', events: [orders], measure: spend(30) },
  { id: 'spend_90', group: 'value', events: [orders], measure: spend(90) },
  { id: 'spend_365', group: 'value', events: [orders], measure: spend(365) },
  { id: 'spend_per_month', group: 'value', events: [orders], kind: 'money', formula: 'revenue / (tenureDays / 30.4375)' },
  { id: 'spend_share_90', group: 'value', events: [orders], kind: 'share', formula: 'spend_90 / revenue' },
  { id: 'gross_margin', group: 'value', events: [orders], needs: 'cost', margin: 'money' },
  { id: 'margin_share', group: 'value', events: [orders], needs: 'cost', margin: 'share' },
  { id: 'discount_share', group: 'value', events: [orders], needs: 'price', discount: 'item.price' },
  { id: 'discount_taken', group: 'value', events: [orders], needs: 'discount', discount: 'event.discount' },
  { id: 'spend_rank', group: 'value', events: [orders], rank: { of: 'revenue', as: 'percent' } },
  { id: 'spend_place', group: 'value', events: [orders], rank: { of: 'revenue', as: 'place' } },
  { id: 'orders_30', group: 'frequency', events: [orders], measure: countOf(orders, 30) },
  { id: 'orders_90', group: 'frequency', events: [orders], measure: countOf(orders, 90) },
  { id: 'orders_365', group: 'frequency', events: [orders], measure: countOf(orders, 365) },
  { id: 'orders_per_month', group: 'frequency', events: [orders], kind: 'number', formula: 'orders / (tenureDays / 30.4375)' },
  { id: 'active_days_30', group: 'frequency', measure: { aggregate: 'distinct', of: 'day', window: { withinDays: 30 } } },
  { id: 'active_share_30', group: 'frequency', kind: 'share', formula: 'active_days_30 / 30' },
  { id: 'order_span', group: 'rhythm', events: [orders], kind: 'days', formula: 'daysSinceFirstOrder - daysSinceLastOrder' },
  { id: 'typical_gap', group: 'rhythm', events: [orders], gaps: { events: orders, of: 'median', least: 2 } },
  { id: 'last_gap', group: 'rhythm', events: [orders], gaps: { events: orders, of: 'last' } },
  { id: 'mean_gap', group: 'rhythm', events: [orders], gaps: { events: orders, of: 'mean', least: 2 } },
  { id: 'rhythm_spread', group: 'rhythm', events: [orders], kind: 'number', formula: 'mean_gap / typical_gap' },
  { id: 'pause_ratio', group: 'rhythm', events: [orders], kind: 'number', formula: 'daysSinceLastOrder / typical_gap' },
  { id: 'next_order_in', group: 'rhythm', events: [orders], kind: 'days', formula: 'typical_gap - daysSinceLastOrder' },
  { id: 'items_per_order', group: 'basket', events: [orders], kind: 'number', formula: 'quantity / orders' },
  { id: 'different_items', group: 'basket', events: [orders], measure: { aggregate: 'distinct', of: 'item', events: orders } },
  { id: 'different_categories', group: 'basket', events: [orders], measure: { aggregate: 'distinct', of: 'category', events: orders } },
  { id: 'mean_price', group: 'basket', events: [orders], measure: { aggregate: 'mean', of: 'price', events: orders } },
  { id: 'highest_price', group: 'basket', events: [orders], measure: { aggregate: 'max', of: 'price', events: orders } },
  { id: 'price_rank', group: 'basket', events: [orders], rank: { of: 'mean_price', as: 'percent' } },
  {
    id: 'price_band',
    group: 'basket',
    events: [orders],
    cases: {
      first: [
        { value: 'low', when: [{ trait: 'price_rank', atMost: 1 / 3 }] },
        { value: 'middle', when: [{ trait: 'price_rank', atMost: 2 / 3 }] },
        { value: 'high', when: [{ trait: 'price_rank', moreThan: 2 / 3 }] },
      ],
    },
  },
  { id: 'favored_category', group: 'taste', events: [orders], needs: 'category', affinity: { property: 'category' } },
  { id: 'favored_brand', group: 'taste', events: [orders], needs: 'brand', affinity: { property: 'brand' } },
  { id: 'favored_channel', group: 'taste', events: [orders], needs: 'channel', affinity: { property: 'channel' } },
  { id: 'usual_brand', group: 'taste', events: [orders], measure: { aggregate: 'mostFrequent', of: 'brand', events: orders } },
  { id: 'usual_channel', group: 'taste', measure: { aggregate: 'mostFrequent', of: 'channel', events: orders } },
  { id: 'usual_device', group: 'taste', measure: { aggregate: 'mostFrequent', of: 'device' } },
  { id: 'first_channel', group: 'taste', measure: { aggregate: 'first', of: 'channel' } },
  { id: 'first_category', group: 'taste', events: [orders], measure: { aggregate: 'first', of: 'category', events: orders } },
  { id: 'last_category', group: 'taste', events: [orders], measure: { aggregate: 'last', of: 'category', events: orders } },
  { id: 'usual_hour', group: 'time', measure: { aggregate: 'mostFrequent', of: 'hour' } },
  { id: 'usual_weekday', group: 'time', measure: { aggregate: 'mostFrequent', of: 'weekday' } },
  { id: 'first_order', group: 'time', events: [orders], measure: { aggregate: 'first', of: 'day', events: orders } },
  { id: 'last_order', group: 'time', events: [orders], measure: { aggregate: 'last', of: 'day', events: orders } },
  {
    id: 'funnel_stage',
    group: 'funnel',
    cases: {
      first: [
        { value: 'order', when: [{ trait: 'orders', atLeast: 1 }] },
        { value: 'cart', when: [{ trait: 'carts', atLeast: 1 }] },
        { value: 'view', when: [{ trait: 'views', atLeast: 1 }] },
      ],
    },
  },
  { id: 'views_per_order', group: 'funnel', events: ['product_viewed'], kind: 'number', formula: 'views / orders' },
  { id: 'cart_rate', group: 'funnel', events: ['product_added'], kind: 'share', formula: 'carts / views' },
  { id: 'days_since_cart', group: 'funnel', events: ['product_added'], measure: { aggregate: 'daysSince', events: 'product_added' } },
  { id: 'searches_30', group: 'funnel', events: ['product_searched'], measure: countOf('product_searched', 30) },
  {
    id: 'last_campaign',
    group: 'campaigns',
    events: ['campaign_opened', 'campaign_clicked'],
    measure: { aggregate: 'last', of: 'campaign', events: ['campaign_opened', 'campaign_clicked'] },
  },
  { id: 'campaigns_sent_90', group: 'campaigns', events: ['campaign_received'], measure: countOf('campaign_received', 90) },
  { id: 'campaign_clicks_90', group: 'campaigns', events: ['campaign_clicked'], measure: countOf('campaign_clicked', 90) },
  {
    id: 'click_rate_90',
    group: 'campaigns',
    events: ['campaign_clicked'],
    kind: 'share',
    formula: 'campaign_clicks_90 / campaigns_sent_90',
  },
  {
    id: 'orders_after_message',
    group: 'campaigns',
    events: ['campaign_received'],
    responses: { to: 'campaign_received', events: orders, withinDays: 7, of: 'share' },
  },
  { id: 'refund_rate', group: 'service', events: refundEvents, kind: 'share', formula: 'refunds / orders' },
  { id: 'refunded_share', group: 'service', events: refundEvents, kind: 'share', formula: 'refundedValue / (revenue + refundedValue)' },
  { id: 'mean_rating', group: 'service', events: ['product_rated', 'product_reviewed'], measure: { aggregate: 'mean', of: 'rating' } },
];

/** Words of the catalogue by the end of their key: an entry's id, or `<id>_<tag>`. */
type NameOf = (key: string) => string;

/** A tag stands in the plan as people read it. */
function withTagNames<T extends TraitDefinition>(trait: T, id: string, nameOf: NameOf): T {
  if (!('cases' in trait)) return trait;
  const first = trait.cases.first.map((one) => ({ ...one, value: nameOf(`${id}_${one.value}`) }));
  return { ...trait, cases: { ...trait.cases, first } };
}

/** A trait of the library as one of a plan, with those that it is made of before it, but for those that the plan has; `known` is what the data says. */
export function fromLibrary(entry: LibraryTrait, plan: readonly PlanTrait[], nameOf: NameOf, known?: KnownColumns): PlanTrait[] {
  const found: PlanTrait[] = [];
  const add = (id: string): void => {
    const one = traitLibrary.find((candidate) => candidate.id === id);
    if (!one || [...plan, ...found].some((trait) => trait.id === id)) return;
    const { group: _, events: __, needs, ...trait } = one;
    references(trait).forEach(add);
    const named = { ...withTagNames(trait, id, nameOf), name: nameOf(id) } as PlanTrait;
    // Files call what was taken off by many names.
    const isTaken = 'discount' in named && needs === 'discount' && known?.discount;
    found.push(isTaken ? { ...named, discount: known.discount! } : named);
  };
  add(entry.id);
  return found;
}
