import { quantile } from '../../math/quantile';
import type { TraitKind } from '../../profiles/traits';

export type Scaling = 'auto' | 'standard' | 'robust' | 'ranks';
export type Outliers = 'clip' | 'keep' | 'leaveOut';
export type Missing = 'middle' | 'leaveOut';

export interface ShapeOptions {
  scaling: Scaling;
  outliers: Outliers;
  missing: Missing;
}

/** How one trait becomes a coordinate: plain data, so that people who come later are placed by the same yardstick. */
export interface TraitShape {
  trait: string;
  kind: TraitKind;
  /** `log(1 + x)` before all else: amounts and counts of which few people have very much. */
  log: boolean;
  /** Values beyond are outliers. On the scale of the trait; of dates milliseconds. */
  low: number;
  high: number;
  /** What stands in where somebody has no value: the median. */
  fill: number;
  /** After the logarithm: what is taken off, and what it is divided by. */
  centre: number;
  spread: number;
  /** Of ranks: the values at every hundredth of the people, ascending. */
  knots?: number[];
  /** People without a value, and beyond the limits. */
  missing: number;
  outlying: number;
}

/** Values of one trait for everybody, NaN where somebody has none. */
export interface TraitColumn {
  trait: string;
  kind: TraitKind;
  values: Float64Array;
}

/** One in 200 people on each side lies beyond the limits, where values go on evenly. */
const tail = 0.005;
const rankKnots = 100;

/**
 * How the traits become coordinates of comparable size. `auto` is the logarithm where a trait is skewed (the third
 * standardised moment is over 1 and nothing is below zero), then mean and standard deviation; `robust` takes median and
 * the distance of the quartiles over 1.349, which is a standard deviation of a normal; `ranks` the share of people who
 * have less. A trait of which everybody has the same has a spread of 0 and says nothing.
 */
export function fitShapes(columns: readonly TraitColumn[], { scaling, outliers }: ShapeOptions): TraitShape[] {
  return columns.map(({ trait, kind, values }) => {
    const known = values.filter((value) => !Number.isNaN(value)).sort();
    const missing = values.length - known.length;
    if (known.length === 0) return { trait, kind, log: false, low: 0, high: 0, fill: 0, centre: 0, spread: 0, missing, outlying: 0 };
    const isFlag = kind === 'boolean';
    const [low, high] = isFlag ? [0, 1] : [quantile(known, tail), quantile(known, 1 - tail)];
    const outlying = known.reduce((count, value) => count + (value < low || value > high ? 1 : 0), 0);
    const fill = quantile(known, 0.5);
    const inside = outliers === 'keep' ? known : known.map((value) => Math.min(high, Math.max(low, value)));
    const log = scaling === 'auto' && !isFlag && kind !== 'date' && known[0] >= 0 && skewness(inside) > 1;
    const base = { trait, kind, log, low, high, fill, missing, outlying };
    if (scaling === 'ranks') {
      const knots = Array.from({ length: rankKnots + 1 }, (_, i) => quantile(known, i / rankKnots));
      return { ...base, centre: 0.5, spread: knots[0] === knots[rankKnots] ? 0 : Math.sqrt(1 / 12), knots };
    }
    if (scaling === 'robust') {
      const width = (quantile(known, 0.75) - quantile(known, 0.25)) / 1.349;
      // More than half may have the same value; then the distance of the quartiles says nothing.
      return { ...base, centre: fill, spread: width > 0 ? width : momentsOf(inside).deviation };
    }
    const { mean, deviation } = momentsOf(log ? inside.map(Math.log1p) : inside);
    return { ...base, centre: mean, spread: deviation };
  });
}

/** One value as a coordinate. */
export function shaped(shape: TraitShape, value: number, outliers: Outliers): number {
  const { log, low, high, fill, centre, spread, knots } = shape;
  const known = Number.isNaN(value) ? fill : value;
  const inside = outliers === 'clip' ? Math.min(high, Math.max(low, known)) : known;
  const plain = knots ? rankOf(knots, inside) : log ? Math.log1p(Math.max(0, inside)) : inside;
  return (plain - centre) / spread;
}

/** Who is left out: of an outlier, or of a missing value, as the options say. 1 is kept. */
export function keptRows(columns: readonly TraitColumn[], shapes: readonly TraitShape[], { outliers, missing }: ShapeOptions): Uint8Array {
  const kept = new Uint8Array(columns[0].values.length).fill(1);
  columns.forEach(({ values }, c) => {
    const { low, high } = shapes[c];
    for (let row = 0; row < values.length; row++) {
      const value = values[row];
      if (Number.isNaN(value) ? missing === 'leaveOut' : outliers === 'leaveOut' && (value < low || value > high)) kept[row] = 0;
    }
  });
  return kept;
}

/** The middle share of people at or below a value; knots that are equal count half. */
function rankOf(knots: readonly number[], value: number): number {
  const last = knots.length - 1;
  if (value <= knots[0] && value < knots[last]) return value < knots[0] ? 0 : middleOfEqual(knots, value) / last;
  if (value >= knots[last]) return value > knots[last] ? 1 : middleOfEqual(knots, value) / last;
  let [from, to] = [0, last];
  while (to - from > 1) {
    const middle = (from + to) >> 1;
    if (knots[middle] <= value) from = middle;
    else to = middle;
  }
  if (knots[from] === value) return middleOfEqual(knots, value) / last;
  return (from + (value - knots[from]) / (knots[to] - knots[from])) / last;
}

function middleOfEqual(knots: readonly number[], value: number): number {
  const first = knots.indexOf(value);
  return (first + knots.lastIndexOf(value)) / 2;
}

function momentsOf(values: Float64Array): { mean: number; deviation: number } {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  const variance = squares / values.length;
  // A constant column's variance is rounding.
  return { mean, deviation: variance > 1e-12 * (1 + mean * mean) ? Math.sqrt(variance) : 0 };
}

function skewness(values: Float64Array): number {
  const { mean, deviation } = momentsOf(values);
  if (deviation === 0) return 0;
  let cubes = 0;
  for (const value of values) cubes += ((value - mean) / deviation) ** 3;
  return cubes / values.length;
}
