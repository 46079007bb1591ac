import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { TensorFlow } from './tensors';

/**
 * Rows of an embedding table, `indexes.length × width`. The gradient adds each row's share back with scatterND:
 * tfjs's own gradient of gather is a dense segment sum, which the WebAssembly backend lacks and others do slowly.
 */
export function gatherRows(tf: TensorFlow, table: Tensor2D, indexes: Tensor1D): Tensor2D {
  const gather = tf.customGrad((input) => ({
    value: tf.gather(input as Tensor2D, indexes),
    gradFunc: (change) => tf.scatterND(tf.expandDims(indexes, 1), change as Tensor2D, table.shape),
  }));
  return gather(table) as Tensor2D;
}

/**
 * `a · b`, whose gradients transpose explicitly first: multiplying with transpose flags is about eight times slower on
 * WebAssembly.
 */
export function multiply(tf: TensorFlow, a: Tensor2D, b: Tensor2D): Tensor2D {
  const product = tf.customGrad((left, right, save) => {
    const [x, y] = [left as Tensor2D, right as Tensor2D];
    (save as (tensors: Tensor2D[]) => void)([x, y]);
    return {
      value: tf.matMul(x, y),
      gradFunc: (change, saved) => {
        const [savedX, savedY] = saved as [Tensor2D, Tensor2D];
        return [tf.matMul(change as Tensor2D, tf.transpose(savedY)), tf.matMul(tf.transpose(savedX), change as Tensor2D)];
      },
    };
  });
  return product(a, b) as Tensor2D;
}
