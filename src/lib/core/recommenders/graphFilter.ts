import type { OptionSpec } from '../base/options';
import type { RunContext } from '../base/run';
import { matrixFromPairs, transpose, userOfEntries, type InteractionMatrix } from '../math/sparseRows';
import { bestOf } from '../math/topK';
import { basketOf } from './basket';
import type { StateArray } from './modelState';
import type { RecommenderModel } from './recommender';
import { factorsOption } from './spectral';

/**
 * Customers and items as a graph: R̃ = D_u^(−1/2) R D_i^(−1/2) with R one where a customer chose an item. P = R̃ᵀR̃, items
 * by items, is never made: a vector goes over to the customers and back.
 */
export interface ItemGraph {
  byUser: InteractionMatrix;
  byItem: InteractionMatrix;
  /** √ of how many customers each item has. */
  roots: Float64Array;
}

/** Only which pairs there are counts, not how strong they are. */
export function itemGraph(pairs: InteractionMatrix): ItemGraph {
  const { users, items, rowStarts, columns } = pairs;
  const customers = new Float64Array(items);
  for (const item of columns) customers[item]++;
  const values = new Float32Array(columns.length);
  for (let user = 0; user < users; user++) {
    const count = rowStarts[user + 1] - rowStarts[user];
    for (let entry = rowStarts[user]; entry < rowStarts[user + 1]; entry++)
      values[entry] = 1 / Math.sqrt(count * customers[columns[entry]]);
  }
  const byUser = { ...pairs, values };
  return { byUser, byItem: transpose(byUser), roots: customers.map(Math.sqrt) };
}

/** P · vector, which is vector · P as well; zeros cost nothing on either side. */
export function blur({ byUser, byItem }: ItemGraph, vector: Float64Array): Float64Array {
  const there = new Float64Array(byUser.users);
  addRows(byItem, vector, there);
  const back = new Float64Array(byUser.items);
  addRows(byUser, there, back);
  return back;
}

/** out += Σ weights[row] · row. */
function addRows({ users, rowStarts, columns, values }: InteractionMatrix, weights: Float64Array, out: Float64Array): void {
  for (let row = 0; row < users; row++) {
    const weight = weights[row];
    if (weight === 0) continue;
    for (let entry = rowStarts[row]; entry < rowStarts[row + 1]; entry++) out[columns[entry]] += weight * values[entry];
  }
}

/** What every filter of this kind can be set to. */
export const filterOptions: readonly OptionSpec[] = [
  factorsOption('More factors let finer waves of taste through beside what neighbours share.'),
  {
    name: 'lowPassWeight',
    kind: 'number',
    default: 1,
    min: 0,
    max: 10,
    tuned: [0, 2],
    what: 'Raising it follows broad tastes of the whole shop more, and direct neighbours less; at 0 only neighbours speak.',
  },
];

/** A filter of items: rows and columns of the one matrix by which a history becomes scores. */
export interface ItemFilter {
  graph: ItemGraph;
  /** V: the first right singular vectors of R̃, items × factors. */
  itemFactors: Float32Array;
  factors: number;
  /** Weight of the ideal low-pass D_i^(−1/2) V Vᵀ D_i^(1/2) beside the linear filter P. */
  lowPassWeight: number;
  /** Some polynomial of P, applied last. */
  sharpen?: (vector: Float64Array) => Float64Array;
  /** What each item alone gives, kept where there are few enough of them: scores are sums of these rows then. */
  rows?: (Float32Array | undefined)[];
}

/** Up to here rows are kept: 64 MB. With more items each history goes over the graph anew. */
const mostKeptRows = 4096;

/** Makes the rows ahead, so that ranking everybody need not wait for them. @throws Cancelled */
export async function keepRows(filter: ItemFilter, run: RunContext): Promise<void> {
  const items = filter.graph.roots.length;
  if (items > mostKeptRows) return;
  for (let item = 0; item < items; item++) {
    keptRow(filter, item);
    if (item % 256 === 0) run.report({ stage: 'train', done: item, total: items, unit: 'items' });
    await run.breathe();
  }
}

function keptRow(filter: ItemFilter, item: number): Float32Array {
  const rows = (filter.rows ??= []);
  return (rows[item] ??= Float32Array.from(filterRow(filter, [item])));
}

/** Scores of a history, by kept rows or over the graph. */
function filtered(filter: ItemFilter, history: Int32Array): Float64Array {
  const items = filter.graph.roots.length;
  if (items > mostKeptRows) return filterRow(filter, history);
  const scores = new Float64Array(items);
  for (const own of history) {
    const row = keptRow(filter, own);
    for (let item = 0; item < items; item++) scores[item] += row[item];
  }
  return scores;
}

