import type { RawFeature } from './features';
import { frequentValues } from './leakage';
import { quantile } from '../math/quantile';

/** How one trait, or the score, lay among the rows of a training: plain data, saved with the model. */
export type Spread = { id: string; missing: number } & (
  | {
      kind: 'number';
      /** Inner edges of the bins, ascending; a bin ends before its edge. */ edges: number[];
      shares: number[];
      median: number;
    }
  | { kind: 'text'; values: string[]; shares: number[] }
);

const bins = 10;
/** An empty bin counts as this share, or one newcomer would be infinitely far away. */
const least = 1e-4;

/** From here on a trait is called a little shifted, and from the second one on shifted: the customary limits (Siddiqi 2006). */
export const psiLimits = { moderate: 0.1, shifted: 0.25 };

/** The spread of a column over the rows of one or more tables: tenths of the known numbers, or the commonest texts. */
export function spreadOf(id: string, parts: readonly Pick<RawFeature, 'kind' | 'values'>[]): Spread {
  const total = parts.reduce((sum, { values }) => sum + values.length, 0);
  if (parts[0].kind === 'text') {
    const all = parts.flatMap(({ values }) => values as (string | null)[]);
    const values = frequentValues(all, bins);
    return { id, kind: 'text', values, ...sharesOfTexts(all, values) };
  }
  const known = Float64Array.from(
    parts.flatMap(({ values }) => Array.from(values as Float64Array).filter((value) => !Number.isNaN(value))),
  );
  known.sort();
  const edges = new Set<number>();
  for (let bin = 1; bin < bins && known.length > 0; bin++) edges.add(quantile(known, bin / bins));
  // What is the least of all begins no bin of its own.
  const inner = [...edges].filter((edge) => edge > known[0]);
  const median = known.length > 0 ? quantile(known, 0.5) : 0;
  return { id, kind: 'number', edges: inner, median, missing: 1 - known.length / total, shares: sharesOfNumbers(known, inner, total) };
}

/**
 * Population stability index of other rows against a spread: Σ (now − then) ln(now / then) over its bins, what is missing
 * being a bin of its own.
 */
export function stabilityIndex(then: Spread, values: ArrayLike<number> | readonly (string | null)[]): number {
  const now = sharesNow(then, values);
  const [before, after] = [
    [...then.shares, then.missing],
    [...now.shares, now.missing],
  ];
  return before.reduce((sum, share, bin) => {
    const [a, b] = [Math.max(least, after[bin]), Math.max(least, share)];
    return sum + (a - b) * Math.log(a / b);
  }, 0);
}

function sharesNow(then: Spread, values: ArrayLike<number> | readonly (string | null)[]): { shares: number[]; missing: number } {
  if (then.kind === 'text') return sharesOfTexts(values as readonly (string | null)[], then.values);
  const known = Float64Array.from(values as ArrayLike<number>).filter((value) => !Number.isNaN(value));
  return { shares: sharesOfNumbers(known, then.edges, values.length), missing: 1 - known.length / values.length };
}

/** Of all rows, those without a value counted too. */
function sharesOfNumbers(known: Float64Array, edges: readonly number[], total: number): number[] {
  const counts = new Array<number>(edges.length + 1).fill(0);
  for (const value of known) {
    let bin = 0;
    while (bin < edges.length && value >= edges[bin]) bin++;
    counts[bin]++;
  }
  return counts.map((count) => count / total);
}

/** The last share is of all other texts. */
function sharesOfTexts(texts: readonly (string | null)[], values: readonly string[]): { shares: number[]; missing: number } {
  const place = new Map(values.map((value, i) => [value, i]));
  const counts = new Array<number>(values.length + 1).fill(0);
  let missing = 0;
  for (const text of texts) {
    if (text === null) missing++;
    else counts[place.get(text) ?? values.length]++;
  }
  return { shares: counts.map((count) => count / texts.length), missing: missing / texts.length };
}
