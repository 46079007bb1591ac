import { describe, expect, it } from 'vitest';
import { Cancelled } from '$lib/core/base/errors';
import { createRunContext, quietContext, type Progress } from '$lib/core/base/run';
import { outlastLoss } from '$lib/core/math/outlastLoss';
import type { Tensors } from '$lib/core/math/tensors';

/** Backends in the order in which they are opened, and how to lose the one that is open. */
function processors(...names: string[]) {
  const opened: string[] = [];
  let lose: () => void = () => {};
  const source = {
    async tensors(): Promise<Tensors> {
      const name = names[opened.length];
      opened.push(name);
      let isLost = false;
      let tell: () => void = () => {};
      const happened = new Promise<void>((resolve) => (tell = resolve));
      lose = () => ((isLost = true), tell());
      return { backend: name, loss: { happened, hasHappened: () => isLost } } as unknown as Tensors;
    },
  };
  return { source, opened, lose: () => lose() };
}

describe('work on a graphics processor that is lost', () => {
  it('begins anew on the next backend, whether the loss shows as an error, as silence, or as a result', async () => {
    const shows: Record<string, () => Promise<string>> = {
      error: () => Promise.reject(new Error('Failed to link shaders.')),
      silence: () => new Promise(() => {}),
      result: async () => 'all zeros',
    };
    for (const show of Object.values(shows)) {
      const { source, opened, lose } = processors('webgpu', 'webgl', 'wasm');
      const result = await outlastLoss(source, quietContext(), async (given) => {
        const { backend } = await given.tensors();
        if ((backend as string) === 'wasm') return 'learnt';
        lose();
        return show();
      });
      expect(result).toBe('learnt');
      expect(opened).toEqual(['webgpu', 'webgl', 'wasm']);
    }
  });

  it('ends the lost work at its next breath, and nothing more is heard of it', async () => {
    const { source, lose } = processors('webgl', 'wasm');
    const heard: Progress[] = [];
    let ended: unknown;
    const run = createRunContext(new AbortController().signal, (progress) => void heard.push(progress));
    await outlastLoss(source, run, async (given, during) => {
      const { backend } = await given.tensors();
      during.report({ stage: 'train', done: 1, unit: backend });
      if ((backend as string) === 'wasm') return;
      lose();
      during.report({ stage: 'train', done: 2, unit: backend });
      await during.breathe().catch((error: unknown) => (ended = error));
    });
    expect(ended).toBeInstanceOf(Error);
    expect(heard.map(({ done, unit }) => `${unit} ${done}`)).toEqual(['webgl 1', 'wasm 1']);
  });

  it('passes other errors and a cancel through', async () => {
    const { source, opened, lose } = processors('webgl', 'wasm');
    const failing = outlastLoss(source, quietContext(), async (given) => {
      await given.tensors();
      throw new RangeError('our bug');
    });
    await expect(failing).rejects.toThrow('our bug');
    expect(opened).toEqual(['webgl']);

    const controller = new AbortController();
    const cancelled = outlastLoss(source, createRunContext(controller.signal), async (given, during) => {
      await given.tensors();
      controller.abort();
      lose();
      await during.breathe();
    });
    await expect(cancelled).rejects.toBeInstanceOf(Cancelled);
  });
});
