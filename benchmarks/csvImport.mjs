/**
 * Importing a CSV of events in the browser, against native DuckDB's read_csv into a typed table, against native DuckDB
 * doing the same work in SQL, and against the same pipeline in Node: `node benchmarks/csvImport.mjs [rows, 5000000]
 * [rounds, 2]`. The browser and Node also keep row numbers and rejects, and hash the data.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeEvents } from './eventsCsv.mjs';
import { csvReader, importInBrowser, importInNode, inNative, sameWork, serveImport } from './importing.mjs';

const rows = Number(process.argv[2] ?? 5_000_000);
const rounds = Number(process.argv[3] ?? 2);
const threads = Math.min(8, cpus().length);
const folder = mkdtempSync(join(tmpdir(), 'muster-csv-'));

try {
  const path = join(folder, 'events.csv');
  await writeEvents(path, rows);
  const megabytes = statSync(path).size / 1e6;
  console.log(`${rows} rows, ${megabytes.toFixed(0)} MB, ${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}`);
  const site = await serveImport(join(folder, 'site'));
  const results = [];
  const add = (result) => {
    results.push(result);
    // As they come: a run takes minutes, and may be cut short.
    console.error(JSON.stringify(result));
  };
  const read = [`CREATE TABLE events AS SELECT * FROM ${csvReader(path)}`];
  const work = sameWork(csvReader(path));
  for (let round = 0; round < rounds; round++) {
    // Taken in turns, so that a busy machine slows all of them alike.
    // The browser's engine runs on one thread, so native on one is what it is held to.
    add({ what: 'native read_csv, typed, threads: 1', ...(await inNative(1, read)) });
    add({ what: `native read_csv, typed, threads: ${threads}`, ...(await inNative(threads, read)) });
    add({ what: 'native, the same work in SQL, threads: 1', ...(await inNative(1, work)) });
    add({ what: `native, the same work in SQL, threads: ${threads}`, ...(await inNative(threads, work)) });
    add({ what: 'browser', ...(await importInBrowser(site, path)) });
    add({ what: 'Node, same pipeline', ...importInNode(path, threads) });
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
