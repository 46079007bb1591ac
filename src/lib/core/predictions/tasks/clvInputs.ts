import { indexesOf, numbersOf } from '../../store/columns';
import { identifier, sql } from '../../store/sql';
import type { DiagnosticsSection } from '../report';
import { eventNever } from './propensity';
import type { ComputedTask } from './task';

/**
 * What models of customer lifetime value are fitted to (Fader, Hardie & Lee 2005), one row for everybody who did the
 * event, all that somebody did on one local day taken as one purchase:
 * - `frequency` x: purchase days after the first;
 * - `recency` t_x: days from the first purchase to the last. RFM's recency is another: days from the last to now;
 * - `T`: days from the first purchase to the end of what was observed, its last day taken as the end;
 * - `monetary`: mean spend on a purchase day after the first, 0 without one; the first day is left out because it
 *   says nothing of those who came back.
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

  async compute({ store, tables, users }, { target, observed: { to, times } }, _tools, run) {
    const event = target.event!;
    if (times === 0) throw eventNever(event);
    // A double would lose cents of large sums in whatever order threads add them; value is a decimal.
    const table = await store.query(
      sql`SELECT user_index, (count(*) - 1)::INTEGER AS frequency, date_diff('day', min(day), max(day))::INTEGER AS recency,
          (date_diff('day', min(day), ${to}::DATE) - 1)::INTEGER AS "T", (sum(spent) - arg_min(spent, day))::DOUBLE AS repeated,
          sum(priced)::INTEGER AS priced
        FROM (
          SELECT user_index, local_ts::DATE AS day, coalesce(sum(value), 0) AS spent, count(value) AS priced
          FROM ${identifier(tables.events)} WHERE event = ${event} AND local_ts < ${to}::TIMESTAMP GROUP BY user_index, day
        ) GROUP BY user_index ORDER BY user_index`,
      run.signal,
    );
    const people = indexesOf(table, 'user_index');
    const columnOf = (name: string) => numbersOf(table, name);
    const [frequency, repeated, priced] = [columnOf('frequency'), columnOf('repeated'), columnOf('priced')];
    const monetary = repeated.map((sum, row) => (frequency[row] === 0 ? 0 : sum / frequency[row]));
    const columns = { frequency, recency: columnOf('recency'), T: columnOf('T'), monetary };
    const spread = (values: Float64Array) => {
      const all = new Float64Array(users).fill(NaN);
      people.forEach((user, row) => (all[user] = values[row]));
      return all;
    };
    return {
      outputs: Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, spread(values)])),
      sections: priced.some((count) => count > 0) ? [] : [noMoney(event)],
    };
  },
};

function noMoney(event: string): DiagnosticsSection {
  return {
    kind: 'diagnostics',
    findings: [{ code: 'event_without_money', message: `No "${event}" has a value, so the mean spend is 0 for all.`, values: { event } }],
  };
}
