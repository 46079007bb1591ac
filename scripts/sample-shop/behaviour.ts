import { Random } from '../../src/lib/core/base/random';
import { dayOf, toCalendar, toShopTime } from './calendar';
import { drawProduct, type Catalogue } from './catalogue';
import type { channels, Customer, devices } from './customers';
import { choose, poisson } from './draws';
import { sendDay, type Assignment } from './experiment';
import type { Order, Purchases } from './orders';
import { truth } from './truth';

export interface ShopEvent {
  /** Whole seconds since the shop's first local midnight. */
  second: number;
  event: string;
  /** -1 is none; so for the other numbers 0. */
  product: number;
  quantity: number;
  unitCents: number;
  /** The customer's how-manieth order it belongs to, from 1. */
  order: number;
  session: number;
  channel: (typeof channels)[number];
  device?: (typeof devices)[number];
  campaign?: string;
}

type Where = Pick<ShopEvent, 'channel' | 'device'>;

const lastSecond = truth.days * 86400 - 1;
const sessionChannels = ['app', 'mini_program', 'web', 'store'] as const;

/** All events of one customer, by time. */
export function makeEvents(
  seed: number,
  index: number,
  customer: Customer,
  purchases: Purchases | undefined,
  assignment: Assignment | undefined,
  catalogue: Catalogue,
): ShopEvent[] {
  const diary = new Diary(new Random(seed, 3_000_000 + index), customer, catalogue);
  if (purchases) {
    purchases.orders.forEach((order, i) => diary.order(order, i + 1, purchases.orders[i - 1]?.day ?? 0));
    const first = purchases.orders[0].day;
    const lead = Math.min(first, diary.random.exponential(1 / 10));
    diary.browse(first - lead, purchases.activeUntil, 0.003 + 0.3 * customer.orderRate);
    diary.browse(purchases.activeUntil, truth.days, 0.0012);
  } else {
    const from = truth.days * diary.random.uniform() * 0.97;
    diary.session(from, 2 + poisson(diary.random, 3), []);
    diary.browse(from, Math.min(truth.days, from + diary.random.exponential(1 / 60)), diary.random.gamma(1, 25));
  }
  diary.newsletters(purchases?.activeUntil ?? truth.days);
  if (assignment) diary.experiment(assignment);
  return diary.events.sort((a, b) => a.second - b.second);
}

class Diary {
  events: ShopEvent[] = [];
  #sessions = 0;

  constructor(
    readonly random: Random,
    readonly customer: Customer,
    readonly catalogue: Catalogue,
  ) {}

