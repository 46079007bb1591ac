import type { ExportBlock, ExportColumn } from './table';
import { BrokenFile } from './rowCheck';

/**
 * A fingerprint of every column's values in order, kept while a table is written and again while its files are read
 * back: a value that is not what it was is found, wherever it stands. 32 bits a column (FNV-1a) find damage; against
 * intent there is the file's SHA-256.
 */
export class TableDigest {
  #columns: Uint32Array;
  rows = 0;

  constructor(columns: readonly ExportColumn[]) {
    this.#columns = new Uint32Array(columns.length).fill(0x811c9dc5);
  }

  take(block: ExportBlock): void {
    this.rows += block.rows;
    for (let c = 0; c < this.#columns.length; c++) {
      const cells = block.cells[c];
      let hash = this.#columns[c];
      for (let row = 0; row < block.rows; row++) {
        const cell = cells[row];
        // A missing value is not the text "null", and a number not its digits.
        const kind = cell === null ? 1 : typeof cell === 'string' ? 2 : 3;
        const text = cell === null ? '' : String(cell);
        hash = Math.imul(hash ^ kind, 0x01000193);
        for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
        hash = Math.imul(hash ^ 0x1f, 0x01000193);
      }
      this.#columns[c] = hash;
    }
  }

  /** @throws BrokenFile */
  mustEqual(written: TableDigest, columns: readonly ExportColumn[]): void {
    if (this.rows !== written.rows) throw new BrokenFile(`it holds ${this.rows} rows, not ${written.rows}`);
    const wrong = columns.filter((_, c) => this.#columns[c] !== written.#columns[c]).map(({ name }) => name);
    if (wrong.length > 0) throw new BrokenFile(`other values than written stand in ${wrong.join(', ')}`);
  }
}
