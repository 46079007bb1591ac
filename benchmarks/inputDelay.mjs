/**
 * How long the page takes to answer while it imports: keys and clicks during the import of a CSV in the built app, each
 * from the input to the next picture (Event Timing), and the longest task of the page's thread. The goal is 100 ms.
 * `node benchmarks/inputDelay.mjs [rows, 1000000]`, after `npx vite build`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { chromiumArguments, chromiumPath } from '../scripts/chromium.mjs';
import { listen } from '../scripts/serve.mjs';
import { writeEvents } from './eventsCsv.mjs';

const rows = Number(process.argv[2] ?? 1_000_000);
const folder = mkdtempSync(join(tmpdir(), 'muster-input-'));
const path = join(folder, 'events.csv');
await writeEvents(path, rows);
const address = await listen(fileURLToPath(new URL('../build', import.meta.url)), 0);
const browser = await chromium.launch({ executablePath: chromiumPath, args: chromiumArguments });
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.addInitScript(() => {
    const seen = (globalThis.seen = { inputs: [], tasks: [] });
    const observe = (options, note) => new PerformanceObserver((list) => list.getEntries().forEach(note)).observe(options);
    // One input is several events of one interaction; the slowest of them is what the person waits for.
    observe({ type: 'event', durationThreshold: 16 }, ({ interactionId, duration }) => interactionId && seen.inputs.push(duration));
    observe({ type: 'longtask' }, ({ duration }) => seen.tasks.push(duration));
  });
  await page.goto(address);
  await page.locator('input[type=file]').first().setInputFiles(path);
  const start = page.getByRole('button', { name: /^Import / });
  await start.click({ timeout: 120_000 });
  await page.getByRole('main').getByRole('progressbar').waitFor();
  await page.evaluate(() => Object.values(globalThis.seen).forEach((list) => list.splice(0)));
  const started = performance.now();
  const done = page.getByRole('button', { name: 'Add a file', exact: true });
  const theme = page.getByRole('banner').getByRole('button').last();
  let inputs = 0;
  while (!(await done.isVisible())) {
    await page.keyboard.press('Tab');
    await theme.click();
    await page.keyboard.press('Escape');
    inputs += 3;
    await page.waitForTimeout(100);
  }
  const seconds = (performance.now() - started) / 1000;
  await page.waitForTimeout(500);
  const seen = await page.evaluate(() => globalThis.seen);
  // Events that took less than 16 ms are not told.
  const times = [...seen.inputs, ...new Array(Math.max(0, inputs - seen.inputs.length)).fill(16)].sort((a, b) => a - b);
  const at = (share) => times[Math.max(0, Math.ceil(share * times.length) - 1)].toFixed(0);
  console.log(`${rows} rows, ${cpus()[0].model}, ${cpus().length} cores, Chromium ${browser.version()}, load ${loadavg()[0].toFixed(0)}`);
  console.log(
    '| import, s | inputs | median, ms | 95th percentile | worst | longest task of the page, ms |\n|---:|---:|---:|---:|---:|---:|',
  );
  console.log(`| ${seconds.toFixed(1)} | ${inputs} | ${at(0.5)} | ${at(0.95)} | ${at(1)} | ${Math.max(0, ...seen.tasks).toFixed(0)} |`);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
