import { Cancelled } from '../../core/base/errors';
import type { ConvertedBlock, ConvertHelpers } from '../../core/exports/convertBlock';

/** More threads than this wait for the one that writes the file. */
const mostThreads = 4;

/** Workers that convert a block each and are used again; a cancelled one ends. */
export function browserConvertHelpers(threads = Math.min(mostThreads, navigator.hardwareConcurrency || 1)): ConvertHelpers {
  const idle: Worker[] = [];
  const open = () => idle.pop() ?? new Worker(new URL('./convertHelper.ts', import.meta.url), { type: 'module', name: 'convert-helper' });
  return {
    threads,
    convert: (request, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(new Cancelled());
        const worker = open();
        const end = () => signal.removeEventListener('abort', cancel);
        const cancel = () => (worker.terminate(), end(), reject(new Cancelled()));
        signal.addEventListener('abort', cancel);
        worker.onmessage = ({ data }: MessageEvent<ConvertedBlock>) => {
          end();
          idle.push(worker);
          resolve(data);
        };
        // A worker that dies, or does not load, must not leave anybody waiting.
        worker.onerror = ({ message }) => (end(), worker.terminate(), reject(new Error(`an exporting thread failed: ${message}`)));
        worker.postMessage(request);
      }),
  };
}
