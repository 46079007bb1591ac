import { describe, expect, it } from 'vitest';
import { tensorBackends } from '$lib/core/math/tensors';
import agreed from '../../fixtures/propensity-scores.json';
import expected from '../../fixtures/small-training.json';
import sequenceModels from '../../fixtures/sequence-models.json';
import type { WorkerRequest } from './tensorsWorker';

interface WorkerAnswer {
  backend: string;
  ran: string;
  reason: string;
  reproducible: boolean;
  losses: number[];
  scores: number[];
  loss: number;
  gradient: number[];
  tensorsLeft: number;
  error?: string;
}

describe('tfjs in a dedicated worker', () => {
  for (const backend of tensorBackends) {
    it(`trains the same small network on ${backend}`, async () => {
      const answer = await askWorker({ backend });
      expect(answer.error).toBeUndefined();
      expect([answer.backend, answer.ran]).toEqual([backend, backend]);
      expect(answer.losses).toHaveLength(expected.losses.length);
      // Graphics processors may round exp and sqrt differently; Adam carries that on for 30 steps.
      const tolerance = backend === 'wasm' || backend === 'cpu' ? 5e-5 : 2e-3;
      const worst = Math.max(...answer.losses.map((loss, step) => Math.abs(loss - expected.losses[step])));
      expect(worst).toBeLessThan(tolerance);
      expect(answer.tensorsLeft).toBe(0);
      expect(answer.reproducible).toBe(backend === 'wasm' || backend === 'cpu');
    });
  }

  for (const backend of tensorBackends) {
    for (const network of ['sasrec', 'gru4rec'] as const) {
      it(`has the loss and the gradient of ${network} that PyTorch has on ${backend}`, async () => {
        const answer = await askWorker({ backend, network });
        expect(answer.error).toBeUndefined();
        expect(answer.ran).toBe(backend);
        const { loss, gradient } = sequenceModels[network];
        expect(Math.abs(answer.loss - loss)).toBeLessThan(1e-3);
        answer.gradient.forEach((value, at) => expect(Math.abs(value - gradient[at])).toBeLessThan(1e-3));
        if (!answer.reproducible) return;
        expect(answer.losses.at(-1)).toBeLessThan(answer.losses[0] - 0.1);
        expect(answer.tensorsLeft).toBe(0);
      });
    }
  }

  it('passes over a graphics processor that is only drawn in software, and says so', async () => {
    const answer = await askWorker({});
    expect(answer.error).toBeUndefined();
    expect(answer.ran).toBe('wasm');
    expect(answer.reason).toMatch(/software|not available/);
    expect(answer.reason).toMatch(/WebAssembly \(SIMD\)/);
  });

  for (const propensity of ['logistic', 'network'] as const) {
    it(`gives the ${propensity} scores that the command line gives, on WebAssembly`, async () => {
      const answer = await askWorker({ backend: 'wasm', propensity });
      expect(answer.error).toBeUndefined();
      expect(answer.scores).toHaveLength(agreed[propensity].length);
      answer.scores.forEach((score, i) => expect(Math.abs(score - agreed[propensity][i])).toBeLessThan(1e-5));
    });
  }

  it('asks no other origin for anything', async () => {
    await askWorker({ backend: 'wasm' });
    const elsewhere = performance.getEntriesByType('resource').filter(({ name }) => new URL(name).origin !== location.origin);
    expect(elsewhere.map(({ name }) => name)).toEqual([]);
  });
});

function askWorker(request: WorkerRequest): Promise<WorkerAnswer> {
  const worker = new Worker(new URL('./tensorsWorker.ts', import.meta.url), { type: 'module' });
  return new Promise<WorkerAnswer>((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(request);
  }).finally(() => worker.terminate());
}
