import { createRunContext } from '$lib/core/base/run';
import { findRecommender } from '$lib/core/recommenders/catalogue';
import { trainRecommender } from '$lib/core/recommenders/trainRecommender';
import { openBrowserTensors } from '$lib/platform/browser/tensors';
import { Desk } from '$lib/work/desk';
import type { Platform } from '$lib/work/platform';
import { checkerboard } from '../../support/checkerboard';

/** Trains an autoencoder as the app does, on software graphics processors, each of which is taken away after its third epoch. */
self.onmessage = async () => {
  try {
    const desk = new Desk({ openTensors: () => openBrowserTensors({ software: true }) } as unknown as Platform);
    const ran: string[] = [];
    const epochs: number[] = [];
    const run = createRunContext(new AbortController().signal, ({ values }) => {
      if (values?.epoch === undefined) return;
      epochs.push(values.epoch);
      if (values.epoch === 3) void takeAway();
    });
    async function takeAway(): Promise<void> {
      const { tf, backend } = await desk.tensors();
      ran.push(backend);
      const engine = tf.backend() as unknown as { device: { destroy(): void }; gpgpu: { gl: WebGL2RenderingContext } };
      if (backend === 'webgpu') engine.device.destroy();
      if (backend === 'webgl') engine.gpgpu.gl.getExtension('WEBGL_lose_context')!.loseContext();
    }
    const pairs = checkerboard(16);
    const request = {
      recommender: findRecommender('mult-dae'),
      given: { factors: 8, epochs: 40, regularization: 0 },
      data: { pairs },
      seed: 1,
    };
    const compute = { kernels: undefined as never, tensors: () => desk.tensors() };
    const { model, backend, losses } = await trainRecommender(request, compute, run);
    const scores = await model.score(Int32Array.from({ length: 16 }, (_, user) => user));
    const { tf } = await desk.tensors();
    self.postMessage({ ran, epochs, backend, losses: losses.map(({ loss }) => loss), scores, now: tf.getBackend() });
  } catch (error) {
    self.postMessage({ error: error instanceof Error ? error.stack : String(error) });
  }
};
