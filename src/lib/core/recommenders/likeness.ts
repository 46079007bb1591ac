import type { DefaultRule, OptionSpec, OptionValues } from '../base/options';
import type { RunContext } from '../base/run';
import { transpose, type InteractionMatrix } from '../math/sparseRows';

export type LikenessKind = 'cosine' | 'tf-idf' | 'bm25' | 'jaccard';

export interface LikenessSettings {
  likeness: LikenessKind;
  /** Added to the denominator. */
  shrinkage: number;
  /** The share a of the denominator that the row's own length has; the other row's has 1 − a. */
  asymmetry: number;
  strengths: boolean;
  bm25K1: number;
  bm25B: number;
}

/** The nearest rows of every row: `rows × k`, best first, ties to the lower row; -1 where there are fewer. */
export interface Neighbours {
  k: number;
  neighbours: Int32Array;
  likeness: Float32Array;
}

/** What makes rows alike: a function of the dot product of their weights and of the size of each. */
export interface LikenessMeasure {
  /** Weights of the entries of one row. */
  weigh(columns: Int32Array, values?: Float32Array): Float32Array;
  /** Of a row with these weights, such as the sum of squares. */
  size(weights: Float32Array): number;
  /** Above zero. */
  like(dot: number, own: number, other: number): number;
}

/** How alike the rows of a matrix are, and rows that are not in it. */
export interface RowLikeness {
  /** The k rows most like one, with or without itself, into the two arrays of k. */
  nearestTo(row: number, itself: boolean, neighbours: Int32Array, likeness: Float32Array): void;
  /** The same for entries that are no row of the matrix. */
  nearestToEntries(columns: Int32Array, values: Float32Array | undefined, neighbours: Int32Array, likeness: Float32Array): void;
  /**
   * What each of the entries gives to the likeness with a row, as shares of one: the dot product is a sum over the
   * columns both have. All zeros where they have none.
   */
  shares(columns: Int32Array, values: Float32Array | undefined, row: number): Float64Array;
}

/** Rows beside each other, by the columns they share. */
export function rowLikeness(rows: InteractionMatrix, { weigh, size, like }: LikenessMeasure): RowLikeness {
  const weighted = { ...rows, values: new Float32Array(rows.columns.length) };
  const sizes = new Float64Array(rows.users);
  for (let row = 0; row < rows.users; row++) {
    const { columns, values } = rowOf(rows, row);
    const weights = weigh(columns, values);
    weighted.values.set(weights, rows.rowStarts[row]);
    sizes[row] = size(weights);
  }
  const byColumn = transpose(weighted);
  const dots = new Float64Array(rows.users);
  const touched = new Int32Array(rows.users);
  const isTouched = new Uint8Array(rows.users);

  function nearest(columns: Int32Array, weights: Float32Array, own: number, leftOut: number, out: Int32Array, likeness: Float32Array) {
    let count = 0;
    for (let at = 0; at < columns.length; at++) {
      const weight = weights[at];
      for (let entry = byColumn.rowStarts[columns[at]]; entry < byColumn.rowStarts[columns[at] + 1]; entry++) {
        const other = byColumn.columns[entry];
        if (isTouched[other] === 0) {
          isTouched[other] = 1;
          touched[count++] = other;
        }
        dots[other] += weight * byColumn.values[entry];
      }
    }
    out.fill(-1);
    likeness.fill(0);
    // In ascending order: where much was met, walking over all rows is quicker than sorting.
    const walk = 16 * count > rows.users;
    const met = walk ? undefined : touched.subarray(0, count).sort();
    for (let at = 0; at < (walk ? rows.users : count); at++) {
      const other = met ? met[at] : at;
      if (isTouched[other] === 0) continue;
      const dot = dots[other];
      dots[other] = 0;
      isTouched[other] = 0;
      if (dot > 0 && other !== leftOut) insertBest(other, like(dot, own, sizes[other]), out, likeness);
    }
  }

  return {
    nearestTo(row, itself, neighbours, likeness) {
      const { columns, values } = rowOf(weighted, row);
      nearest(columns, values, sizes[row], itself ? -1 : row, neighbours, likeness);
    },
    nearestToEntries(columns, values, neighbours, likeness) {
      const weights = weigh(columns, values);
      nearest(columns, weights, size(weights), -1, neighbours, likeness);
    },
    shares(columns, values, row) {
      const weights = weigh(columns, values);
      const other = rowOf(weighted, row);
      const products = Float64Array.from(columns, (column, at) => {
        const place = other.columns.indexOf(column);
        return place < 0 ? 0 : weights[at] * other.values[place];
      });
      const sum = products.reduce((total, product) => total + product, 0);
      return sum > 0 ? products.map((product) => product / sum) : products.fill(0);
    },
  };
}

