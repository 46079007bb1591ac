import { quietContext } from '$lib/core/base/run';
import type { FileFormat } from '$lib/core/exports/format';
import type { ExportCell, ExportColumn, ExportTable } from '$lib/core/exports/table';
import { joinedBytes } from '$lib/core/base/bytes';

/** Ids and texts as customers really have them, and as attackers would like them. */
export const nastyTexts = [
  '00042',
  '+8613800138000',
  '=cmd|/c calc!A0',
  '@SUM(A1)',
  '-5',
  'say "hi", she said',
  'two\nlines',
  'two\r\nlines',
  ' spaces at the ends ',
  '\ttab',
  '张伟',
  '👩‍👩‍👧 family',
  'null\0byte',
  '\uFEFFmark',
  "O'Brien",
  'null',
  'NaN',
  '1e5',
  '="00042"',
  "'quoted",
  'a;=HYPERLINK("x")',
  'x,\t=1+1',
  '\t\t=1',
  '1,234',
  '2026-01-02',
  '1-2',
  'MAR1',
  'TRUE',
  '１２３',
  '3月4日',
  '＝1+1',
  '12345678901234567890',
  '…'.repeat(40_000),
];

export const columns: ExportColumn[] = [
  { name: 'user', type: 'text', required: true },
  { name: 'note, "quoted"', type: 'text' },
  { name: '订单', type: 'integer' },
  { name: 'revenue', type: 'decimal' },
  { name: 'score', type: 'number' },
  { name: 'consent', type: 'boolean' },
  { name: 'born', type: 'date' },
  { name: 'lastSeen', type: 'time' },
];

/** One row per nasty text, with a missing value in each column somewhere. */
export const nastyRows: ExportCell[][] = nastyTexts.map((text, i) => {
  const empty = (column: number, value: ExportCell): ExportCell => (i % columns.length === column ? null : value);
  return [
    text,
    empty(1, i === 0 ? '' : nastyTexts[nastyTexts.length - 1 - i]),
    empty(2, i * 1_000_000_007),
    empty(3, [0.1, 1234567.8912, -19.99, 0.0001][i % 4]),
    empty(4, [1 / 3, 1e-9, -2.5e-7, 123456789.125][i % 4]),
    empty(5, i % 2 === 0),
    empty(6, 15_000 + i),
    empty(7, 1_323_434_000_000 + i * 1000 + (i % 3)),
  ];
});

export function tableOf(names: ExportColumn[], rows: ExportCell[][], rowsPerBlock = 7): ExportTable {
  return {
    columns: names,
    *blocks() {
      for (let start = 0; start < rows.length; start += rowsPerBlock) {
        const part = rows.slice(start, start + rowsPerBlock);
        yield { rows: part.length, cells: names.map((_, c) => part.map((row) => row[c])) };
      }
    },
  };
}

export async function write(format: FileFormat, table: ExportTable): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of format.write(table, quietContext())) pieces.push(piece);
  return joinedBytes(pieces);
}

export async function readRows(format: FileFormat, bytes: Uint8Array, names = columns): Promise<ExportCell[][]> {
  const rows: ExportCell[][] = [];
  for await (const block of format.read(bytes, names, quietContext())) {
    for (let row = 0; row < block.rows; row++) rows.push(block.cells.map((cells) => cells[row]));
  }
  return rows;
}
