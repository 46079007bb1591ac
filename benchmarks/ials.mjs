/**
 * One iALS sweep at 64 factors on a million pairs: SIMD kernel on one and two threads against the TypeScript
 * reference, in Node and in a Chromium worker, as ratios of one run.
 *
 *   node --import tsx benchmarks/ials.mjs [pairs]
 */
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { createServer } from 'vite';
import { chromiumArguments, chromiumPath } from '../scripts/chromium.mjs';
import { isolationHeaders } from '../scripts/isolation-headers.mjs';
import { createReferenceKernels } from '../src/lib/core/math/referenceKernels.ts';
import { openNodeKernels } from '../src/lib/platform/node/kernels.ts';
import { benchmarkMatrix, measureIals } from './ialsMeasure.ts';

const pairs = Number(process.argv[2] ?? 1_000_000);
console.log(`${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}, ${pairs} pairs, 64 factors`);
print('Node', await inNode());
print('Chromium worker', await inChromium());
process.exit(0);

async function inNode() {
  const matrix = benchmarkMatrix(pairs);
  return [
    ...(await measureIals('SIMD, 1 thread', await openNodeKernels({ threads: 1 }), matrix, 5)),
    ...(await measureIals('SIMD, 2 threads', await openNodeKernels({ threads: 2 }), matrix, 5)),
    ...(await measureIals('TypeScript', createReferenceKernels(''), matrix, 1)),
  ];
}

async function inChromium() {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const server = await createServer({
    root,
    configFile: false,
    logLevel: 'error',
    server: { port: 0, host: '127.0.0.1', headers: isolationHeaders, hmr: false, watch: null },
    optimizeDeps: { noDiscovery: true },
  });
  await server.listen();
  const browser = await chromium.launch({ executablePath: chromiumPath, args: [...chromiumArguments] });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.httpServer.address().port}/benchmarks/blank.html`);
    return await page.evaluate(
      (wanted) =>
        new Promise((resolve, reject) => {
          const worker = new Worker('/benchmarks/ialsWorker.ts', { type: 'module' });
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = (event) => reject(new Error(event.message));
          worker.postMessage({ pairs: wanted });
        }),
      pairs,
    );
  } finally {
    await browser.close();
    await server.close();
  }
}

function print(place, rows) {
  console.log(`\n| ${place} | solver | seconds a sweep | times faster than TypeScript |\n|---|---|---|---|`);
  for (const { name, solver, seconds } of rows) {
    const reference = rows.find((row) => row.name === 'TypeScript' && row.solver === solver).seconds;
    console.log(`| ${name} | ${solver} | ${seconds.toFixed(3)} | ${(reference / seconds).toFixed(1)} |`);
  }
}
