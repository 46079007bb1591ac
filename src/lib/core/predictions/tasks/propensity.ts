import { UserError } from '../../base/errors';
import { planCutoffs } from '../cutoffs';
import { readLabels, type FeatureTable } from '../features';
import { happened } from '../labels';
import { calibrationSection, gainsSection, rankingSection } from '../sections/binary';
import type { LearnedTask } from './task';

/** With fewer, any measure is luck. */
const fewest = { training: 20, validation: 5, test: 5 };

/** "Will this customer do the event within N days?" of everyone with an event before the cut-off. */
export const propensity: LearnedTask = {
  id: 'propensity',
  asks: ['event', 'withinDays'],
  options: [],
  outputs: [{ name: '', kind: 'score' }],
  labels: 'binary',
  measures: [rankingSection, gainsSection, calibrationSection],
  baseline: { id: 'recent-buyers-first', scores: recentBuyersFirst },

  cutoffs({ firstDay, to, times }, { event, withinDays }) {
    if (firstDay === null || times === 0) throw eventNever(event);
    return planCutoffs(firstDay, to, withinDays);
  },

  async label(scope, table, { event, withinDays }, run) {
    return { kind: 'binary', values: await readLabels(scope, table, event, withinDays, run.signal) };
  },

  checkEnough(part, labels, { event, withinDays }) {
    const outcomes = happened(labels);
    const [rows, did] = [outcomes.length, outcomes.reduce((sum, label) => sum + label, 0)];
    const needed = fewest[part];
    if (did >= needed && rows - did >= needed) return;
    throw new UserError(
      'propensity_too_few',
      `Of ${rows} customers at the ${part} cut-offs, ${did} did "${event}" within ${withinDays} days and ${rows - did} did not; at least ${needed} of each are needed.`,
      did < needed ? 'Ask about more days, a more frequent event, or add more data.' : 'Ask about fewer days or a rarer event.',
      { part, rows, did, not: rows - did, event, withinDays, fewest: needed },
    );
  },
};

/** Where nobody has ever ordered, whoever was here last comes first. */
export function recentBuyersFirst({ features }: FeatureTable): Float64Array {
  const daysSince = (id: string) => features.find((feature) => feature.id === id)!.values as Float64Array;
  const orders = daysSince('daysSinceLastOrder');
  const days = orders.every(Number.isNaN) ? daysSince('daysSinceLastEvent') : orders;
  return days.map((value) => (Number.isNaN(value) ? -Infinity : -value));
}

export function eventNever(event: string): UserError {
  return new UserError(
    'propensity_event_never',
    `The event "${event}" never happens in the data.`,
    'Choose an event that the data holds.',
    { event },
  );
}
