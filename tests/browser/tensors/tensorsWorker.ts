import { openBrowserTensors, type TensorsRequest } from '$lib/platform/browser/tensors';
import { scoreSmall } from '../../unit/predictions/smallPropensity';
import { lossAndGradient, trainFew, type NetworkId } from '../../unit/recommenders/fixedNetworks';
import { toolsOf } from '../../support/tools';
import { trainSmall } from '../../unit/tensors/smallTraining';

export interface WorkerRequest extends TensorsRequest {
  /** Train this propensity model and answer with its scores, instead of the small network. */
  propensity?: string;
  /** Read a history with this network; without a graphics processor, where every new shape is a new program, train it, too. */
  network?: NetworkId;
}

/** Opens tfjs in a dedicated worker, as the app does, and trains something small. */
self.onmessage = async ({ data: { propensity, network, ...request } }: MessageEvent<WorkerRequest>) => {
  try {
    const tensors = await openBrowserTensors(request);
    const { backend, reason, reproducible } = tensors;
    const trained = propensity
      ? await scoreSmall(
          toolsOf(async () => tensors),
          propensity,
        )
      : network
        ? { ...(await lossAndGradient(tensors, network)), ...(reproducible && (await trainFew(tensors, network))) }
        : await trainSmall(tensors);
    self.postMessage({ backend, reason, reproducible, ran: tensors.tf.getBackend(), ...trained });
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
};
