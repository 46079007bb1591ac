import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { createReferenceKernels } from '../../core/math/referenceKernels';
import { createSimdKernels } from '../../core/math/simd/kernels';
import type { HelperThread } from '../../core/math/simd/team';
import type { Kernels } from '../../core/math/kernels';

/** Threads beyond four share the same memory channels and add little (docs/decisions/0015-kernels.md). */
const mostThreads = 4;

/** For tests and benchmarks. */
export interface NodeKernelOptions {
  threads?: number;
  onWorker?: (worker: Worker) => void;
}

/** The kernels on the command line: shared memory is always there, so as many threads as the machine has, up to four. */
export async function openNodeKernels(wanted: NodeKernelOptions = {}): Promise<Kernels> {
  const bytes = await readFile(fileURLToPath(new URL('../../kernels/build/kernels.wasm', import.meta.url)));
  if (!WebAssembly.validate(bytes)) return createReferenceKernels('This Node cannot run WebAssembly SIMD.');
  const module = new WebAssembly.Module(bytes);
  const machine = availableParallelism();
  const threads = wanted.threads ?? Math.min(machine, mostThreads);
  return createSimdKernels({
    module,
    shared: true,
    helpers: Array.from({ length: threads - 1 }, () => openHelper(wanted.onWorker)),
    info: { kind: 'simd', threads, reason: threads === 1 && machine === 1 ? 'This machine has one processor core.' : '' },
  });
}

function openHelper(onWorker?: (worker: Worker) => void): HelperThread {
  const worker = new Worker(new URL('./kernelHelper.mjs', import.meta.url), { execArgv: [] });
  onWorker?.(worker);
  let isStopped = false;
  let reason = 'the system ended it';
  const helper: HelperThread = {
    post: (message) => {
      // An answer that is awaited keeps the command alive; a helper that only waits must not.
      if (message.type !== 'forget') worker.ref();
      worker.postMessage(message);
    },
    onAnswer: () => {},
    onEnd: () => {},
    stop: () => {
      isStopped = true;
      void worker.terminate();
    },
  };
  worker.on('message', (answer: 'ready' | 'done') => {
    worker.unref();
    helper.onAnswer(answer);
  });
  worker.on('error', (error) => (reason = error.message));
  worker.on('exit', () => {
    if (!isStopped) helper.onEnd(reason);
  });
  worker.unref();
  return helper;
}