  /** The visits that lead to an order, the order itself and perhaps a return. */
  order(order: Order, ordinal: number, previousDay: number): void {
    const { random } = this;
    const where = this.#where(true);
    if (where.channel !== 'store') {
      // Intent shows weeks before: this is what a propensity model can learn.
      const visits = random.uniform() < 0.85 ? 1 + poisson(random, 1) : 0;
      for (let i = 0; i < visits; i++) {
        const day = order.day - 0.05 - random.gamma(2, 1 / 10);
        const products = order.lines.map((line) => line.product).filter(() => random.uniform() < 0.6);
        if (day > previousDay + 0.05) this.session(day, 1 + poisson(random, 1.3), products, 0.4);
      }
    }
    const second = Math.min(lastSecond, Math.floor(order.day * 86400));
    const session = ++this.#sessions;
    if (where.channel !== 'store') {
      let clock = second - 8 - random.below(50);
      this.#add({ ...where, second: clock, event: 'checkout_started', session });
      for (let i = order.lines.length - 1; i >= 0; i--) {
        clock -= 5 + random.below(60);
        this.#add({
          ...where,
          second: clock,
          event: 'product_added',
          product: order.lines[i].product,
          quantity: order.lines[i].quantity,
          session,
        });
        clock -= 8 + random.below(90);
        this.#add({ ...where, second: clock, event: 'product_viewed', product: order.lines[i].product, session });
      }
      for (let i = poisson(random, 1.6); i > 0; i--) {
        clock -= 5 + random.below(80);
        this.#add({ ...where, second: clock, event: 'product_viewed', product: this.#product(order.day), session });
      }
    }
    for (const { product, quantity, unitCents } of order.lines) {
      this.#add({ ...where, second, event: 'order_completed', product, quantity, unitCents, order: ordinal, session });
    }
    this.#refund(order, ordinal, where);
  }

  #refund(order: Order, ordinal: number, where: Where): void {
    const { random } = this;
    if (random.uniform() >= truth.refundedOrderShare) return;
    const second = Math.floor((order.day + 2 + 12 * random.uniform()) * 86400);
    if (second > lastSecond) return;
    const only = random.uniform() < 0.6 ? random.below(order.lines.length) : -1;
    order.lines.forEach(({ product, quantity, unitCents }, i) => {
      if (only >= 0 && i !== only) return;
      this.#add({ ...where, second, event: 'order_refunded', product, quantity, unitCents, order: ordinal });
    });
  }

  /** Visits without an order, as a Poisson process in shop time. */
  browse(fromDay: number, untilDay: number, perDay: number): void {
    const until = toShopTime(untilDay);
    for (let time = toShopTime(fromDay); ;) {
      time += this.random.exponential(perDay);
      if (time >= until) return;
      this.session(toCalendar(time), 1 + poisson(this.random, 2.2), []);
    }
  }

  /** One visit: the given products and some more are looked at, a few are put into the cart. */
  session(day: number, views: number, first: number[], cartChance = 0.03): void {
    const { random } = this;
    const where = this.#where(false);
    const session = ++this.#sessions;
    const taste = choose(random, this.customer.tasteMixture);
    let clock = Math.floor(day * 86400);
    for (let i = 0; i < views; i++) {
      if (clock < 0 || clock > lastSecond) return;
      const wanted = i < first.length;
      const product = wanted ? first[i] : drawProduct(random, this.catalogue, taste, day);
      this.#add({ ...where, second: clock, event: 'product_viewed', product, session });
      if (random.uniform() < (wanted ? cartChance : 0.03)) {
        clock = Math.min(lastSecond, clock + 4 + random.below(40));
        this.#add({ ...where, second: clock, event: 'product_added', product, quantity: 1, session });
      }
      clock += 5 + random.below(100);
    }
  }

  newsletters(activeUntil: number): void {
    const { random, customer } = this;
    const visits = this.events.map((event) => event.second).sort((a, b) => a - b);
    if (visits.length === 0) return;
    for (const localDay of truth.newsletters) {
      const day = dayOf(localDay, 10);
      const second = Math.floor(day * 86400);
      const seenLately = visits.some((visit) => visit < second && visit > second - 180 * 86400);
      if (!customer.consent.email || !seenLately) continue;
      this.#letter(second + random.below(1200), 'email', `newsletter-${localDay.slice(0, 7)}`, day <= activeUntil ? 0.28 : 0.07);
    }
  }

  experiment({ treated, channel }: Assignment): void {
    const second = Math.floor(sendDay * 86400);
    const { campaign } = truth.experiment;
    if (treated) this.#letter(second, channel, campaign, 0.3);
    else this.#add({ second, event: 'campaign_held_out', channel, campaign });
  }

  #letter(second: number, channel: 'email' | 'sms' | 'push', campaign: string, openChance: number): void {
    const { random } = this;
    this.#add({ second, event: 'campaign_received', channel, campaign });
    if (random.uniform() >= openChance) return;
    const opened = second + 30 + Math.floor(random.exponential(1 / 20000));
    this.#add({ second: opened, event: 'campaign_opened', channel, campaign });
    if (random.uniform() < 0.2) this.#add({ second: opened + 5 + random.below(60), event: 'campaign_clicked', channel, campaign });
  }

  #product(day: number): number {
    return drawProduct(this.random, this.catalogue, choose(this.random, this.customer.tasteMixture), day);
  }

  #where(canBeStore: boolean): Where {
    const { random, customer } = this;
    const weights = customer.channelWeights;
    const channel = sessionChannels[choose(random, canBeStore ? weights : weights.slice(0, 3))];
    if (channel === 'store') return { channel, device: 'pos' };
    if (channel !== 'web') return { channel, device: customer.phoneDevice };
    const lot = random.uniform();
    return { channel, device: lot < 0.6 ? 'desktop' : lot < 0.72 ? 'tablet' : customer.phoneDevice };
  }

  #add(event: Pick<ShopEvent, 'second' | 'event' | 'channel'> & Partial<ShopEvent>): void {
    if (event.second < 0 || event.second > lastSecond) return;
    this.events.push({ product: -1, quantity: 0, unitCents: 0, order: 0, session: 0, ...event });
  }
}
