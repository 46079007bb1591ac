import { unguardCells } from '../parse/spreadsheetText';
import { Found, type Records } from '../records';

/**
 * Rows that are made of another reader's rows, cell by cell. The cells of a row are copied together, since all cells of
 * a record lie in one array of bytes. A row with more or fewer cells than the file has columns stays as misshapen as it
 * is, for the stager to reject.
 */
export abstract class MadeRecords implements Records {
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(1 << 12);
  cells = 0;
  added = false;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly quoted: Uint8Array;
  #used = 0;

  /**
   * @param fileColumns how many columns the rows of `inner` should have
   * @param width how many the made rows have
   */
  constructor(
    protected readonly inner: Records,
    private readonly fileColumns: number,
    private readonly width: number,
    private readonly quote = '"',
  ) {
    // One more, as everywhere: for a line that ends with a separator.
    this.starts = new Int32Array(width + 1);
    this.ends = new Int32Array(width + 1);
    this.quoted = new Uint8Array(width + 1);
  }

  next(): Found {
    this.added = false;
    if (this.addRow()) {
      this.added = true;
      return Found.record;
    }
    const found = this.inner.next();
    // A row that another reshaping made stays one.
    this.added = this.inner.added ?? false;
    if (found !== Found.record) return found;
    this.begin();
    const { inner, fileColumns } = this;
    unguardCells(inner);
    const hasMore = inner.cells > fileColumns + 1 || (inner.cells > fileColumns && inner.ends[fileColumns] > inner.starts[fileColumns]);
    if (inner.cells < fileColumns || hasMore) {
      this.cells = hasMore ? this.width + 2 : 0;
      return Found.record;
    }
    this.makeRow();
    return Found.record;
  }

  text(limit: number): string {
    return this.inner.text(limit);
  }

  /** Appends the cells of the row that was read. */
  protected abstract makeRow(): void;

  /** Appends the cells of a row that the file does not have, and says whether it did; asked before each row. */
  protected addRow(): boolean {
    return false;
  }

  protected begin(): void {
    this.#used = 0;
    this.cells = 0;
  }

  protected copy(cell: number, from: Records = this.inner): void {
    if (cell < 0) return this.put('');
    this.putBytes(from.bytes, from.starts[cell], from.ends[cell], from.quoted[cell]);
  }

  protected put(text: string): void {
    this.#reserve(text.length * 3);
    const start = this.#used;
    this.#used += encoder.encodeInto(text, this.bytes.subarray(start)).written;
    this.#bound(start, 0);
  }

  protected putBytes(bytes: Uint8Array, start: number, end: number, quoted: number): void {
    this.#reserve(end - start);
    const from = this.#used;
    this.bytes.set(bytes.subarray(start, end), from);
    this.#used += end - start;
    this.#bound(from, quoted);
  }

  protected isEmpty(cell: number): boolean {
    return cell < 0 || this.inner.ends[cell] <= this.inner.starts[cell];
  }

  /** A cell of the row that was read; empty for a column that the file does not have. */
  protected textOf(cell: number): string {
    if (cell < 0) return '';
    const { bytes, starts, ends, quoted } = this.inner;
    const text = decoder.decode(bytes.subarray(starts[cell], ends[cell])).trim();
    return quoted[cell] === 2 ? text.replaceAll(this.quote + this.quote, this.quote) : text;
  }

  #bound(start: number, quoted: number): void {
    this.starts[this.cells] = start;
    this.ends[this.cells] = this.#used;
    this.quoted[this.cells] = quoted;
    this.cells++;
  }

  #reserve(more: number): void {
    if (this.#used + more <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.#used + more));
    larger.set(this.bytes.subarray(0, this.#used));
    this.bytes = larger;
  }
}

/** A row's cells that are kept while other rows are read. */
export class KeptRow implements Records {
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  readonly cells: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly quoted: Uint8Array;

  constructor(width: number) {
    this.cells = width;
    this.starts = new Int32Array(width);
    this.ends = new Int32Array(width);
    this.quoted = new Uint8Array(width);
  }

  keep(from: Records): void {
    let length = 0;
    for (let cell = 0; cell < this.cells; cell++) length += from.ends[cell] - from.starts[cell];
    if (this.bytes.length < length) this.bytes = new Uint8Array(length * 2);
    let at = 0;
    for (let cell = 0; cell < this.cells; cell++) {
      this.bytes.set(from.bytes.subarray(from.starts[cell], from.ends[cell]), at);
      this.starts[cell] = at;
      this.ends[cell] = at += from.ends[cell] - from.starts[cell];
      this.quoted[cell] = from.quoted[cell];
    }
  }

  next(): Found {
    return Found.end;
  }

  text(): string {
    return '';
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
