import { areaUnder, curveSums, qiniCurve, upliftCurve, type CurveSums, type Tested } from './curve';

/**
 * The numbers that two libraries call Qini and AUUC. They share the curves and differ in what they divide by, so neither
 * can be compared with the other: each is named after the library that has it.
 */
export interface PresetScores {
  /** scikit-uplift: area between model and random line over that between the perfect order and the line; at most 1. */
  skliftQini: number;
  skliftAuuc: number;
  /** causalml: mean height of the curve above the random line (Qini) or above 0 (AUUC), over its last height: may pass 1. */
  causalmlQini: number;
  causalmlAuuc: number;
}

export function presetScores(tested: Tested): PresetScores {
  return {
    skliftQini: skliftQini(tested),
    skliftAuuc: skliftAuuc(tested),
    causalmlQini: causalmlQini(tested),
    causalmlAuuc: causalmlAuuc(tested),
  };
}

/** scikit-uplift 0.5.1 `qini_auc_score`, `negative_effect=True`; of yes/no outcomes, NaN of others. */
export function skliftQini(tested: Tested): number {
  const { treated, outcome } = tested;
  if (!isBinary(outcome)) return NaN;
  const perfect = Float64Array.from(outcome, (did, row) => did * treated[row] - did * (1 - treated[row]));
  return overPerfect(tested, perfect, qiniCurve);
}

/** scikit-uplift 0.5.1 `uplift_auc_score`. */
export function skliftAuuc(tested: Tested): number {
  const { treated, outcome } = tested;
  if (!isBinary(outcome)) return NaN;
  let [heldOutWhoDid, addressedWhoDidNot] = [0, 0];
  for (let row = 0; row < outcome.length; row++) {
    if (outcome[row] === 1 && treated[row] === 0) heldOutWhoDid++;
    if (outcome[row] === 0 && treated[row] === 1) addressedWhoDidNot++;
  }
  const summand = heldOutWhoDid > addressedWhoDidNot ? outcome : treated;
  const perfect = Float64Array.from(outcome, (did, row) => 2 * (did === treated[row] ? 1 : 0) + summand[row]);
  return overPerfect(tested, perfect, upliftCurve);
}

function overPerfect(tested: Tested, perfect: Float64Array, curveOf: (sums: CurveSums) => Float64Array): number {
  const [own, best] = [curveSums(tested), curveSums({ ...tested, uplift: perfect })];
  const ideal = curveOf(best);
  const random = (best.people[best.people.length - 1] * ideal[ideal.length - 1]) / 2;
  return (areaUnder(own.people, curveOf(own)) - random) / (areaUnder(best.people, ideal) - random);
}

/** causalml 0.15.5 `qini_score`, `normalize=True`. */
export function causalmlQini(tested: Tested): number {
  const curve = causalmlCurve(curveSums(tested, undefined, true), qiniValue);
  const last = curve[curve.length - 1];
  const random = (curve.length * (last / Math.abs(last))) / 2;
  return (sumOf(curve) / Math.abs(last) - random) / curve.length;
}

/** causalml 0.15.5 `auuc_score`, `normalize=True`. */
export function causalmlAuuc(tested: Tested): number {
  // The lift is filled in where an arm is empty, then multiplied by the people: not the same as filling in the product.
  const sums = curveSums(tested, undefined, true);
  const lift = causalmlCurve(sums, liftValue);
  const curve = lift.map((value, i) => value * i);
  return sumOf(curve) / Math.abs(curve[curve.length - 1]) / curve.length;
}

type ValueAt = (sums: CurveSums, i: number) => number;
const qiniValue: ValueAt = ({ treated, control, treatedOutcome, controlOutcome }, i) =>
  treatedOutcome[i] - (controlOutcome[i] * treated[i]) / control[i];
const liftValue: ValueAt = ({ treated, control, treatedOutcome, controlOutcome }, i) =>
  treatedOutcome[i] / treated[i] - controlOutcome[i] / control[i];

/** A point after each row; where an arm is still empty a straight line from 0, as pandas interpolates. */
function causalmlCurve(sums: CurveSums, valueAt: ValueAt): Float64Array {
  const curve = sums.people.map((_, i) => (i === 0 ? 0 : valueAt(sums, i)));
  for (let i = 1; i < curve.length; i++) {
    if (Number.isFinite(curve[i])) continue;
    let next = i;
    while (next < curve.length && !Number.isFinite(curve[next])) next++;
    const [from, to] = [curve[i - 1], next < curve.length ? curve[next] : curve[i - 1]];
    for (let gap = i; gap < next; gap++) curve[gap] = from + ((to - from) * (gap - i + 1)) / (next - i + 1);
  }
  return curve;
}

const sumOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);
export const isBinary = (values: ArrayLike<number>) => Array.prototype.every.call(values, (value: number) => value === 0 || value === 1);
