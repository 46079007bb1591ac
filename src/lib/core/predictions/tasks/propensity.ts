import { UserError } from '../../base/errors';
import type { RunContext } from '../../base/run';
import { numbersOf } from '../../store/columns';
import type { DataScope } from '../../store/dataScope';
import { identifier, sql } from '../../store/sql';
import { planCutoffs } from '../cutoffs';
import { eventsAsked, readLabels, type FeatureTable } from '../features';
import { happened } from '../labels';
import type { DiagnosticsSection } from '../report';
import { calibrationSection, gainsSection, rankingSection } from '../sections/binary';
import { curvesSection, depthSection, segmentQualitySection, stabilitySection } from '../sections/reading';
import type { EventTarget } from '../spec';
import type { LearnedTask, Tested } from './task';

/** With fewer, any measure is luck. */
const fewest = { training: 20, validation: 5, test: 5 };

/** "Will this customer do the event within N days?" of everyone with an event before the cut-off. */
export const propensity: LearnedTask = {
  id: 'propensity',
  asks: ['event', 'withinDays'],
  may: ['category', 'item', 'gapDays'],
  options: [],
  outputs: [{ name: '', kind: 'score' }],
  labels: 'binary',
  measures: [rankingSection, depthSection, gainsSection, calibrationSection, curvesSection, stabilitySection, segmentQualitySection],
  baseline: { id: 'recent-buyers-first', scores: recentBuyersFirst },
  findings: fewOutcomes,

  cutoffs({ firstDay, to, times }, { event, withinDays, gapDays = 0 }) {
    if (firstDay === null || times === 0) throw eventNever(event);
    return planCutoffs(firstDay, to, withinDays + gapDays);
  },

  async label(scope, table, target, run) {
    await checkHappens(scope, target, run);
    return { kind: 'binary', values: await readLabels(scope, table, target.event, target.withinDays, run.signal, target) };
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

/** Fewer outcomes than this in the test make every figure of it vague. */
const fewFound = 30;

/** A test of which so little came that its figures say hardly anything. */
export function fewOutcomes({ labels }: Pick<Tested, 'labels'>): DiagnosticsSection['findings'] {
  const outcomes = happened(labels);
  const did = outcomes.reduce((sum, outcome) => sum + outcome, 0);
  const fewer = Math.min(did, outcomes.length - did);
  if (fewer >= fewFound) return [];
  const message = `Of the ${outcomes.length} customers of the test ${did} did it: figures of the test are vague, see their intervals.`;
  return [{ code: 'few_outcomes', message, values: { rows: outcomes.length, did } }];
}

/**
 * What a target of one item or category asks about has happened at all.
 * @throws UserError `prediction_nothing_of`
 */
export async function checkHappens(scope: DataScope, target: EventTarget, { signal }: Pick<RunContext, 'signal'>): Promise<void> {
  const { event, category, item } = target;
  if (category === undefined && item === undefined) return;
  const found = await scope.store.query(
    sql`SELECT count(*)::INTEGER AS times FROM ${identifier(scope.tables.events)} WHERE ${eventsAsked(scope, target)} AND local_ts < ${scope.asOf}::TIMESTAMP`,
    signal,
  );
  if (numbersOf(found, 'times')[0] > 0) return;
  const what = item ?? category!;
  throw new UserError(
    'prediction_nothing_of',
    `Nobody ever did "${event}" with "${what}".`,
    'Choose an item or a category that the data holds; names are exact.',
    { event, what },
  );
}

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
