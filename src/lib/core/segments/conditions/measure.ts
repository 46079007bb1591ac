import { checkMeasure } from '../../measures/check';
import { measureKind, type EventMeasure } from '../../measures/measure';
import { measureSchema } from '../../measures/schema';
import { z } from '../../base/shape';
import { comparisonShape, comparisonsOf } from '../comparison';
import { checkComparison } from '../comparisonCheck';
import { comparisonPhrase } from '../comparisonPhrase';
import { pick, type ConditionKind } from '../condition';
import { checkFilters, filtersGap } from '../filters';
import { gap, phrase, type Phrase } from '../phrase';
import { windowPhrase } from '../windowPhrase';
import { usualEvent } from './event';

const schema = z.strictObject({ measure: measureSchema, ...comparisonShape });

/**
 * A comparison on a figure over somebody's events: "spent at least 500 in the last 90 days" is
 * `{ measure: { aggregate: sum, of: value, events: order_completed, window: { withinDays: 90 } }, atLeast: 500 }`.
 */
export type MeasureRule = z.infer<typeof schema>;

export const measureCondition: ConditionKind<MeasureRule> = {
  key: 'measure',
  schema,
  compares: true,
  check(rule, { kept }) {
    const { measure } = rule;
    const found = [...checkMeasure({ ...measure, where: [] }, kept), ...checkFilters(measure.where, kept)];
    return found.length > 0 ? found : checkComparison(rule, measureName(measure), measureKind(measure, kept));
  },
  meaning: (rule) => ({ kind: 'measure', measure: rule.measure, comparison: comparisonsOf(rule)[0] }),
  refersTo: ({ measure }) => eventNames(measure).map((id) => ({ kind: 'event', id, at: ['measure', 'events'] })),
  readBack: (rule) => {
    const { measure } = rule;
    const events = eventNames(measure).map(gap.event);
    return phrase('segments_say_measure', {
      figure: gap.phrase(figurePhrase(measure)),
      events: events.length > 0 ? gap.list(events) : gap.phrase(phrase('segments_say_any_event')),
      window: gap.phrase(windowPhrase(measure.window)),
      where: filtersGap(measure.where),
      comparison: gap.phrase(comparisonPhrase(comparisonsOf(rule)[0], { kind: measureKind(measure) })),
    });
  },
  fresh: ({ events }) => ({
    measure: { aggregate: 'sum', of: 'value', events: usualEvent(events), window: { withinDays: 90 } },
    atLeast: 100,
  }),
  sample(random, shop): MeasureRule {
    const event = pick(random, shop.events);
    const number = random.below(90);
    const [measure, comparison] = pick<[EventMeasure, Omit<MeasureRule, 'measure'>]>(random, [
      [{ aggregate: 'sum', of: 'value', events: event }, { atLeast: number }],
      [{ aggregate: 'sum', of: 'value', events: event }, { atMost: number }],
      [{ aggregate: 'sum', of: 'value', events: event }, { topPercent: 1 + number }],
      [{ aggregate: 'mean', of: 'value', events: event }, { between: [number / 2, number] }],
      [{ aggregate: 'max', of: 'value', events: event }, { moreThan: number }],
      [{ aggregate: 'min', of: 'value', events: event }, { exists: false }],
      [{ aggregate: 'count', events: [event, pick(random, shop.events)] }, { is: random.below(5) }],
      [{ aggregate: 'count', events: event }, { isNot: random.below(3) }],
      [{ aggregate: 'distinct', of: 'day', events: event }, { atLeast: random.below(5) }],
      [{ aggregate: 'daysSince', events: event }, { atMost: number }],
      [{ aggregate: 'daysSinceFirst', events: event }, { moreThan: number }],
      [{ aggregate: 'first', of: 'channel', events: event }, { is: 'web' }],
      [{ aggregate: 'last', of: 'channel', events: event }, { isNot: 'web' }],
      [{ aggregate: 'last', of: 'day', events: event }, { withinDays: 1 + number }],
      [{ aggregate: 'first', of: 'day', events: event }, { longerAgoThanDays: 1 + number }],
    ]);
    const window = pick(random, [undefined, { withinDays: 1 + random.below(100) }, { fromDaysAgo: 90, toDaysAgo: 1 + random.below(60) }]);
    const where = random.below(3) === 0 ? [pick(random, shop.filters)] : undefined;
    return { measure: { ...measure, ...(window ? { window } : {}), ...(where ? { where } : {}) }, ...comparison };
  },
};

function figurePhrase({ aggregate, of }: EventMeasure): Phrase {
  const say = `segments_say_aggregate_${aggregate}`;
  return of === undefined ? phrase(say) : phrase(`${say}_of`, { of: { is: 'property', value: of } });
}

/** What an error calls the figure. */
function measureName({ aggregate, of }: EventMeasure): string {
  return of === undefined ? aggregate : `${aggregate} of ${of}`;
}

function eventNames({ events }: EventMeasure): string[] {
  return events === undefined ? [] : [events].flat();
}
