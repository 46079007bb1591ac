import { UserError } from '../../base/errors';
import type { DiagnosticsSection } from '../report';
import type { Fit } from './fit';
import type { Histories } from './purchaseDays';
import type { Regularity } from './regularity';

export type Finding = DiagnosticsSection['findings'][number];

/** With fewer, what is fitted is luck. */
const fewest = { customers: 50, repeaters: 20 };
/** Purchases on more days than not are no free choice of when to buy. */
const mostDaysBought = 0.5;
/** Amounts that are not above zero may be slips; more of them are another kind of data. */
const mostWithoutSpend = 0.1;
/** Pauses of this shape are clearly more regular than the models assume. */
const regularFrom = 1.5;
const relatedFrom = 0.3;

/**
 * Refuses histories that no purchase model can be fitted to.
 * @throws UserError `clv_no_repeats`, `clv_too_few`, `clv_daily`
 */
export function checkHistories({ x, tx }: Histories): void {
  const customers = x.length;
  let [repeaters, repeats, days] = [0, 0, 0];
  x.forEach((times, row) => {
    if (times === 0) return;
    repeaters++;
    repeats += times;
    days += tx[row];
  });
  if (customers > 0 && repeaters === 0) {
    throw new UserError(
      'clv_no_repeats',
      `None of ${customers} customers bought on a second day, so there is nothing to tell from how often and how long people come back.`,
      'Check that customers keep their id from purchase to purchase, or wait for repeat purchases.',
      { customers },
    );
  }
  if (customers < fewest.customers || repeaters < fewest.repeaters) {
    throw new UserError(
      'clv_too_few',
      `${customers} customers, ${repeaters} of whom came back, are too few to fit a model: at least ${fewest.customers} and ${fewest.repeaters} are needed.`,
      'Add more history, or count a more frequent event as a purchase.',
      { customers, repeaters, fewestCustomers: fewest.customers, fewestRepeaters: fewest.repeaters },
    );
  }
  if (repeats > mostDaysBought * days) {
    const share = Math.round((100 * repeats) / days);
    throw new UserError(
      'clv_daily',
      `Between their first and their last purchase customers bought on ${share} % of all days: that is a habit or a subscription, and the models are for people who choose when to come back.`,
      'For subscriptions predict churn, or choose an event that marks a purchase.',
      { share },
    );
  }
}

/**
 * Refuses a table of x, t_x and T that cannot be.
 * @param line of the file
 * @throws UserError `clv_row_impossible`
 */
export function checkRow(x: number, tx: number, T: number, line: number): void {
  const reason = !(Number.isInteger(x) && x >= 0)
    ? 'x must be a whole number from 0'
    : !(tx >= 0 && T >= 0)
      ? 'times must be from 0'
      : tx > T
        ? 'the last purchase is after the end of the observed time'
        : x === 0 && tx > 0
          ? 'without a repeat purchase t_x must be 0'
          : x > 0 && tx === 0
            ? 'a repeat purchase cannot be on the day of the first'
            : null;
  if (reason === null) return;
  throw new UserError(
    'clv_row_impossible',
    `Line ${line} cannot be: ${reason} (x ${x}, t_x ${tx}, T ${T}).`,
    'Mend the line, or give a log of purchases.',
    {
      line,
      reason,
      x,
      tx,
      T,
    },
  );
}

/**
 * Refuses spend that gamma-gamma cannot stand for; a few customers without any are left out of it.
 * @returns how many these are
 * @throws UserError `clv_money_negative`
 */
export function checkMoney({ x, monetary }: Pick<Histories, 'x' | 'monetary'>): number {
  let [repeaters, without] = [0, 0];
  x.forEach((times, row) => {
    if (times === 0) return;
    repeaters++;
    if (!(monetary[row] > 0)) without++;
  });
  if (without <= mostWithoutSpend * repeaters) return without;
  throw new UserError(
    'clv_money_negative',
    `Of ${repeaters} customers who came back ${without} spent nothing or less on average, and the model of spend needs amounts above zero.`,
    'Check the amounts: refunds and vouchers belong in events of their own.',
    { repeaters, without },
  );
}

/** What should be known of the data before the numbers are believed. */
export function dataFindings({ T }: Histories, regularity: Regularity | null): Finding[] {
  const findings: Finding[] = [];
  const [least, most] = T.reduce(([low, high], time) => [Math.min(low, time), Math.max(high, time)], [Infinity, -Infinity]);
  if (most - least < 7) {
    findings.push({
      code: 'clv_same_start',
      message: `All customers made their first purchase within ${most - least + 1} days, so customers who leave and a season that ends look the same.`,
      values: { days: most - least + 1 },
    });
  }
  if (regularity && regularity.k >= regularFrom) {
    const k = Math.round(10 * regularity.k) / 10;
    findings.push({
      code: 'clv_regular',
      message: `Purchases are regular, k = ${k}: the models assume k = 1 (chance), so they take too long to see that a regular customer has left.`,
      values: { k },
    });
  }
  return findings;
}

/** What should be known of a fit before its numbers are believed. */
export function fitFindings({ id, parameters }: { id: string; parameters: readonly string[] }, fit: Fit): Finding[] {
  const findings: Finding[] = [];
  const named = fit.atEdge.map((i) => parameters[i]).join(', ');
  if (named !== '') {
    findings.push({
      code: 'clv_edge',
      message: `${id}: ${named} ran to the edge of what is looked at, so the data does not say how large it is; standard errors are not given.`,
      values: { model: id, parameters: named },
    });
  } else if (!fit.converged) {
    findings.push({
      code: 'clv_not_converged',
      message: `${id}: the search did not come to a clear peak, so the parameters may be off.`,
      values: { model: id },
    });
  }
  if (fit.agreeing < 2) {
    findings.push({
      code: 'clv_starts_differ',
      message: `${id}: of ${fit.starts} starts only one came to these parameters.`,
      values: { model: id, starts: fit.starts },
    });
  }
  return findings;
}

/** How often people buy and how much they spend on a purchase, over those who came back (Pearson); gamma-gamma takes it as 0. */
export function relation({ x, mean }: { x: Int32Array; mean: Float64Array }): number {
  const [mx, my] = [x, mean].map((values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length);
  let [xy, xx, yy] = [0, 0, 0];
  x.forEach((times, row) => {
    xy += (times - mx) * (mean[row] - my);
    xx += (times - mx) ** 2;
    yy += (mean[row] - my) ** 2;
  });
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : 0;
}

export function moneyFindings(correlation: number, without: number): Finding[] {
  const findings: Finding[] = [];
  if (Math.abs(correlation) >= relatedFrom) {
    const r = Math.round(100 * correlation) / 100;
    findings.push({
      code: 'clv_money_related',
      message: `How often people buy and how much they spend are related (correlation ${r}); the model of spend assumes they are not.`,
      values: { r },
    });
  }
  if (without > 0) {
    findings.push({
      code: 'clv_money_left_out',
      message: `${without} customers who came back spent nothing or less on average; the model of spend did not learn from them.`,
      values: { count: without },
    });
  }
  return findings;
}
