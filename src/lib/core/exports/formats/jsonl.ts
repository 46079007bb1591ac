import { emptyBlock, type FileFormat } from '../format';
import { blockRows, dateText, timeText, type ExportCell, type ExportColumnType } from '../table';

/** JSON Lines: one JSON object a row. */
export const jsonlFormat: FileFormat = {
  extension: 'jsonl',

  async *write(table, run) {
    const encoder = new TextEncoder();
    const keys = table.columns.map(({ name }) => JSON.stringify(name));
    for await (const block of table.blocks()) {
      for (let start = 0; start < block.rows; start += blockRows) {
        const lines: string[] = [];
        for (let row = start; row < Math.min(block.rows, start + blockRows); row++) {
          lines.push(`{${table.columns.map(({ type }, c) => `${keys[c]}:${jsonCell(block.cells[c][row], type)}`).join(',')}}\n`);
        }
        yield encoder.encode(lines.join(''));
        await run.breathe();
      }
    }
  },

  async *read(bytes, columns, run) {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const names = columns.map(({ name }) => name);
    let block = emptyBlock(names);
    for (let start = 0; start < text.length;) {
      const end = text.indexOf('\n', start);
      if (end < 0) throw new Error('the last JSON line does not end');
      const row = JSON.parse(text.slice(start, end)) as Record<string, ExportCell>;
      start = end + 1;
      if (Object.keys(row).join('\n') !== names.join('\n')) throw new Error(`a JSON line has the keys ${Object.keys(row).join(', ')}`);
      columns.forEach(({ name, type }, c) => block.cells[c].push(parseCell(row[name], type)));
      if (++block.rows < blockRows) continue;
      yield block;
      block = emptyBlock(names);
      await run.breathe();
    }
    yield block;
  },
};

function jsonCell(value: ExportCell, type: ExportColumnType): string {
  if (value === null) return 'null';
  if (type === 'date') return `"${dateText(value as number)}"`;
  if (type === 'time') return `"${timeText(value as number)}"`;
  return JSON.stringify(value);
}

function parseCell(value: ExportCell, type: ExportColumnType): ExportCell {
  if (typeof value !== 'string' || type === 'text') return value;
  return type === 'date' ? Date.parse(`${value}T00:00:00Z`) / 86_400_000 : Date.parse(`${value}Z`);
}
