import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../src', import.meta.url));

/** Each icon is a package entry of its own. */
const icons = new Set(filesIn(source).flatMap((file) => readFileSync(file, 'utf8').match(/@lucide\/svelte\/icons\/[a-z0-9-]+/g) ?? []));

/**
 * Packages that only workers and later screens import. Vite would find them when they are first used, bundle them then
 * and reload the page (or load one of them twice), so its development server and the tests are told of them.
 */
export const prebundled = [
  '@noble/hashes/legacy.js',
  '@noble/hashes/sha2.js',
  '@noble/hashes/utils.js',
  '@tensorflow/tfjs-backend-cpu',
  '@tensorflow/tfjs-backend-wasm',
  '@tensorflow/tfjs-backend-webgl',
  '@tensorflow/tfjs-backend-webgpu',
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-core/dist/register_all_gradients',
  '@zip.js/zip.js/lib/zip-core-external.js',
  'apache-arrow',
  'bits-ui',
  'd3',
  'fflate',
  'fzstd',
  'hyparquet',
  'hyparquet-writer',
  'idb',
  'libphonenumber-js/min',
  'ml-matrix',
  'saxes',
  'yaml',
  'zod',
  ...icons,
];

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(svelte|ts)$/.test(entry.name) && !entry.parentPath.includes('paraglide'))
    .map((entry) => join(entry.parentPath, entry.name));
}
