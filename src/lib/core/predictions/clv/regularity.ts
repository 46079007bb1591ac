import type { PurchaseDays } from './purchaseDays';

/** How regular the pauses between purchases are. */
export interface Regularity {
  /** Shape of gamma-distributed pauses: 1 as the models assume, more where purchases come like clockwork. */
  k: number;
  /** Pairs of pauses that it is estimated from. */
  pairs: number;
}

/** With fewer pairs the estimate says nothing. */
const fewestPairs = 50;

/**
 * Wheat & Morrison's estimate (Marketing Science 9(2), 1990): of two pauses in a row the first's share of both is
 * Beta(k, k), whatever the customer's own rate is, so k = (1 − 4 v) / (8 v) of its variance v. Each pause is in one pair.
 * @returns null where too few customers came back three times
 */
export function regularityOf({ start, day }: PurchaseDays, end: number): Regularity | null {
  const squares: number[] = [];
  for (let c = 0; c + 1 < start.length; c++) {
    for (let i = start[c]; i + 2 < start[c + 1] && day[i + 2] < end; i += 2) {
      squares.push(((day[i + 1] - day[i]) / (day[i + 2] - day[i]) - 0.5) ** 2);
    }
  }
  const pairs = squares.length;
  if (pairs < fewestPairs) return null;
  // By size, so that the sum does not depend on how people are numbered. The mean is one half, for who comes first does not matter.
  const sum = Float64Array.from(squares)
    .sort()
    .reduce((total, square) => total + square, 0);
  const variance = Math.max(sum / pairs, 1e-6);
  return { k: (1 - 4 * variance) / (8 * variance), pairs };
}
