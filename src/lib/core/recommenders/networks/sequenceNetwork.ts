import type { Tensor, Tensor1D, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { Random } from '../../base/random';
import type { OptionValues } from '../../base/options';
import type { RunContext } from '../../base/run';
import { gatherRows } from '../../math/tensorOps';
import type { TensorFlow } from '../../math/tensors';
import { chooseItems } from '../autoencoderBatches';
import type { ModelState } from '../modelState';
import { customersPerItem } from '../popularity';
import type { Compute, EpochWatch, RecommenderModel, TrainingResult } from '../recommender';
import type { TrainingData } from '../trainingData';
import { cutPieces, drawBatches, type Batch } from './batches';
import { nextItemLoss } from './nextItemLoss';

/** What a network is made of beside the items' vectors: its weights by name, and how they begin. */
export type WeightSpecs = Record<string, { shape: number[]; begins: 'random' | 'zeros' | 'ones' }>;

/** The vectors of what is known in a batch, and the ways to use them. */
export interface EncoderInput {
  batch: Batch;
  /** Of the inputs, in the encoder's layout; of what comes before a history, anything. */
  vectors: Tensor2D;
  weights: Record<string, Tensor>;
  /** Hides a share of the values, differently in each step. */
  drop(x: Tensor2D): Tensor2D;
}

/** A network that reads a history and says after each item, in a vector, what comes next. */
export interface SequenceEncoder {
  /** `steps`: row · length + step becomes step · rows + row. */
  layout: 'rows' | 'steps';
  weights(given: OptionValues): WeightSpecs;
  /** rows · length × factors, in the layout of the vectors. */
  encode(tf: TensorFlow, input: EncoderInput, fixed: Tensor[]): Tensor2D;
  /** What {@link encode} is given beside: masks, which no gradient is taken of. */
  masks(tf: TensorFlow, batch: Batch): Tensor[];
}

/** Everything that is learnt. `item` is items × factors, `itemBias` items × 1; the others are the encoder's. */
export type NetworkWeights = Record<string, Float32Array>;

/**
 * Trains by Adam on what came next after each step of each history. An item's score is the dot product of its vector with
 * what the encoder says, plus a bias, which begins as the logarithm of its customers: the first list is what is popular,
 * and learning goes on from there. The same vectors stand for items that are known and that are asked for.
 */
export async function trainNetwork(
  format: string,
  encoder: SequenceEncoder,
  { pairs, sequences }: TrainingData,
  given: OptionValues,
  seed: number,
  compute: Compute,
  run: RunContext,
  warmStart?: ModelState,
  watch?: (epoch: number, weights: () => Promise<NetworkWeights>) => Promise<boolean>,
): Promise<Omit<TrainingResult, 'model'> & { weights: NetworkWeights }> {
  const [events, tensors] = [await sequences!(), await compute.tensors()];
  const { tf } = tensors;
  const random = new Random(seed);
  const specs = specsOf(encoder, pairs.items, given);
  const begins = beginnings(format, specs, customersPerItem(pairs.items, pairs.columns), random, warmStart);
  const variables = Object.fromEntries(Object.entries(begins).map(([name, values]) => [name, variableOf(tf, values, specs[name].shape)]));
  const optimizer = tf.train.adam(Number(given.learningRate));
  const pieces = cutPieces(events, Number(given.historyLength));
  const epochs = Number(given.epochs);
  const losses: { epoch: number; loss: number }[] = [];
  const weightsNow = async (): Promise<NetworkWeights> => {
    const names = Object.keys(variables);
    const values = await Promise.all(names.map((name) => variables[name].data()));
    return Object.fromEntries(names.map((name, at) => [name, values[at] as Float32Array]));
  };
  try {
    for (let epoch = 1; epoch <= epochs; epoch++) {
      let [total, seen] = [0, 0];
      for (const batch of drawBatches(pieces, Number(given.batchSize), events.items, random)) {
        await run.breathe();
        total += (await learn(tf, encoder, variables, optimizer, batch, pairs.items, given, random)) * batch.targets.length;
        seen += batch.targets.length;
      }
      const loss = total / Math.max(1, seen);
      losses.push({ epoch, loss });
      run.report({ stage: 'train', done: epoch, total: epochs, unit: 'epochs', values: { epoch, loss } });
      await run.breathe();
      if (await watch?.(epoch, weightsNow)) break;
    }
    return {
      weights: await weightsNow(),
      losses,
      backend: `tfjs ${tensors.backend} (${tensors.reason})`,
      reproducible: tensors.reproducible,
    };
  } finally {
    optimizer.dispose();
    tf.dispose(Object.values(variables));
  }
}

/** The watch of a training's models as one of its weights. */
export function watchingWeights(
  watch: EpochWatch | undefined,
  modelFrom: (weights: NetworkWeights) => Promise<RecommenderModel>,
): ((epoch: number, weights: () => Promise<NetworkWeights>) => Promise<boolean>) | undefined {
  return watch && ((epoch, weights) => watch(epoch, async () => modelFrom(await weights())));
}

/** Multiply-adds of a training beside what the encoder's layers take, and bytes. */
export function networkEstimate(size: { users: number; items: number; pairs: number }, given: OptionValues, layers: number) {
  const [d, length, batch] = [Number(given.factors), Number(given.historyLength), Number(given.batchSize)];
  const steps = Math.min(size.pairs, batch * Math.min(length, size.pairs / Math.max(1, size.users)));
  const columns = Math.min(size.items, Number(given.negatives) + steps);
  const batches = Math.ceil(size.pairs / Math.max(1, steps));
  const operations = Number(given.epochs) * (size.pairs * (6 * columns * d + 3 * layers) + batches * 30 * size.items * d);
  return { operations, bytes: 4 * (10 * size.items * d + 6 * steps * columns + 40 * steps * d) + 24 * size.pairs };
}

export function specsOf(encoder: SequenceEncoder, items: number, given: OptionValues): WeightSpecs {
  return {
    item: { shape: [items, Number(given.factors)], begins: 'random' },
    itemBias: { shape: [items, 1], begins: 'zeros' },
    ...encoder.weights(given),
  };
}

/** Where learning begins: at random, or from a state of the same shapes. Items that came since begin anew. */
function beginnings(format: string, specs: WeightSpecs, customers: Float32Array, random: Random, state?: ModelState): NetworkWeights {
  const isKnown = state?.format === format && Object.keys(specs).every((name) => sameShape(state.arrays[name]?.shape, specs[name].shape));
  const weights = Object.fromEntries(
    Object.entries(specs).map(([name, { shape, begins }]) => {
      const values = new Float32Array(shape.reduce((product, length) => product * length, 1));
      // As wide as one over the root of what is added up, where that is known.
      const scale = name === 'item' ? 0.05 : 1 / Math.sqrt(shape[0]);
      if (begins === 'random') values.forEach((_, at) => (values[at] = scale * random.normal()));
      return [name, begins === 'ones' ? values.fill(1) : values];
    }),
  );
  const mean = customers.reduce((sum, count) => sum + count, 0) / Math.max(1, customers.length);
  customers.forEach((count, item) => (weights.itemBias[item] = Math.log((count + 0.5) / (mean + 0.5))));
  if (!isKnown) return weights;
  const width = specs.item.shape[1];
  for (const [name, values] of Object.entries(weights)) {
    const known = state!.arrays[name].data as Float32Array;
    if (name !== 'item' && name !== 'itemBias') values.set(known);
  }
  const items = state!.arrays.item.data as Float32Array;
  customers.forEach((_, item) => {
    const row = items.subarray(item * width, (item + 1) * width);
    if (!row.some((value) => value !== 0)) return;
    weights.item.set(row, item * width);
    weights.itemBias[item] = state!.arrays.itemBias.data[item];
  });
  return weights;
}

function sameShape(a: readonly number[] | undefined, b: readonly number[]): boolean {
  return a !== undefined && a.length === b.length && a.every((length, at) => length === b[at]);
}

function variableOf(tf: TensorFlow, values: Float32Array, shape: number[]): Variable {
  return tf.tidy(() => tf.variable(tf.tensor(values, shape)));
}

/** One step of Adam; gives the loss before it. */
async function learn(
  tf: TensorFlow,
  encoder: SequenceEncoder,
  variables: Record<string, Variable>,
  optimizer: ReturnType<TensorFlow['train']['adam']>,
  batch: Batch,
  items: number,
  given: OptionValues,
  random: Random,
): Promise<number> {
  const { rows, length, inputs, places, targets } = inLayout(batch, encoder.layout);
  // What follows anywhere in the batch is one history here: whatever it holds is compared with, and others at random.
  const following = { users: 1, items, rowStarts: Int32Array.of(0, targets.length), columns: targets, values: new Float32Array(0) };
  const choice = chooseItems(following, Int32Array.of(0), Number(given.negatives), random);
  const placeOf = new Int32Array(items);
  choice.items?.forEach((item, at) => (placeOf[item] = at));
  const loss = tf.tidy(() => {
    const indexes = tf.tensor1d(inputs.map((item) => Math.max(0, item)), 'int32'); // prettier-ignore
    const wanted = tf.tensor1d(choice.items ? targets.map((item) => placeOf[item]) : targets, 'int32');
    const inPlace = encoder.layout === 'rows' && places.length === rows * length;
    const some = inPlace ? undefined : tf.tensor1d(places, 'int32');
    const compared = choice.items && tf.tensor1d(choice.items, 'int32');
    const standFor = choice.logWeights && tf.tensor1d(choice.logWeights);
    const fixed = encoder.masks(tf, batch);
    const drop = dropper(tf, Number(given.dropout), random);
    return optimizer.minimize(
      () => {
        const table = variables.item as unknown as Tensor2D;
        const vectors = gatherRows(tf, table, indexes);
        const read = encoder.encode(tf, { batch, vectors, weights: variables, drop }, fixed);
        const asked = some ? gatherRows(tf, read, some) : read;
        const bias = variables.itemBias as unknown as Tensor2D;
        const [columns, own] = compared ? [gatherRows(tf, table, compared), gatherRows(tf, bias, compared)] : [table, bias];
        const flat = tf.reshape(own, [choice.size]) as Tensor1D;
        return nextItemLoss(tf, asked, columns, standFor ? (tf.add(flat, standFor) as Tensor1D) : flat, wanted);
      },
      true,
      Object.values(variables),
    )!;
  });
  const value = (await loss.data())[0];
  loss.dispose();
  return value;
}

function dropper(tf: TensorFlow, share: number, random: Random): (x: Tensor2D) => Tensor2D {
  if (share === 0) return (x) => x;
  const least = share * 2 ** 32;
  return (x) => {
    const kept = new Float32Array(x.size);
    for (let at = 0; at < kept.length; at++) kept[at] = random.uint32() < least ? 0 : 1 / (1 - share);
    return tf.mul(x, tf.tensor2d(kept, x.shape));
  };
}

/** Inputs and places in the encoder's layout; targets stay beside their places. */
function inLayout(batch: Batch, layout: SequenceEncoder['layout']): Batch {
  if (layout === 'rows') return batch;
  const { rows, length } = batch;
  const turned = (place: number) => (place % length) * rows + Math.floor(place / length);
  const inputs = new Int32Array(batch.inputs.length);
  batch.inputs.forEach((item, place) => (inputs[turned(place)] = item));
  return { ...batch, inputs, places: batch.places.map(turned) };
}
