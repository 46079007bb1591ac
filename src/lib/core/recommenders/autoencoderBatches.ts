import type { Random } from '../base/random';
import type { InteractionMatrix } from '../math/sparseRows';

/** The items that a batch of customers is compared over. */
export interface ItemChoice {
  size: number;
  /** Ascending item indexes; absent where all items are taken. */
  items?: Int32Array;
  /** Logarithm of how many items each chosen one stands for; absent where each stands for itself. */
  logWeights?: Float32Array;
}

/**
 * All items where there are few; otherwise those of the batch's histories and `drawn` others at random, each of which
 * stands for its share of the items that were left out.
 */
export function chooseItems(matrix: InteractionMatrix, batch: Int32Array, drawn: number, random: Random): ItemChoice {
  const chosen = new Uint8Array(matrix.items);
  let known = 0;
  for (const user of batch) {
    for (let entry = matrix.rowStarts[user]; entry < matrix.rowStarts[user + 1]; entry++) {
      if (chosen[matrix.columns[entry]] === 0) known++;
      chosen[matrix.columns[entry]] = 1;
    }
  }
  const others = matrix.items - known;
  // Half of the catalogue costs about as much as all of it, for gathering it.
  if (matrix.items <= 2 * (known + drawn)) return { size: matrix.items };
  for (let left = drawn; left > 0;) {
    const item = random.below(matrix.items);
    if (chosen[item] !== 0) continue;
    chosen[item] = 2;
    left--;
  }
  const size = known + drawn;
  const items = new Int32Array(size);
  const logWeights = new Float32Array(size);
  for (let item = 0, at = 0; item < matrix.items; item++) {
    if (chosen[item] === 0) continue;
    if (chosen[item] === 2) logWeights[at] = Math.log(others / drawn);
    items[at++] = item;
  }
  return { size, items, logWeights };
}

/** The histories as rows of length 1 over the chosen items, each entry hidden with the given probability. */
export function fillHistories(
  matrix: InteractionMatrix,
  batch: Int32Array,
  choice: ItemChoice,
  hidden: number,
  random: Random,
): Float32Array {
  const rows = new Float32Array(batch.length * choice.size);
  const place = placesOf(matrix.items, choice);
  batch.forEach((user, row) => {
    const [start, end] = [matrix.rowStarts[user], matrix.rowStarts[user + 1]];
    const share = 1 / (Math.sqrt(end - start) * (1 - hidden));
    for (let entry = start; entry < end; entry++) {
      if (random.uniform() < hidden) continue;
      rows[row * choice.size + place(matrix.columns[entry])] = share;
    }
  });
  return rows;
}

/**
 * What the softmax should give: each customer's items in equal shares. Weights add up to 1; a customer weighs by the
 * square root of the history's length, between "all customers alike" and "all pairs alike".
 */
export function fillTargets(
  matrix: InteractionMatrix,
  batch: Int32Array,
  choice: ItemChoice,
): { targets: Float32Array; weights: Float32Array } {
  const targets = new Float32Array(batch.length * choice.size);
  const weights = new Float32Array(batch.length);
  const place = placesOf(matrix.items, choice);
  let total = 0;
  batch.forEach((user, row) => {
    const [start, end] = [matrix.rowStarts[user], matrix.rowStarts[user + 1]];
    for (let entry = start; entry < end; entry++) targets[row * choice.size + place(matrix.columns[entry])] = 1 / (end - start);
    total += weights[row] = Math.sqrt(end - start);
  });
  for (let row = 0; row < weights.length; row++) weights[row] /= total;
  return { targets, weights };
}

/** Where an item lies among the chosen ones. */
function placesOf(items: number, choice: ItemChoice): (item: number) => number {
  if (!choice.items) return (item) => item;
  const places = new Int32Array(items);
  choice.items.forEach((item, at) => (places[item] = at));
  return (item) => places[item];
}
