import { expect, it } from 'vitest';

interface Answer {
  /** Backends that had come to their third epoch. */
  ran: string[];
  epochs: number[];
  backend: string;
  losses: number[];
  /** 16 customers × 16 items of a checkerboard. */
  scores: Float32Array;
  now: string;
  error?: string;
}

it('trains on where graphics processors are lost in mid-training: WebGPU, then WebGL, then WebAssembly', async () => {
  const answer = await askWorker();
  expect(answer.error).toBeUndefined();
  expect(answer.ran).toEqual(['webgpu', 'webgl', 'wasm']);
  expect(answer.now).toBe('wasm');
  expect(answer.backend).toMatch(/^tfjs wasm \(WebGPU was lost while it computed\. WebGL was lost while it computed\. WebAssembly/);
  // Each begins anew, and the last goes through.
  expect(answer.epochs.filter((epoch) => epoch === 1).length).toBe(3);
  expect(answer.losses.length).toBe(40);
  expect(answer.losses.at(-1)!).toBeLessThan(answer.losses[0]);
  // What each customer lacks is of their colour, and scores above all of the other.
  for (let user = 0; user < 16; user++) {
    const own = answer.scores.subarray(user * 16, user * 16 + 16);
    const others = own.filter((_, item) => item % 2 !== user % 2);
    expect(own[user]).toBeGreaterThan(Math.max(...others));
  }
});

function askWorker(): Promise<Answer> {
  const worker = new Worker(new URL('./lostWorker.ts', import.meta.url), { type: 'module' });
  return new Promise<Answer>((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(null);
  }).finally(() => worker.terminate());
}
