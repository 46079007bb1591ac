/// <reference types="vite/client" />
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import simdBinary from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import plainBinary from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import { UserError } from '../../core/base/errors';
import { tensorBackends, type TensorBackend, type TensorLoss, type Tensors } from '../../core/math/tensors';
import { findGpu, type GpuFinding } from './gpu';

export interface TensorsRequest {
  /** Use this one and no other, software or not; for tests and benchmarks. */
  backend?: TensorBackend;
  /** Take a GPU that is drawn in software, too; for tests. */
  software?: boolean;
}

/** Graphics processors that went away while they computed; they are not tried again as long as this worker lives. */
const lost = new Set<TensorBackend>();

/**
 * tfjs on the fastest backend that really is fast here: WebGPU, WebGL, WebAssembly, plain JavaScript, in this order.
 * A GPU drawn in software is slower than WebAssembly and passed over, and so is one that was lost before. Works in a dedicated worker, with no DOM, from
 * files of this site only; import this module dynamically, so that tfjs loads when it is first used.
 * @throws UserError `tensors_unavailable` when a demanded backend does not start.
 */
export async function openBrowserTensors(request: TensorsRequest = {}): Promise<Tensors> {
  if (request.backend) {
    const found = request.backend === 'webgpu' || request.backend === 'webgl' ? await findGpu(request.backend) : { usable: true };
    const problem = found.usable ? await start(request.backend) : 'the browser offers none';
    if (problem === undefined) return opened(request.backend, 'Asked for by name.');
    throw new UserError(
      'tensors_unavailable',
      `This browser cannot compute with ${names[request.backend]}: ${problem}.`,
      'Let Muster choose the backend.',
      { backend: names[request.backend], problem },
    );
  }
  const passedOver: string[] = [];
  for (const backend of tensorBackends) {
    if (lost.has(backend)) {
      passedOver.push(`${names[backend]} was lost while it computed.`);
      continue;
    }
    if (backend === 'webgpu' || backend === 'webgl') {
      const found = await findGpu(backend);
      if (!found.usable || (found.software && !request.software)) {
        passedOver.push(whyNot(backend, found));
        continue;
      }
    }
    const problem = await start(backend);
    if (problem === undefined) return opened(backend, [...passedOver, ran[backend]].join(' '));
    passedOver.push(`${names[backend]} did not start (${problem}).`);
  }
  throw new UserError(
    'tensors_unavailable',
    `This browser cannot compute with tensors: ${passedOver.join(' ')}`,
    'Use a current browser.',
    { backend: 'tensors', problem: passedOver.join(' ') },
  );
}

const names: Record<TensorBackend, string> = { webgpu: 'WebGPU', webgl: 'WebGL', wasm: 'WebAssembly', cpu: 'Plain JavaScript' };

const ran: Record<TensorBackend, string> = {
  webgpu: 'WebGPU on a real graphics processor is the fastest there is.',
  webgl: 'WebGL on a real graphics processor is the next fastest.',
  wasm: 'WebAssembly (SIMD) is the fastest that is left.',
  cpu: 'Plain JavaScript always works.',
};

function whyNot(backend: 'webgpu' | 'webgl', found: GpuFinding): string {
  return found.software
    ? `${names[backend]} is drawn in software here (${found.name}), slower than WebAssembly.`
    : `${names[backend]} is not available.`;
}

function opened(backend: TensorBackend, reason: string): Tensors {
  return { tf, backend, reason, reproducible: backend === 'wasm' || backend === 'cpu', loss: lossOf(backend) };
}

/** Tells of the loss of the graphics processor that has just been opened. */
function lossOf(backend: TensorBackend): TensorLoss | undefined {
  if (backend !== 'webgpu' && backend !== 'webgl') return undefined;
  let isLost = false;
  let tell: () => void = () => {};
  const happened = new Promise<void>((resolve) => (tell = resolve));
  const lose = () => {
    isLost = true;
    lost.add(backend);
    tell();
  };
  if (backend === 'webgpu') {
    const { device } = tf.backend() as unknown as { device: { lost: Promise<unknown> } };
    void device.lost.then(lose);
    return { happened, hasHappened: () => isLost };
  }
  const { gl } = (tf.backend() as unknown as { gpgpu: { gl: WebGL2RenderingContext } }).gpgpu;
  gl.canvas.addEventListener('webglcontextlost', lose);
  return {
    happened,
    // The context knows before the event comes.
    hasHappened() {
      if (!isLost && gl.isContextLost()) lose();
      return isLost;
    },
  };
}

/**
 * Starts a backend, or says why it did not start. `setBackend` of one that cannot start returns false or throws, and
 * silently leaves the old one in place.
 */
async function start(backend: TensorBackend): Promise<string | undefined> {
  try {
    await load[backend]();
    return (await tf.setBackend(backend)) && tf.getBackend() === backend ? undefined : 'it refused';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const load: Record<TensorBackend, () => Promise<unknown>> = {
  webgpu: () => import('@tensorflow/tfjs-backend-webgpu'),
  webgl: () => import('@tensorflow/tfjs-backend-webgl'),
  cpu: () => import('@tensorflow/tfjs-backend-cpu'),
  async wasm() {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    // One thread gives equal bytes everywhere, and the threaded binary was not faster.
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    try {
      setWasmPaths({
        'tfjs-backend-wasm-simd.wasm': simdBinary,
        'tfjs-backend-wasm.wasm': plainBinary,
        // Never fetched, but it complains where one is missing.
        'tfjs-backend-wasm-threaded-simd.wasm': simdBinary,
      });
    } catch {
      // The paths of a backend that is already running cannot be set again, and need not be.
    }
  },
};
