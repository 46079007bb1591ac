import { UserError } from '../../base/errors';
import { indexesOf, numbersOf } from '../../store/columns';
import { identifier, sql } from '../../store/sql';
import { planCutoffs } from '../cutoffs';
import { eventsAsked, inWindow, type FeatureTable } from '../features';
import { amountsSection } from '../sections/amounts';
import { byTwoParts } from '../twoPart';
import { checkHappens, eventNever, fewOutcomes, propensity, recentBuyersFirst } from './propensity';
import type { LearnedTask } from './task';

/** "How much will this customer spend within N days?": the chance to spend anything times the amount where they do. */
export const spend: LearnedTask = {
  id: 'spend',
  asks: ['event', 'withinDays'],
  may: ['category', 'item', 'gapDays'],
  options: [],
  outputs: [
    { name: '', kind: 'money' },
    { name: 'chance', kind: 'score' },
    { name: 'amount', kind: 'money' },
  ],
  labels: 'number',
  by: { labels: 'binary', compose: byTwoParts },
  measures: [amountsSection],
  baseline: { id: 'spent-most-so-far', scores: spentMost },
  findings: fewOutcomes,

  cutoffs({ firstDay, to, times }, { event, withinDays, gapDays = 0 }) {
    if (firstDay === null || times === 0) throw eventNever(event);
    return planCutoffs(firstDay, to, withinDays + gapDays);
  },

  async label(scope, { cutoff, userIndexes }, target, run) {
    await checkHappens(scope, target, run);
    const { store, tables } = scope;
    const known = await store.query(
      sql`SELECT count(value)::INTEGER AS priced FROM ${identifier(tables.events)} WHERE ${eventsAsked(scope, target)} AND local_ts < ${scope.asOf}::TIMESTAMP`,
      run.signal,
    );
    if (numbersOf(known, 'priced')[0] === 0) throw noMoney(target.event);
    // The sum is a decimal's, so that the order in which threads add does not matter.
    const found = await store.query(
      sql`SELECT user_index, sum(value)::DOUBLE AS spent FROM ${identifier(tables.events)}
        WHERE ${eventsAsked(scope, target)} AND ${inWindow(cutoff, target)} GROUP BY user_index`,
      run.signal,
    );
    const sums = numbersOf(found, 'spent');
    const spent = new Map(Array.from(indexesOf(found, 'user_index'), (user, row) => [user, Math.max(0, sums[row] || 0)]));
    return { kind: 'number', values: Float64Array.from(userIndexes, (user) => spent.get(user) ?? 0) };
  },

  checkEnough: (part, labels, target) => propensity.checkEnough(part, labels, target),
};

/** Whoever spent most until now; recent buyers first where the data knows no money. */
function spentMost(table: FeatureTable): Float64Array {
  const revenue = table.features.find(({ id }) => id === 'revenue')!.values as Float64Array;
  return revenue.every(Number.isNaN) ? recentBuyersFirst(table) : revenue.map((value) => (Number.isNaN(value) ? 0 : value));
}

function noMoney(event: string): UserError {
  return new UserError(
    'spend_no_money',
    `No "${event}" has an amount, so there is no spend to predict.`,
    'Map the column with the price or the amount, or choose an event with money.',
    { event },
  );
}
