/** What {@link Records.next} found. */
export const enum Found {
  /** A record; its cells are in `starts`, `ends` and `quoted`. */
  record,
  /** A record that makes no sense (quotes that never close, a line that is no JSON); reading goes on after it. */
  broken,
  /** No whole record is left in these bytes. */
  end,
}

/**
 * Records one after the other, whatever format they come from: what every reader of files gives and every stager takes.
 * The cells of the record at hand are ranges of UTF-8 bytes; a cell that is empty or missing has no bytes. The arrays
 * are used again for the next record.
 */
export interface Records {
  readonly bytes: Uint8Array;
  /** Cells of the record just read; only the first `starts.length` of them have starts and ends. */
  readonly cells: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** 0 plain, 1 quoted (the bounds are inside the quotes), 2 quoted with doubled quotes inside. */
  readonly quoted: Uint8Array;
  /** The record at hand is no row of the file: a reshaping made it of others, so that it has no number and is not counted. */
  readonly added?: boolean;
  /** Of formats that have their cells by column: those of all rows of the block that the record at hand is in. */
  readonly block?: BlockCells;
  next(): Found;
  /** The record just read as a person would recognise it in the file, at most so many characters: for the rejects file. */
  text(limit: number): string;
}

/** A block's cells as bounds in the bytes of its records; an object of its own for each block. */
export interface BlockCells {
  readonly rows: number;
  /** The row at hand. */
  readonly row: number;
  /** Undefined where nobody asked for the column. Only the first `rows` entries count. */
  column(cell: number): { starts: Int32Array; ends: Int32Array } | undefined;
}

/**
 * Records of a format that is no delimited text, or rows that were made of others: cells are appended as text or
 * bytes, row by row, and then read one after the other. One batch holds some thousand rows; `clear` lets it be filled again.
 */
export class RecordBatch implements Records {
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(1 << 16);
  cells: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly quoted: Uint8Array;
  /** Rows that were ended. */
  rows = 0;
  #bounds = new Int32Array(1 << 12);
  #broken = new Set<number>();
  #used = 0;
  #cell = 0;
  #at = 0;

  /** @param width cells of every row */
  constructor(readonly width: number) {
    this.cells = width;
    this.starts = new Int32Array(width);
    this.ends = new Int32Array(width);
    this.quoted = new Uint8Array(width);
  }

  /** The next cell of the row that is being filled, as text; nothing for an empty one. */
  addText(text: string): void {
    // No UTF-16 unit takes more than three bytes.
    this.#reserve(text.length * 3);
    const start = this.#used;
    this.#used += encoder.encodeInto(text, this.bytes.subarray(start)).written;
    this.#bound(start, this.#used);
  }

  /** The next cell, as UTF-8. */
  addBytes(from: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start);
    this.bytes.set(from.subarray(start, end), this.#used);
    this.#bound(this.#used, (this.#used += end - start));
  }

  addEmpty(): void {
    this.#bound(this.#used, this.#used);
  }

  /** Ends the row; cells that were not given are empty. `broken` rows are told as such, with their text in the first cell. */
  endRow(broken = false): void {
    while (this.#cell < this.width) this.addEmpty();
    if (broken) this.#broken.add(this.rows);
    this.#cell = 0;
    this.rows++;
  }

  clear(): void {
    this.#used = this.#cell = this.#at = this.rows = 0;
    this.#broken.clear();
  }

  next(): Found {
    if (this.#at >= this.rows) return Found.end;
    const row = this.#at++;
    for (let cell = 0, at = row * this.width * 2; cell < this.width; cell++, at += 2) {
      this.starts[cell] = this.#bounds[at];
      this.ends[cell] = this.#bounds[at + 1];
    }
    return this.#broken.size > 0 && this.#broken.has(row) ? Found.broken : Found.record;
  }

  text(limit: number): string {
    const cells = Array.from(this.starts, (start, cell) => {
      const text = decoder.decode(this.bytes.subarray(start, Math.min(this.ends[cell], start + limit * 4)));
      return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    });
    return cells.join(',').slice(0, limit);
  }

  #bound(start: number, end: number): void {
    const at = (this.rows * this.width + this.#cell++) * 2;
    if (at + 1 >= this.#bounds.length) {
      const larger = new Int32Array(this.#bounds.length * 2);
      larger.set(this.#bounds);
      this.#bounds = larger;
    }
    this.#bounds[at] = start;
    this.#bounds[at + 1] = end;
  }

  #reserve(more: number): void {
    if (this.#used + more <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.#used + more));
    larger.set(this.bytes.subarray(0, this.#used));
    this.bytes = larger;
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
