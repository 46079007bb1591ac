import { UserError } from '../base/errors';

/**
 * A small column-wise file for tables that ship with the app: one gzip stream of a header and one run of bytes per
 * column. Numbers are whole and below 2^53 (`delta`) or 2^31 (`varint`, `planes`).
 */
export type ColumnEncoding =
  /** LEB128: small numbers take one byte. */
  | 'varint'
  /** LEB128 of the zigzag difference to the cell before: ascending numbers take one or two bytes. */
  | 'delta'
  /** All low bytes, then all high bytes, of numbers below 65536: gzip finds more in them. */
  | 'planes'
  /** UTF-8 lines. */
  | 'text';

export interface FileColumn {
  name: string;
  encoding: ColumnEncoding;
  /** Numbers, or lines without line feeds. */
  cells: ArrayLike<number> | readonly string[];
}

export interface FileTable {
  name: string;
  rows: number;
  columns: FileColumn[];
}

interface Header {
  format: typeof formatName;
  tables: { name: string; rows: number; columns: { name: string; encoding: ColumnEncoding; bytes: number }[] }[];
}

const formatName = 'muster-columns-1';

/** The bytes before compression. */
export function encodeColumnFile(tables: readonly FileTable[]): Uint8Array {
  const runs: Uint8Array[] = [];
  const header: Header = {
    format: formatName,
    tables: tables.map(({ name, rows, columns }) => ({
      name,
      rows,
      columns: columns.map((column) => {
        const run = encodeColumn(column);
        runs.push(run);
        return { name: column.name, encoding: column.encoding, bytes: run.length };
      }),
    })),
  };
  const headerBytes = new TextEncoder().encode(JSON.stringify(header));
  const whole = new Uint8Array(4 + headerBytes.length + runs.reduce((sum, run) => sum + run.length, 0));
  new DataView(whole.buffer).setUint32(0, headerBytes.length, true);
  whole.set(headerBytes, 4);
  let at = 4 + headerBytes.length;
  for (const run of runs) {
    whole.set(run, at);
    at += run.length;
  }
  return whole;
}

/** Tables of a column file by name; cells are decoded when they are asked for. */
export class ColumnFile {
  readonly #bytes: Uint8Array;
  readonly #header: Header;

  /**
   * @param bytes after decompression
   * @throws UserError `column_file_broken`
   */
  constructor(bytes: Uint8Array, fileName: string) {
    try {
      const headerLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
      this.#header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + headerLength)));
      this.#bytes = bytes.subarray(4 + headerLength);
    } catch {
      throw columnFileBroken(fileName);
    }
    const wanted = this.#header.tables?.flatMap((table) => table.columns).reduce((sum, column) => sum + column.bytes, 0);
    if (this.#header.format !== formatName || wanted !== this.#bytes.length) throw columnFileBroken(fileName);
  }

  rows(table: string): number {
    return this.#table(table).rows;
  }

  numbers(table: string, column: string): Float64Array {
    const { rows, run, encoding } = this.#column(table, column);
    const cells = new Float64Array(rows);
    if (encoding === 'planes') {
      for (let i = 0; i < rows; i++) cells[i] = run[i] + 256 * run[rows + i];
      return cells;
    }
    const isDelta = encoding === 'delta';
    let previous = 0;
    for (let i = 0, at = 0; i < rows; i++) {
      let byte = run[at++];
      let value = byte & 127;
      for (let scale = 128; byte > 127; scale *= 128) {
        byte = run[at++];
        value += (byte & 127) * scale;
      }
      if (isDelta) value = previous += value % 2 === 0 ? value / 2 : -(value + 1) / 2;
      cells[i] = value;
    }
    return cells;
  }

  /** The same as 32-bit integers, each with `shift` added; for codes that are kept with 0 for none. */
  integers(table: string, column: string, shift = 0): Int32Array {
    const cells = this.numbers(table, column);
    const integers = new Int32Array(cells.length);
    for (let i = 0; i < cells.length; i++) integers[i] = cells[i] + shift;
    return integers;
  }

  texts(table: string, column: string): string[] {
    const { rows, run } = this.#column(table, column);
    return rows === 0 ? [] : new TextDecoder().decode(run).split('\n');
  }

  #table(name: string) {
    const table = this.#header.tables.find((candidate) => candidate.name === name);
    if (!table) throw new Error(`the column file has no table ${name}`);
    return table;
  }

  #column(tableName: string, name: string) {
    let at = 0;
    for (const table of this.#header.tables) {
      for (const column of table.columns) {
        if (table.name === tableName && column.name === name) {
          return { rows: table.rows, run: this.#bytes.subarray(at, at + column.bytes), encoding: column.encoding };
        }
        at += column.bytes;
      }
    }
    throw new Error(`the column file has no column ${tableName}.${name}`);
  }
}

export function columnFileBroken(fileName: string): UserError {
  return new UserError(
    'column_file_broken',
    `The file "${fileName}" that ships with the app cannot be read: it is cut short or changed.`,
    'Reload the page without the cache, or install the app again.',
    { fileName },
  );
}

function encodeColumn({ encoding, cells }: FileColumn): Uint8Array {
  if (encoding === 'text') return new TextEncoder().encode((cells as readonly string[]).join('\n'));
  const numbers = cells as ArrayLike<number>;
  if (encoding === 'planes') {
    const run = new Uint8Array(numbers.length * 2);
    for (let i = 0; i < numbers.length; i++) {
      run[i] = numbers[i] & 255;
      run[numbers.length + i] = numbers[i] >>> 8;
    }
    return run;
  }
  const run: number[] = [];
  let previous = 0;
  for (let i = 0; i < numbers.length; i++) {
    let value = numbers[i];
    if (encoding === 'delta') {
      const step = value - previous;
      previous = value;
      value = step < 0 ? -2 * step - 1 : 2 * step;
    }
    for (; value > 127; value = Math.floor(value / 128)) run.push((value % 128) + 128);
    run.push(value);
  }
  return Uint8Array.from(run);
}
