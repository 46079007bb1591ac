import { UserError } from '../base/errors';
import type { RunContext } from '../base/run';
import { collinear, invertPositive } from '../math/invertPositive';

export interface SyntheticControl {
  /** Of each donor; none below 0, 1 together. */
  weights: Float64Array;
  /** The treated unit as it would have been, period by period. */
  synthetic: Float64Array;
  /** Mean difference of a period after. */
  effect: number;
  /** Root mean squared distance before, and after. */
  fitBefore: number;
  fitAfter: number;
  /** Share of all units, each taken as the treated one, whose ratio of the two distances is at least as large. */
  placebo: { p: number; ratios: Float64Array };
  /** The distance before beside the treated unit's own spread before: above a fifth or so, the donors do not make it up. */
  misfit: number;
}

/**
 * A mixture of donors that went as the treated unit did before, and what it would have done after (Abadie, Diamond &
 * Hainmueller, JASA 2010, with the outcomes before as the only predictors): weights by constrained least squares on the
 * simplex; p by placebos (their 3.4).
 * @param treated one value a period
 * @param donors one series each, of the same periods
 * @param after periods from this one on came after
 * @throws UserError `synthetic_donors` with fewer than two donors, `synthetic_periods` with fewer than two periods before
 */
export async function syntheticControl(
  treated: Float64Array,
  donors: readonly Float64Array[],
  after: number,
  run: RunContext,
): Promise<SyntheticControl> {
  if (donors.length < 2) {
    throw new UserError(
      'synthetic_donors',
      `There is ${donors.length === 0 ? 'nobody' : 'one'} to mix a control from.`,
      'Give at least two shops, cities or groups that did not get it.',
      { count: donors.length },
    );
  }
  if (after < 2 || after >= treated.length) {
    throw new UserError('synthetic_periods', 'Two periods before and one after are needed.', 'Give a longer history.', {
      before: after,
      periods: treated.length,
    });
  }
  const own = mixture(treated, donors, after);
  const ratios = new Float64Array(donors.length + 1);
  ratios[0] = ratio(own);
  for (const [d, donor] of donors.entries()) {
    // The treated unit is no donor of placebos: what happened to it would look like theirs.
    const others = donors.filter((_, other) => other !== d);
    ratios[d + 1] = ratio(mixture(donor, others, after));
    await run.breathe();
  }
  const mean = treated.subarray(0, after).reduce((sum, value) => sum + value, 0) / after;
  const spread = Math.sqrt(treated.subarray(0, after).reduce((sum, value) => sum + (value - mean) ** 2, 0) / after);
  return {
    ...own,
    placebo: { p: ratios.filter((each) => each >= ratios[0] * (1 - 1e-9)).length / ratios.length, ratios },
    misfit: spread === 0 ? Infinity : own.fitBefore / spread,
  };
}

const ratio = ({ fitBefore, fitAfter }: Pick<SyntheticControl, 'fitBefore' | 'fitAfter'>) =>
  fitBefore === 0 ? Infinity : fitAfter / fitBefore;

function mixture(treated: Float64Array, donors: readonly Float64Array[], after: number) {
  const weights = simplexWeights(
    treated.subarray(0, after),
    donors.map((donor) => donor.subarray(0, after)),
  );
  const synthetic = treated.map((_, period) => donors.reduce((sum, donor, d) => sum + weights[d] * donor[period], 0));
  const squares = (from: number, to: number) => {
    let sum = 0;
    for (let period = from; period < to; period++) sum += (treated[period] - synthetic[period]) ** 2;
    return Math.sqrt(sum / (to - from));
  };
  let effect = 0;
  for (let period = after; period < treated.length; period++) effect += (treated[period] - synthetic[period]) / (treated.length - after);
  return { weights, synthetic, effect, fitBefore: squares(0, after), fitAfter: squares(after, treated.length) };
}

const steps = 5000;

/**
 * min ‖y − Σ wⱼ xⱼ‖² with w ≥ 0 and Σ w = 1: accelerated projected gradients (Beck & Teboulle 2009) onto the simplex
 * (Duchi, Shalev-Shwartz, Singer & Chandra, ICML 2008) find who takes part; the equations of those alone give the digits.
 */
export function simplexWeights(y: Float64Array, donors: readonly Float64Array[]): Float64Array {
  const size = donors.length;
  const gram = new Float64Array(size * size);
  const right = new Float64Array(size);
  donors.forEach((a, i) => {
    right[i] = dot(a, y);
    donors.forEach((b, j) => (gram[i * size + j] = dot(a, b)));
  });
  // The largest eigenvalue is at most the largest sum of a row.
  const lipschitz = Math.max(
    ...Array.from({ length: size }, (_, i) => gram.subarray(i * size, (i + 1) * size).reduce((sum, value) => sum + Math.abs(value), 0)),
  );
  let weights = new Float64Array(size).fill(1 / size);
  if (lipschitz === 0) return weights;
  let look = weights;
  let momentum = 1;
  for (let step = 0; step < steps; step++) {
    const moved = look.map((value, i) => value - (dot(gram.subarray(i * size, (i + 1) * size), look) - right[i]) / lipschitz);
    const next = ontoSimplex(moved);
    const following = (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2;
    const speed = (momentum - 1) / following;
    const change = Math.max(...next.map((value, i) => Math.abs(value - weights[i])));
    look = next.map((value, i) => value + speed * (value - weights[i]));
    weights = next;
    momentum = following;
    if (change < 1e-14) break;
  }
  return polished(weights, gram, right, size);
}

/** The same with the equations of those who take part solved: G w + λ = r, Σ w = 1. */
function polished(weights: Float64Array<ArrayBuffer>, gram: Float64Array, right: Float64Array, size: number): Float64Array<ArrayBuffer> {
  const active = [...weights.keys()].filter((i) => weights[i] > 1e-7);
  const part = Float64Array.from(active.flatMap((i) => active.map((j) => gram[i * size + j])));
  const inverse = invertPositive(part, active.length, collinear);
  if (!inverse) return weights;
  const times = (vector: number[]) =>
    active.map((_, a) => vector.reduce((sum, value, b) => sum + inverse[a * active.length + b] * value, 0));
  const free = times(active.map((i) => right[i]));
  const ones = times(active.map(() => 1));
  const total = (values: number[]) => values.reduce((sum, value) => sum + value, 0);
  const lambda = (total(free) - 1) / total(ones);
  const found = free.map((value, a) => value - lambda * ones[a]);
  if (found.some((value) => value < 0)) return weights;
  const exact = new Float64Array(size);
  active.forEach((i, a) => (exact[i] = found[a]));
  return exact;
}

function ontoSimplex(values: Float64Array): Float64Array<ArrayBuffer> {
  const descending = Float64Array.from(values).sort().reverse();
  let [sum, threshold] = [0, 0];
  descending.forEach((value, i) => {
    sum += value;
    if (value > (sum - 1) / (i + 1)) threshold = (sum - 1) / (i + 1);
  });
  return Float64Array.from(values, (value) => Math.max(0, value - threshold));
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
