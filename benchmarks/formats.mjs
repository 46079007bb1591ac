/**
 * One file of events in every format, imported in the browser, against native DuckDB doing the same work in SQL from the
 * same file: `node benchmarks/formats.mjs [rows, 5000000] [rounds, 1]`. Excel has 100,000 rows at most. Besides the time,
 * the longest gap between two reports of progress and the longest time in which the worker would not have heard a cancel.
 */
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createGzip } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { Zip, ZipDeflate } from 'fflate';
import { chromium } from 'playwright-core';
import { build, preview } from 'vite';
import { chromiumArguments, chromiumPath } from '../scripts/chromium.mjs';
import { isolationHeaders } from '../scripts/isolation-headers.mjs';
import { writeEvents } from './eventsCsv.mjs';

const rows = Number(process.argv[2] ?? 5_000_000);
const rounds = Number(process.argv[3] ?? 1);
const sheetRows = Math.min(rows, 100_000);
const folder = mkdtempSync(join(tmpdir(), 'muster-formats-'));
const paths = Object.fromEntries(['csv', 'csv.gz', 'jsonl', 'parquet', 'xlsx'].map((kind) => [kind, join(folder, `events.${kind}`)]));
const types =
  "{user_id: 'VARCHAR', item_id: 'VARCHAR', event: 'VARCHAR', timestamp: 'TIMESTAMP', quantity: 'DOUBLE', price: 'DECIMAL(18,4)', order_id: 'VARCHAR'}";
const readers = {
  csv: `read_csv('${paths.csv}', header = true, columns = ${types})`,
  'csv.gz': `read_csv('${paths['csv.gz']}', header = true, columns = ${types})`,
  jsonl: `read_json('${paths.jsonl}', format = 'newline_delimited', columns = ${types})`,
  parquet: `read_parquet('${paths.parquet}')`,
};

try {
  await writeEvents(paths.csv, rows);
  await pipeline(createReadStream(paths.csv), createGzip({ level: 6 }), createWriteStream(paths['csv.gz']));
  await native([`COPY (SELECT * FROM ${readers.csv}) TO '${paths.parquet}' (FORMAT parquet)`]);
  await eachRow(paths.csv, paths.jsonl, (cells, names) => `${JSON.stringify(recordOf(cells, names))}\n`);
  await writeSheet(paths.csv, paths.xlsx);
  console.log(
    `${rows} rows (${sheetRows} in Excel), ${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}, load ${loadavg()[0].toFixed(0)}`,
  );
  console.log(
    '| | MB | native, same work, 1 thread | browser | × native | longest gap of progress | longest block | load |\n|---|---|---|---|---|---|---|---|',
  );
  const site = await serve();
  const hashes = new Set();
  for (let round = 0; round < rounds; round++) {
    for (const [kind, path] of Object.entries(paths)) {
      const base = readers[kind] ? await native(sameWork(readers[kind])) : undefined;
      const { seconds, longestGap, longestBlock, dataHash } = await inBrowser(site, path);
      if (kind !== 'xlsx') hashes.add(dataHash);
      const cells = [
        kind,
        (statSync(path).size / 1e6).toFixed(0),
        base?.toFixed(1) ?? '',
        seconds.toFixed(1),
        base ? (seconds / base).toFixed(2) : '',
      ];
      console.log(
        `| ${[...cells, `${longestGap.toFixed(2)} s`, `${(longestBlock * 1000).toFixed(0)} ms`, loadavg()[0].toFixed(0)].join(' | ')} |`,
      );
    }
  }
  await site.close();
  console.log(hashes.size === 1 ? 'All formats have the same data hash.' : `The data hashes differ: ${[...hashes]}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** What an import does beside the rejects and the hash, as one would write it in SQL; as in csvImport.mjs. */
function sameWork(reader) {
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

async function native(statements) {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const started = performance.now();
  for (const statement of statements) await connection.run(statement);
  const seconds = (performance.now() - started) / 1000;
  connection.closeSync();
  instance.closeSync();
  return seconds;
}

function recordOf(cells, names) {
  const numeric = new Set(['quantity', 'price']);
  return Object.fromEntries(names.map((name, at) => [name, cells[at] === '' ? null : numeric.has(name) ? Number(cells[at]) : cells[at]]));
}

async function eachRow(from, to, write, most = Infinity) {
  const file = createWriteStream(to);
  let names;
  let count = 0;
  let text = '';
  for await (const line of createInterface({ input: createReadStream(from) })) {
    const cells = line.split(',');
    if (!names) names = cells;
    else if (count++ < most) text += write(cells, names);
    else break;
    if (text.length < 1 << 20) continue;
    if (!file.write(text)) await once(file, 'drain');
    text = '';
  }
  file.end(text);
  await once(file, 'finish');
}

/** A sheet as Excel writes it: texts in line, times as serial numbers with a format. */
async function writeSheet(from, to) {
  const parts = [];
  const zip = new Zip((error, data) => void parts.push(data));
  const add = (name, text) => {
    const part = new ZipDeflate(name, { level: 6 });
    zip.add(part);
    part.push(new TextEncoder().encode(text), true);
  };
  const xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  add(
    'xl/workbook.xml',
    `${xml}<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="Events" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  );
  add(
    'xl/_rels/workbook.xml.rels',
    `${xml}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
  );
  add('xl/styles.xml', `${xml}<styleSheet xmlns="${main}"><cellXfs><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>`);
  const cell = (name, text) => {
    if (text === '') return '<c/>';
    if (name === 'timestamp') return `<c s="1"><v>${Date.parse(`${text.replace(' ', 'T')}Z`) / 86_400_000 + 25_569}</v></c>`;
    return name === 'quantity' || name === 'price' ? `<c><v>${text}</v></c>` : `<c t="inlineStr"><is><t>${text}</t></is></c>`;
  };
  let sheet = `${xml}<worksheet xmlns="${main}"><sheetData>`;
  let header = '';
  await eachRow(
    from,
    `${to}.tmp`,
    (cells, names) => {
      header ||= `<row>${names.map((name) => cell('', name)).join('')}</row>`;
      sheet += `<row>${cells.map((text, at) => cell(names[at], text)).join('')}</row>`;
      return '';
    },
    sheetRows,
  );
  add('xl/worksheets/sheet1.xml', `${sheet.replace('<sheetData>', `<sheetData>${header}`)}</sheetData></worksheet>`);
  zip.end();
  const file = createWriteStream(to);
  for (const part of parts) file.write(part);
  file.end();
  await once(file, 'finish');
}

async function inBrowser(site, path) {
  const browser = await chromium.launch({ executablePath: chromiumPath, args: [...chromiumArguments] });
  try {
    const page = await browser.newPage();
    page.on('pageerror', (error) => console.error(String(error)));
    await page.goto(site.url);
    await page.setInputFiles('input', path);
    return await page.evaluate(() => window.importFile());
  } finally {
    await browser.close();
  }
}

async function serve() {
  const root = fileURLToPath(new URL('./csvImport', import.meta.url));
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
