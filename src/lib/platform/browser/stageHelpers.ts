import { Cancelled } from '../../core/base/errors';
import { takeAnswer, type HelperAnswer } from '../../core/schema/staging/stageHelper';
import type { StageHelpers } from '../../core/schema/staging/stageInParallel';

/** More threads than this wait for the same disk and memory. */
const mostThreads = 8;

/** Workers that read parts of a file, one each; they end with their part. */
export function browserStageHelpers(threads = Math.min(mostThreads, navigator.hardwareConcurrency || 1)): StageHelpers {
  return {
    threads,
    leastBytes: 16 << 20,
    stage: (request, signal, onProgress) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(new Cancelled());
        const worker = new Worker(new URL('./stageHelper.ts', import.meta.url), { type: 'module', name: 'stage-helper' });
        const end = () => {
          worker.terminate();
          signal.removeEventListener('abort', cancel);
        };
        const cancel = () => (end(), reject(new Cancelled()));
        signal.addEventListener('abort', cancel);
        worker.onmessage = ({ data }: MessageEvent<HelperAnswer>) => {
          if (data.type !== 'progress') end();
          takeAnswer(data, { onProgress, resolve, reject });
        };
        // A worker that dies, or does not load, must not leave anybody waiting.
        worker.onerror = ({ message }) => (end(), reject(new Error(`a reading thread failed: ${message}`)));
        worker.postMessage(request);
      }),
  };
}
