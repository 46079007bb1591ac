import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { bgnbdLogLikelihood, type RepeatBuying } from './bgnbd';
import { byUser, facts, isTester, localSeconds, ordersOf, readShippedShop, secondsPerDay, textAt, type OrderOfShop } from './shippedShop';

const reference = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../fixtures/sample-shop-reference.json', import.meta.url)), 'utf8'),
) as {
  contentSha256: string;
  bgnbd: Record<'r' | 'alpha' | 'a' | 'b', number>;
  gammaGamma: Record<'p' | 'q' | 'v', number>;
  propensity: { logistic: number; recentBuyersFirst: number };
};
const { truth } = facts;

describe('the planted truth can be found again', () => {
  let shop: Awaited<ReturnType<typeof readShippedShop>>;
  let orders: Map<number, OrderOfShop[]>;
  beforeAll(async () => {
    shop = await readShippedShop();
    orders = byUser(ordersOf(shop));
  });

  it('by lifetimes: BG/NBD and gamma-gamma parameters are near the planted ones', () => {
    const remedy = 'The fixture is of another shop: run scripts/reference/sample_shop.py (its first lines say how).';
    expect(reference.contentSha256, remedy).toBe(facts.contentSha256);
    const { r, alphaDays, a, b } = truth.purchases;
    const { p, q, gammaYuan } = truth.spend;
    expect(off(reference.bgnbd.r, r)).toBeLessThan(0.1);
    expect(off(reference.bgnbd.alpha, alphaDays)).toBeLessThan(0.12);
    expect(off(reference.bgnbd.a, a)).toBeLessThan(0.1);
    expect(off(reference.bgnbd.b, b)).toBeLessThan(0.1);
    expect(off(reference.gammaGamma.p, p)).toBeLessThan(0.1);
    expect(off(reference.gammaGamma.q, q)).toBeLessThan(0.05);
    expect(off(reference.gammaGamma.v, gammaYuan)).toBeLessThan(0.1);
  });

  it('in the file: the planted BG/NBD parameters are likelier than others', () => {
    const end = localSeconds('2026-11-01T00:00:00');
    const customers: RepeatBuying[] = [...orders.values()].map((list) => ({
      repeats: list.length - 1,
      lastAt: (list.at(-1)!.second - list[0].second) / secondsPerDay,
      observed: (end - list[0].second) / secondsPerDay,
    }));
    expect(customers.length).toBe(facts.counts.buyers);
    const { r, alphaDays: alpha, a, b } = truth.purchases;
    const planted = bgnbdLogLikelihood({ r, alpha, a, b }, customers);
    for (const factor of [0.8, 1.25]) {
      expect(bgnbdLogLikelihood({ r: r * factor, alpha, a, b }, customers)).toBeLessThan(planted);
      expect(bgnbdLogLikelihood({ r, alpha: alpha * factor, a, b }, customers)).toBeLessThan(planted);
      expect(bgnbdLogLikelihood({ r, alpha, a: a * factor, b }, customers)).toBeLessThan(planted);
      expect(bgnbdLogLikelihood({ r, alpha, a, b: b * factor }, customers)).toBeLessThan(planted);
    }
  });

  it('in the money: order totals have the moments of the gamma-gamma model', () => {
    const { p, q, gammaYuan } = truth.spend;
    let means = 0;
    let withinSquares = 0;
    let squaredMeans = 0;
    for (const list of orders.values()) {
      const mean = list.reduce((total, order) => total + order.total, 0) / list.length;
      means += mean;
      if (list.length < 2) continue;
      const squares = list.reduce((total, order) => total + (order.total - mean) ** 2, 0);
      withinSquares += squares;
      squaredMeans += (mean ** 2 - squares / (list.length - 1) / list.length) * (list.length - 1);
    }
    expect(off(means / orders.size, (p * gammaYuan) / (q - 1))).toBeLessThan(0.02);
    // A customer's orders vary with the square of the coefficient 1/p.
    expect(off(squaredMeans / withinSquares, p)).toBeLessThan(0.05);
  });

  it('in the experiment: the effect per segment, from events alone', () => {
    const { experiment } = truth;
    const { events, items } = shop;
    const sent = localSeconds(`${experiment.day}T${experiment.hour}:00:00`);
    const until = sent + experiment.windowDays * secondsPerDay;
    const isTea = [...items.id.codes.keys()].map((row) => textAt(items.attributes.get('category'), row).startsWith('茶 Tea'));
    const treated = new Map<number, boolean>();
    for (let row = 0; row < events.rows; row++) {
      if (textAt(events.campaign, row) !== experiment.campaign) continue;
      const event = textAt(events.event, row);
      if (event === 'campaign_received') treated.set(events.user.codes[row], true);
      if (event === 'campaign_held_out') treated.set(events.user.codes[row], false);
    }
    const cells = new Map(experiment.segments.map(({ id }) => [id as string, { on: 0, onOrdered: 0, off: 0, offOrdered: 0 }]));
    for (const [user, isTreated] of treated) {
      const before = orders.get(user)!.filter((order) => order.second < sent);
      const lines = before.flatMap((order) => order.items);
      const days = (sent - before.at(-1)!.second) / secondsPerDay;
      const tea = lines.filter((item) => isTea[item]).length / lines.length;
      const segment =
        days >= 45 && days <= 270 && tea >= 0.4
          ? 'lapsed-tea'
          : days < 45 && before.length >= 4
            ? 'loyal'
            : days > 270
              ? 'sleepers'
              : 'others';
      const cell = cells.get(segment)!;
      const ordered = orders.get(user)!.some((order) => order.second >= sent && order.second < until) ? 1 : 0;
      if (isTreated) {
        cell.on++;
        cell.onOrdered += ordered;
      } else {
        cell.off++;
        cell.offOrdered += ordered;
      }
    }
    for (const { id, effectPoints } of experiment.segments) {
      const { on, onOrdered, off: heldOut, offOrdered } = cells.get(id)!;
      expect({ on, onOrdered }).toEqual({ on: facts.experiment[id].treated, onOrdered: facts.experiment[id].treatedOrdered });
      expect(Math.abs(on - heldOut)).toBeLessThanOrEqual(1);
      expect(Math.abs(100 * (onOrdered / on - offOrdered / heldOut) - effectPoints)).toBeLessThan(0.35);
    }
  });

  it('in the seasons: Double 11 sells well more than twice a usual day', () => {
    const perDay = new Map<number, number>();
    const start = localSeconds('2025-05-01T00:00:00');
    for (const list of orders.values()) {
      for (const { second } of list) {
        const day = Math.floor((second - start) / secondsPerDay);
        perDay.set(day, (perDay.get(day) ?? 0) + 1);
      }
    }
    const dayOf = (text: string) => (localSeconds(`${text}T00:00:00`) - start) / secondsPerDay;
    const doubleEleven = perDay.get(dayOf('2025-11-11'))!;
    const usual = [...perDay].filter(([day]) => day >= dayOf('2025-10-08') && day < dayOf('2025-10-29')).map(([, count]) => count);
    expect(doubleEleven / (usual.reduce((a, b) => a + b, 0) / usual.length)).toBeGreaterThan(2.3);
  });

  it('in intent: recent visits tell who will order better than the last order does', () => {
    expect(reference.propensity.logistic - reference.propensity.recentBuyersFirst).toBeGreaterThan(0.03);
    expect(reference.propensity.logistic).toBeGreaterThan(0.83);
  });

  it('in tastes: people who bought like you beat what sells best, by far', () => {
    const split = localSeconds('2026-08-01T00:00:00');
    const { events } = shop;
    const itemCount = events.item!.pool.size;
    const seen = new Map<number, Set<number>>();
    const bought = new Map<number, Set<number>>();
    const completed = events.event.pool.find('order_completed');
    for (let row = 0; row < events.rows; row++) {
      const item = events.item!.codes[row];
      if (item < 0 || isTester(events.user, row)) continue;
      const isPast = events.ts.values[row] / 1e6 < split;
      if (!isPast && events.event.codes[row] !== completed) continue;
      const sets = isPast ? seen : bought;
      const set = sets.get(events.user.codes[row]) ?? new Set();
      sets.set(events.user.codes[row], set.add(item));
    }
    const together = new Float32Array(itemCount * itemCount);
    const popularity = new Float32Array(itemCount);
    for (const items of seen.values()) {
      for (const a of items) {
        popularity[a]++;
        for (const b of items) together[a * itemCount + b] += 1 / Math.sqrt(items.size);
      }
    }
    const recall = { popular: 0, together: 0 };
    let users = 0;
    for (const [user, items] of bought) {
      const past = seen.get(user);
      const wanted = [...items].filter((item) => !past?.has(item));
      // Every fourth customer is plenty, and four times as quick.
      if (!past || wanted.length === 0 || user % 4 !== 0) continue;
      users++;
      const scores = new Float32Array(itemCount);
      for (const item of past)
        for (let i = 0; i < itemCount; i++)
          scores[i] += together[item * itemCount + i] / Math.sqrt(popularity[item] * (popularity[i] + 20));
      const hits = (score: Float32Array) => {
        const unseen = Int32Array.from(score.keys()).filter((item) => !past.has(item));
        const top = new Set(unseen.sort((a, b) => score[b] - score[a] || a - b).subarray(0, 10));
        return wanted.filter((item) => top.has(item)).length / Math.min(10, wanted.length);
      };
      recall.popular += hits(popularity);
      recall.together += hits(scores);
    }
    expect(users).toBeGreaterThan(500);
    expect(recall.together / users).toBeGreaterThan(2.5 * (recall.popular / users));
  });
});

function off(found: number, planted: number): number {
  return Math.abs(found / planted - 1);
}
