import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Tensors } from '../../core/math/tensors';

/**
 * tfjs on its WebAssembly backend, the same binary as in the browser, read from node_modules. The whole `tfjs` package
 * is imported here because the Node build of tfjs-core alone lacks the gradients.
 */
export async function openNodeTensors(): Promise<Tensors> {
  const [tf, wasm] = await Promise.all([import('@tensorflow/tfjs'), import('@tensorflow/tfjs-backend-wasm')]);
  const folder = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
  wasm.setWasmPaths(join(folder, '/'));
  // The threaded binary starts more threads than answers: it was never faster, and one thread gives equal bytes.
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  if (!(await tf.setBackend('wasm'))) {
    await tf.setBackend('cpu');
    return { tf, backend: 'cpu', reason: 'WebAssembly did not start, so tfjs runs in plain JavaScript.', reproducible: true };
  }
  return { tf, backend: 'wasm', reason: 'The command line trains on WebAssembly (SIMD), one thread.', reproducible: true };
}
