import type { RunContext } from '../base/run';
import { quietContext } from '../base/run';
import { quantile } from '../math/quantile';
import type { PlanTrait } from '../profiles/planTraits';
import { orderEvent } from '../schema/events';
import { dayNumber } from '../schema/days';
import { out } from './history';
import type { Purchases } from './purchases';

/** In the order of a customer's life. `segments_stage_<id>` is the name, `segments_stage_<id>_what` the rule in words. */
export const lifeStages = ['prospect', 'new', 'active', 'loyal', 'slipping', 'lapsed', 'won_back'] as const;
export type LifeStage = (typeof lifeStages)[number];

/**
 * What decides a stage. Silence is the days since the last order in units of a person's own rhythm: the median of the
 * days from one day with an order to the next, or `usualDays` where they have fewer such pauses than `leastPauses`.
 * Looked at in this order:
 *
 * 1. no order: prospect
 * 2. silence above `lapsed`: lapsed
 * 3. silence above `slipping`: slipping
 * 4. the last pause was longer than `lapsed` rhythms: won back
 * 5. at least `loyalOrders` orders: loyal
 * 6. the first order was at most `newDays` ago: new
 * 7. else active
 */
export interface LifeCycleCuts {
  usualDays: number;
  leastPauses: number;
  slipping: number;
  lapsed: number;
  loyalOrders: number;
  newDays: number;
}

/**
 * Cuts that the data proposes. Of all pauses that did end with another order, 80 % were at most `slipping` rhythms long
 * and 95 % at most `lapsed`; `usualDays` is the median pause of all; loyal are the upper quarter of those with two orders
 * or more; new is everybody for one usual pause. Pauses that have not ended say nothing.
 */
export function proposeCuts(purchases: Purchases): LifeCycleCuts {
  const leastPauses = 3;
  const { pauses, ofUser } = pausesOf(purchases, Infinity);
  if (pauses.length === 0) return { usualDays: 30, leastPauses, slipping: 2, lapsed: 4, loyalOrders: 3, newDays: 30 };
  const usualDays = Math.max(1, quantile(pauses.slice().sort(), 0.5));
  const silences = new Float64Array(pauses.length);
  const repeat: number[] = [];
  for (let user = 0; user + 1 < ofUser.length; user++) {
    const [from, to] = [ofUser[user], ofUser[user + 1]];
    if (to === from) continue;
    const rhythm = to - from >= leastPauses ? median(pauses.subarray(from, to)) : usualDays;
    for (let i = from; i < to; i++) silences[i] = pauses[i] / rhythm;
    repeat.push(ordersBefore(purchases, user, Infinity));
  }
  silences.sort();
  const tenths = (value: number) => Math.max(0.1, Math.ceil(value * 10 - 1e-9) / 10);
  const slipping = tenths(quantile(silences, 0.8));
  return {
    usualDays,
    leastPauses,
    slipping,
    lapsed: Math.max(Math.round((slipping + 0.1) * 10) / 10, tenths(quantile(silences, 0.95))),
    loyalOrders: Math.max(3, Math.ceil(quantile(Float64Array.from(repeat).sort(), 0.75))),
    newDays: Math.max(1, Math.round(usualDays)),
  };
}

/** The stage of each person by number as of the midnight that begins a day; who is not known then is in none. */
export async function stagesAt(
  purchases: Purchases,
  knownSince: Int32Array,
  cuts: LifeCycleCuts,
  date: string,
  run: RunContext = quietContext(),
): Promise<Uint8Array> {
  const end = dayNumber(date);
  const { start, day, bought } = purchases;
  const stages = new Uint8Array(knownSince.length).fill(out);
  const own: number[] = [];
  for (let user = 0; user < knownSince.length; user++) {
    if (user % 65536 === 0) await run.breathe();
    if (knownSince[user] >= end) continue;
    let [first, last, orders] = [-1, -1, 0];
    own.length = 0;
    for (let row = start[user]; row < start[user + 1] && day[row] < end; row++) {
      if (!bought[row]) continue;
      orders += purchases.orders[row];
      if (last !== -1) own.push(day[row] - last);
      else first = day[row];
      last = day[row];
    }
    stages[user] = lifeStages.indexOf(stageOf(orders, end - first, end - last, own, cuts));
  }
  return stages;
}

function stageOf(orders: number, sinceFirst: number, sinceLast: number, own: number[], cuts: LifeCycleCuts): LifeStage {
  if (orders === 0) return 'prospect';
  const lastPause = own.at(-1);
  const rhythm = own.length >= cuts.leastPauses ? median(own) : cuts.usualDays;
  const silence = sinceLast / rhythm;
  if (silence > cuts.lapsed) return 'lapsed';
  if (silence > cuts.slipping) return 'slipping';
  if (lastPause !== undefined && lastPause / rhythm > cuts.lapsed) return 'won_back';
  if (orders >= cuts.loyalOrders) return 'loyal';
  return sinceFirst <= cuts.newDays ? 'new' : 'active';
}

