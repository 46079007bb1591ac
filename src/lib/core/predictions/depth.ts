import type { CampaignValue } from './campaign';
import type { DepthPoint, TestedDepthPoint } from './report';

/** How fine the depths of an audience are looked at: half a per cent of the customers. */
const steps = 200;

/**
 * Audiences of the highest scores, from the smallest to everybody. Equal scores are taken together, so that each is exactly
 * those with at least `threshold`.
 * @param chances calibrated probabilities; NaN belongs to nobody
 */
export function depthPoints(chances: ArrayLike<number>): DepthPoint[] {
  const order = descending(chances);
  const expected = sumsAlong(order, chances);
  const variances = sumsAlong(
    order,
    Float64Array.from(chances, (chance) => chance * (1 - chance)),
  );
  return endsOf(order, chances).map((end) => ({
    customers: end,
    threshold: shortBetween(end < order.length ? chances[order[end]] : -Infinity, chances[order[end - 1]]),
    expected: expected[end],
    deviation: Math.sqrt(variances[end]),
  }));
}

/** The same of customers whose outcome is known, beside the same number of customers in the order of a baseline. */
export function testedDepthPoints(
  chances: ArrayLike<number>,
  baseline: ArrayLike<number>,
  outcomes: ArrayLike<number>,
): TestedDepthPoint[] {
  const [happened, theirs] = [chances, baseline].map((values) => sumsAlong(descending(values), outcomes));
  return depthPoints(chances).map((point) => ({ ...point, happened: happened[point.customers], baseline: theirs[point.customers] }));
}

/** What addressing an audience brings less what it costs. */
export function profitOf({ customers, outcomes }: { customers: number; outcomes: number }, value: CampaignValue): number {
  return outcomes * value.marginPerOutcome * (1 - (value.anywayShare ?? 0)) - customers * value.costPerContact;
}

/** The depth with the highest expected profit, the smaller of equals; null where every contact costs more than it brings. */
export function bestDepth(points: readonly DepthPoint[], value: CampaignValue): DepthPoint | null {
  let best: DepthPoint | null = null;
  let most = 0;
  for (const point of points) {
    const profit = profitOf({ customers: point.customers, outcomes: point.expected }, value);
    if (profit > most) [best, most] = [point, profit];
  }
  return best;
}

/** The lowest chance at which a contact pays; infinite where no outcome earns anything. */
export function breakEvenChance(value: CampaignValue): number {
  const earned = value.marginPerOutcome * (1 - (value.anywayShare ?? 0));
  if (value.costPerContact <= 0) return 0;
  return earned > 0 ? value.costPerContact / earned : Infinity;
}

/** The point whose share of the customers is nearest. */
export function pointAtShare<P extends { customers: number }>(points: readonly P[], share: number): P | undefined {
  const all = points.at(-1)?.customers ?? 0;
  const away = (point: P) => Math.abs(point.customers / all - share);
  return points.reduce<P | undefined>((nearest, point) => (nearest && away(nearest) <= away(point) ? nearest : point), undefined);
}

/** Numbers of customers at which audiences end, equal scores never parted. */
function endsOf(order: Int32Array, chances: ArrayLike<number>): number[] {
  const sizes = Math.min(steps, order.length);
  const ends = new Set<number>();
  for (let size = 1; size <= sizes; size++) {
    let end = Math.ceil((order.length * size) / sizes);
    while (end < order.length && chances[order[end]] === chances[order[end - 1]]) end++;
    ends.add(end);
  }
  return [...ends];
}

/**
 * The shortest number above the first and at most the second: a rule with it says the same after every rounding on its way
 * through a plan and a query.
 */
function shortBetween(below: number, value: number): number {
  for (let digits = 1; digits < 15; digits++) {
    const unit = 10 ** (digits - 1 - Math.floor(Math.log10(Math.abs(value))));
    const short = Number((Math.floor(value * unit) / unit).toPrecision(digits));
    if (short > below && short <= value) return short;
  }
  return value;
}

/** At n the sum over the first n. */
function sumsAlong(order: Int32Array, values: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(order.length + 1);
  order.forEach((at, i) => (sums[i + 1] = sums[i] + values[at]));
  return sums;
}

function descending(values: ArrayLike<number>): Int32Array {
  const known = Int32Array.from({ length: values.length }, (_, i) => i).filter((i) => !Number.isNaN(values[i]));
  return known.sort((a, b) => (values[a] > values[b] ? -1 : values[a] < values[b] ? 1 : a - b));
}
