import { UserError } from '../base/errors';
import { dateOfDay, microsecondsOfDay } from '../schema/days';
import { orderEvent, passiveEvents, refundEvents } from '../schema/events';
import type { CampaignPeople } from './people';
import type { OutcomeLines, ResultFinding } from './outcomes';

/** One thing that is compared between arms, with its value of each person. */
export interface TrialMetric {
  /** `ordered`, `orders`, `revenue`, `orderValue`, `did:<event>`, or the name of a column. */
  id: string;
  /** `share`: who did it, 0 or 1. `mean`: an amount or a count. `ratio`: sums of `values` over sums of `below`. */
  kind: 'share' | 'mean' | 'ratio';
  isMoney: boolean;
  values: Float64Array;
  below?: Float64Array;
  /** What the same people did before, of the same kind or another that predicts it. */
  before?: Float64Array;
}

/** A campaign's people with all that came of it. */
export interface Trial {
  people: CampaignPeople;
  /** The main one first. */
  metrics: TrialMetric[];
  currency: string | null;
  /** Of money that profit is reckoned from; absent where the outcomes have no amounts. */
  revenue?: Float64Array;
  orders?: Float64Array;
  /** Days from sending to each person's first conversion by the main metric, -1 of those without; absent where there are no dates. */
  firstDay?: Int32Array;
  /** Days after sending that were counted; null where there are no dates. */
  windowDays: number | null;
  /** Local dates, the last one included; null where there are none. */
  span: { from: string; to: string } | null;
  findings: ResultFinding[];
}

export interface TrialWindow {
  /** Days after sending that count; all that the outcomes reach where it is absent. */
  days?: number;
  /** Days before sending that narrow the intervals (CUPED); as many as after, and at least 28, where it is absent. */
  beforeDays?: number;
}

const leastBeforeDays = 28;

/**
 * What came of a campaign, person by person, out of lines with dates.
 * @throws UserError `results_all_before` where nothing happened from the day of sending on, `results_nothing_happened`
 */
