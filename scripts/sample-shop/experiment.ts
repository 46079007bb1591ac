import { Random } from '../../src/lib/core/base/random';
import { dayOf } from './calendar';
import type { Catalogue } from './catalogue';
import type { Customer } from './customers';
import { makeOrder, teaShare, type Purchases } from './orders';
import { truth, type SegmentId } from './truth';

export interface Assignment {
  segment: SegmentId;
  treated: boolean;
  channel: 'email' | 'sms' | 'push';
}

const { experiment } = truth;
export const sendDay = dayOf(experiment.day, experiment.hour);
const windowEnd = sendDay + experiment.windowDays;

/**
 * Draws lots in every segment and plants the effect on the treated: some of those who would not have ordered in the
 * window do, or (for a negative effect) some of those who would have do not. Changes `purchases` in place.
 * @returns per customer the assignment, or undefined for who could not be written to or had never ordered
 */
export function runExperiment(
  seed: number,
  customers: readonly Customer[],
  purchases: readonly (Purchases | undefined)[],
  catalogue: Catalogue,
): (Assignment | undefined)[] {
  const random = new Random(seed, 2);
  const assignments = customers.map((customer, i) => assign(customer, purchases[i], catalogue));
  for (const { id, effectPoints } of experiment.segments) {
    const members = Int32Array.from(assignments.keys()).filter((i) => assignments[i]?.segment === id);
    const treatedCount = Math.round(members.length * (1 - experiment.holdOutShare));
    drawLots(random, members, treatedCount, (i) => ordersInWindow(purchases[i]!));
    const treated = [...members.subarray(0, treatedCount)];
    for (const i of treated) assignments[i]!.treated = true;
    const changed = Math.round((Math.abs(effectPoints) / 100) * treatedCount);
    const willing = treated.filter((i) => ordersInWindow(purchases[i]!) === effectPoints < 0).slice(0, changed);
    for (const i of willing) {
      if (effectPoints > 0) induce(random, customers[i], purchases[i]!, catalogue);
      else purchases[i]!.orders = purchases[i]!.orders.filter((order) => order.day < sendDay || order.day >= windowEnd);
    }
  }
  return assignments;
}

/**
 * Shuffles until both halves would have ordered alike without the letter (within 0.3 points), so that the measured
 * effect is the planted one and not the luck of one draw.
 */
function drawLots(random: Random, members: Int32Array, treatedCount: number, orders: (customer: number) => boolean): void {
  for (let attempt = 0; attempt < 500; attempt++) {
    random.shuffle(members);
    let treated = 0;
    let heldOut = 0;
    members.forEach((i, rank) => orders(i) && (rank < treatedCount ? treated++ : heldOut++));
    if (Math.abs(treated / treatedCount - heldOut / (members.length - treatedCount)) < 0.003) return;
  }
}

function assign(customer: Customer, purchases: Purchases | undefined, catalogue: Catalogue): Assignment | undefined {
  const { consent } = customer;
  const channel = consent.push ? 'push' : consent.email ? 'email' : consent.sms ? 'sms' : undefined;
  const before = purchases?.orders.filter((order) => order.day < sendDay) ?? [];
  if (!channel || before.length === 0) return undefined;
  const daysSinceLastOrder = sendDay - before[before.length - 1].day;
  let segment: SegmentId = 'others';
  if (daysSinceLastOrder >= 45 && daysSinceLastOrder <= 270 && teaShare(before, catalogue, sendDay) >= 0.4) segment = 'lapsed-tea';
  else if (daysSinceLastOrder < 45 && before.length >= 4) segment = 'loyal';
  else if (daysSinceLastOrder > 270) segment = 'sleepers';
  return { segment, channel, treated: false };
}

function ordersInWindow(purchases: Purchases): boolean {
  return purchases.orders.some((order) => order.day >= sendDay && order.day < windowEnd);
}

function induce(random: Random, customer: Customer, purchases: Purchases, catalogue: Catalogue): void {
  let wait: number;
  do wait = 0.05 + random.exponential(1 / 7);
  while (wait >= experiment.windowDays);
  const day = sendDay + wait;
  purchases.orders.push(makeOrder(random, customer, catalogue, day, purchases.orders, true));
  purchases.orders.sort((a, b) => a.day - b.day);
}
