import type { Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { gatherRows, multiply } from '$lib/core/math/tensorOps';
import type { Tensors } from '$lib/core/math/tensors';

/**
 * Six customers, four products and a hidden layer of three, 30 steps of Adam from fixed weights: the same small job for
 * every backend. `expected` is what NumPy computes (scripts/reference/small_training.py).
 */
export async function trainSmall({ tf }: Tensors): Promise<{ losses: number[]; tensorsLeft: number }> {
  const before = tf.memory().numTensors;
  const table = tf.tidy(() => tf.variable(fixed(tf, 6, 4, 0)));
  const layer = tf.tidy(() => tf.variable(fixed(tf, 4, 3, 1)));
  const head = tf.tidy(() => tf.variable(fixed(tf, 3, 1, 2)));
  const indexes = tf.tensor1d([0, 1, 2, 3, 4, 5, 0, 3, 3], 'int32');
  const labels = tf.tensor2d([1, 0, 1, 0, 1, 0, 1, 1, 0], [9, 1]);
  const optimizer = tf.train.adam(0.05);
  const losses: number[] = [];
  for (let step = 0; step < 30; step++) {
    const loss = optimizer.minimize(
      () => {
        const hidden = tf.relu(multiply(tf, gatherRows(tf, table as Tensor2D, indexes), layer as Tensor2D)) as Tensor2D;
        const logits = multiply(tf, hidden, head as Tensor2D);
        return tf.mean(tf.sub(tf.softplus(logits), tf.mul(labels, logits)));
      },
      true,
      [table, layer, head] as Variable[],
    )!;
    losses.push((await loss.data())[0]);
    loss.dispose();
  }
  optimizer.dispose();
  tf.dispose([table, layer, head, indexes, labels]);
  return { losses, tensorsLeft: tf.memory().numTensors - before };
}

function fixed(tf: Tensors['tf'], rows: number, columns: number, shift: number): Tensor2D {
  return tf.tensor2d(
    Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i * 1.7 + shift)),
    [rows, columns],
  );
}
