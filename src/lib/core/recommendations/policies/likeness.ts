import { Random } from '../../base/random';
import type { InteractionMatrix } from '../../math/sparseRows';
import type { Scorer } from '../../recommenders/recommender';
import { pathSeparator, type ItemLabels } from './itemFacts';

/** How alike two items are: 1 for an item and itself. Every such table is a Gram matrix, which DPP needs. */
export type Likeness = (a: number, b: number) => number;

/**
 * By the path of categories with the item itself as its last level: the cosine of the sets of levels,
 * shared / √(levels of a · levels of b). Two items of one category are less alike than an item and itself, so that none
 * of them is worth nothing beside another.
 */
export function categoryLikeness({ codes, labels }: ItemLabels): Likeness {
  const levels = labels.map((label) => label.split(pathSeparator).length + 1);
  const paths = labels.map((label) => label.split(pathSeparator));
  const table = new Float32Array(labels.length ** 2 <= mostPairs ? labels.length ** 2 : 0);
  const ofLabels = (a: number, b: number): number => {
    let shared = 0;
    while (shared < paths[a].length && paths[a][shared] === paths[b][shared]) shared++;
    return shared / Math.sqrt(levels[a] * levels[b]);
  };
  for (let at = 0; at < table.length; at++) table[at] = ofLabels(Math.floor(at / labels.length), at % labels.length);
  return (a, b) => {
    if (a === b) return 1;
    const [x, y] = [codes[a], codes[b]];
    if (x < 0 || y < 0) return 0;
    return table.length > 0 ? table[x * labels.length + y] : ofLabels(x, y);
  };
}

/** Above it likeness of labels is computed when it is asked for. */
const mostPairs = 2 ** 22;
/** Random directions that stand for customers where a model has no factors: cosines are off by some 0.09. */
const directions = 128;

/**
 * By taste: the cosine of the model's factors of the two items; where it has none, or only one, of who chose them, seen in
 * random directions (Achlioptas 2003), which costs the same for every model and is as positive as factors are.
 * @param training who chose what, by number
 */
export function tasteLikeness({ factors, byPlace }: Scorer, training: InteractionMatrix, seed: number): Likeness {
  const own = byPlace?.model.factors ?? factors;
  const vectors =
    own && own.size > 1
      ? { size: own.size, data: byNumber(own.itemFactors, own.size, byPlace?.numbering.itemOrder, training.items) }
      : { size: directions, data: choosers(training, byPlace?.numbering.userOrder, seed) };
  const { size, data } = vectors;
  unitLengths(data, size);
  return (a, b) => {
    if (a === b) return 1;
    let sum = 0;
    for (let f = 0, x = a * size, y = b * size; f < size; f++) sum += data[x + f] * data[y + f];
    return sum;
  };
}

function byNumber(itemFactors: Float32Array, size: number, itemOrder: Int32Array | undefined, items: number): Float32Array {
  if (!itemOrder) return itemFactors.slice();
  const data = new Float32Array(items * size);
  itemOrder.forEach((item, place) => data.set(itemFactors.subarray(place * size, (place + 1) * size), item * size));
  return data;
}

/** Customers in the order of their ids, so that no likeness depends on who got which number. */
function choosers({ users, items, rowStarts, columns }: InteractionMatrix, userOrder: Int32Array | undefined, seed: number): Float32Array {
  const data = new Float32Array(items * directions);
  const random = new Random(seed);
  const signs = new Float32Array(directions);
  for (let place = 0; place < (userOrder?.length ?? users); place++) {
    const user = userOrder ? userOrder[place] : place;
    for (let f = 0; f < directions; f++) signs[f] = random.uint32() & 1 ? 1 : -1;
    for (let entry = rowStarts[user]; entry < rowStarts[user + 1]; entry++) {
      const at = columns[entry] * directions;
      for (let f = 0; f < directions; f++) data[at + f] += signs[f];
    }
  }
  return data;
}

function unitLengths(data: Float32Array, size: number): void {
  for (let at = 0; at < data.length; at += size) {
    let squares = 0;
    for (let f = at; f < at + size; f++) squares += data[f] * data[f];
    if (squares > 0) for (let f = at; f < at + size; f++) data[f] /= Math.sqrt(squares);
  }
}
