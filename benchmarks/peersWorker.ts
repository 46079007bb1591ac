/** The browser's half of benchmarks/peers.mjs: inside a worker, as the workbench trains. */
import type { TensorBackend } from '../src/lib/core/math/tensors';
import { openBrowserKernels } from '../src/lib/platform/browser/kernels';
import { openBrowserTensors } from '../src/lib/platform/browser/tensors';
import { measure, type Job } from './peersMeasure';

export interface Question {
  job: Job;
  threads: number;
  /** For models that tfjs trains; what is fastest where it is left out. */
  backend?: TensorBackend;
}

onmessage = async ({ data }: MessageEvent<Question>) => {
  const kernels = await openBrowserKernels({ threads: data.threads });
  try {
    let reason = '';
    const tensors = async () => {
      const opened = await openBrowserTensors({ backend: data.backend });
      reason = `${opened.backend}: ${opened.reason}`;
      return opened;
    };
    postMessage({ ...(await measure(data.job, { kernels, tensors })), reason });
  } catch (error) {
    postMessage({ missing: error instanceof Error ? error.message : String(error) });
  } finally {
    kernels.close();
  }
};
