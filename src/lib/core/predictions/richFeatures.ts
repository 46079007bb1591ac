import type { EventMeasure, MeasureWindow, TextProperty } from '../measures/measure';
import { pathSeparator } from '../measures/scan';
import type { PlanTrait } from '../profiles/planTraits';
import { orderEvent, passiveEvents, refundEvents } from '../schema/events';
import { numbersOf, textsOf } from '../store/columns';
import type { DataScope } from '../store/dataScope';
import { identifier, sql } from '../store/sql';

/** Which features a prediction learns from: the columns of the profiles, or these and how each came about over time. */
export const featureSets = ['rich', 'basic'] as const;
export type FeatureSet = (typeof featureSets)[number];

const windows = [7, 30, 90, 365];
/** Of these windows there is a window before to compare with in most data. */
const trendWindows = [7, 30, 90];
/** An order so soon after a message counts as one after it. */
const daysToOrder = 7;
const mostEvents = 6;
const mostValues = 6;

type NewTrait = PlanTrait & { feature: true };

/**
 * Traits beyond those that every profile has, for a model to learn from: counts and money of the last 7, 30, 90 and 365
 * days and how they compare with as many days before, how regular the orders are, what share of them came by each channel
 * and of each category, at which price, and what came of campaigns. In the language of a plan's own traits, so that
 * they are as of any cut-off, and saved with the model. Which there are follows from what the data holds before `until`.
 * @param taken ids that a trait of the plan or an attribute has
 */
export async function richTraits(
  { store, tables }: Pick<DataScope, 'store' | 'tables'>,
  until: string,
  taken: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<NewTrait[]> {
  const common = async (column: 'event' | TextProperty, where = sql`true`) => {
    const found = await store.query(
      sql`SELECT ${identifier(column)} AS value, count(*)::DOUBLE AS times FROM ${identifier(tables.events)}
        WHERE local_ts < ${until}::TIMESTAMP AND ${identifier(column)} IS NOT NULL AND ${where} GROUP BY 1 ORDER BY 2 DESC, 1`,
      signal,
    );
    const times = numbersOf(found, 'times');
    return (textsOf(found, 'value') as string[]).map((value, at) => ({ value, times: times[at] }));
  };
  /** What orders are of, by the first level of its path. */
  const categories = async () => {
    const found = await store.query(
      sql`SELECT split_part(category, ${pathSeparator}, 1) AS value, count(*)::DOUBLE AS times
        FROM ${identifier(tables.events)} JOIN (SELECT item_index, category FROM ${identifier(tables.items)}) USING (item_index)
        WHERE event = ${orderEvent} AND local_ts < ${until}::TIMESTAMP AND category IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1`,
      signal,
    );
    return textsOf(found, 'value') as string[];
  };
  const events = (await common('event')).map(({ value }) => value);
  const has = (event: string) => events.includes(event);
  const other = events.filter(
    (event) => event !== orderEvent && !passiveEvents.includes(event as never) && !refundEvents.includes(event as never),
  );
  const traits: NewTrait[] = [];
  const add = (trait: PlanTrait) => {
    if (!taken.has(trait.id) && !traits.some(({ id }) => id === trait.id)) traits.push({ ...trait, feature: true });
  };
  const figure = (id: string, measure: EventMeasure) => {
    for (const days of windows) add({ id: `${id}_within_${days}`, measure: { ...measure, window: { withinDays: days } } });
    for (const days of trendWindows) {
      const window: MeasureWindow = { fromDaysAgo: 2 * days, toDaysAgo: days + 1 };
      add({ id: `${id}_before_${days}`, measure: { ...measure, window } });
      // With one on either side nobody divides by nothing, and from 0 to 1 is a step as from 1 to 3.
      add({ id: `${id}_trend_${days}`, formula: `([${id}_within_${days}] + 1) / ([${id}_before_${days}] + 1)` });
    }
  };
  figure('events', { aggregate: 'count' });
  figure('activeDays', { aggregate: 'distinct', of: 'day' });
  if (has(orderEvent)) {
    figure('orders', { aggregate: 'count', events: orderEvent });
    for (const days of windows) {
      add({
        id: `revenue_within_${days}`,
        kind: 'money',
        measure: { aggregate: 'sum', of: 'value', events: orderEvent, window: { withinDays: days } },
      });
    }
    add({ id: 'mean_gap', gaps: { events: orderEvent, of: 'mean' } });
    add({ id: 'gap_deviation', gaps: { events: orderEvent, of: 'deviation' } });
    add({ id: 'last_gap', gaps: { events: orderEvent, of: 'last' } });
    add({ id: 'pause_over_gap', formula: 'daysSinceLastOrder / (mean_gap + 1)' });
    add({ id: 'last_over_gap', formula: '(last_gap + 1) / (mean_gap + 1)' });
    add({ id: 'orders_per_day', formula: 'orders / (daysSinceFirstOrder + 1)' });
    add({ id: 'mean_price', measure: { aggregate: 'mean', of: 'price', events: orderEvent } });
    add({ id: 'highest_price', measure: { aggregate: 'max', of: 'price', events: orderEvent } });
    add({ id: 'different_items', measure: { aggregate: 'distinct', of: 'item', events: orderEvent } });
    add({ id: 'different_categories', measure: { aggregate: 'distinct', of: 'category', events: orderEvent } });
    for (const value of (await categories()).slice(0, mostValues)) {
      const where: EventMeasure['where'] = [{ property: 'category', oneOf: [value] }];
      add({ id: `category_orders_${value}`, measure: { aggregate: 'count', events: orderEvent, where } });
      add({ id: `category_share_${value}`, kind: 'share', formula: `[category_orders_${value}] / orders` });
    }
  }
  for (const event of other.slice(0, mostEvents)) {
    figure(event, { aggregate: 'count', events: event });
    add({ id: `${event}_days_since`, measure: { aggregate: 'daysSince', events: event } });
  }
  const message = ['campaign_received', 'campaign_delivered', 'campaign_sent'].find(has);
  if (message && has(orderEvent))
    add({ id: 'orders_after_messages', responses: { to: message, events: orderEvent, withinDays: daysToOrder, of: 'share' } });
  for (const event of passiveEvents.filter(has)) {
    for (const days of windows.slice(1))
      add({ id: `${event}_within_${days}`, measure: { aggregate: 'count', events: event, window: { withinDays: days } } });
    for (const answer of ['campaign_opened', 'campaign_clicked'].filter(has)) {
      add({ id: `${event}_count`, measure: { aggregate: 'count', events: event } });
      add({ id: `${answer}_count`, measure: { aggregate: 'count', events: answer } });
      add({ id: `${answer}_rate`, kind: 'share', formula: `[${answer}_count] / ([${event}_count] + 1)` });
    }
  }
  for (const { value } of (await common('channel')).slice(0, mostValues)) {
    add({ id: `channel_count_${value}`, measure: { aggregate: 'count', where: [{ property: 'channel', oneOf: [value] }] } });
    add({ id: `channel_share_${value}`, kind: 'share', formula: `[channel_count_${value}] / events` });
  }
  return traits.filter(({ id }) => !/[[\]]/.test(id));
}
