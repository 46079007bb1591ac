import { placesOf, takeAlong, type NumberArray, type Numbering } from '../math/permute';

/** What an axis of an array counts; customers and items are by number, anything else is the model's own. */
export type Axis = 'users' | 'items' | (string & {});

export interface StateArray {
  data: NumberArray;
  /** Row-major. */
  shape: number[];
  axes: Axis[];
  /** Where the entries are themselves numbers of customers or items; -1 is nobody. */
  numbersOf?: 'users' | 'items';
}

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/**
 * What a trained model is, as named arrays: enough to score again, to go on learning from, and to be read by other
 * programs. `format` names what the arrays mean, such as `ials/1`; another meaning is another format.
 */
export interface ModelState {
  format: string;
  arrays: Record<string, StateArray>;
  meta: { [name: string]: Json };
}

/** The arrays of a model that works by place, by number. */
export function stateByNumber(
  state: ModelState,
  { userOrder, itemOrder }: Numbering,
  numbers: { users: number; items: number },
): ModelState {
  const from = { users: placesOf(userOrder, numbers.users), items: placesOf(itemOrder, numbers.items) };
  return rearranged(state, from, { users: userOrder, items: itemOrder });
}

/** The other way round. Who was given a number since then has zeros. */
export function stateByPlace(
  state: ModelState,
  { userOrder, itemOrder }: Numbering,
  numbers: { users: number; items: number },
): ModelState {
  const to = { users: placesOf(userOrder, numbers.users), items: placesOf(itemOrder, numbers.items) };
  return rearranged(state, { users: userOrder, items: itemOrder }, to);
}

/** Whether anything in it is of single customers. */
export function namesCustomers({ arrays }: ModelState): boolean {
  return Object.values(arrays).some(({ axes, numbersOf }) => axes.includes('users') || numbersOf === 'users');
}

/**
 * A state of other data by the numbers of this data. Customers and items that it does not know have zeros.
 * @param from the place in the state of each customer and item of this data, -1 where it has none
 * @param names the other way round
 */
export function stateOfOtherData(
  state: ModelState,
  from: { users: Int32Array; items: Int32Array },
  names: { users: Int32Array; items: Int32Array },
): ModelState {
  return rearranged(state, from, names);
}

/** Takes rows `from` along each axis, and renames entries that are numbers by `names`. */
function rearranged(
  state: ModelState,
  from: { users: Int32Array; items: Int32Array },
  names: { users: Int32Array; items: Int32Array },
): ModelState {
  const arrays = Object.entries(state.arrays).map(([name, array]): [string, StateArray] => {
    const shape = [...array.shape];
    let { data } = array;
    array.axes.forEach((axis, at) => {
      const rows = axis === 'users' ? from.users : axis === 'items' ? from.items : undefined;
      if (!rows) return;
      data = takeAlong(data, shape, at, rows, array.numbersOf ? -1 : 0);
      shape[at] = rows.length;
    });
    const { numbersOf } = array;
    if (numbersOf) data = data.map((number) => (number < 0 ? -1 : (names[numbersOf][number] ?? -1))) as NumberArray;
    return [name, { ...array, data, shape }];
  });
  return { ...state, arrays: Object.fromEntries(arrays) };
}
