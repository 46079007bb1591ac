import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { gatherRows, multiply } from '../math/tensorOps';
import type { TensorFlow } from '../math/tensors';
import { softmaxLoss } from './softmaxLoss';
import type { Bag, TowerBatch } from './twoTowerBatches';

/** The weights of both towers; vectors are `rows × factors`. */
export interface Towers<T = Tensor2D> {
  /** What each item of a history says of the customer. */
  history: T;
  userTerms: T;
  /** 1 × factors. */
  userBias: T;
  /** What each item is, by itself. */
  item: T;
  itemTerms: T;
  /** items × 1, and terms × 1. */
  itemBias: T;
  itemTermBias: T;
}

/** A batch as tensors, made before the loss: what it makes itself is gone when the gradient is asked for. */
export interface TowerInputs {
  histories: BagInput;
  customers: BagInput;
  itemTerms: BagInput;
  items: Tensor1D;
  ownVector: Tensor2D;
  correction: Tensor1D;
  targets: Tensor2D;
  weights: Tensor2D;
}

interface BagInput {
  /** Absent where nothing is known of anybody. */
  values?: Tensor2D;
  indexes?: Tensor1D;
}

export function towerInputs(tf: TensorFlow, batch: TowerBatch): TowerInputs {
  const [rows, columns] = [batch.weights.length, batch.items.length];
  const bag = ({ rows: count, width, indexes, values }: Bag): BagInput => ({
    ...(width > 0 && { values: tf.tensor2d(values, [count, width]) }),
    ...(indexes && { indexes: tf.tensor1d(indexes, 'int32') }),
  });
  return {
    histories: bag(batch.histories),
    customers: bag(batch.customers),
    itemTerms: bag(batch.itemTerms),
    items: tf.tensor1d(batch.items, 'int32'),
    ownVector: tf.tensor2d(batch.ownVector, [columns, 1]),
    correction: tf.tensor1d(batch.correction),
    targets: tf.tensor2d(batch.targets, [rows, columns]),
    weights: tf.tensor2d(batch.weights, [rows, 1]),
  };
}

/**
 * The loss of a batch. Customers are tanh(histories · A + what is known · B + b), items their own vector and the sum of
 * the vectors of what is known of them; a logit is their dot product, plus the item's bias, less log Q of its being in
 * the batch (sampled softmax with the correction of Yi et al., RecSys 2019; theirs are cosines over a temperature).
 */
export function towerLoss(tf: TensorFlow, towers: Towers, inputs: TowerInputs, regularization: number): Scalar {
  const { histories, items: indexes, ownVector } = inputs;
  const added = (table: Tensor2D, { values, indexes: some }: BagInput) =>
    values && multiply(tf, values, some ? gatherRows(tf, table, some) : table);
  const plus = (a: Tensor2D, b: Tensor2D | undefined) => (b ? (tf.add(a, b) as Tensor2D) : a);

  const inward = histories.indexes && histories.indexes.size > 0 ? gatherRows(tf, towers.history, histories.indexes) : towers.history;
  const told = histories.values ? multiply(tf, histories.values, inward) : undefined;
  const known = plus(towers.userBias, added(towers.userTerms, inputs.customers));
  // Nobody has a history: a row for each of them all the same.
  const sum = told ? tf.add(told, known) : tf.add(tf.zeros([inputs.weights.shape[0], 1]), known);
  const customers = tf.tanh(sum) as Tensor2D;

  const own = gatherRows(tf, towers.item, indexes);
  const items = plus(tf.mul(own, ownVector) as Tensor2D, added(towers.itemTerms, inputs.itemTerms));
  const bias = plus(tf.mul(gatherRows(tf, towers.itemBias, indexes), ownVector) as Tensor2D, added(towers.itemTermBias, inputs.itemTerms));
  const shift = tf.add(tf.reshape(bias, [indexes.size]), inputs.correction) as Tensor1D;

  const misfit = softmaxLoss(tf, customers, items, shift, inputs.targets, inputs.weights);
  const penalty = tf.add(tf.sum(tf.square(inward)), tf.sum(tf.square(own)));
  return tf.add(misfit, tf.mul(regularization, penalty)) as Scalar;
}
