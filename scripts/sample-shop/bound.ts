/**
 * How well anybody could predict who orders in the sample shop's last 30 days: by the rate and the chance of leaving
 * that were planted for each customer, and the orders before that day. And by them and knowing who had left already.
 *
 *     node --import tsx scripts/sample-shop/bound.ts
 */
import { auc } from '../../src/lib/core/predictions/metrics';
import { toShopTime } from './calendar';
import { generateShop } from './generate';
import { truth } from './truth';

const withinDays = 30;
const { customers, purchases, assignments, events } = generateShop();
const cutoff = truth.days - withinDays;
/** In shop time, which runs fast on busy days, orders come at an even rate. */
const [now, end] = [toShopTime(cutoff), toShopTime(truth.days)];

const [labels, byRates, byRatesAndLeaving]: number[][] = [[], [], []];
customers.forEach((customer, i) => {
  const own = events[i].filter(({ event }) => event !== 'campaign_received');
  if (!own.some(({ second }) => second < cutoff * 86_400)) return;
  labels.push(
    own.some(({ event, second }) => event === 'order_completed' && second >= cutoff * 86_400 && second < truth.days * 86_400) ? 1 : 0,
  );
  const before = (purchases[i]?.orders ?? []).filter(({ day }) => day < cutoff);
  if (before.length === 0) {
    byRates.push(customer.looker ? 0 : 1e-3);
    byRatesAndLeaving.push(customer.looker ? 0 : 1e-3);
    return;
  }
  const { orderRate, leaveChance } = customer;
  const last = toShopTime(before[before.length - 1].day + 0.5);
  const silent = Math.exp(-orderRate * Math.max(0, now - last));
  // BG/NBD (Fader, Hardie & Lee 2005): nobody leaves after the first order.
  const isHere = before.length === 1 ? 1 : ((1 - leaveChance) * silent) / ((1 - leaveChance) * silent + leaveChance);
  const orders = 1 - Math.exp(-orderRate * (end - now));
  byRates.push(isHere * orders);
  byRatesAndLeaving.push((purchases[i]!.activeUntil >= cutoff ? 1 : 0) * orders);
});
console.log(
  `${labels.length} customers, ${labels.filter((label) => label === 1).length} order within ${withinDays} days; experiment: ${assignments.filter(Boolean).length} letters`,
);
console.log(
  `AUC by planted rates and earlier orders ${auc(byRates, labels).toFixed(4)}, and by who had left ${auc(byRatesAndLeaving, labels).toFixed(4)}`,
);
