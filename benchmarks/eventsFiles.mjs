/** The events of `eventsCsv.mjs` in other formats, from the CSV that it wrote. */
import { createReadStream, createWriteStream, existsSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { Zip, ZipDeflate } from 'fflate';
import { writeEvents } from './eventsCsv.mjs';
import { csvReader, inNative } from './importing.mjs';

/**
 * Paths by kind of file; what is in the folder already is used again.
 * @param kinds of `csv`, `csv.gz`, `jsonl`, `parquet`, `xlsx`
 * @param sheetRows of the workbook
 */
export async function writeFiles(folder, rows, kinds, sheetRows) {
  const csv = join(folder, 'events.csv');
  if (!existsSync(csv)) await writeEvents(csv, rows);
  const paths = {};
  for (const kind of kinds) {
    const path = (paths[kind] = join(folder, `events.${kind}`));
    if (!existsSync(path)) await writers[kind](csv, path, sheetRows);
  }
  return paths;
}

const writers = {
  'csv.gz': (csv, path) => pipeline(createReadStream(csv), createGzip({ level: 6 }), createWriteStream(path)),
  parquet: (csv, path) => inNative(1, [`COPY (SELECT * FROM ${csvReader(csv)}) TO '${path}' (FORMAT parquet)`]),
  jsonl: (csv, path) => eachRow(csv, path, (cells, names) => `${JSON.stringify(recordOf(cells, names))}\n`),
  xlsx: writeSheet,
};

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
async function writeSheet(from, to, sheetRows) {
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
  rmSync(`${to}.tmp`);
}
