import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { quietContext } from '$lib/core/base/run';
import { resolveOptions } from '$lib/core/base/options';
import { gatherRows } from '$lib/core/math/tensorOps';
import { matrixFromPairs } from '$lib/core/math/sparseRows';
import type { Tensors } from '$lib/core/math/tensors';
import { nextItemLoss } from '$lib/core/recommenders/networks/nextItemLoss';
import { specsOf } from '$lib/core/recommenders/networks/sequenceNetwork';
import type { Compute } from '$lib/core/recommenders/recommender';
import * as gru4rec from '$lib/core/recommenders/gru4rec';
import * as sasrec from '$lib/core/recommenders/sasrec';

/** The networks that read histories, as small as scripts/reference/sequence_models.py has them. */
export const networks = { sasrec: { ...sasrec, entry: sasrec.sasrec }, gru4rec: { ...gru4rec, entry: gru4rec.gru4rec } };
export type NetworkId = keyof typeof networks;

export const size = { factors: 4, historyLength: 6, blocks: 2 };
export const history = Int32Array.of(1, 8, 1, 0, 5);

const shifts: Record<string, number> = { item: 0, itemBias: 1, position: 2, lastGain: 20, lastBias: 21 };
const ofGates: Record<string, number> = { given: 3, givenBias: 4, own: 5, ownBias: 6 };
const ofBlock: Record<string, number> = { query: 3, key: 4, value: 5, out: 6, inner: 7, outer: 8 };
const ofNorms: Record<string, number> = { beforeGain: 7, beforeBias: 8, betweenGain: 9, betweenBias: 10 };

/** Weights by the formula of that script. */
export function fixedWeights(id: NetworkId): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.entries(specsOf(networks[id].encoder, 9, size)).map(([name, { shape }]) => {
      const length = shape.reduce((product, side) => product * side, 1);
      return [name, Float32Array.from({ length }, (_, i) => 0.8 * Math.sin(i * 1.7 + shiftOf(name)))];
    }),
  );
}

function shiftOf(name: string): number {
  const [block, part] = name.split('.');
  if (part === undefined) return shifts[name] ?? ofGates[name];
  return part in ofNorms ? ofNorms[part] + Number(block) : ofBlock[part.replace('Bias', '')] + 10 * Number(block);
}

/** The loss of what follows each step of the history, and its gradient by the items, which are read and asked for. */
export async function lossAndGradient({ tf }: Tensors, id: NetworkId): Promise<{ loss: number; gradient: number[] }> {
  const { encoder } = networks[id];
  const [specs, weights] = [specsOf(encoder, 9, size), fixedWeights(id)];
  const found = tf.tidy(() => {
    const batch = { rows: 1, length: 5, inputs: history, places: new Int32Array(), targets: new Int32Array() };
    const placed = Object.fromEntries(Object.entries(specs).map(([name, { shape }]) => [name, tf.tensor(weights[name], shape)]));
    const [indexes, targets] = [history, [8, 1, 0, 5, 2]].map((list) => tf.tensor1d(list, 'int32'));
    const masks = encoder.masks(tf, batch);
    return tf.valueAndGrad((item) => {
      const vectors = gatherRows(tf, item as Tensor2D, indexes);
      const rows = encoder.encode(tf, { batch, vectors, weights: placed, drop: (x) => x }, masks);
      return nextItemLoss(tf, rows, item as Tensor2D, tf.reshape(placed.itemBias, [9]) as Tensor1D, targets);
    })(placed.item);
  });
  const [[loss], gradient] = [await found.value.data(), [...(await found.grad.data())]];
  tf.dispose([found.value, found.grad]);
  return { loss, gradient };
}

/** A few steps of a whole training, histories of different lengths, with dropout and drawn items; gives the losses. */
export async function trainFew(tensors: Tensors, id: NetworkId): Promise<{ losses: number[]; tensorsLeft: number }> {
  const before = tensors.tf.memory().numTensors;
  const { entry } = networks[id];
  const rows = Array.from({ length: 12 }, (_, user) => Array.from({ length: 2 + (user % 4) }, (_, step) => (user + 3 * step) % 50));
  const rowStarts = Int32Array.of(0, ...rows.map((_, user) => rows.slice(0, user + 1).flat().length));
  const items = Int32Array.from(rows.flat());
  const users = rows.flatMap((own, user) => own.map(() => user));
  const sequences = { rowStarts, items, times: Float64Array.from(items, (_, at) => at), values: new Float32Array(items.length).fill(1) };
  const given = { factors: 8, historyLength: 4, epochs: 4, learningRate: 0.02, batchSize: 6, negatives: 8, dropout: 0.2 };
  const { losses } = await entry.train(
    { pairs: matrixFromPairs(12, 50, users, items), sequences: async () => sequences },
    resolveOptions(id, entry.options, given),
    1,
    { tensors: async () => tensors } as Compute,
    quietContext(),
  );
  return { losses: losses.map(({ loss }) => loss), tensorsLeft: tensors.tf.memory().numTensors - before };
}
