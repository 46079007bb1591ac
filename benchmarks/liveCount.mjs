/**
 * How long a changed rule takes to show its exact count on the sample shop, in Chromium with DuckDB-WASM; the goal is
 * 100 ms at the 95th percentile. Prints a table of milliseconds.
 *
 *   node benchmarks/liveCount.mjs
 */
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { createServer } from 'vite';
import { chromiumArguments, chromiumPath } from '../scripts/chromium.mjs';
import { isolationHeaders } from '../scripts/isolation-headers.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

const server = await createServer({
  root,
  configFile: false,
  appType: 'custom',
  logLevel: 'error',
  cacheDir: 'node_modules/.vite-benchmarks',
  publicDir: false,
  server: { host: '127.0.0.1', port: 0, headers: isolationHeaders, hmr: false, watch: null },
  optimizeDeps: {
    noDiscovery: true,
    include: ['apache-arrow', '@noble/hashes/sha2.js', '@noble/hashes/utils.js'],
    exclude: ['@duckdb/duckdb-wasm'],
  },
  plugins: [
    {
      name: 'blank-page',
      configureServer: (vite) => {
        vite.middlewares.use('/blank.html', (_request, response) => {
          response.setHeader('Content-Type', 'text/html');
          response.end('<!doctype html><title>benchmark</title>');
        });
      },
    },
  ],
});
await server.listen();
const address = `http://127.0.0.1:${server.httpServer.address().port}`;
const browser = await chromium.launch({ executablePath: chromiumPath, args: chromiumArguments });
try {
  console.log(`${cpus()[0].model}, ${cpus().length} cores, Chromium ${browser.version()}`);
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(error));
  await page.goto(`${address}/blank.html`);
  const { engine, users, events, rows } = await page.evaluate(async () => (await import('/benchmarks/liveCount/page.ts')).measure());
  console.log(`\n${engine}; sample shop: ${users} customers, ${events} events\n`);
  console.log('| milliseconds | median | 95th percentile | worst |\n|---|---:|---:|---:|');
  for (const { what, times } of rows) console.log(`| ${what} | ${[0.5, 0.95, 1].map((share) => quantile(times, share)).join(' | ')} |`);
} finally {
  await browser.close();
  await server.close();
}

function quantile(values, share) {
  const ascending = [...values].sort((a, b) => a - b);
  return ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)].toFixed(1);
}
