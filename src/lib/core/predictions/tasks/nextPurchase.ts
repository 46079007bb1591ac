import { indexesOf, numbersOf } from '../../store/columns';
import { identifier, sql } from '../../store/sql';
import { planCutoffs } from '../cutoffs';
import { eventsAsked, inWindow } from '../features';
import { byHazard, horizonDays } from '../hazard';
import { horizonsSection } from '../sections/horizons';
import { checkHappens, eventNever, fewOutcomes, propensity, recentBuyersFirst } from './propensity';
import type { LearnedTask } from './task';

/**
 * "When will this customer do the event next?" of everyone with an event before the cut-off, watched for N days: the day by
 * which half of those like them have, and the chance to have by a week, a month and a quarter.
 */
export const nextPurchase: LearnedTask = {
  id: 'next-purchase',
  asks: ['event', 'withinDays'],
  may: ['category', 'item'],
  options: [],
  outputs: [{ name: '', kind: 'days' }, ...horizonDays.map((days) => ({ name: `within${days}`, kind: 'score' as const }))],
  labels: 'duration',
  by: { labels: 'binary', compose: (learner, { withinDays }) => byHazard(learner, withinDays) },
  measures: [horizonsSection],
  baseline: { id: 'recent-buyers-first', scores: recentBuyersFirst },

  cutoffs({ firstDay, to, times }, { event, withinDays }) {
    if (firstDay === null || times === 0) throw eventNever(event);
    return planCutoffs(firstDay, to, withinDays);
  },

  async label(scope, { cutoff, userIndexes }, target, run) {
    await checkHappens(scope, target, run);
    const found = await scope.store.query(
      sql`SELECT user_index, (date_diff('day', ${cutoff}::DATE, min(local_ts)::DATE) + 1)::INTEGER AS days
        FROM ${identifier(scope.tables.events)} WHERE ${eventsAsked(scope, target)} AND ${inWindow(cutoff, { withinDays: target.withinDays })} GROUP BY user_index`,
      run.signal,
    );
    const told = numbersOf(found, 'days');
    const daysOf = new Map(Array.from(indexesOf(found, 'user_index'), (user, row) => [user, told[row]]));
    return {
      kind: 'duration',
      days: Float64Array.from(userIndexes, (user) => daysOf.get(user) ?? target.withinDays),
      happened: Uint8Array.from(userIndexes, (user) => (daysOf.has(user) ? 1 : 0)),
    };
  },

  checkEnough: (part, labels, target) => propensity.checkEnough(part, labels, target),

  findings(tested, { withinDays }) {
    const beyond = horizonDays.filter((days) => days > withinDays);
    const message = `Chances within ${beyond.join(' and ')} days go on at the pace of the last of the ${withinDays} days that were watched.`;
    return [
      ...fewOutcomes(tested),
      ...(beyond.length > 0 ? [{ code: 'beyond_watched', message, values: { days: beyond.join(', '), withinDays } }] : []),
    ];
  },
};
