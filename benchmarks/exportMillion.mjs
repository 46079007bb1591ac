/**
 * Customers written as two parts of a platform's CSV in the browser, five columns normalised and hashed with SHA-256, read
 * back and compared, then streamed into a folder (of the private file system, which asks nobody) and zipped: by the one
 * thread that writes, and with threads that convert beside it. The files must be the same to the byte.
 *
 *   node benchmarks/exportMillion.mjs [rows, 1000000] [threads, 0,2]
 */
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { createServer } from 'vite';
import { chromiumArguments, chromiumPath } from '../scripts/chromium.mjs';
import { isolationHeaders } from '../scripts/isolation-headers.mjs';

const [rows = '1000000', threads = '0,2'] = process.argv.slice(2);
const site = await createServer({
  root: fileURLToPath(new URL('..', import.meta.url)),
  configFile: false,
  resolve: { alias: { $lib: fileURLToPath(new URL('../src/lib', import.meta.url)) } },
  logLevel: 'error',
  server: { port: 0, host: '127.0.0.1', headers: isolationHeaders, hmr: false, watch: null },
  // Found in the midst of a run, the page would begin anew.
  optimizeDeps: {
    include: [
      'fflate',
      'apache-arrow',
      'hyparquet',
      'hyparquet-writer',
      'libphonenumber-js/min',
      '@noble/hashes/sha2.js',
      '@noble/hashes/legacy.js',
      '@noble/hashes/utils.js',
      'zod',
      'yaml',
    ],
    noDiscovery: true,
  },
});
await site.listen();
const browser = await chromium.launch({ executablePath: chromiumPath, args: [...chromiumArguments, '--enable-precise-memory-info'] });
try {
  console.log(`${rows} rows, ${cpus()[0].model}, ${cpus().length} cores, Chromium ${browser.version()}, load ${loadavg()[0].toFixed(1)}`);
  console.log(
    '| threads beside | files: s | folder: s | zip: s | parts | MB | zip: MB | heap after, MB |\n|---|---|---|---|---|---|---|---|',
  );
  const hashes = new Set();
  for (const beside of threads.split(',').map(Number)) {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${site.httpServer.address().port}/benchmarks/blank.html`);
    const found = await page.evaluate(
      ([count, helpers]) =>
        new Promise((resolve, reject) => {
          const worker = new Worker('/benchmarks/exportMillionWorker.ts', { type: 'module' });
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = ({ message }) => reject(new Error(message));
          worker.postMessage({ rows: count, threads: helpers });
        }),
      [Number(rows), beside],
    );
    hashes.add(found.sha256);
    const cells = [beside, found.seconds.toFixed(1), found.folderSeconds.toFixed(1), found.zipSeconds.toFixed(1), found.parts];
    console.log(
      `| ${[...cells, ...[found.megabytes, found.zipMegabytes, found.heapMegabytes].map((size) => size.toFixed(0))].join(' | ')} |`,
    );
    await page.close();
  }
  console.log(hashes.size === 1 ? 'The files are the same.' : 'The files differ.');
} finally {
  await browser.close();
  await site.close();
}