/**
 * The stages as a family of tags for a plan, with the traits that it is made of: what {@link stagesAt} says, for rules,
 * files and predictions. `names` are what people read, for each stage, and of the four traits besides.
 */
export function lifeCycleTraits(
  { usualDays, leastPauses, slipping, lapsed, loyalOrders, newDays }: LifeCycleCuts,
  names: Record<LifeStage | 'family' | 'rhythm' | 'pause' | 'silence' | 'before', string>,
): PlanTrait[] {
  const rhythm = `coalesce([purchase-rhythm], ${usualDays})`;
  return [
    { id: 'purchase-rhythm', name: names.rhythm, gaps: { events: orderEvent, of: 'median', least: leastPauses } },
    { id: 'last-pause', name: names.pause, gaps: { events: orderEvent, of: 'last' } },
    { id: 'silence', name: names.silence, kind: 'number', formula: `daysSinceLastOrder / ${rhythm}` },
    { id: 'silence-before', name: names.before, kind: 'number', formula: `[last-pause] / ${rhythm}` },
    {
      id: lifeCycleId,
      name: names.family,
      cases: {
        first: [
          { value: names.prospect, when: [{ trait: 'orders', is: 0 }] },
          { value: names.lapsed, when: [{ trait: 'silence', moreThan: lapsed }] },
          { value: names.slipping, when: [{ trait: 'silence', moreThan: slipping }] },
          { value: names.won_back, when: [{ trait: 'silence-before', moreThan: lapsed }] },
          { value: names.loyal, when: [{ trait: 'orders', atLeast: loyalOrders }] },
          { value: names.new, when: [{ trait: 'daysSinceFirstOrder', atMost: newDays }] },
        ],
        otherwise: names.active,
      },
    },
  ];
}

/** Id of the family of tags. */
export const lifeCycleId = 'life-cycle';

/** What each stage's people are worth: orders and money of the last year. */
export interface StageWorth {
  customers: number;
  /** Orders of the last 365 days. */
  orders: number;
  /** Sales less refunds of the last 365 days. */
  revenue: number;
}

export function worthOf(purchases: Purchases, stages: Uint8Array, asOf: string): StageWorth[] {
  const end = dayNumber(asOf);
  const { start, day, orders, value } = purchases;
  const worth = lifeStages.map(() => ({ customers: 0, orders: 0, units: 0 }));
  for (let user = 0; user < stages.length; user++) {
    if (stages[user] === out) continue;
    const of = worth[stages[user]];
    of.customers++;
    for (let row = start[user]; row < start[user + 1] && day[row] < end; row++) {
      if (day[row] < end - 365) continue;
      of.orders += orders[row];
      of.units += Math.round(value[row] * 1e4);
    }
  }
  return worth.map(({ units, ...rest }) => ({ ...rest, revenue: units / 1e4 }));
}

/** All pauses before a day, person by person. */
function pausesOf({ start, day, bought }: Purchases, end: number): { pauses: Float64Array; ofUser: Int32Array } {
  const pauses = new Float64Array(day.length);
  const ofUser = new Int32Array(start.length);
  let found = 0;
  for (let user = 0; user + 1 < start.length; user++) {
    ofUser[user] = found;
    let last = -1;
    for (let row = start[user]; row < start[user + 1] && day[row] < end; row++) {
      if (!bought[row]) continue;
      if (last !== -1) pauses[found++] = day[row] - last;
      last = day[row];
    }
  }
  ofUser[start.length - 1] = found;
  return { pauses: pauses.slice(0, found), ofUser };
}

function ordersBefore({ start, day, orders }: Purchases, user: number, end: number): number {
  let times = 0;
  for (let row = start[user]; row < start[user + 1] && day[row] < end; row++) times += orders[row];
  return times;
}

/** The same as the quantile of a half. People have few pauses: putting each in its place beats a sort that has to be called. */
function median(values: ArrayLike<number>): number {
  const ascending: number[] = [];
  for (let i = 0; i < values.length; i++) {
    let at = i;
    while (at > 0 && ascending[at - 1] > values[i]) {
      ascending[at] = ascending[at - 1];
      at--;
    }
    ascending[at] = values[i];
  }
  const middle = (values.length - 1) / 2;
  return (ascending[Math.floor(middle)] + ascending[Math.ceil(middle)]) / 2;
}
