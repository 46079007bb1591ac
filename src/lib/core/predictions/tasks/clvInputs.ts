import { dayNumber } from '../../schema/days';
import { historiesUntil } from '../clv/purchaseDays';
import { readPurchaseDays } from '../clv/readPurchaseDays';
import type { DiagnosticsSection } from '../report';
import { eventNever } from './propensity';
import type { ComputedTask } from './task';

/**
 * What models of customer lifetime value are fitted to (`Histories`), one row for everybody who did the event, all that
 * somebody did on one local day taken as one purchase: `frequency` x, `recency` t_x, `T` and `monetary`. The time ends
 * with what was observed, its last day taken as the end.
 */
export const clvInputs: ComputedTask = {
  id: 'clv-inputs',
  asks: ['event'],
  options: [],
  outputs: [
    { name: 'frequency', kind: 'count' },
    { name: 'recency', kind: 'days' },
    { name: 'T', kind: 'days' },
    { name: 'monetary', kind: 'money' },
  ],
  labels: null,

  async compute(scope, { target, observed: { to, times } }, _tools, run) {
    const event = target.event!;
    if (times === 0) throw eventNever(event);
    const purchases = await readPurchaseDays(scope, event, to, run.signal);
    const { customer, x, tx, T, monetary } = historiesUntil(purchases, dayNumber(to));
    const columns = { frequency: x, recency: tx, T, monetary };
    return {
      outputs: Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, byPersonNumber(scope.users, customer, values)])),
      sections: purchases.priced.some((count) => count > 0) ? [] : [noMoney(event)],
    };
  },
};

/** The value of each row at its customer's number; NaN for all others. */
export function byPersonNumber(users: number, customer: Int32Array, values: ArrayLike<number>): Float64Array {
  const all = new Float64Array(users).fill(NaN);
  customer.forEach((user, row) => (all[user] = values[row]));
  return all;
}

export function noMoney(event: string): DiagnosticsSection {
  return {
    kind: 'diagnostics',
    findings: [{ code: 'event_without_money', message: `No "${event}" has a value, so the mean spend is 0 for all.`, values: { event } }],
  };
}