/** history · (P + α low-pass) · sharpening. */
function filterRow({ graph, itemFactors, factors, lowPassWeight, sharpen }: ItemFilter, history: Iterable<number>): Float64Array {
  const start = new Float64Array(graph.roots.length);
  const summed = new Float64Array(factors);
  for (const item of history) {
    start[item] = 1;
    if (graph.roots[item] > 0) addScaled(itemFactors, item, 1 / graph.roots[item], summed);
  }
  const scores = blur(graph, start);
  for (let item = 0; lowPassWeight > 0 && item < scores.length; item++) {
    const root = graph.roots[item];
    if (root > 0) scores[item] += lowPassWeight * root * dotRow(itemFactors, item, summed);
  }
  return sharpen ? sharpen(scores) : scores;
}

/** The filter's column of one item: what each item of a history adds to that item's score. */
function filterColumn({ graph, itemFactors, factors, lowPassWeight, sharpen }: ItemFilter, item: number): Float64Array {
  const unit = new Float64Array(graph.roots.length);
  unit[item] = 1;
  // A polynomial of P is symmetric, so that it may go first.
  const sharp = sharpen ? sharpen(unit) : unit;
  const column = blur(graph, sharp);
  if (lowPassWeight === 0) return column;
  const summed = new Float64Array(factors);
  sharp.forEach((value, at) => value !== 0 && addScaled(itemFactors, at, value * graph.roots[at], summed));
  return column.map((value, at) => {
    const root = graph.roots[at];
    return root > 0 ? value + (lowPassWeight / root) * dotRow(itemFactors, at, summed) : value;
  });
}

/** The model of a filter: linear in the history, so that what its items add sums to the score. */
export function filterModel(
  filter: ItemFilter,
  pairs: InteractionMatrix,
): Pick<Required<RecommenderModel>, 'score' | 'foldIn' | 'similarItems' | 'explain'> {
  const { items } = pairs;
  return {
    score(asked) {
      const scores = new Float32Array(asked.length * items);
      asked.forEach((user, row) => scores.set(filtered(filter, basketOf(pairs, user).items), row * items));
      return scores;
    },
    foldIn: ({ items: own }) => Float32Array.from(filtered(filter, own)),
    similarItems(item, k) {
      const scores = Float32Array.from(filtered(filter, Int32Array.of(item)));
      return bestOf(
        scores.map((score, other) => (score === 0 || other === item ? -Infinity : score)),
        k,
      );
    },
    explain(who, item) {
      const { items: own } = typeof who === 'number' ? basketOf(pairs, who) : who;
      const column = filterColumn(filter, item);
      const contributions = Array.from(own, (other) => ({ item: other, amount: column[other] }));
      return { score: contributions.reduce((sum, { amount }) => sum + amount, 0), contributions, rest: 0 };
    },
  };
}

/** A filter as named arrays: the pairs that it was made of, one entry each, and V. */
export function filterArrays({ graph, itemFactors, factors }: ItemFilter): Record<string, StateArray> {
  const { items, columns } = graph.byUser;
  const pairUsers = userOfEntries(graph.byUser);
  return {
    pairUsers: { data: pairUsers, shape: [pairUsers.length], axes: ['pairs'], numbersOf: 'users' },
    pairItems: { data: columns, shape: [columns.length], axes: ['pairs'], numbersOf: 'items' },
    itemFactors: { data: itemFactors, shape: [items, factors], axes: ['items', 'factors'] },
  };
}

/** The graph and V from such arrays; customers and items are counted as in the data of today. */
export function filterOfArrays(
  { pairUsers, pairItems, itemFactors }: Record<string, StateArray>,
  { users, items }: { users: number; items: number },
): Pick<ItemFilter, 'graph' | 'itemFactors' | 'factors'> {
  const known = Array.from(pairUsers.data.keys()).filter((at) => pairUsers.data[at] >= 0 && pairItems.data[at] >= 0);
  const pairs = matrixFromPairs(
    users,
    items,
    known.map((at) => pairUsers.data[at]),
    known.map((at) => pairItems.data[at]),
  );
  return { graph: itemGraph(pairs), itemFactors: itemFactors.data as Float32Array, factors: itemFactors.shape[1] };
}

function addScaled(rows: Float32Array, row: number, scale: number, into: Float64Array): void {
  const from = row * into.length;
  for (let f = 0; f < into.length; f++) into[f] += scale * rows[from + f];
}

function dotRow(rows: Float32Array, row: number, vector: Float64Array): number {
  const [from, size] = [row * vector.length, vector.length];
  let [a, b, c, d, f] = [0, 0, 0, 0, 0];
  // Four sums, so that one addition need not wait for the one before.
  for (; f + 3 < size; f += 4) {
    a += rows[from + f] * vector[f];
    b += rows[from + f + 1] * vector[f + 1];
    c += rows[from + f + 2] * vector[f + 2];
    d += rows[from + f + 3] * vector[f + 3];
  }
  for (; f < size; f++) a += rows[from + f] * vector[f];
  return a + b + (c + d);
}
