import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../math/tensors';

/**
 * Multinomial log likelihood (negative): how badly `softmax(customers · itemsᵀ + bias)` agrees with the targets, whose
 * rows add up to 1, weighted by row. One gradient for the whole of it: put together from single ops, the same took ten
 * times as long on WebAssembly, in passes over broadcast rows.
 * @param customers `rows × factors`
 * @param items `columns × factors`
 * @param weights `rows × 1`
 */
export function softmaxLoss(
  tf: TensorFlow,
  customers: Tensor2D,
  items: Tensor2D,
  bias: Tensor1D,
  targets: Tensor2D,
  weights: Tensor2D,
): Scalar {
  const loss = tf.customGrad((left, right, shift, save) => {
    const [x, y] = [left as Tensor2D, right as Tensor2D];
    const shares = tf.softmax(tf.add(tf.matMul(x, tf.transpose(y)), shift as Tensor1D)) as Tensor2D;
    (save as (tensors: Tensor2D[]) => void)([x, y, shares]);
    const misfit = tf.sum(tf.mul(targets, tf.log(tf.add(shares, 1e-12))), 1, true);
    return {
      value: tf.neg(tf.sum(tf.mul(misfit, weights))),
      gradFunc: (change, saved) => {
        const [savedX, savedY, savedShares] = saved as Tensor2D[];
        const pull = tf.mul(tf.sub(savedShares, targets), tf.mul(weights, change)) as Tensor2D;
        return [tf.matMul(pull, savedY), tf.matMul(tf.transpose(pull), savedX), tf.sum(pull, 0)];
      },
    };
  });
  return loss(customers, items, bias) as Scalar;
}