/** The k nearest rows of every row, with or without itself. Progress: `train`, in `unit`. */
export async function nearestRows(
  rows: InteractionMatrix,
  wanted: number,
  measure: LikenessMeasure,
  { unit, itself }: { unit: 'users' | 'items'; itself: boolean },
  run: RunContext,
): Promise<Neighbours> {
  const k = Math.min(rows.users, wanted);
  const neighbours = new Int32Array(rows.users * k);
  const likeness = new Float32Array(rows.users * k);
  const alike = rowLikeness(rows, measure);
  for (let row = 0; row < rows.users; row++) {
    alike.nearestTo(row, itself, neighbours.subarray(row * k, (row + 1) * k), likeness.subarray(row * k, (row + 1) * k));
    if (row % 256 === 0) run.report({ stage: 'train', done: row, total: rows.users, unit });
    await run.breathe();
  }
  return { k, neighbours, likeness };
}

export function likenessSettings(given: OptionValues): LikenessSettings {
  return {
    likeness: given.likeness as LikenessKind,
    shrinkage: Number(given.shrinkage),
    asymmetry: Number(given.asymmetry),
    strengths: given.strengths === true,
    bm25K1: Number(given.bm25K1),
    bm25B: Number(given.bm25B),
  };
}

/** The options of {@link likenessSettings}, with a model's own defaults. */
export function likenessOptions(defaults: {
  likeness: LikenessKind;
  shrinkage: number;
  bm25B: number;
  asymmetryRule?: DefaultRule;
}): OptionSpec[] {
  return [
    {
      name: 'likeness',
      kind: 'choice',
      default: defaults.likeness,
      choices: ['cosine', 'tf-idf', 'bm25', 'jaccard'],
      tuned: true,
      what: 'Cosine counts what is shared against how much both have; TF-IDF and BM25 let what is rare count for more; Jaccard is the share of all that either has.',
    },
    {
      name: 'shrinkage',
      kind: 'number',
      default: defaults.shrinkage,
      min: 0,
      max: 10000,
      tuned: [0, 200],
      what: 'Raising it trusts likeness less that rests on little; BM25 has none.',
    },
    {
      name: 'asymmetry',
      kind: 'number',
      default: 0.5,
      ...(defaults.asymmetryRule && { rule: defaults.asymmetryRule }),
      min: 0,
      max: 1,
      tuned: [0, 1],
      what: 'At 0.5 likeness is the same both ways; raising it favours those that have much, lowering it those that have little (cosine and TF-IDF only).',
    },
    {
      name: 'strengths',
      kind: 'boolean',
      default: false,
      tuned: true,
      what: 'Whether strong pairs (many purchases) count for more, instead of all alike; Jaccard never does.',
    },
    {
      name: 'bm25K1',
      kind: 'number',
      default: 100,
      min: 0,
      max: 10000,
      what: 'Raising it lets strength count for longer before it saturates (BM25 only).',
    },
    {
      name: 'bm25B',
      kind: 'number',
      default: defaults.bm25B,
      min: 0,
      max: 1,
      tuned: [0, 1],
      what: 'Raising it counts against those that have much (BM25 only).',
    },
  ];
}

