import { csvCell, csvLine, humanStyle, machineStyle, quoted } from './csvText';
import { readCsvRows } from './csvReader';
import type { Destination, ReadBlock } from './destination';
import { blockRows, type ExportCell, type ExportColumnType } from './table';

export const csv: Destination = {
  id: 'csv',
  extension: 'csv',
  mediaType: 'text/csv;charset=utf-8',
  what: 'Comma-separated text in UTF-8 that every platform and program reads.',
  options: [
    {
      name: 'forSpreadsheet',
      kind: 'boolean',
      what: 'On, the file opens well in Excel (byte order mark, formulas disarmed); off, every value is exactly as given, as platforms want it.',
      default: false,
    },
  ],

  async *write(table, options, run) {
    const style = options.forSpreadsheet ? humanStyle : machineStyle;
    const encoder = new TextEncoder();
    const header = csvLine(
      table.columns.map(({ name }) => quoted(name)),
      style,
    );
    yield encoder.encode((style.byteOrderMark ? '\uFEFF' : '') + header);
    for await (const block of table.blocks()) {
      for (let start = 0; start < block.rows; start += blockRows) {
        const lines: string[] = [];
        for (let row = start; row < Math.min(block.rows, start + blockRows); row++) {
          lines.push(
            csvLine(
              table.columns.map(({ type }, c) => csvCell(block.cells[c][row], type, style)),
              style,
            ),
          );
        }
        yield encoder.encode(lines.join(''));
        await run.breathe();
      }
    }
  },

  async *read(bytes, columns, _options, run) {
    // A strict decoder: replaced characters would hide a broken file.
    const rows = readCsvRows(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
    const header = rows.next();
    const names = header.done ? [] : header.value.map((name) => name ?? '');
    let block = emptyBlock(names);
    for (const row of rows) {
      if (row.length !== names.length) throw new Error(`a CSV row has ${row.length} cells, not ${names.length}`);
      row.forEach((cell, c) => block.cells[c].push(parseCell(cell, columns[c]?.type ?? 'text')));
      if (++block.rows < blockRows) continue;
      yield block;
      block = emptyBlock(names);
      await run.breathe();
    }
    yield block;
  },
};

function emptyBlock(names: string[]): ReadBlock {
  return { rows: 0, names, cells: names.map(() => []) };
}

function parseCell(text: string | null, type: ExportColumnType): ExportCell {
  if (text === null || type === 'text') return text;
  if (type === 'boolean') return text === 'true';
  if (type === 'date' || type === 'time') {
    const milliseconds = Date.parse(type === 'date' ? `${text}T00:00:00Z` : `${text}Z`);
    return type === 'date' ? milliseconds / 86_400_000 : milliseconds;
  }
  return Number(text);
}
