import { Random } from '../../src/lib/core/base/random';
import { makeEvents, type ShopEvent } from './behaviour';
import { makeCatalogue, type Catalogue } from './catalogue';
import { makeCustomer, makeTester, type Customer } from './customers';
import { runExperiment, type Assignment } from './experiment';
import { makePurchases, type Purchases } from './orders';
import { planSupply, type Supply } from './supply';
import { truth } from './truth';

/** The whole shop with its truth: per customer what was planted and what they did. */
export interface Shop {
  catalogue: Catalogue;
  /** Per product. */
  supply: Supply[];
  customers: Customer[];
  /** Undefined for lookers and testers. */
  purchases: (Purchases | undefined)[];
  assignments: (Assignment | undefined)[];
  /** Per customer, by time. */
  events: ShopEvent[][];
}

/** Fewer customers are the same first customers (but for the experiment's lots), so a small shop is a quick test. */
export function generateShop(customerCount: number = truth.customers, seed: number = truth.seed): Shop {
  const catalogue = makeCatalogue(seed);
  const customers = Array.from({ length: customerCount - truth.dirt.testers }, (_, i) => makeCustomer(seed, i));
  const purchases = customers.map((customer, i) =>
    customer.looker ? undefined : makePurchases(new Random(seed, 2_000_000 + i), customer, catalogue),
  );
  const assignments = runExperiment(seed, customers, purchases, catalogue);
  const events = customers.map((customer, i) => makeEvents(seed, i, customer, purchases[i], assignments[i], catalogue));
  for (let i = 0; i < truth.dirt.testers; i++) {
    customers.push(makeTester(seed, i));
    purchases.push(undefined);
    assignments.push(undefined);
    events.push(testerEvents(i));
  }
  return { catalogue, supply: planSupply(seed, catalogue.products), customers, purchases, assignments, events };
}

/** Sixty orders of one cent each, one every nine days at four in the morning. */
function testerEvents(tester: number): ShopEvent[] {
  return Array.from({ length: 60 }, (_, i) => ({
    second: (3 + 9 * i) * 86400 + 4 * 3600 + tester * 60,
    event: 'order_completed',
    product: 0,
    quantity: 1,
    unitCents: 1,
    order: i + 1,
    session: i + 1,
    channel: 'web' as const,
    device: 'desktop' as const,
  }));
}