/**
 * Likeness of rows by the columns they share, as a dot product of weighted rows over a denominator.
 * - cosine: dot / (|i|^2a |j|^2(1−a) + s); a = ½ is the cosine, others the asymmetric one (Aiolli, RecSys 2013);
 * - tf-idf: the same of √x · idf;
 * - bm25: the dot product alone of x (K1 + 1) / (K1 · length + x) · idf, without a denominator;
 * - jaccard: shared / (i + j − shared + s).
 * Weights are those of benfred/implicit 0.7 (`tfidf_weight`, `bm25_weight`): idf = log(rows) − log(1 + rows with the
 * column), where rows that have nothing count, too.
 */
export function likenessMeasure(rows: InteractionMatrix, settings: LikenessSettings): LikenessMeasure {
  return { weigh: weigher(rows, settings), size: sumOfSquares, like: likenessFunction(settings) };
}

function weigher(
  rows: InteractionMatrix,
  { likeness, strengths, bm25K1: K1, bm25B: B }: LikenessSettings,
): (columns: Int32Array, values?: Float32Array) => Float32Array {
  const strengthOf = (values: Float32Array | undefined, at: number) => (strengths && values ? values[at] : 1);
  if (likeness === 'jaccard') return (columns) => new Float32Array(columns.length).fill(1);
  if (likeness === 'cosine') return (columns, values) => Float32Array.from(columns, (_, at) => strengthOf(values, at));
  const rowsWith = new Float64Array(rows.items);
  let total = 0;
  for (let entry = 0; entry < rows.columns.length; entry++) {
    rowsWith[rows.columns[entry]]++;
    total += strengthOf(rows.values, entry);
  }
  const idf = rowsWith.map((count) => Math.log(rows.users) - Math.log1p(count));
  if (likeness === 'tf-idf') {
    return (columns, values) => Float32Array.from(columns, (column, at) => Math.sqrt(strengthOf(values, at)) * idf[column]);
  }
  const averageLength = total / rows.users;
  return (columns, values) => {
    let sum = 0;
    for (let at = 0; at < columns.length; at++) sum += strengthOf(values, at);
    const length = 1 - B + (B * sum) / averageLength;
    return Float32Array.from(columns, (column, at) => {
      const x = strengthOf(values, at);
      return ((x * (K1 + 1)) / (K1 * length + x)) * idf[column];
    });
  };
}

/** From the dot product and both sums of squares. */
function likenessFunction({ likeness, shrinkage, asymmetry }: LikenessSettings): (dot: number, own: number, other: number) => number {
  if (likeness === 'bm25') return (dot) => dot;
  if (likeness === 'jaccard') return (dot, own, other) => dot / (own + other - dot + shrinkage);
  if (asymmetry === 0.5) return (dot, own, other) => dot / (Math.sqrt(own * other) + shrinkage);
  return (dot, own, other) => dot / (own ** asymmetry * other ** (1 - asymmetry) + shrinkage);
}

/** Into the best, which come in ascending order of rows: an equal one never displaces an earlier. */
export function insertBest(row: number, value: number, neighbours: Int32Array, likeness: Float32Array): void {
  const rounded = Math.fround(value);
  let at = neighbours.length - 1;
  if (at < 0 || (neighbours[at] >= 0 && rounded <= likeness[at])) return;
  for (; at > 0 && (neighbours[at - 1] < 0 || rounded > likeness[at - 1]); at--) {
    neighbours[at] = neighbours[at - 1];
    likeness[at] = likeness[at - 1];
  }
  neighbours[at] = row;
  likeness[at] = rounded;
}

function rowOf({ rowStarts, columns, values }: InteractionMatrix, row: number): { columns: Int32Array; values: Float32Array } {
  const [from, to] = [rowStarts[row], rowStarts[row + 1]];
  return { columns: columns.subarray(from, to), values: values.subarray(from, to) };
}

function sumOfSquares(weights: Float32Array): number {
  let sum = 0;
  for (const weight of weights) sum += weight * weight;
  return sum;
}
