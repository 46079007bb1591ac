import type { Random } from '../base/random';
import type { InteractionMatrix } from '../math/sparseRows';

/** Rows of a bag of vectors as a matrix: `rows × width`, over all vectors or over those of `indexes`; of width 0 where no row has any. */
export interface Bag {
  rows: number;
  width: number;
  /** Ascending; absent where all vectors are taken. */
  indexes?: Int32Array;
  values: Float32Array;
}

/** One step: some customers, each with a part of what they have to find and the rest as their history. */
export interface TowerBatch {
  histories: Bag;
  customers: Bag;
  /** Items to find, of everybody in the batch, each once: each customer's are the others' negatives. */
  items: Int32Array;
  itemTerms: Bag;
  /** 0 where the item's own vector is hidden, so that what is known of it has to say all. */
  ownVector: Float32Array;
  /** Minus the logarithm of the probability that the item is in a batch. */
  correction: Float32Array;
  /** `customers × items`, rows add up to 1. */
  targets: Float32Array;
  /** `customers`, add up to 1: every pair counts alike. */
  weights: Float32Array;
}

/** Of each customer so many items at most are to be found in one step, and never more than half. */
const mostTargets = 8;

/** How many of a customer's items are to be found, the others being the history. */
function targetsOf(length: number): number {
  return Math.min(mostTargets, Math.ceil(length / 2));
}

/**
 * How often each item is expected among the items of a batch: the sampling probability Q of the correction (Yi et al.,
 * RecSys 2019, who estimate it from the stream; here the data is at hand). An item with rate λ is in it with 1 − e^−λ.
 */
export function expectedInBatch({ users, items, rowStarts, columns }: InteractionMatrix, batchSize: number): Float64Array {
  const rates = new Float64Array(items);
  let active = 0;
  for (let user = 0; user < users; user++) if (rowStarts[user + 1] > rowStarts[user]) active++;
  const share = Math.min(1, batchSize / Math.max(1, active));
  for (let user = 0; user < users; user++) {
    const length = rowStarts[user + 1] - rowStarts[user];
    for (let entry = rowStarts[user]; entry < rowStarts[user + 1]; entry++) rates[columns[entry]] += (share * targetsOf(length)) / length;
  }
  return rates;
}

export function drawBatch(
  pairs: InteractionMatrix,
  { userTerms, itemTerms, rates }: { userTerms: InteractionMatrix; itemTerms: InteractionMatrix; rates: Float64Array },
  customers: Int32Array,
  idDropout: number,
  random: Random,
): TowerBatch {
  const histories: { column: number; value: number }[][] = [];
  const wanted: Int32Array[] = [];
  for (const user of customers) {
    const own = random.shuffle(pairs.columns.slice(pairs.rowStarts[user], pairs.rowStarts[user + 1]));
    const count = targetsOf(own.length);
    wanted.push(own.slice(0, count));
    const share = 1 / Math.sqrt(Math.max(1, own.length - count));
    histories.push(Array.from(own.subarray(count), (column) => ({ column, value: share })));
  }
  const items = Int32Array.from(new Set(wanted.flatMap((own) => [...own]))).sort();
  const places = new Map(Array.from(items, (item, place) => [item, place]));
  const targets = new Float32Array(customers.length * items.length);
  const pairsInBatch = wanted.reduce((sum, own) => sum + own.length, 0);
  wanted.forEach((own, row) => {
    for (const item of own) targets[row * items.length + places.get(item)!] = 1 / own.length;
  });
  return {
    histories: bagOf(histories, pairs.items),
    customers: bagOf(Array.from(customers, (user) => termsOf(userTerms, user)), userTerms.items), // prettier-ignore
    items,
    itemTerms: bagOf(Array.from(items, (item) => termsOf(itemTerms, item)), itemTerms.items), // prettier-ignore
    ownVector: Float32Array.from(items, () => (random.uniform() < idDropout ? 0 : 1)),
    correction: Float32Array.from(items, (item) => -Math.log(1 - Math.exp(-rates[item]))),
    targets,
    weights: Float32Array.from(wanted, (own) => own.length / pairsInBatch),
  };
}

function termsOf({ rowStarts, columns, values }: InteractionMatrix, row: number): { column: number; value: number }[] {
  const from = rowStarts[row];
  return Array.from({ length: rowStarts[row + 1] - from }, (_, at) => ({ column: columns[from + at], value: values[from + at] }));
}

/** Gathering half of a table costs about as much as taking all of it. */
function bagOf(rows: { column: number; value: number }[][], all: number): Bag {
  const used = new Set(rows.flatMap((row) => row.map(({ column }) => column)));
  const indexes = used.size > 0 && 2 * used.size < all ? Int32Array.from(used).sort() : undefined;
  const placeOf = indexes && new Map(Array.from(indexes, (index, place) => [index, place]));
  // Where nobody has anything there is nothing to add.
  const width = used.size === 0 ? 0 : indexes ? indexes.length : all;
  const values = new Float32Array(rows.length * width);
  rows.forEach((row, at) => {
    for (const { column, value } of row) values[at * width + (placeOf ? placeOf.get(column)! : column)] = value;
  });
  return { rows: rows.length, width, ...(indexes && { indexes }), values };
}
