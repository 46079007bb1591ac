/**
 * Builds the AssemblyScript kernels twice: over shared memory for threads, and over plain memory for pages that are
 * not cross-origin isolated. `--runtime stub` because nothing is ever allocated inside.
 */
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
mkdirSync('src/lib/kernels/build', { recursive: true });

const common = ['src/lib/kernels/assembly/index.ts', '-O3', '--noAssert', '--runtime', 'stub', '--importMemory'];
await build('kernels-single.wasm', ['--enable', 'simd,bulk-memory']);
// Last, because scripts/prepare.mjs looks at this file's time.
await build('kernels.wasm', ['--enable', 'simd,threads,bulk-memory', '--sharedMemory', '--maximumMemory', '65536']);

async function build(name, flags) {
  const { error, stderr } = await asc.main([...common, ...flags, '--outFile', `src/lib/kernels/build/${name}`]);
  if (error) {
    console.error(stderr.toString());
    throw error;
  }
}
