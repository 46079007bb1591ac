/**
 * One file of events in every format, imported in the browser, against native DuckDB doing the same work in SQL from the
 * same file: `node benchmarks/formats.mjs [rows, 5000000] [rounds, 1] [kinds, all: csv,parquet …] [folder]`. Files of a
 * folder that is given are kept, and used again. Excel has 100,000 rows at most. Besides the seconds of the clock and of
 * the processor (which others on the machine spoil less), the longest gap between two reports of progress and the longest
 * time in which the worker would not have heard a cancel; `VERBOSE=1` tells the stages and each of the gaps and blocks.
 */
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFiles } from './eventsFiles.mjs';
import { columnTypes, csvReader, importInBrowser, inNative, sameWork, serveImport } from './importing.mjs';

const [rowsGiven = 5_000_000, roundsGiven = 1, kindsGiven = 'csv,csv.gz,jsonl,parquet,xlsx', kept] = process.argv.slice(2);
const rows = Number(rowsGiven);
const sheetRows = Math.min(rows, 100_000);
const folder = mkdtempSync(join(tmpdir(), 'muster-formats-'));

const readers = {
  csv: csvReader,
  'csv.gz': csvReader,
  jsonl: (path) => `read_json('${path}', format = 'newline_delimited', columns = ${columnTypes})`,
  parquet: (path) => `read_parquet('${path}')`,
};

try {
  if (kept) mkdirSync(kept, { recursive: true });
  const paths = await writeFiles(kept ?? folder, rows, kindsGiven.split(','), sheetRows);
  console.log(
    `${rows} rows (${sheetRows} in Excel), ${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}, load ${loadavg()[0].toFixed(0)}`,
  );
  console.log(
    '| | MB | native, same work, 1 thread: s | CPU s | browser: s | CPU s | × native, s | × native, CPU | read / index / orders, s | longest gap of progress | longest block | peak | load |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|',
  );
  const site = await serveImport(join(folder, 'site'));
  const hashes = new Set();
  for (let round = 0; round < Number(roundsGiven); round++) {
    for (const [kind, path] of Object.entries(paths)) {
      const base = readers[kind] && (await inNative(1, sameWork(readers[kind](path))));
      const measured = await importInBrowser(site, path);
      if (kind !== 'xlsx') hashes.add(measured.dataHash);
      console.log(line(kind, path, base, measured));
      if (process.env.VERBOSE) console.error(JSON.stringify({ stages: measured.stages, gaps: measured.gaps, blocks: measured.blocks }));
    }
  }
  await site.close();
  console.log(hashes.size === 1 ? 'All formats have the same data hash.' : `The data hashes differ: ${[...hashes]}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function line(kind, path, base, { seconds, cpuSeconds, stages, longestGap, longestBlock, peakMegabytes }) {
  const cells = [
    kind,
    (statSync(path).size / 1e6).toFixed(0),
    base?.seconds.toFixed(1) ?? '',
    base?.cpuSeconds.toFixed(1) ?? '',
    seconds.toFixed(1),
    cpuSeconds.toFixed(1),
    base ? (seconds / base.seconds).toFixed(2) : '',
    base ? (cpuSeconds / base.cpuSeconds).toFixed(2) : '',
    ['read', 'index', 'orders'].map((stage) => (stages[stage] ?? 0).toFixed(1)).join(' / '),
    `${longestGap.toFixed(2)} s`,
    `${(longestBlock * 1000).toFixed(0)} ms`,
    peakMegabytes ? `${peakMegabytes.toFixed(0)} MB` : '',
    loadavg()[0].toFixed(0),
  ];
  return `| ${cells.join(' | ')} |`;
}
