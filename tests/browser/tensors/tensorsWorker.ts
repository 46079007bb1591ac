import { openBrowserTensors, type TensorsRequest } from '$lib/platform/browser/tensors';
import { trainSmall } from '../../unit/tensors/smallTraining';

/** Opens tfjs in a dedicated worker, as the app does, and trains the small network. */
self.onmessage = async ({ data }: MessageEvent<TensorsRequest>) => {
  try {
    const tensors = await openBrowserTensors(data);
    const { backend, reason, reproducible } = tensors;
    self.postMessage({ backend, reason, reproducible, ran: tensors.tf.getBackend(), ...(await trainSmall(tensors)) });
  } catch (error) {
    self.postMessage({ error: String(error), code: (error as { code?: string }).code });
  }
};
