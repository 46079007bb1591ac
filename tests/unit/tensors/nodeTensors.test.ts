import { describe, expect, it } from 'vitest';
import { openNodeTensors } from '$lib/platform/node/tensors';
import { trainSmall } from './smallTraining';
import expected from '../../fixtures/small-training.json';

describe('tfjs on the command line', () => {
  it('trains on WebAssembly and comes to what NumPy comes to', async () => {
    const tensors = await openNodeTensors();
    expect(tensors.backend).toBe('wasm');
    expect(tensors.tf.getBackend()).toBe('wasm');
    expect(tensors.reason).toMatch(/WebAssembly/);
    const { losses, tensorsLeft } = await trainSmall(tensors);
    expect(losses).toHaveLength(expected.losses.length);
    losses.forEach((loss, step) => expect(loss).toBeCloseTo(expected.losses[step], 4));
    expect(losses.at(-1)!).toBeLessThan(losses[0] / 2);
    expect(tensorsLeft).toBe(0);
  });
});
