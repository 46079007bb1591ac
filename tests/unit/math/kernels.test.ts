import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { Cancelled } from '$lib/core/base/errors';
import { createRunContext, nextTask, quietContext } from '$lib/core/base/run';
import { createSimdKernels } from '$lib/core/math/simd/kernels';
import type { HelperThread } from '$lib/core/math/simd/team';
import { openNodeKernels } from '$lib/platform/node/kernels';
import { createReferenceKernels } from '$lib/core/math/referenceKernels';
import { alsOptions, fitFactors, gramOfTastes, kernelsMust, tasteMatrix } from './kernelSuite';

kernelsMust('SIMD, one thread', () => openNodeKernels({ threads: 1 }));
kernelsMust('SIMD, two threads', () => openNodeKernels({ threads: 2 }));
kernelsMust('plain TypeScript', async () => createReferenceKernels('this test asked for it'));

describe('threads', () => {
  it('give the same bytes whatever their number', async () => {
    const matrix = tasteMatrix(3000, 500);
    for (const solver of ['cholesky', 'cg', 'block'] as const) {
      const fits = [];
      for (const threads of [1, 2, 3]) {
        const kernels = await openNodeKernels({ threads });
        fits.push(await fitFactors(kernels, matrix, { ...alsOptions, factors: 40, solver }, 3));
        kernels.close();
      }
      expect(fits[1]).toEqual(fits[0]);
      expect(fits[2]).toEqual(fits[0]);
    }
  });

  it('invert to the same bytes whatever their number', async () => {
    const inverses = [];
    for (const threads of [1, 2, 3]) {
      const kernels = await openNodeKernels({ threads });
      const matrix = gramOfTastes(500);
      await kernels.invert(matrix, 500, quietContext());
      inverses.push(matrix);
      kernels.close();
    }
    expect(inverses[1]).toEqual(inverses[0]);
    expect(inverses[2]).toEqual(inverses[0]);
  });

  it('are reported with the kernels', async () => {
    const kernels = await openNodeKernels({ threads: 2 });
    expect(kernels.info).toEqual({ kind: 'simd', threads: 2, reason: '' });
    kernels.close();
  });
});

describe('a helper thread that ends', () => {
  async function openWithVictims(threads: number) {
    const opened: Worker[] = [];
    const kernels = await openNodeKernels({ threads, onWorker: (worker) => opened.push(worker) });
    return { kernels, opened };
  }

  it('fails the run that it worked for, and the next goes on with fewer threads and the same bytes', async () => {
    const matrix = tasteMatrix(20000, 500);
    const { kernels, opened } = await openWithVictims(3);
    const fit = await kernels.als(matrix, { ...alsOptions, factors: 96 }, 42);
    const sweep = fit.sweep(quietContext());
    await nextTask();
    await opened[0].terminate();
    await expect(sweep).rejects.toMatchObject({ code: 'kernel_helper_lost', values: { threads: 2 } });
    fit.dispose();
    expect(kernels.info.threads).toBe(2);
    expect(kernels.info.reason).toContain('1 of 3 threads');

    const small = tasteMatrix();
    const one = await openNodeKernels({ threads: 1 });
    expect(await fitFactors(kernels, small, alsOptions, 2)).toEqual(await fitFactors(one, small, alsOptions, 2));
    one.close();

    // One that waits for work is missed by nobody.
    await opened[1].terminate();
    expect(await fitFactors(kernels, small, alsOptions, 1)).toMatchObject({ losses: [expect.any(Number)] });
    expect(kernels.info.threads).toBe(1);
    kernels.close();
  });
});

describe('a helper thread that hangs', () => {
  it('does not keep a run from being cancelled', { timeout: 20_000 }, async () => {
    const silent: HelperThread = {
      post: ({ type }) => void (type === 'memory' && silent.onAnswer('ready')),
      onAnswer: () => {},
      onEnd: () => {},
      stop: () => (stopped = true),
    };
    let stopped = false;
    const bytes = readFileSync(fileURLToPath(new URL('../../../src/lib/kernels/build/kernels.wasm', import.meta.url)));
    const info = { kind: 'simd' as const, threads: 2, reason: '' };
    const kernels = createSimdKernels({ module: new WebAssembly.Module(bytes), shared: true, helpers: [silent], info });
    const fit = await kernels.als(tasteMatrix(), alsOptions, 1);
    const controller = new AbortController();
    const sweep = fit.sweep(createRunContext(controller.signal));
    setTimeout(() => controller.abort(), 50);
    await expect(sweep).rejects.toBeInstanceOf(Cancelled);
    expect(stopped).toBe(true);
    await fit.sweep(quietContext());
    fit.dispose();
    kernels.close();
  });
});
