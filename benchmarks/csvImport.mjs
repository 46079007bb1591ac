/**
 * Importing a CSV of events in the browser, against native DuckDB's read_csv into a typed table, against native DuckDB
 * doing the same work in SQL, and against the same pipeline in Node: `node benchmarks/csvImport.mjs [rows, 5000000]
 * [rounds, 2]`. The browser and Node also keep row numbers and rejects, and hash the data.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { chromium } from 'playwright-core';
import { build, preview } from 'vite';
import { chromiumArguments, chromiumPath } from '../scripts/chromium.mjs';
import { isolationHeaders } from '../scripts/isolation-headers.mjs';
import { writeEvents } from './eventsCsv.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const rows = Number(process.argv[2] ?? 5_000_000);
const rounds = Number(process.argv[3] ?? 2);
const threads = Math.min(8, cpus().length);
const folder = mkdtempSync(join(tmpdir(), 'muster-csv-'));

try {
  const path = join(folder, 'events.csv');
  await writeEvents(path, rows);
  const megabytes = statSync(path).size / 1e6;
  console.log(`${rows} rows, ${megabytes.toFixed(0)} MB, ${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}`);
  const site = await serve();
  const results = [];
  const add = (result) => {
    results.push(result);
    // As they come: a run takes minutes, and may be cut short.
    console.error(JSON.stringify(result));
  };
  for (let round = 0; round < rounds; round++) {
    // Taken in turns, so that a busy machine slows all of them alike.
    // The browser's engine runs on one thread, so native on one is what it is held to.
    add({ what: 'native read_csv, typed, threads: 1', ...(await native(path, 1)) });
    add({ what: `native read_csv, typed, threads: ${threads}`, ...(await native(path, threads)) });
    add({ what: 'native, the same work in SQL, threads: 1', ...(await nativeImport(path, 1)) });
    add({ what: `native, the same work in SQL, threads: ${threads}`, ...(await nativeImport(path, threads)) });
    add({ what: 'browser', ...(await browser(site, path)) });
    add({ what: 'Node, same pipeline', ...node(path) });
  }
  await site.close();
  print(results);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function print(results) {
  const best = new Map();
  for (const result of results) if (!(best.get(result.what)?.seconds <= result.seconds)) best.set(result.what, result);
  const base = results[0].what;
  console.log('| | seconds | rows/s | × native | CPU seconds | × native | peak memory | stages |\n|---|---|---|---|---|---|---|---|');
  for (const [what, { seconds, cpuSeconds, engine, peakMegabytes, stages }] of best) {
    const ratio = (seconds / best.get(base).seconds).toFixed(2);
    const peak = peakMegabytes ? `${peakMegabytes.toFixed(0)} MB` : '';
    const parts = Object.entries(stages ?? {}).map(([stage, time]) => `${stage} ${time.toFixed(1)}`);
    console.log(
      `| ${engine ?? what} | ${seconds.toFixed(2)} | ${Math.round(rows / seconds)} | ${ratio} | ${cpuSeconds.toFixed(2)} | ${(cpuSeconds / best.get(base).cpuSeconds).toFixed(2)} | ${peak} | ${parts.join(', ')} |`,
    );
  }
  const hashes = new Set(results.flatMap(({ dataHash }) => dataHash ?? []));
  console.log(hashes.size === 1 ? 'All engines agree on the data hash.' : `The data hashes differ: ${[...hashes]}`);
}

/** Reading alone. */
function native(path, threads) {
  return inNative(threads, [
    `CREATE TABLE events AS SELECT * FROM read_csv('${path}', header = true, columns = {
    user_id: 'VARCHAR', item_id: 'VARCHAR', event: 'VARCHAR', timestamp: 'TIMESTAMP', quantity: 'DOUBLE', price: 'DECIMAL(18,4)', order_id: 'VARCHAR'})`,
  ]);
}

/**
 * What an import does beside the rejects and the hash, as one would write it in SQL: reading, dense numbers by id in
 * byte order, events by customer and time with local times and values, equal rows counted, orders counted.
 */
function nativeImport(path, threads) {
  return inNative(threads, [
    `CREATE TABLE raw AS SELECT *, row_number() OVER () AS row FROM read_csv('${path}', header = true, columns = {
      user_id: 'VARCHAR', item_id: 'VARCHAR', event: 'VARCHAR', timestamp: 'TIMESTAMP', quantity: 'DOUBLE', price: 'DECIMAL(18,4)', order_id: 'VARCHAR'})`,
    `CREATE TABLE users AS SELECT (row_number() OVER (ORDER BY user_id) - 1)::INTEGER AS user_index, user_id FROM (SELECT DISTINCT user_id FROM raw)`,
    `CREATE TABLE items AS SELECT (row_number() OVER (ORDER BY item_id) - 1)::INTEGER AS item_index, item_id FROM (SELECT DISTINCT item_id FROM raw)`,
    `CREATE TABLE events AS SELECT user_index, item_index, event, timestamp AS ts, timestamp + INTERVAL 8 HOURS AS local_ts, quantity, price,
      (quantity * price)::DECIMAL(18,4) AS value, order_id
      FROM raw JOIN users USING (user_id) JOIN items USING (item_id) ORDER BY user_index, ts, row`,
    `SELECT count(*) - count(DISTINCT hash(user_index, item_index, event, ts, quantity, price, order_id)) FROM events`,
    `SELECT count(*) FROM (SELECT DISTINCT user_index, coalesce(order_id, 'day ' || local_ts::DATE) FROM events WHERE event = 'purchase')`,
  ]);
}

async function inNative(threads, statements) {
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

function node(path) {
  const output = execFileSync(process.execPath, ['--import', 'tsx', join(here, 'csvImport/node.ts'), path, String(threads)], {
    encoding: 'utf8',
  });
  return JSON.parse(output.trim().split('\n').at(-1));
}

async function browser(site, path) {
  const browser = await chromium.launch({ executablePath: chromiumPath, args: [...chromiumArguments] });
  try {
    const page = await browser.newPage();
    page.on('pageerror', (error) => console.error(String(error)));
    await page.goto(site.url);
    await page.setInputFiles('input', path);
    const measured = await page.evaluate(() => window.importFile());
    return { ...measured, ...(await rendererUse(browser)) };
  } finally {
    await browser.close();
  }
}

/** What the page's process has used since it started, engine start included; only Linux tells. */
async function rendererUse(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
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

async function serve() {
  const root = join(here, 'csvImport');
  const outDir = join(folder, 'site');
  const shared = {
    configFile: false,
    root,
    logLevel: 'error',
    worker: { format: 'es' },
    build: { outDir, target: 'es2022', chunkSizeWarningLimit: 1e5 },
  };
  await build(shared);
  const server = await preview({ ...shared, preview: { port: 0, headers: isolationHeaders } });
  return { url: server.resolvedUrls.local[0], close: () => server.close() };
}
