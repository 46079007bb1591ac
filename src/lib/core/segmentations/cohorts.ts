import type { RunContext } from '../base/run';
import { inStretches, quietContext } from '../base/run';
import type { EventDays } from '../segments/eventDays';
import type { Rule } from '../segments/rule';
import { dateOfDay, dayNumber, periodOf, startOfPeriod, type Period } from '../schema/days';
import type { Purchases } from './purchases';

export interface CohortChoice {
  /** The first time somebody does this puts them into a cohort. */
  event: string;
  /** Doing this counts as coming back. */
  returns: string;
  by: Period;
}

/** Everybody whose first time was in one period, and what they did in each period since. */
export interface Cohort {
  /** First and last local day, `YYYY-MM-DD`. */
  from: string;
  to: string;
  size: number;
  /** Period 0 is the cohort's own; the last is the one before asOf. */
  cells: CohortCell[];
}

export interface CohortCell {
  from: string;
  to: string;
  /** People of the cohort who came back in the period. */
  active: number;
  /** Orders that they placed in the period. */
  orders: number;
  /** Sales less refunds in the period. */
  revenue: number;
}

export interface CohortTable extends CohortChoice {
  cohorts: Cohort[];
  /** Whether asOf cuts the last period short. */
  isLastCut: boolean;
}

/** The triangle of cohorts. @param firsts days of `event` @param returns days of `returns` */
export async function cohortTable(
  choice: CohortChoice,
  firsts: EventDays,
  returns: EventDays,
  purchases: Purchases,
  asOf: string,
  run: RunContext = quietContext(),
): Promise<CohortTable> {
  const { by } = choice;
  const end = dayNumber(asOf);
  const users = purchases.start.length - 1;
  const firstDay = new Int32Array(users).fill(end);
  for (let user = 0; user < users; user++)
    for (let row = firsts.starts[user]; row < firsts.starts[user + 1]; row++)
      if (firsts.days[row] < firstDay[user]) firstDay[user] = firsts.days[row];
  await run.breathe();
  let earliest = end;
  for (const day of firstDay) if (day < earliest) earliest = day;
  if (earliest === end) return { ...choice, cohorts: [], isLastCut: false };
  // Days before the first cohort's own period are never asked for.
  const origin = periodOf(earliest, by);
  const base = startOfPeriod(origin, by);
  const placeOfDay = Int32Array.from({ length: end - base }, (_, i) => periodOf(base + i, by) - origin);
  const count = placeOfDay[end - 1 - base] + 1;
  const at = (cohort: number, period: number) => cohort * count + period;

  const size = new Int32Array(count);
  const cohortOf = new Int32Array(users).fill(-1);
  for (let user = 0; user < users; user++) {
    if (firstDay[user] === end) continue;
    cohortOf[user] = placeOfDay[firstDay[user] - base];
    size[cohortOf[user]]++;
  }
  const active = new Int32Array(count * count);
  await countReturns(returns, cohortOf, placeOfDay, base, (cohort, period) => active[at(cohort, period)]++, count, run);
  const [orders, units] = [new Int32Array(count * count), new Float64Array(count * count)];
  for (let user = 0; user < users; user++) {
    const cohort = cohortOf[user];
    if (cohort === -1) continue;
    for (let row = purchases.start[user]; row < purchases.start[user + 1]; row++) {
      const day = purchases.day[row] - base;
      if (day < 0) continue;
      const period = placeOfDay[day];
      if (period < cohort) continue;
      orders[at(cohort, period)] += purchases.orders[row];
      units[at(cohort, period)] += Math.round(purchases.value[row] * 1e4);
    }
  }
  const span = (period: number) => ({
    from: dateOfDay(startOfPeriod(origin + period, by)),
    to: dateOfDay(startOfPeriod(origin + period + 1, by) - 1),
  });
  const cohorts = Array.from({ length: count }, (_, cohort): Cohort => {
    const cells = Array.from({ length: count - cohort }, (_, k) => {
      const place = at(cohort, cohort + k);
      return { ...span(cohort + k), active: active[place], orders: orders[place], revenue: units[place] / 1e4 };
    });
    return { ...span(cohort), size: size[cohort], cells };
  });
  return { ...choice, cohorts, isLastCut: startOfPeriod(origin + count, by) !== end };
}

/** People are counted once a period, however often they came. */
async function countReturns(
  { starts, days }: EventDays,
  cohortOf: Int32Array,
  placeOfDay: Int32Array,
  base: number,
  tell: (cohort: number, period: number) => void,
  count: number,
  run: RunContext,
): Promise<void> {
  // Whom a period last met: a period is met once a person, however often they came in it.
  const lastUser = new Int32Array(count).fill(-1);
  await inStretches(cohortOf.length, run, (start, end) => {
    for (let user = start; user < end; user++) {
      const cohort = cohortOf[user];
      if (cohort === -1) continue;
      for (let row = starts[user]; row < starts[user + 1]; row++) {
        const day = days[row] - base;
        if (day < 0) continue;
        const period = placeOfDay[day];
        if (period < cohort || lastUser[period] === user) continue;
        lastUser[period] = user;
        tell(cohort, period);
      }
    }
  });
}

/** A cell's people as a rule: the cohort, and who came back in the period. `cell` left out: the whole cohort. */
export function ruleOfCohort({ event, returns }: CohortChoice, cohort: Cohort, cell?: CohortCell): Rule {
  const first: Rule = { measure: { aggregate: 'first', of: 'day', events: event }, betweenDates: [cohort.from, cohort.to] };
  return { all: cell ? [first, { event: returns, atLeast: 1, from: cell.from, to: cell.to }] : [first] };
}
