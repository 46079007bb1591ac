import { normal975 } from '../math/intervals';
import { midRanks } from './ranks';

/** An estimate with its 95 % interval. */
export interface Interval {
  value: number;
  low: number;
  high: number;
}

/**
 * AUC with its 95 % interval by the variance of DeLong, DeLong & Clarke-Pearson (Biometrics 1988), computed from ranks as in
 * Sun & Xu (IEEE Signal Processing Letters 2014).
 * @param labels 0 or 1, one for each score; at least two of each
 */
export function aucInterval(scores: ArrayLike<number>, labels: ArrayLike<number>): Interval {
  const { value, variance } = estimate(placementsOf(scores, labels));
  return within(value, Math.sqrt(variance), 0, 1);
}

/** AUC of one order less that of another of the same rows, with its paired 95 % interval and the two-sided test's z. */
export function aucDifference(ours: ArrayLike<number>, theirs: ArrayLike<number>, labels: ArrayLike<number>): Interval & { z: number } {
  const [a, b] = [placementsOf(ours, labels), placementsOf(theirs, labels)];
  const minus = (left: Float64Array, right: Float64Array) => left.map((value, i) => value - right[i]);
  const { value, variance } = estimate({ positives: minus(a.positives, b.positives), negatives: minus(a.negatives, b.negatives) });
  const error = Math.sqrt(variance);
  // The same order twice differs by nothing at all.
  return { ...within(value, error, -1, 1), z: error === 0 ? 0 : value / error };
}

/** Of each row that had the outcome the share of the others that it beats; of each other row the share that beats it. Ties are half. */
interface Placements {
  positives: Float64Array;
  negatives: Float64Array;
}

function placementsOf(scores: ArrayLike<number>, labels: ArrayLike<number>): Placements {
  const rows = Int32Array.from({ length: labels.length }, (_, row) => row);
  const [yes, no] = [rows.filter((row) => labels[row] === 1), rows.filter((row) => labels[row] !== 1)];
  const ranks = midRanks(scores);
  const ranksAmong = (part: Int32Array) => midRanks(Float64Array.from(part, (row) => scores[row]));
  const [amongYes, amongNo] = [ranksAmong(yes), ranksAmong(no)];
  return {
    positives: Float64Array.from(yes, (row, i) => (ranks[row] - amongYes[i]) / no.length),
    negatives: Float64Array.from(no, (row, i) => 1 - (ranks[row] - amongNo[i]) / yes.length),
  };
}

function estimate({ positives, negatives }: Placements): { value: number; variance: number } {
  return { value: meanOf(positives), variance: varianceOf(positives) / positives.length + varianceOf(negatives) / negatives.length };
}

function within(value: number, error: number, least: number, most: number): Interval {
  return { value, low: Math.max(least, value - normal975 * error), high: Math.min(most, value + normal975 * error) };
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of a sample: over n − 1. */
function varianceOf(values: Float64Array): number {
  if (values.length < 2) return 0;
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}
