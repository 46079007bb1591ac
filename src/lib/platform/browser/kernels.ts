import sharedUrl from '../../kernels/build/kernels.wasm?url';
import singleUrl from '../../kernels/build/kernels-single.wasm?url';
import { createReferenceKernels } from '../../core/math/referenceKernels';
import { createSimdKernels } from '../../core/math/simd/kernels';
import type { HelperThread } from '../../core/math/simd/team';
import type { Kernels } from '../../core/math/kernels';

/** Threads beyond four share the same memory channels and add little (docs/decisions/0015-kernels.md). */
const mostThreads = 4;

/** For tests and benchmarks. */
export interface BrowserKernelOptions {
  threads?: number;
  isolated?: boolean;
  onWorker?: (worker: Worker) => void;
}

/**
 * The kernels in a page or worker: helper threads over shared memory where the page is cross-origin isolated, this
 * thread alone otherwise, plain TypeScript where there is no SIMD.
 */
export async function openBrowserKernels(wanted: BrowserKernelOptions = {}): Promise<Kernels> {
  const isolated = wanted.isolated ?? globalThis.crossOriginIsolated;
  const machine = navigator.hardwareConcurrency || 1;
  const threads = isolated ? (wanted.threads ?? Math.min(machine, mostThreads)) : 1;
  // Without isolation shared memory cannot be made, and the module that imports it cannot start.
  const shared = isolated;
  const bytes = await (await fetch(shared ? sharedUrl : singleUrl)).arrayBuffer();
  if (!WebAssembly.validate(bytes)) return createReferenceKernels('This browser cannot run WebAssembly SIMD.');
  return createSimdKernels({
    module: await WebAssembly.compile(bytes),
    shared,
    helpers: Array.from({ length: threads - 1 }, () => openHelper(wanted.onWorker)),
    info: { kind: 'simd', threads, reason: reasonForOne(isolated, machine) },
  });
}

function reasonForOne(isolated: boolean, machine: number): string {
  if (!isolated) return 'One thread, because the page is not cross-origin isolated.';
  return machine === 1 ? 'One thread, because this machine has one processor core.' : '';
}

/** Browsers do not say when they end a worker. A helper holds a lock for as long as it lives: being given it means the helper is gone. */
function openHelper(onWorker?: (worker: Worker) => void): HelperThread {
  const name = `kernel-helper-${crypto.randomUUID()}`;
  const worker = new Worker(new URL('./kernelHelper.ts', import.meta.url), { type: 'module', name });
  onWorker?.(worker);
  let hasEnded = false;
  const end = (reason: string): void => {
    if (hasEnded) return;
    hasEnded = true;
    helper.onEnd(reason);
  };
  const helper: HelperThread = {
    post: (message) => worker.postMessage(message),
    onAnswer: () => {},
    onEnd: () => {},
    stop: () => {
      hasEnded = true;
      worker.terminate();
    },
  };
  worker.onmessage = ({ data }: MessageEvent<'alive' | 'ready' | 'done'>) => {
    if (data !== 'alive') helper.onAnswer(data);
    else void navigator.locks?.request(name, () => end('the browser ended it'));
  };
  worker.onerror = ({ message }) => {
    end(message || 'it did not start');
    worker.terminate();
  };
  return helper;
}
