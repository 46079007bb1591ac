/** What a bundle costs and earns, in the plan's currency; null where a price or a cost is not known. */
export interface BundleMoney {
  /** Of the pieces one by one. */
  price: number | null;
  /** At the discount. */
  discounted: number | null;
  /** Price less cost, without and with the discount. */
  margin: number | null;
  discountedMargin: number | null;
  /**
   * How many more bundles must be sold at the discount to earn what they earn without it, as a share: margin over
   * discounted margin, less one. Null where the discount leaves nothing to earn.
   */
  neededMore: number | null;
}

/**
 * @param prices of the items, null where one is not known
 * @param discount 0 … 1, off the price of the whole bundle
 */
export function bundleMoney(prices: readonly (number | null)[], costs: readonly (number | null)[], discount: number): BundleMoney {
  const price = sumOf(prices);
  const cost = sumOf(costs);
  const discounted = price === null ? null : cents(price * (1 - discount));
  const margin = price === null || cost === null ? null : cents(price - cost);
  const discountedMargin = discounted === null || cost === null ? null : cents(discounted - cost);
  const neededMore =
    margin !== null && discountedMargin !== null && discountedMargin > 0 && margin > 0 ? margin / discountedMargin - 1 : null;
  return { price: price === null ? null : cents(price), discounted, margin, discountedMargin, neededMore };
}

function sumOf(amounts: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const amount of amounts) {
    if (amount === null) return null;
    sum += amount;
  }
  return sum;
}

/** Sums of hundredths come out of binary fractions a hair off. */
function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}
