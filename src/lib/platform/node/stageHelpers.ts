import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Cancelled } from '../../core/base/errors';
import { takeAnswer, type HelperAnswer } from '../../core/schema/staging/stageHelper';
import type { StageHelpers } from '../../core/schema/staging/stageInParallel';

/** More threads than this wait for the same disk and memory. */
const mostThreads = 8;

/** Threads that read parts of a file, one each; they end with their part. */
export function nodeStageHelpers(threads = Math.min(mostThreads, availableParallelism())): StageHelpers {
  return {
    threads,
    // A thread first has to make TypeScript readable, which takes half a second.
    leastBytes: 48 << 20,
    stage: (request, signal, onProgress) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(new Cancelled());
        const worker = new Worker(new URL('./stageHelper.mjs', import.meta.url), { execArgv: [] });
        const end = () => {
          signal.removeEventListener('abort', cancel);
          void worker.terminate();
        };
        const cancel = () => (end(), reject(new Cancelled()));
        signal.addEventListener('abort', cancel);
        worker.on('message', (answer: HelperAnswer) => {
          if (answer.type !== 'progress') end();
          takeAnswer(answer, { onProgress, resolve, reject });
        });
        // A thread that dies, or does not start, must not leave anybody waiting.
        worker.on('error', (error) => (end(), reject(error)));
        worker.on('exit', () => reject(new Error('a reading thread ended before its part was read')));
        worker.postMessage(request);
      }),
  };
}
