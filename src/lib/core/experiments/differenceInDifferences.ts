import { UserError } from '../base/errors';
import { chiSquareUpper, normalQuantile } from '../math/distributions';
import { collinear, invertPositive } from '../math/invertPositive';
import { sumsOf, type Effect } from './effect';
import { meanEffect } from './means';

/** The same units (shops, cities, customers) in the same periods, unit by unit. */
export interface Panel {
  units: number;
  periods: number;
  /** `units × periods`, one unit after the other. */
  values: Float64Array;
  /** 1 of units that got it. */
  treated: Uint8Array;
  /** Periods from this one on came after. */
  after: number;
}

export interface DifferenceInDifferences {
  /** Of a period after: means of units' changes; each unit is one draw, however many periods it has. */
  effect: Effect;
  /** Each period beside the last one before: how far the two sides have gone apart since. */
  path: { period: number; difference: number; low: number; high: number }[];
  /** Each period beside the mean of those before. */
  gap: { period: number; difference: number; low: number; high: number }[];
  /** How much steeper a treated unit's straight trend was before, a period, by Welch's test; null with fewer than three periods. */
  slopes: Effect | null;
  /** Whether both sides went alike before; null where periods before are one, or too many for the units. */
  parallelTrends: { chiSquare: number; degrees: number; p: number } | null;
}

/**
 * What treated units gained over the others' change. Standard errors are clustered by unit: each unit's change from the
 * mean before to the mean after is one value (Bertrand, Duflo & Mullainathan, QJE 2004), compared by Welch's test, which is
 * the regression of changes with HC2. Parallel trends: Wald test of all periods before together.
 * @throws UserError `did_units` where a side has fewer than two units, `did_periods` where nothing lies before or after
 */
export function differenceInDifferences({ units, periods, values, treated, after }: Panel, level = 0.95): DifferenceInDifferences {
  const sides = [0, 1].map((side) => Int32Array.from({ length: units }, (_, unit) => unit).filter((unit) => treated[unit] === side));
  if (sides.some(({ length }) => length < 2)) {
    const [control, withIt] = sides.map(({ length }) => length);
    throw new UserError(
      'did_units',
      `${withIt} got it and ${control} did not; two of each are needed at least.`,
      'Split the data into more shops, cities or groups, or take synthetic control for one.',
      { treated: withIt, control },
    );
  }
  if (after < 1 || after >= periods) {
    throw new UserError('did_periods', 'All periods lie on one side of the start.', 'Give periods before and after it.', {
      periods,
      after,
    });
  }
  const meanOf = (unit: number, from: number, to: number) => {
    let sum = 0;
    for (let period = from; period < to; period++) sum += values[unit * periods + period];
    return sum / (to - from);
  };
  const changes = sides.map((side) => sumsOf(Float64Array.from(side, (unit) => meanOf(unit, after, periods) - meanOf(unit, 0, after))));
  const z = normalQuantile(1 - (1 - level) / 2);
  const since = (unit: number, period: number) => values[unit * periods + period] - values[unit * periods + after - 1];
  const between = (of: (unit: number) => number) => {
    const [control, withIt] = sides.map((side) => sumsOf(Float64Array.from(side, of)));
    return meanEffect(control, withIt, level);
  };
  const along = (of: (unit: number, period: number) => number) =>
    Array.from({ length: periods }, (_, period) => {
      const { difference, error } = between((unit) => of(unit, period));
      return { period, difference, low: difference - z * error, high: difference + z * error };
    });
  const before = Float64Array.from({ length: units }, (_, unit) => meanOf(unit, 0, after));
  return {
    effect: meanEffect(changes[0], changes[1], level),
    path: along(since),
    gap: along((unit, period) => values[unit * periods + period] - before[unit]),
    slopes: after < 3 ? null : between((unit) => slopeOf(values.subarray(unit * periods, unit * periods + after))),
    parallelTrends: parallelTrends(sides, since, after - 1),
  };
}

/** Of a straight line through the values, a period. */
function slopeOf(values: Float64Array): number {
  const middle = (values.length - 1) / 2;
  let [together, whole] = [0, 0];
  values.forEach((value, period) => {
    together += (period - middle) * value;
    whole += (period - middle) ** 2;
  });
  return together / whole;
}

/** δᵀ V⁻¹ δ over the periods before the last one before, V the sum of both sides' covariances of means. */
function parallelTrends(
  sides: readonly Int32Array[],
  since: (unit: number, period: number) => number,
  periods: number,
): DifferenceInDifferences['parallelTrends'] {
  if (periods < 1 || sides.some(({ length }) => length <= periods)) return null;
  const difference = new Float64Array(periods);
  const covariance = new Float64Array(periods * periods);
  sides.forEach((side, sign) => {
    const means = Float64Array.from(
      { length: periods },
      (_, period) => side.reduce((sum, unit) => sum + since(unit, period), 0) / side.length,
    );
    means.forEach((mean, period) => (difference[period] += sign === 1 ? mean : -mean));
    for (const unit of side) {
      for (let a = 0; a < periods; a++) {
        const one = since(unit, a) - means[a];
        for (let b = 0; b < periods; b++)
          covariance[a * periods + b] += (one * (since(unit, b) - means[b])) / ((side.length - 1) * side.length);
      }
    }
  });
  const inverse = invertPositive(covariance, periods, collinear);
  if (!inverse) return null;
  let chiSquare = 0;
  for (let a = 0; a < periods; a++) for (let b = 0; b < periods; b++) chiSquare += difference[a] * inverse[a * periods + b] * difference[b];
  return { chiSquare, degrees: periods, p: chiSquareUpper(chiSquare, periods) };
}