export function trialOfLines(people: CampaignPeople, lines: OutcomeLines, { days, beforeDays }: TrialWindow = {}): Trial {
  const { person, at, events, event, order, value } = lines;
  const [first, last] = lines.at.reduce(([low, high], moment) => [Math.min(low, moment), Math.max(high, moment)], [Infinity, -Infinity]);
  const sending = people.from.reduce((low, moment) => Math.min(low, moment), Infinity);
  const latest = people.from.reduce((high, moment) => Math.max(high, moment), -Infinity);
  if (last < sending) throw allBefore(last, sending);
  // The whole days from the last sending to the end of the last day that the lines reach.
  const reached = Math.max(1, Math.floor((endOfDay(last) - latest) / microsecondsOfDay));
  const windowDays = Math.min(days ?? reached, reached);
  const before = beforeDays ?? Math.max(windowDays, leastBeforeDays);
  const count = people.ids.length;
  const make = () => new Float64Array(count);
  const [after, earlier] = [0, 1].map(() => ({ orders: make(), revenue: make() }));
  const did = new Map<number, { after: Float64Array; before: Float64Array; first: Int32Array }>();
  const orderSeen = new Set<number>();
  const firstOrder = new Int32Array(count).fill(-1);
  const orderCode = events.indexOf(orderEvent as string);
  const refundCodes = events.flatMap((name, code) => ((refundEvents as readonly string[]).includes(name) ? [code] : []));
  const countsNot = new Set([...refundCodes, ...events.flatMap((name, code) => (passiveEvents.includes(name) ? [code] : []))]);
  let hasBefore = false;
  for (let row = 0; row < lines.rows; row++) {
    const who = person[row];
    if (who < 0) continue;
    const since = at[row] - people.from[who];
    const isAfter = since >= 0;
    if (isAfter ? since >= windowDays * microsecondsOfDay : since < -before * microsecondsOfDay) continue;
    if (!isAfter) hasBefore = true;
    const sums = isAfter ? after : earlier;
    const code = event[row];
    const isOrder = code === orderCode;
    if ((isOrder || refundCodes.includes(code)) && !Number.isNaN(value[row])) sums.revenue[who] += value[row];
    if (isOrder) {
      // Ids of orders are the shop's, so one order is one whoever's lines it has.
      const isNew = order[row] < 0 || !orderSeen.has(order[row]);
      if (order[row] >= 0) orderSeen.add(order[row]);
      if (isNew) sums.orders[who]++;
      if (isAfter) firstOrder[who] = earliest(firstOrder[who], since);
    } else if (!countsNot.has(code)) {
      let of = did.get(code);
      if (!of) did.set(code, (of = { after: make(), before: make(), first: new Int32Array(count).fill(-1) }));
      (isAfter ? of.after : of.before)[who] = 1;
      if (isAfter) of.first[who] = earliest(of.first[who], since);
    }
  }
  const hasOrders = after.orders.some((orders) => orders > 0);
  const hasMoney = lines.hasAmounts && hasOrders;
  const yes = (counts: Float64Array) => counts.map((times) => (times > 0 ? 1 : 0));
  const metrics: TrialMetric[] = [];
  if (hasOrders) {
    const beforeOrders = hasBefore ? { before: earlier.orders } : {};
    metrics.push({ id: 'ordered', kind: 'share', isMoney: false, values: yes(after.orders), ...beforeOrders });
    metrics.push({ id: 'orders', kind: 'mean', isMoney: false, values: after.orders, ...beforeOrders });
  }
  if (hasMoney) {
    metrics.push({
      id: 'revenue',
      kind: 'mean',
      isMoney: true,
      values: after.revenue,
      ...(hasBefore && { before: earlier.revenue }),
    });
    metrics.push({ id: 'orderValue', kind: 'ratio', isMoney: true, values: after.revenue, below: after.orders });
  }
  const others = [...did].filter(([, { after }]) => after.some((times) => times > 0)).sort(([a], [b]) => (events[a] < events[b] ? -1 : 1));
  for (const [code, of] of others) {
    const beforeIt = of.before.some((times) => times > 0) ? { before: of.before } : {};
    metrics.push({ id: `did:${events[code]}`, kind: 'share', isMoney: false, values: of.after, ...beforeIt });
  }
  if (metrics.length === 0) throw nothingHappened(sending, windowDays);
  const findings: ResultFinding[] = [];
  if (days !== undefined && reached < days) {
    const values = { days: reached, wanted: days };
    findings.push({
      code: 'results_window_short',
      message: `The outcomes reach ${reached} days after sending, and ${days} were asked for: it is counted as far as they reach.`,
      values,
    });
  }
  return {
    people,
    metrics,
    currency: lines.currency,
    ...(hasMoney && { revenue: after.revenue }),
    ...(hasOrders && { orders: after.orders }),
    firstDay: hasOrders ? firstOrder : others[0][1].first,
    windowDays,
    span: { from: dateOf(sending), to: dateOf(Math.max(sending, Math.min(last, latest + windowDays * microsecondsOfDay - 1))) },
    findings: [...findings, ...(first < sending || hasBefore ? [] : [noBefore()])],
  };
}

const dateOf = (moment: number) => dateOfDay(Math.floor(moment / microsecondsOfDay));
const endOfDay = (moment: number) => (Math.floor(moment / microsecondsOfDay) + 1) * microsecondsOfDay;
const earliest = (day: number, since: number) => {
  const found = Math.floor(since / microsecondsOfDay);
  return day < 0 ? found : Math.min(day, found);
};

function noBefore(): ResultFinding {
  return {
    code: 'results_no_before',
    message: 'The outcomes begin on the day of sending: what people did before would narrow the intervals.',
    values: {},
  };
}

function allBefore(last: number, sending: number): UserError {
  const values = { last: dateOf(last), sent: dateOf(sending) };
  return new UserError(
    'results_all_before',
    `The last outcome is of ${values.last}, before the campaign was sent on ${values.sent}.`,
    'Give outcomes of the days after sending, or the day on which it was sent.',
    values,
  );
}

function nothingHappened(sending: number, days: number): UserError {
  const values = { sent: dateOf(sending), days };
  return new UserError(
    'results_nothing_happened',
    `Nobody of the campaign did anything within ${days} days from ${values.sent}.`,
    'Ask about more days, or give a file that holds what the campaign was for.',
    values,
  );
}
