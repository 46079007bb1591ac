import type { BlockCells, Records } from '../records';
import { isValidUtf8 } from '../csv/transcode';
import { TextPool } from './textPool';

/** What a text cell can be besides a code. */
export const emptyCell = -1;
export const brokenCell = -2;

/** Puts cells of one column into a pool. */
export class CellInterner {
  /** Codes whose bytes are not valid UTF-8. */
  #broken = new Set<number>();
  #scratch = new Uint8Array(256);
  #block: BlockCells | undefined;
  #column: ReturnType<BlockCells['column']>;
  /** Of the block's rows, where their texts were there before it. */
  #known = new Int32Array(0);

  constructor(
    readonly pool: TextPool,
    private readonly quoteByte: number,
    private readonly trimFloat = false,
  ) {}

  /** The code of a cell's text, {@link emptyCell} or {@link brokenCell}. */
  intern(reader: Records, cell: number): number {
    const start = reader.starts[cell];
    let end = reader.ends[cell];
    if (start === end) return emptyCell;
    const { bytes } = reader;
    const quoted = reader.quoted[cell];
    if (quoted === 0 && isMissingWord(bytes, start, end)) return emptyCell;
    if (this.trimFloat && end - start > 2 && bytes[end - 1] === 48 && bytes[end - 2] === 46 && isDigits(bytes, start, end - 2)) end -= 2;
    const { pool } = this;
    const before = pool.size;
    const code = quoted === 2 ? this.#internUnquoted(bytes, start, end) : pool.intern(bytes, start, end);
    // Only a text that is seen for the first time has to be looked at.
    if (pool.size > before && !isValidUtf8(pool.bytes, pool.offsets[code], pool.offsets[code + 1])) this.#broken.add(code);
    return this.#broken.size > 0 && this.#broken.has(code) ? brokenCell : code;
  }

  /**
   * The same, for columns of many different texts: each look into a large pool waits for memory, so where a format has
   * all cells of a block, those that are known are looked up together.
   */
  internOfMany(reader: Records, cell: number): number {
    const { block } = reader;
    if (block === undefined || this.trimFloat) return this.intern(reader, cell);
    if (block !== this.#block) this.#lookUp(block, reader, cell);
    const { row } = block;
    const code = this.#known[row];
    const column = this.#column;
    if (code < 0 || column === undefined || this.#broken.size > 0) return this.intern(reader, cell);
    // What was unguarded is another text by now.
    return reader.starts[cell] === column.starts[row] && reader.ends[cell] === column.ends[row] ? code : this.intern(reader, cell);
  }

  #lookUp(block: BlockCells, { bytes }: Records, cell: number): void {
    this.#block = block;
    this.#column = block.column(cell);
    if (this.#known.length < block.rows) this.#known = new Int32Array(block.rows);
    if (this.#column) this.pool.findAll(bytes, this.#column.starts, this.#column.ends, block.rows, this.#known);
  }

  #internUnquoted(bytes: Uint8Array, start: number, end: number): number {
    if (this.#scratch.length < end - start) this.#scratch = new Uint8Array(end - start);
    let length = 0;
    for (let i = start; i < end; i++) {
      this.#scratch[length++] = bytes[i];
      if (bytes[i] === this.quoteByte) i++;
    }
    return this.pool.intern(this.#scratch, 0, length);
  }
}

const missingWords = new Set(['\\N', 'NULL', 'null', 'NaN', 'nan', 'None', '#N/A', '<NA>']);

/** What databases, pandas and spreadsheets write for an empty cell, or nothing but spaces, unless it is in quotes. */
export function isMissingWord(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start];
  if (first === 32) return isSpaces(bytes, start, end);
  if (end - start > 4 || (first !== 78 && first !== 110 && first !== 92 && first !== 35 && first !== 60)) return false;
  return missingWords.has(String.fromCharCode(...bytes.subarray(start, end)));
}

function isSpaces(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] !== 32) return false;
  return true;
}

function isDigits(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] < 48 || bytes[i] > 57) return false;
  return true;
}
