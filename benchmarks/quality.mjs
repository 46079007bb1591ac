/**
 * Seconds of each check of the quality report over events of a CSV, in Node and in the browser:
 * `node benchmarks/quality.mjs [rows, 1000000] [folder]`. A file of a folder that is given is kept, and used again.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFiles } from './eventsFiles.mjs';
import { importInBrowser, importInNode, serveImport } from './importing.mjs';

const [rows = 1_000_000, kept] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'muster-quality-'));

try {
  if (kept) mkdirSync(kept, { recursive: true });
  const { csv } = await writeFiles(kept ?? folder, Number(rows), ['csv'], 0);
  const { checked: node } = importInNode(csv, 1, { check: true });
  const site = await serveImport(join(folder, 'site'));
  const { checked: browser } = await importInBrowser(site, csv, { check: true });
  await site.close();
  console.log(`${rows} events, ${cpus()[0].model}, ${cpus().length} cores, one thread of the engine, load ${loadavg()[0].toFixed(0)}`);
  console.log('| check | Node, s | browser, s |\n|---|---:|---:|');
  const line = (name, ...seconds) => console.log(`| ${name} | ${seconds.map((one) => one.toFixed(2)).join(' | ')} |`);
  const slowest = browser.map(({ id, seconds }, i) => [id, node[i].seconds, seconds]).sort((a, b) => b[2] - a[2]);
  for (const [id, ...seconds] of slowest) line(id, ...seconds);
  const total = (times) => times.reduce((sum, { seconds }) => sum + seconds, 0);
  line('all', total(node), total(browser));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
