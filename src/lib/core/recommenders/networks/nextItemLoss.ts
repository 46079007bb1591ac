import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { scatterRows } from '../../math/tensorOps';
import type { TensorFlow } from '../../math/tensors';

/**
 * Cross-entropy of what came next: the mean of −log softmax(rows · itemsᵀ + bias)[target], each row over all items. It is
 * what makes SASRec strong (Klenitskiy & Vasilev, RecSys 2023) and GRU4Rec, too (Hidasi & Karatzoglou, CIKM 2018). One
 * gradient for the whole: passes over rows × items are what costs, and no tensor says which column is right, since that is
 * a row of `items` to gather. A bias that has the logarithm of how many items each one stands for makes it the sampled
 * softmax with its correction (logQ).
 * @param rows `rows × factors`
 * @param items `columns × factors`
 * @param targets of each row its column, int32
 */
export function nextItemLoss(tf: TensorFlow, rows: Tensor2D, items: Tensor2D, bias: Tensor1D, targets: Tensor1D): Scalar {
  const loss = tf.customGrad((left, right, shift, save) => {
    const [x, y] = [left as Tensor2D, right as Tensor2D];
    const shares = tf.softmax(tf.add(tf.matMul(x, tf.transpose(y)), shift as Tensor1D)) as Tensor2D;
    (save as (tensors: Tensor2D[]) => void)([x, y, shares]);
    const [count, columns] = shares.shape;
    const firstOfRow = tf.range(0, count * columns, columns, 'int32');
    const ofTargets = tf.gather(tf.reshape(shares, [count * columns]), tf.add(firstOfRow, targets) as Tensor1D);
    return {
      value: tf.neg(tf.mean(tf.log(tf.add(ofTargets, 1e-12)))),
      gradFunc: (change, saved) => {
        const [savedX, savedY, savedShares] = saved as Tensor2D[];
        const scale = tf.div(change, count);
        const ofX = tf.sub(tf.matMul(savedShares, savedY), tf.gather(savedY, targets));
        // Transposing factors × columns and not the shares: it is some twenty times smaller.
        const all = tf.transpose(tf.matMul(tf.transpose(savedX), savedShares));
        const ofY = tf.sub(all, scatterRows(tf, savedX, targets, columns));
        const counts = tf.reshape(scatterRows(tf, tf.ones([count, 1]), targets, columns), [columns]);
        const ofBias = tf.sub(tf.sum(savedShares, 0), counts);
        return [ofX, ofY, ofBias].map((gradient) => tf.mul(gradient, scale));
      },
    };
  });
  return loss(rows, items, bias) as Scalar;
}
