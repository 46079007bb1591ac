import { checkWindow } from '../../measures/check';
import type { EventMeasure, MeasureWindow } from '../../measures/measure';
import { propertyFilterSchema } from '../../measures/schema';
import { daysShape, localDateShape, z } from '../../base/shape';
import type { Comparison } from '../../measures/asked';
import { emptyCondition, pick, type ConditionKind, type Problem } from '../condition';
import { checkFilters, filtersGap } from '../filters';
import { gap, phrase, type Phrase } from '../phrase';
import { windowPhrase } from '../windowPhrase';

const schema = z.strictObject({
  event: z.string(),
  atLeast: z.number().int().min(0).optional(),
  atMost: z.number().int().min(0).optional(),
  withinDays: daysShape.optional(),
  /** Local dates `YYYY-MM-DD`, both included. */
  from: localDateShape.optional(),
  to: localDateShape.optional(),
  /** "Between 30 and 90 days ago" is `{ fromDaysAgo: 90, toDaysAgo: 30 }`, both included. */
  fromDaysAgo: daysShape.optional(),
  toDaysAgo: daysShape.optional(),
  where: z.array(propertyFilterSchema).optional(),
});

/** "Did X at least N times in the last D days." Without a count, at least once; without a window, ever. */
export type EventRule = z.infer<typeof schema>;

/** A measure of its own: how often, compared with a lower and an upper bound. */
export const eventCondition: ConditionKind<EventRule> = {
  key: 'event',
  schema,
  check(rule, { kept }) {
    if (!rule.event) return [emptyCondition()];
    return [...checkTimes(rule), ...checkOneWindow(rule), ...checkWindow(windowOfRule(rule)), ...checkFilters(rule.where, kept)];
  },
  meaning: (rule) => ({
    kind: 'measure',
    measure: measureOf(rule),
    comparison: comparisonOf(rule),
  }),
  refersTo: ({ event }) => [{ kind: 'event', id: event, at: ['event'] }],
  rename: (rule, { kind, id }, to) => (kind === 'event' && rule.event === id ? { ...rule, event: to } : rule),
  readBack: (rule) =>
    phrase('segments_say_event', {
      event: gap.event(rule.event),
      times: gap.phrase(timesPhrase(rule)),
      window: gap.phrase(windowPhrase(windowOfRule(rule))),
      where: filtersGap(rule.where),
    }),
  fresh: ({ events }) => ({ event: usualEvent(events), atLeast: 1, withinDays: 30 }),
  sample(random, shop) {
    const rule: EventRule = { event: pick(random, [...shop.events, 'never_heard_of']) };
    if (random.below(2) === 0) rule.atLeast = random.below(5);
    if (random.below(3) === 0) rule.atMost = (rule.atLeast ?? 0) + random.below(4);
    Object.assign(
      rule,
      pick(random, [
        {},
        { withinDays: 1 + random.below(100) },
        { fromDaysAgo: 20 + random.below(60), toDaysAgo: 1 + random.below(20) },
        { from: '2026-03-10', to: pick(random, ['2026-03-10', '2026-05-05', '2027-01-01']) },
      ]),
    );
    if (random.below(3) === 0) rule.where = [pick(random, shop.filters)];
    return rule;
  },
};

/** How often an event condition asks for: at least once where it says nothing, from never on where it only says at most. */
export function timesRange({ atLeast, atMost }: Pick<EventRule, 'atLeast' | 'atMost'>): { atLeast: number; atMost: number } {
  return { atLeast: atLeast ?? (atMost === undefined ? 1 : 0), atMost: atMost ?? Infinity };
}

function comparisonOf(rule: EventRule): Comparison {
  const { atLeast, atMost } = timesRange(rule);
  return atMost === Infinity ? { operator: 'atLeast', operand: atLeast } : { operator: 'between', operand: [atLeast, atMost] };
}

/** The event that most conditions are about. */
export function usualEvent(events: readonly string[]): string {
  return events.includes('order_completed') ? 'order_completed' : (events[0] ?? 'order_completed');
}

function measureOf(rule: EventRule): EventMeasure {
  const window = windowOfRule(rule);
  return {
    events: rule.event,
    aggregate: 'count',
    ...(rule.where?.length ? { where: rule.where } : {}),
    ...(window ? { window } : {}),
  };
}

/** The window of an event condition as measures have it. */
export function windowOfRule({ withinDays, from, to, fromDaysAgo, toDaysAgo }: EventRule): MeasureWindow | undefined {
  if (withinDays !== undefined) return { withinDays };
  if (fromDaysAgo !== undefined || toDaysAgo !== undefined) return { fromDaysAgo, toDaysAgo };
  return from !== undefined || to !== undefined ? { from, to } : undefined;
}

/** What the counts mean: without any, at least once; without a lower one, also never. */
function timesPhrase(rule: EventRule): Phrase {
  const { atLeast, atMost } = timesRange(rule);
  if (atMost === Infinity) {
    if (atLeast === 0) return phrase('segments_say_times_any');
    return atLeast === 1 ? phrase('segments_say_times_once') : phrase('segments_say_times_atLeast', { times: gap.number(atLeast) });
  }
  if (atMost === 0) return phrase('segments_say_times_never');
  if (atLeast === 0) return phrase('segments_say_times_atMost', { times: gap.number(atMost) });
  if (atLeast === atMost) return phrase('segments_say_times_exactly', { times: gap.number(atLeast) });
  return phrase('segments_say_times_between', { low: gap.number(atLeast), high: gap.number(atMost) });
}

function checkTimes({ event, atLeast, atMost }: EventRule): Problem[] {
  const found: Problem[] = [];
  for (const times of [atLeast, atMost])
    if (times !== undefined && !(Number.isInteger(times) && times >= 0))
      found.push({
        code: 'times_invalid',
        message: `"${event}" is asked ${times} times.`,
        hint: 'Give a whole number from 0.',
        values: { event, times: String(times) },
      });
  if (atLeast !== undefined && atMost !== undefined && atLeast > atMost)
    found.push({
      code: 'times_backwards',
      message: `"${event}" is asked at least ${atLeast} and at most ${atMost} times, which is no one.`,
      hint: 'Raise the second number or lower the first.',
      values: { event, atLeast, atMost },
    });
  return found;
}

function checkOneWindow({ event, withinDays, from, to, fromDaysAgo, toDaysAgo }: EventRule): Problem[] {
  const ways = [[withinDays], [from, to], [fromDaysAgo, toDaysAgo]].filter((ends) => ends.some((end) => end !== undefined));
  if (ways.length < 2) return [];
  return [
    {
      code: 'window_double',
      message: `"${event}" has both a number of days and dates.`,
      hint: 'Keep one of them.',
      values: { event },
    },
  ];
}
