import { matrixFromPairs, type InteractionMatrix } from './sparseRows';

/**
 * Customers and items have numbers that are given once and say nothing of their order. A *place* is the rank of an id
 * among all ids. Models learn and rank by place, so that no result depends on who got which number, and ties go to the
 * lower id; what is kept and handed out is by number.
 */
export interface Numbering {
  /** The number of the customer at each place. Numbers that were given up are missing. */
  userOrder: Int32Array;
  itemOrder: Int32Array;
}

/** The place of each number, -1 for numbers that were given up. */
export function placesOf(order: Int32Array, numbers: number): Int32Array {
  const places = new Int32Array(numbers).fill(-1);
  for (let place = 0; place < order.length; place++) places[order[place]] = place;
  return places;
}

/** Whether places and numbers are the same thing. */
export function isIdentity(order: Int32Array, numbers: number): boolean {
  return order.length === numbers && order.every((number, place) => number === place);
}

/** The same pairs with rows and columns by place; pairs of given-up numbers are left out. */
export function matrixByPlace(matrix: InteractionMatrix, { userOrder, itemOrder }: Numbering): InteractionMatrix {
  const placeOfItem = placesOf(itemOrder, matrix.items);
  const pairs = matrix.columns.length;
  const [users, items, values] = [new Int32Array(pairs), new Int32Array(pairs), new Float32Array(pairs)];
  let kept = 0;
  for (let place = 0; place < userOrder.length; place++) {
    const user = userOrder[place];
    for (let entry = matrix.rowStarts[user]; entry < matrix.rowStarts[user + 1]; entry++) {
      const item = placeOfItem[matrix.columns[entry]];
      if (item < 0) continue;
      users[kept] = place;
      items[kept] = item;
      values[kept++] = matrix.values[entry];
    }
  }
  return matrixFromPairs(userOrder.length, itemOrder.length, users.subarray(0, kept), items.subarray(0, kept), values.subarray(0, kept));
}

/** What models and their states are kept in. */
export type NumberArray = Float32Array | Float64Array | Int32Array | Uint8Array;

/**
 * One axis of an array in another order: `result[…, i, …] = array[…, from[i], …]`, `fill` where `from[i]` is negative
 * or past the end.
 * @param shape of `array`, row-major
 */
export function takeAlong<T extends NumberArray>(array: T, shape: readonly number[], axis: number, from: Int32Array, fill = 0): T {
  const inner = shape.slice(axis + 1).reduce((product, length) => product * length, 1);
  const outer = shape.slice(0, axis).reduce((product, length) => product * length, 1);
  const result = new (array.constructor as new (length: number) => T)(outer * from.length * inner);
  if (fill !== 0) result.fill(fill);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < from.length; i++) {
      if (from[i] < 0 || from[i] >= shape[axis]) continue;
      const start = (o * shape[axis] + from[i]) * inner;
      result.set(array.subarray(start, start + inner) as never, (o * from.length + i) * inner);
    }
  }
  return result;
}

/** Numbers that are their own places. */
export function identityNumbering({ users, items }: { users: number; items: number }): Numbering {
  const upTo = (length: number) => Int32Array.from({ length }, (_, i) => i);
  return { userOrder: upTo(users), itemOrder: upTo(items) };
}
