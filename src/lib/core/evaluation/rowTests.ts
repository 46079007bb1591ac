import { Random } from '../base/random';
import { normalUpper } from '../math/distributions';
import { holm } from '../math/holm';
import type { Measurement } from './evaluate';
import type { RowTest } from './types';

/** A row of a comparison with its numbers person by person; all rows have the same people in the same order. */
export interface TestedRow {
  modelId: string;
  measured: Pick<Measurement, 'names' | 'perUser'>;
}

/** A lead with a smaller p is more than noise. */
export const noiseLevel = 0.05;

const resamples = 2000;
/** With more people the distribution of the sum is normal to well below a resampling's own error. */
const mostResampled = 2000;

/**
 * For each pair of rows, whether the better one leads by more than chance: a paired randomisation test over people
 * (Smucker, Allan & Carterette, CIKM 2007), p values corrected for all pairs by Holm's method (1979).
 * @param metric a name that every row has for each person
 */
export function testRows(rows: readonly TestedRow[], metric: string, seed: number): RowTest[] {
  const columns = rows.map(({ measured }) => columnOf(measured, metric));
  const tests: RowTest[] = [];
  for (let a = 0; a < rows.length; a++) {
    for (let b = a + 1; b < rows.length; b++) {
      const differences = columns[a].map((value, user) => value - columns[b][user]);
      const difference = sumOf(differences) / Math.max(1, differences.length);
      const [leader, follower] = difference >= 0 ? [rows[a], rows[b]] : [rows[b], rows[a]];
      const p = randomisationTest(differences, seed);
      tests.push({ metric, leader: leader.modelId, follower: follower.modelId, difference: Math.abs(difference), p });
    }
  }
  const corrected = holm(tests.map(({ p }) => p));
  return tests.map((test, at) => ({ ...test, p: corrected[at] }));
}

/**
 * Two-sided p of a sum of paired differences under random signs. Up to {@link mostResampled} people who differ by
 * resampling, p = (1 + as extreme) / (1 + resamples); for more by the normal distribution that such sums follow, with
 * variance Σ d².
 */
export function randomisationTest(differences: Float64Array, seed: number): number {
  // Who has the same number in both says nothing, whatever the sign.
  const apart = differences.filter((difference) => difference !== 0);
  if (apart.length === 0) return 1;
  const sum = Math.abs(sumOf(apart));
  if (apart.length > mostResampled) {
    return 2 * normalUpper(sum / Math.sqrt(apart.reduce((squares, difference) => squares + difference * difference, 0)));
  }
  const random = new Random(seed, 78);
  // Sums of the same numbers in another order differ in their last digits.
  const extreme = sum * (1 - 1e-12);
  let count = 0;
  for (let resample = 0; resample < resamples; resample++) {
    let signed = 0;
    for (let at = 0, bits = 0; at < apart.length; at++, bits >>>= 1) {
      if (at % 32 === 0) bits = random.uint32();
      signed += bits & 1 ? apart[at] : -apart[at];
    }
    if (Math.abs(signed) >= extreme) count++;
  }
  return (1 + count) / (1 + resamples);
}

function columnOf({ names, perUser }: TestedRow['measured'], metric: string): Float64Array {
  const column = names.indexOf(metric);
  return Float64Array.from({ length: perUser.length / names.length }, (_, row) => perUser[row * names.length + column]);
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
