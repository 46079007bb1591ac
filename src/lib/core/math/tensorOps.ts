import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { TensorFlow } from './tensors';

/**
 * Rows of an embedding table, `indexes.length × width`. The gradient adds each row's share back with scatterND:
 * tfjs's own gradient of gather is a dense segment sum, which the WebAssembly backend lacks and others do slowly.
 */
export function gatherRows(tf: TensorFlow, table: Tensor2D, indexes: Tensor1D): Tensor2D {
  const gather = tf.customGrad((input) => ({
    value: tf.gather(input as Tensor2D, indexes),
    gradFunc: (change) => scatterRows(tf, change as Tensor2D, indexes, table.shape[0]),
  }));
  return gather(table) as Tensor2D;
}

/**
 * Adds each row to the row of zeros that its index names, `count × width`. On WebGL tfjs takes rows two by two, and of an
 * odd number the place beside the last, where anything may stand, counts for row 0: so there is a row of zeros there.
 */
export function scatterRows(tf: TensorFlow, rows: Tensor2D, indexes: Tensor1D, count: number): Tensor2D {
  const width = rows.shape[1];
  const isOdd = rows.shape[0] % 2 === 1;
  const even = isOdd ? (tf.concat([rows, tf.zeros([1, width])]) as Tensor2D) : rows;
  const at = isOdd ? tf.concat([indexes, tf.zeros([1], 'int32')]) : indexes;
  return tf.scatterND(tf.expandDims(at, 1), even, [count, width]) as Tensor2D;
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
