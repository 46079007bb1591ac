/**
 * Packages that only workers and later screens import. Vite would find them when they are first used, bundle them then
 * and reload the page (or load one of them twice), so its development server and the tests are told of them.
 */
export const prebundled = [
  '@noble/hashes/sha2.js',
  '@noble/hashes/utils.js',
  '@tensorflow/tfjs-backend-cpu',
  '@tensorflow/tfjs-backend-wasm',
  '@tensorflow/tfjs-backend-webgl',
  '@tensorflow/tfjs-backend-webgpu',
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-core/dist/register_all_gradients',
  'apache-arrow',
  'd3',
  'fflate',
  'hyparquet',
  'hyparquet-writer',
  'idb',
  'ml-matrix',
  'yaml',
  'zod',
];
