/**
 * The map of people: frames a second while 200,000 and 1,000,000 points are pulled and zoomed, with WebGL 2 and with the
 * page's own processor, and what a lasso and a hover cost. The goal is 60 on a graphics processor; the second column
 * says whether there was one here, or the browser imitated it on the processor.
 *
 *   node benchmarks/peopleMap.mjs [points ...]
 */
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { createServer } from 'vite';
import { chromiumArguments, chromiumPath } from '../scripts/chromium.mjs';
import { isolationHeaders } from '../scripts/isolation-headers.mjs';

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [20_000, 200_000, 1_000_000];
const server = await createServer({
  root: fileURLToPath(new URL('..', import.meta.url)),
  configFile: false,
  resolve: { alias: { $lib: fileURLToPath(new URL('../src/lib', import.meta.url)) } },
  logLevel: 'error',
  server: { port: 0, host: '127.0.0.1', headers: isolationHeaders, hmr: false, watch: null },
  optimizeDeps: { noDiscovery: true },
});
await server.listen();
const browser = await chromium.launch({ executablePath: chromiumPath, args: [...chromiumArguments] });
try {
  const page = await browser.newPage({ viewport: { width: 1000, height: 600 } });
  page.on('pageerror', (error) => console.error(String(error)));
  await page.goto(`http://127.0.0.1:${server.httpServer.address().port}/benchmarks/blank.html`);
  const { renderer, rows } = await page.evaluate(async (wanted) => {
    const { measureMap } = await import('/benchmarks/peopleMap.ts');
    return measureMap(wanted);
  }, sizes);
  console.log(
    `${cpus()[0].model}, ${cpus().length} cores, Chromium ${browser.version()}, load ${loadavg()[0].toFixed(1)}, 900 × 520 pixels`,
  );
  console.log(`WebGL by: ${renderer}\n`);
  console.log(
    '| points | drawn by | frames a second while moving | ms to draw all, standing | ms for a lasso of 200 corners | ms to prepare | µs for a hover |',
  );
  console.log('|---:|---|---:|---:|---:|---:|---:|');
  for (const { points, kind, frames, still, lasso, prepare, hover } of rows)
    console.log(
      `| ${points} | ${kind} | ${frames.toFixed(0)} | ${still.toFixed(1)} | ${lasso.toFixed(1)} | ${prepare.toFixed(0)} | ${hover.toFixed(1)} |`,
    );
} finally {
  await browser.close();
  await server.close();
}
process.exit(0);
