import type { Random } from '../../src/lib/core/base/random';
import { drawProduct, type Catalogue } from './catalogue';
import { toCalendar } from './calendar';
import type { Customer } from './customers';
import { choose, firstAbove, poisson } from './draws';
import { truth } from './truth';

export interface OrderLine {
  product: number;
  quantity: number;
  /** Paid for one unit. */
  unitCents: number;
}

export interface Order {
  /** Calendar days since the start. */
  day: number;
  lines: OrderLine[];
  /** Ordered because of the experiment's letter. */
  induced: boolean;
}

export interface Purchases {
  orders: Order[];
  /** Calendar day after which the customer is no longer active; the shop's last day where they still are. */
  activeUntil: number;
}

/** Orders of one customer: BG/NBD in shop time, totals gamma-gamma, products by taste. */
export function makePurchases(random: Random, customer: Customer, catalogue: Catalogue): Purchases {
  const { days, earlyShare } = truth;
  const first = random.uniform() < earlyShare ? 3 + 57 * random.uniform() : 3 + (days - 4) * random.uniform();
  const times = [first];
  let active = true;
  for (let time = first + random.exponential(customer.orderRate); active && time < days; time += random.exponential(customer.orderRate)) {
    times.push(time);
    active = random.uniform() >= customer.leaveChance;
  }
  const orders: Order[] = [];
  for (const time of times) orders.push(makeOrder(random, customer, catalogue, toCalendar(time), orders));
  return { orders, activeUntil: active ? days : orders[orders.length - 1].day };
}

export function makeOrder(random: Random, customer: Customer, catalogue: Catalogue, day: number, before: Order[], induced = false): Order {
  const total = random.gamma(truth.spend.p, customer.spendRate) * 100;
  const taste = choose(random, customer.tasteMixture);
  const wanted = Math.min(5, 1 + poisson(random, 0.75));
  const lineCount = Math.max(1, Math.min(wanted, Math.floor(total / 2500)));
  const lines: OrderLine[] = [];
  let left = total;
  for (let line = 0; line < lineCount; line++) {
    const isLast = line === lineCount - 1;
    const target = isLast ? left : (left / (lineCount - line)) * (0.6 + 0.8 * random.uniform());
    const chosen = chooseLine(random, catalogue, customer, target, day, { taste, before, basket: lines });
    lines.push(chosen);
    left -= chosen.quantity * chosen.unitCents;
    if (left < 900) break;
  }
  return { day, lines, induced };
}

interface Surroundings {
  taste: number;
  before: Order[];
  basket: OrderLine[];
}

/**
 * A product of the customer's taste whose price, less a usual discount, makes up the line's target. What is paid is
 * then exactly the target in whole percents of the list price, so that order totals stay gamma-gamma.
 */
function chooseLine(
  random: Random,
  catalogue: Catalogue,
  customer: Customer,
  target: number,
  day: number,
  around: Surroundings,
): OrderLine {
  let best = { product: -1, quantity: 1, factor: 1, misfit: Infinity };
  for (let attempt = 0; attempt < 14 && best.misfit > 0; attempt++) {
    const product = drawCandidate(random, catalogue, customer, day, around);
    if (around.basket.some((line) => line.product === product)) continue;
    const candidate = fit(catalogue, product, target);
    if (candidate.misfit < best.misfit) best = candidate;
  }
  if (best.misfit > 0.3) {
    const product = findByPrice(random, catalogue, target, day);
    const candidate = fit(catalogue, product, target);
    if (candidate.misfit < best.misfit && !around.basket.some((line) => line.product === product)) best = candidate;
  }
  const percent = Math.max(1, Math.round(best.factor * 100));
  return {
    product: best.product,
    quantity: best.quantity,
    unitCents: Math.max(10, Math.round((catalogue.products[best.product].listCents * percent) / 1000) * 10),
  };
}

function drawCandidate(random: Random, catalogue: Catalogue, customer: Customer, day: number, around: Surroundings): number {
  const { before, taste } = around;
  if (before.length > 0 && random.uniform() < 0.25) {
    const lines = before[random.below(before.length)].lines;
    const { product } = lines[random.below(lines.length)];
    if (catalogue.products[product].consumable) return product;
  }
  return drawProduct(random, catalogue, random.uniform() < 0.8 ? taste : choose(random, customer.tasteMixture), day);
}

function fit(catalogue: Catalogue, product: number, target: number) {
  const { listCents, consumable } = catalogue.products[product];
  const most = consumable ? 6 : 2;
  const quantity = Math.min(most, Math.max(1, Math.ceil(target / listCents - 0.001)));
  const factor = target / (listCents * quantity);
  const misfit = factor > 1 ? 2 * (factor - 1) : Math.max(0, 0.7 - factor);
  return { product, quantity, factor, misfit };
}

/** Any product whose list price is just above the target: the add-on that fills the basket. */
function findByPrice(random: Random, catalogue: Catalogue, target: number, day: number): number {
  const { byPrice, products, prices } = catalogue;
  const from = firstAbove(prices, target);
  for (let attempt = 0; attempt < 8; attempt++) {
    const product = byPrice[Math.min(byPrice.length - 1, from + random.below(40))];
    if (products[product].launchDay <= day) return product;
  }
  return byPrice[Math.min(byPrice.length - 1, from)];
}

/** Share of order lines before a day that are of the first top category (tea). */
export function teaShare(orders: readonly Order[], catalogue: Catalogue, until: number): number {
  let tea = 0;
  let all = 0;
  for (const order of orders) {
    if (order.day >= until) continue;
    for (const line of order.lines) {
      all++;
      if (catalogue.products[line.product].top === 0) tea++;
    }
  }
  return all === 0 ? 0 : tea / all;
}
