import { quantile } from '../../math/quantile';
import { spreadOf, stabilityIndex, type Spread } from '../../predictions/drift';

/** A trait, a segment or a score over the people of a run, as it is compared with an earlier one. */
export type DriftColumn = { id: string } & ({ kind: 'number'; values: Float64Array } | { kind: 'text'; values: (string | null)[] });

/** How a score lay over everybody: by tenths, as the stability index takes it, and at every percentile. */
export interface ScoreSpread {
  spread: Spread;
  /** At 0 %, 1 %, … 100 % of those who have one; empty where nobody has. */
  percentiles: number[];
}

/** One trait then and now. */
export interface MixShift {
  id: string;
  /** Population stability index. */
  psi: number;
  /** Medians of numbers; shares of members of segments; null for texts. */
  then: number | null;
  now: number | null;
}

/** Prefix of the columns that say who is in a segment of the plan. */
export const segmentPrefix = 'segment:';

export function columnSpread(column: DriftColumn): Spread {
  return spreadOf(column.id, [column]);
}

export function scoreSpread(column: DriftColumn & { kind: 'number' }): ScoreSpread {
  const known = column.values.filter((value) => !Number.isNaN(value)).sort();
  const percentiles = known.length === 0 ? [] : Array.from({ length: 101 }, (_, percent) => quantile(known, percent / 100));
  return { spread: columnSpread(column), percentiles };
}

/** What shifted most first; a trait that either run lacks is left out. */
export function mixShift(then: readonly Spread[], now: readonly DriftColumn[]): MixShift[] {
  const byId = new Map(now.map((column) => [column.id, column]));
  const shifts = then.flatMap((earlier): MixShift[] => {
    const column = byId.get(earlier.id);
    if (!column || column.kind !== earlier.kind || column.values.length === 0) return [];
    const psi = stabilityIndex(earlier, column.values);
    return [{ id: earlier.id, psi, then: middle(earlier), now: middle(columnSpread(column)) }];
  });
  return shifts.sort((a, b) => b.psi - a.psi || (a.id < b.id ? -1 : 1));
}

/**
 * Kolmogorov–Smirnov's statistic of today's scores against an earlier run's, looked at where that run's percentiles are:
 * the greatest distance of the two distribution functions, to within one percent.
 */
export function scoreDistance(percentiles: readonly number[], values: Float64Array): number {
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  if (known.length === 0 || percentiles.length === 0) return 0;
  let distance = 0;
  let below = 0;
  for (let i = 0; i < percentiles.length; i++) {
    // Of equal percentiles the last says how many lie at or below them.
    if (percentiles[i + 1] === percentiles[i]) continue;
    while (below < known.length && known[below] <= percentiles[i]) below++;
    distance = Math.max(distance, Math.abs(below / known.length - i / (percentiles.length - 1)));
  }
  return distance;
}

function middle(spread: Spread): number | null {
  if (spread.id.startsWith(segmentPrefix)) return spread.shares[0];
  return spread.kind === 'number' && spread.missing < 1 ? spread.median : null;
}
