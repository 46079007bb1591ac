import { normal975 } from '../../../math/intervals';
import { byUplift, type Tested } from './curve';

/** Whether the first k are of everybody, or of each arm by itself, as scikit-uplift's `uplift_at_k` names them. */
export type Strategy = 'overall' | 'by_group';

/** What the message did to a group: rates of both arms, and their difference with its 95 % interval (unpooled normal). */
export interface Effect {
  treated: number;
  control: number;
  treatedMean: number;
  controlMean: number;
  uplift: number;
  low: number;
  high: number;
}

/** The difference between the arms of some people. NaN where an arm is empty. */
export function effectOf({ treated, outcome, weight }: Omit<Tested, 'uplift'>, rows: ArrayLike<number>): Effect {
  const [people, weights, sums, spread] = [
    [0, 0],
    [0, 0],
    [0, 0],
    [0, 0],
  ];
  for (let i = 0; i < rows.length; i++) {
    const [arm, counts] = [treated[rows[i]], weight?.[rows[i]] ?? 1];
    people[arm]++;
    weights[arm] += counts;
    sums[arm] += counts * outcome[rows[i]];
  }
  const mean = sums.map((sum, arm) => sum / weights[arm]);
  for (let i = 0; i < rows.length; i++) {
    const [arm, counts] = [treated[rows[i]], weight?.[rows[i]] ?? 1];
    spread[arm] += (counts * (outcome[rows[i]] - mean[arm])) ** 2;
  }
  const margin = normal975 * Math.sqrt(spread[0] / weights[0] ** 2 + spread[1] / weights[1] ** 2);
  const uplift = mean[1] - mean[0];
  return {
    treated: people[1],
    control: people[0],
    treatedMean: mean[1],
    controlMean: mean[0],
    uplift,
    low: uplift - margin,
    high: uplift + margin,
  };
}

/** Uplift among the share of people with the highest predictions (rounded down), observed. */
export function effectAtShare(tested: Tested, share: number, strategy: Strategy, order = byUplift(tested.uplift)): Effect {
  if (strategy === 'overall') return effectOf(tested, order.subarray(0, Math.floor(order.length * share)));
  const first = [0, 1].flatMap((arm) => {
    const rows = order.filter((row) => tested.treated[row] === arm);
    return [...rows.subarray(0, Math.floor(rows.length * share))];
  });
  return effectOf(tested, first);
}
