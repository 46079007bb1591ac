import { sendDay } from './experiment';
import type { Shop } from './generate';
import { tastes, truth, type SegmentId } from './truth';

/** What the generated shop turned out to be; kept beside it as `truth.json`, with what was planted. */
export interface ShopFacts {
  truth: typeof truth;
  tastes: typeof tastes;
  counts: {
    users: number;
    buyers: number;
    items: number;
    /** Items of which the last piece is gone. */
    soldOut: number;
    events: number;
    orders: number;
    orderLines: number;
    repeatBuyers: number;
    revenueYuan: number;
    byEvent: Record<string, number>;
  };
  /** Share of each segment's customers who ordered in the window, by lot. */
  experiment: Record<SegmentId, { treated: number; treatedOrdered: number; heldOut: number; heldOutOrdered: number }>;
  dirt: {
    itemsWithoutTitle: number;
    itemsWithoutBrand: number;
    itemsWithoutCost: number;
    itemsWithoutStock: number;
    testers: number;
    nationalPhones: number;
    untidyEmails: number;
  };
  /** SHA-256 of the file's bytes before compression: gzip may differ between versions of Node. */
  contentSha256: string;
  /** The same for a shop of so many customers, which a test makes anew. */
  small: { customers: number; contentSha256: string };
  bytes: number;
}

export function countShop(shop: Shop): Pick<ShopFacts, 'counts' | 'experiment' | 'dirt'> {
  const byEvent: Record<string, number> = {};
  let cents = 0;
  let orders = 0;
  for (const list of shop.events) {
    const ordinals = new Set<number>();
    for (const { event, order, quantity, unitCents } of list) {
      byEvent[event] = (byEvent[event] ?? 0) + 1;
      if (event !== 'order_completed') continue;
      ordinals.add(order);
      cents += quantity * unitCents;
    }
    orders += ordinals.size;
  }
  const { products } = shop.catalogue;
  return {
    counts: {
      users: shop.customers.length,
      buyers: shop.purchases.filter(Boolean).length,
      items: products.length,
      soldOut: shop.supply.filter(({ stock }) => stock === 0).length,
      events: shop.events.reduce((sum, list) => sum + list.length, 0),
      orders,
      orderLines: byEvent.order_completed,
      repeatBuyers: shop.purchases.filter((purchases) => purchases && purchases.orders.length > 1).length,
      revenueYuan: cents / 100,
      byEvent: Object.fromEntries(Object.entries(byEvent).sort(([, a], [, b]) => b - a)),
    },
    experiment: countExperiment(shop),
    dirt: {
      itemsWithoutTitle: products.filter((product) => product.titleZh === '').length,
      itemsWithoutBrand: products.filter((product) => product.brand === '').length,
      itemsWithoutCost: shop.supply.filter(({ costCents }) => costCents === 0).length,
      itemsWithoutStock: shop.supply.filter(({ stock }) => stock === null).length,
      testers: shop.customers.filter((customer) => customer.id.startsWith('tester-')).length,
      nationalPhones: shop.customers.filter((customer) => /^1/.test(customer.phone)).length,
      untidyEmails: shop.customers.filter((customer) => customer.email !== customer.email.trim().toLowerCase()).length,
    },
  };
}

function countExperiment(shop: Shop): ShopFacts['experiment'] {
  const cells = Object.fromEntries(
    truth.experiment.segments.map(({ id }) => [id, { treated: 0, treatedOrdered: 0, heldOut: 0, heldOutOrdered: 0 }]),
  ) as ShopFacts['experiment'];
  shop.assignments.forEach((assignment, i) => {
    if (!assignment) return;
    const cell = cells[assignment.segment];
    const until = sendDay + truth.experiment.windowDays;
    const ordered = shop.purchases[i]!.orders.some(({ day }) => day >= sendDay && day < until) ? 1 : 0;
    cell[assignment.treated ? 'treated' : 'heldOut']++;
    cell[assignment.treated ? 'treatedOrdered' : 'heldOutOrdered'] += ordered;
  });
  return cells;
}
