import { Random } from '../../../base/random';
import type { RunContext } from '../../../base/run';
import { quantile } from '../../../math/quantile';
import { byUplift, type Tested } from './curve';

/** The Qini curve at one share of the people, highest uplift first, as additional outcomes if all of these had been addressed. */
export interface QiniPoint {
  share: number;
  people: number;
  /** Uplift curve: difference of the arms' rates times the people; additional people who do it, or additional money. */
  gain: number;
  low: number;
  high: number;
  /** What the same number of people chosen by chance would bring. */
  random: number;
}

export interface QiniWithBand {
  points: QiniPoint[];
  /** Area between the curve and the random line over the people and people again: additional outcomes a person, on average over all shares. */
  coefficient: number;
  coefficientLow: number;
  coefficientHigh: number;
  /** Area under the curve, on the same scale. */
  auuc: number;
  auucLow: number;
  auucHigh: number;
}

/**
 * The curve with 95 % bands by resampling people within each arm (percentile bootstrap, Efron & Tibshirani 1993); scores
 * stay as they are, so the bands say how sure the measurement is, not how much another training would differ.
 * @param steps points from 0 to everybody
 */
export async function qiniWithBand(
  tested: Tested,
  { steps = 50, resamples = 200, seed }: { steps?: number; resamples?: number; seed: number },
  run: RunContext,
): Promise<QiniWithBand> {
  const order = byUplift(tested.uplift);
  const people = order.length;
  const ends = Int32Array.from({ length: steps + 1 }, (_, i) => Math.round((i * people) / steps));
  const treated = Uint8Array.from(order, (row) => tested.treated[row]);
  const outcome = Float64Array.from(order, (row) => tested.outcome[row]);
  const weight = Float64Array.from(order, (row) => tested.weight?.[row] ?? 1);
  const curve = gainsAt(treated, outcome, ends, weight);
  const curves: Float64Array[] = [];
  const random = new Random(seed, 78);
  const arms = [0, 1].map((arm) => Int32Array.from(order, (_, at) => at).filter((at) => treated[at] === arm));
  for (let resample = 0; resample < resamples; resample++) {
    await run.breathe();
    const times = new Float64Array(people);
    for (const arm of arms) for (let draw = 0; draw < arm.length; draw++) times[arm[random.below(arm.length)]]++;
    for (let at = 0; at < people; at++) times[at] *= weight[at];
    curves.push(gainsAt(treated, outcome, ends, times));
  }
  const band = (values: Float64Array) => {
    const sorted = values.filter(Number.isFinite).sort();
    return sorted.length === 0 ? [NaN, NaN] : [quantile(sorted, 0.025), quantile(sorted, 0.975)];
  };
  const shares = Array.from({ length: steps + 1 }, (_, i) => i / steps);
  const areas = (gains: Float64Array) => {
    let under = 0;
    for (let i = 1; i <= steps; i++) under += (gains[i] + gains[i - 1]) / 2 / steps / people;
    return { auuc: under, coefficient: under - gains[steps] / 2 / people };
  };
  const ofAll = curves.map(areas);
  const [auuc, coefficient] = [
    band(Float64Array.from(ofAll, (each) => each.auuc)),
    band(Float64Array.from(ofAll, (each) => each.coefficient)),
  ];
  const own = areas(curve);
  return {
    points: shares.map((share, i) => {
      const [low, high] = band(Float64Array.from(curves, (each) => each[i]));
      return { share, people: ends[i], gain: curve[i], low, high, random: share === 0 ? 0 : share * curve[steps] };
    }),
    coefficient: own.coefficient,
    coefficientLow: coefficient[0],
    coefficientHigh: coefficient[1],
    auuc: own.auuc,
    auucLow: auuc[0],
    auucHigh: auuc[1],
  };
}

/** The uplift curve at some numbers of people; while an arm is empty 0. */
function gainsAt(treated: Uint8Array, outcome: Float64Array, ends: Int32Array, times: Float64Array): Float64Array {
  const gains = new Float64Array(ends.length);
  const [rows, sums] = [
    [0, 0],
    [0, 0],
  ];
  for (let at = 0, step = 0; ; at++) {
    while (step < ends.length && ends[step] === at) {
      const difference = rows[0] > 0 && rows[1] > 0 ? sums[1] / rows[1] - sums[0] / rows[0] : 0;
      gains[step++] = difference * at;
    }
    if (at === treated.length) return gains;
    const count = times[at];
    rows[treated[at]] += count;
    sums[treated[at]] += count * outcome[at];
  }
}
