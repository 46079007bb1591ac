import { Random } from '../../src/lib/core/base/random';
import type { Product } from './catalogue';
import { truth } from './truth';

/** What a product costs the shop, and how many pieces lie in the warehouse at the end of the last day. */
export interface Supply {
  /** 0 where nobody wrote it down. */
  costCents: number;
  /** null where nobody counts. */
  stock: number | null;
}

/** Drawn apart from the catalogue, so that nothing else in the shop depends on it. */
export function planSupply(seed: number, products: readonly Product[]): Supply[] {
  const random = new Random(seed, 3);
  const { margin, soldOutShare, medianStock } = truth.supply;
  const usual = new Map<string, number>();
  const supplies = products.map(({ category, listCents }): Supply => {
    if (!usual.has(category)) usual.set(category, margin.least + (margin.most - margin.least) * random.uniform());
    const share = Math.min(0.85, Math.max(0.05, usual.get(category)! + margin.spread * random.normal()));
    const isSoldOut = random.uniform() < soldOutShare;
    const pieces = Math.max(1, Math.round(medianStock * Math.exp(random.normal())));
    return { costCents: Math.round(listCents * (1 - share)), stock: isSoldOut ? 0 : pieces };
  });
  const order = random.shuffle(Int32Array.from(products.keys()));
  for (const product of order.subarray(0, truth.dirt.itemsWithoutCost)) supplies[product].costCents = 0;
  for (const product of order.subarray(order.length - truth.dirt.itemsWithoutStock)) supplies[product].stock = null;
  return supplies;
}
