import type { RunContext } from '../../base/run';
import { gb18030Encoder } from './gb18030';
import { emptyBlock, type FileFormat, type ReadBlock } from '../format';
import { blockRows, type ExportBlock, type ExportColumn, type ExportTable } from '../table';
import { readCsvRows } from './csvReader';
import { csvLine, type CsvStyle } from './csvStyle';

/** Comma-separated text (RFC 4180) in one of the styles. */
export function csvFormat(style: CsvStyle): FileFormat {
  return {
    extension: 'csv',
    ...(style.encoding === 'gb18030' && { encoding: style.encoding, hardToRead: (text: string) => gb18030Encoder().beyondGbk(text) }),
    write: (table, run) => write(table, style, run),
    read: (bytes, columns, run) => read(bytes, columns, style, run),
  };
}

async function* write(table: ExportTable, style: CsvStyle, run: RunContext): AsyncGenerator<Uint8Array> {
  const encoder = style.encoding === 'gb18030' ? gb18030Encoder() : new TextEncoder();
  const header = csvLine(
    table.columns.map(({ name }) => style.writeText(name)),
    style,
  );
  yield encoder.encode((style.byteOrderMark ? '\uFEFF' : '') + header);
  for await (const block of table.blocks()) {
    for (let start = 0; start < block.rows; start += blockRows) {
      yield encoder.encode(lines(table.columns, block, start, Math.min(block.rows, start + blockRows), style));
      await run.breathe();
    }
  }
}

function lines(columns: readonly ExportColumn[], block: ExportBlock, from: number, to: number, style: CsvStyle): string {
  const text: string[] = [];
  for (let row = from; row < to; row++) {
    text.push(
      csvLine(
        columns.map(({ type }, c) => style.writeCell(block.cells[c][row], type)),
        style,
      ),
    );
  }
  return text.join('');
}

async function* read(bytes: Uint8Array, columns: readonly ExportColumn[], style: CsvStyle, run: RunContext): AsyncGenerator<ReadBlock> {
  // A strict decoder: replaced characters would hide a broken file.
  const text = new TextDecoder(style.encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  if (text.startsWith('\uFEFF') !== style.byteOrderMark)
    throw new Error(`the file ${style.byteOrderMark ? 'lacks' : 'has'} a byte order mark`);
  const rows = readCsvRows(style.byteOrderMark ? text.slice(1) : text, style);
  const header = rows.next();
  const names = header.done ? [] : header.value.map((name) => style.readText(name ?? ''));
  let block = emptyBlock(names);
  for (const row of rows) {
    if (row.length !== names.length) throw new Error(`a CSV row has ${row.length} cells, not ${names.length}`);
    row.forEach((cell, c) => block.cells[c].push(cell === null ? null : style.readCell(cell, columns[c]?.type ?? 'text')));
    if (++block.rows < blockRows) continue;
    yield block;
    block = emptyBlock(names);
    await run.breathe();
  }
  yield block;
}
