import { TextPool } from './textPool';

/** Text by code into a pool; -1 is an empty cell. */
export interface TextColumn {
  kind: 'text';
  codes: Int32Array;
  pool: TextPool;
}

/** Numbers; NaN is an empty cell. Money is whole ten-thousandths and time whole microseconds, both exact below 2^53. */
export interface NumberColumn {
  kind: 'number';
  values: Float64Array;
}

/** Whether any cell is not empty. */
export function hasData(column: TextColumn | NumberColumn): boolean {
  return column.kind === 'text' ? column.codes.some((code) => code >= 0) : column.values.some((value) => value === value);
}

/** Rows a chunk holds: 1 MB of codes, so that growing never copies what is there. */
const chunkRows = 1 << 18;

/** Appends to a column without knowing how long it gets, in chunks. */
export class TextColumnBuilder {
  #chunks: Int32Array[] = [];
  #current = new Int32Array(0);
  #at = 0;

  constructor(readonly pool = new TextPool()) {}

  push(code: number): void {
    if (this.#at === this.#current.length) {
      this.#current = new Int32Array(chunkRows);
      this.#chunks.push(this.#current);
      this.#at = 0;
    }
    this.#current[this.#at++] = code;
  }

  /** The finished column; the builder is empty afterwards. */
  finish(): TextColumn {
    const rows = Math.max(0, (this.#chunks.length - 1) * chunkRows) + this.#at;
    const codes = flatten(new Int32Array(rows), this.#chunks);
    this.#chunks = [];
    return { kind: 'text', codes, pool: this.pool };
  }
}

export class NumberColumnBuilder {
  #chunks: Float64Array[] = [];
  #current = new Float64Array(0);
  #at = 0;

  push(value: number): void {
    if (this.#at === this.#current.length) {
      this.#current = new Float64Array(chunkRows);
      this.#chunks.push(this.#current);
      this.#at = 0;
    }
    this.#current[this.#at++] = value;
  }

  finish(): NumberColumn {
    const rows = Math.max(0, (this.#chunks.length - 1) * chunkRows) + this.#at;
    const values = flatten(new Float64Array(rows), this.#chunks);
    this.#chunks = [];
    return { kind: 'number', values };
  }
}

function flatten<T extends Int32Array | Float64Array>(whole: T, chunks: T[]): T {
  chunks.forEach((chunk, c) => {
    const from = c * chunkRows;
    whole.set(chunk.subarray(0, Math.min(chunkRows, whole.length - from)) as never, from);
  });
  return whole;
}
