import type { ModelState, StateArray } from '../modelState';
import type { RecommenderModel } from '../recommender';

/**
 * A model as a few steps that other programs know: from the place of a customer, or from a history (1 where somebody has
 * an item, 0 elsewhere), to a score for every item. ONNX and tfjs layers are written from it.
 */
export interface ScoreChain {
  input: 'user' | 'history';
  items: number;
  steps: readonly Step[];
}

export type Step =
  /** The row of a customer: rows × width. */
  | { op: 'rows'; table: Float32Array; rows: number; width: number }
  /** To length 1; nothing stays nothing. */
  | { op: 'unit' }
  /** Adds amounts, each times the best score there is (a score of 0 counts as 1), or times 1 with `best`. */
  | { op: 'share'; amounts: Float32Array; best?: number }
  /** x · weights + bias: weights are from × to, row-major. */
  | { op: 'dense'; weights: Float32Array; from: number; to: number; bias?: Float32Array; activation?: 'tanh' };

/** Models whose customers follow from their histories, by name of the format. */
const fromHistory: Record<string, (state: ModelState) => readonly Step[]> = {
  'mult-dae/1': ({ arrays: { history, historyBias, item, itemBias } }) => [
    { op: 'unit' },
    { ...dense(history), bias: floats(historyBias), activation: 'tanh' },
    { ...transposed(item), bias: floats(itemBias) },
  ],
  // Of whom nothing is known beside their history: with customers, what is known of each is in their own row.
  'two-tower/1': ({ arrays: { history, userBias, itemFactors, itemBiases } }) => [
    { op: 'unit' },
    { ...dense(history), bias: floats(userBias), activation: 'tanh' },
    { ...transposed(itemFactors), bias: floats(itemBiases) },
  ],
  'mult-vae/1': ({ arrays: { history, historyBias, mean, meanBias, taste, tasteBias, item, itemBias } }) => [
    { op: 'unit' },
    { ...dense(history), bias: floats(historyBias), activation: 'tanh' },
    { ...dense(mean), bias: floats(meanBias) },
    { ...dense(taste), bias: floats(tasteBias), activation: 'tanh' },
    { ...transposed(item), bias: floats(itemBias) },
  ],
  'puresvd/1': ({ arrays: { itemFactors } }) => [dense(itemFactors), transposed(itemFactors)],
  'simplex/1': ({ arrays: { itemFactors, transform } }) => [
    dense(itemFactors),
    transposed(transform),
    { op: 'unit' },
    transposed({ ...itemFactors, data: rowsOfLengthOne(itemFactors) }),
  ],
  'ease/1': ({ arrays: { weights } }) => [dense(weights)],
};

/**
 * The steps of a model, undefined where it is no such thing.
 * @param state by place, as `model` is
 * @param customers how many each item has
 * @param withCustomers whether single customers may be in it: else only what a history leads to
 */
export function chainOf(
  model: RecommenderModel,
  state: ModelState,
  customers: Float32Array,
  withCustomers: boolean,
): ScoreChain | undefined {
  const steps = withCustomers && state.format === 'two-tower/1' ? undefined : fromHistory[state.format]?.(state);
  if (steps) return { input: 'history', items: customers.length, steps: [...steps, ...shared(state, customers)] };
  if (!model.factors || !withCustomers) return undefined;
  const { size, userFactors, itemFactors, itemBiases } = model.factors;
  const items = itemFactors.length / size;
  return {
    input: 'user',
    items,
    steps: [
      { op: 'rows', table: userFactors, rows: userFactors.length / size, width: size },
      { op: 'dense', weights: columnsOf(itemFactors, items, size), from: size, to: items, ...(itemBiases && { bias: itemBiases }) },
    ],
  };
}

/** What counts as everybody's best score, of formats whose scores have one scale. */
export function bestScore(format: string): number | undefined {
  return format === 'simplex/1' ? 1 : undefined;
}

/** Popularity beside the scores, as popularityShare.ts adds it. */
function shared({ format, meta }: ModelState, customers: Float32Array): Step[] {
  const share = Number(meta.popularityShare ?? 0);
  const most = customers.reduce((largest, count) => Math.max(largest, count), 1);
  return share === 0 ? [] : [{ op: 'share', amounts: customers.map((count) => (share * count) / most), best: bestScore(format) }];
}

function dense(array: StateArray): Extract<Step, { op: 'dense' }> {
  const [from, to] = array.shape;
  return { op: 'dense', weights: floats(array), from, to };
}

function transposed(array: StateArray): Extract<Step, { op: 'dense' }> {
  const [to, from] = array.shape;
  return { op: 'dense', weights: columnsOf(floats(array), to, from), from, to };
}

function columnsOf(values: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(values.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) turned[column * rows + row] = values[row * columns + column];
  return turned;
}

function rowsOfLengthOne(array: StateArray): Float32Array {
  const [rows, width] = array.shape;
  const values = floats(array).slice();
  for (let row = 0; row < rows; row++) {
    const own = values.subarray(row * width, (row + 1) * width);
    const length = Math.hypot(...own);
    if (length > 0) for (let at = 0; at < width; at++) own[at] /= length;
  }
  return values;
}

function floats({ data }: StateArray): Float32Array {
  return data as Float32Array;
}
