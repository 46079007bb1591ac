/** What the benchmarks of imports share: the work in native DuckDB, the page that imports, what its process used. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { chromium } from 'playwright-core';
import { build, preview } from 'vite';
import { chromiumArguments, chromiumPath } from '../scripts/chromium.mjs';
import { isolationHeaders } from '../scripts/isolation-headers.mjs';

/** Types of the columns of `eventsCsv.mjs`, as DuckDB's readers take them. */
export const columnTypes =
  "{user_id: 'VARCHAR', item_id: 'VARCHAR', event: 'VARCHAR', timestamp: 'TIMESTAMP', quantity: 'DOUBLE', price: 'DECIMAL(18,4)', order_id: 'VARCHAR'}";

export const csvReader = (path) => `read_csv('${path}', header = true, columns = ${columnTypes})`;

/**
 * What an import does beside the rejects and the hash, as one would write it in SQL: reading, dense numbers by id in
 * byte order, events by customer and time with local times and values, equal rows counted, orders counted.
 */
export function sameWork(reader) {
  return [
    `CREATE TABLE raw AS SELECT *, row_number() OVER () AS row FROM ${reader}`,
    `CREATE TABLE users AS SELECT (row_number() OVER (ORDER BY user_id) - 1)::INTEGER AS user_index, user_id FROM (SELECT DISTINCT user_id FROM raw)`,
    `CREATE TABLE items AS SELECT (row_number() OVER (ORDER BY item_id) - 1)::INTEGER AS item_index, item_id FROM (SELECT DISTINCT item_id FROM raw)`,
    `CREATE TABLE events AS SELECT user_index, item_index, event, timestamp AS ts, timestamp + INTERVAL 8 HOURS AS local_ts, quantity, price,
      (quantity * price)::DECIMAL(18,4) AS value, order_id
      FROM raw JOIN users USING (user_id) JOIN items USING (item_id) ORDER BY user_index, ts, row`,
    `SELECT count(*) - count(DISTINCT hash(user_index, item_index, event, ts, quantity, price, order_id)) FROM events`,
    `SELECT count(*) FROM (SELECT DISTINCT user_index, coalesce(order_id, 'day ' || local_ts::DATE) FROM events WHERE event = 'purchase')`,
  ];
}

/** Seconds of the clock and of the processor. */
export async function inNative(threads, statements) {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) });
  const connection = await instance.connect();
  const started = performance.now();
  const cpuBefore = process.cpuUsage();
  for (const statement of statements) await connection.run(statement);
  const seconds = (performance.now() - started) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  connection.closeSync();
  instance.closeSync();
  return { seconds, cpuSeconds: (cpu.user + cpu.system) / 1e6 };
}

/** The same import in Node, in a process of its own. */
export function importInNode(path, threads, { check = false } = {}) {
  const script = fileURLToPath(new URL('./csvImport/node.ts', import.meta.url));
  const output = execFileSync(process.execPath, ['--import', 'tsx', script, path, String(threads), ...(check ? ['check'] : [])], {
    encoding: 'utf8',
  });
  return JSON.parse(output.trim().split('\n').at(-1));
}

/** The page that imports, built and served. */
export async function serveImport(outDir) {
  const shared = {
    configFile: false,
    root: fileURLToPath(new URL('./csvImport', import.meta.url)),
    logLevel: 'error',
    worker: { format: 'es' },
    build: { outDir, target: 'es2022', chunkSizeWarningLimit: 1e5 },
  };
  await build(shared);
  const server = await preview({ ...shared, preview: { port: 0, headers: isolationHeaders } });
  return { url: server.resolvedUrls.local[0], close: () => server.close() };
}

/**
 * What `measureImport.ts` tells of a file in a browser of its own, with the processor's time in the page's process and
 * its peak; and where `check` is set the times of the quality's checks.
 */
export async function importInBrowser(site, path, { check = false } = {}) {
  const browser = await chromium.launch({ executablePath: chromiumPath, args: [...chromiumArguments] });
  try {
    const page = await browser.newPage();
    page.on('pageerror', (error) => console.error(String(error)));
    await page.goto(site.url);
    await page.setInputFiles('input', path);
    await page.evaluate(() => window.openEngine());
    const before = await rendererUse(browser);
    const measured = await page.evaluate(() => window.importFile());
    const { cpuSeconds, peakMegabytes } = await rendererUse(browser);
    const checked = check ? await page.evaluate(() => window.checkQuality()) : undefined;
    return { ...measured, cpuSeconds: cpuSeconds - before.cpuSeconds, peakMegabytes, checked };
  } finally {
    await browser.close();
  }
}

/** What the page's process has used since it started; only Linux tells the memory. */
async function rendererUse(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const renderers = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id, cpuTime }) => ({ cpuSeconds: cpuTime, peakMegabytes: peakOf(id) }));
  return renderers.sort((a, b) => b.cpuSeconds - a.cpuSeconds)[0];
}

function peakOf(pid) {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return undefined;
  }
}
