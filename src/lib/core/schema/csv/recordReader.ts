import { Found, type Records } from '../records';

/** How a delimited text file is cut into cells. */
export interface Dialect {
  /** One to four characters; a single space stands for runs of spaces. */
  delimiter: string;
  /** Empty where nothing quotes. */
  quote: string;
}

/** A quoted record longer than this is taken for a quote that never closes. */
export const maxRecordBytes = 1 << 20;

const newline = 10;
const carriageReturn = 13;
const space = 32;

/**
 * Cuts UTF-8 bytes into records and cells, quote-aware, without making strings. Feed bytes with {@link load}; a
 * record that runs over their end is left for the next load (`consumed` tells from where).
 */
export class RecordReader implements Records {
  bytes = new Uint8Array(0);
  /** Where the next record begins. */
  consumed = 0;
  /** The record just read. */
  recordStart = 0;
  recordEnd = 0;
  /** Cells of the record just read; only `keptCells` of them have starts and ends. */
  cells = 0;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** 0 plain, 1 quoted (the bounds are inside the quotes), 2 quoted with doubled quotes inside. */
  readonly quoted: Uint8Array;
  readonly #delimiter: Uint8Array;
  readonly #quote: number;
  readonly #runsOfSpaces: boolean;
  #last = false;

  constructor(dialect: Dialect, keptCells: number) {
    this.#delimiter = new TextEncoder().encode(dialect.delimiter);
    this.#quote = dialect.quote === '' ? -1 : dialect.quote.charCodeAt(0);
    this.#runsOfSpaces = dialect.delimiter === ' ';
    this.starts = new Int32Array(keptCells);
    this.ends = new Int32Array(keptCells);
    this.quoted = new Uint8Array(keptCells);
  }

  /** `last` says that the file ends with these bytes, so that an unfinished record is one. */
  load(bytes: Uint8Array, last: boolean): void {
    this.bytes = bytes as Uint8Array<ArrayBuffer>;
    this.consumed = 0;
    this.#last = last;
  }

  text(limit: number): string {
    const end = Math.min(this.recordEnd, this.recordStart + limit * 4);
    return lenient.decode(this.bytes.subarray(this.recordStart, end)).slice(0, limit);
  }

  /** Reads one record, skipping empty lines. */
  next(): Found {
    const { bytes } = this;
    let at = this.consumed;
    while (at < bytes.length && (bytes[at] === newline || bytes[at] === carriageReturn)) at++;
    this.consumed = at;
    if (at >= bytes.length) return Found.end;
    this.recordStart = at;
    return this.#runsOfSpaces ? this.#spacedRecord(at) : this.#delimitedRecord(at);
  }

  #delimitedRecord(from: number): Found {
    const { bytes, starts, ends, quoted } = this;
    const kept = starts.length;
    const delimiter = this.#delimiter[0];
    const delimiterLength = this.#delimiter.length;
    const quote = this.#quote;
    const length = bytes.length;
    let at = from;
    let cell = 0;
    for (;;) {
      if (at < length && bytes[at] === quote) {
        const start = at + 1;
        let doubled = 1;
        at++;
        for (;;) {
          while (at < length && bytes[at] !== quote) at++;
          if (at >= length) return this.#unfinished(from);
          if (at + 1 < length && bytes[at + 1] === quote) {
            doubled = 2;
            at += 2;
          } else break;
        }
        if (at - from > maxRecordBytes) return this.#brokenAt(from);
        if (cell < kept) {
          starts[cell] = start;
          ends[cell] = at;
          quoted[cell] = doubled;
        }
        cell++;
        at++;
      } else {
        const start = at;
        if (delimiterLength === 1) {
          while (at < length) {
            const byte = bytes[at];
            if (byte === delimiter || byte === newline) break;
            at++;
          }
        } else while (at < length && bytes[at] !== newline && !this.#delimiterAt(at)) at++;
        if (cell < kept) {
          starts[cell] = start;
          ends[cell] = at < length && bytes[at] === delimiter ? at : withoutReturn(bytes, start, at);
          quoted[cell] = 0;
        }
        cell++;
      }
      if (at < length && bytes[at] === carriageReturn && (at + 1 >= length || bytes[at + 1] === newline)) at++;
      if (at >= length) {
        if (!this.#last) return this.#unfinished(from);
        return this.#finish(cell, length, length);
      }
      if (bytes[at] === newline) return this.#finish(cell, at, at + 1);
      if (!this.#delimiterAt(at)) return this.#brokenAt(from);
      at += delimiterLength;
    }
  }

  #spacedRecord(from: number): Found {
    const { bytes, starts, ends, quoted } = this;
    const length = bytes.length;
    let at = from;
    let cell = 0;
    for (;;) {
      while (at < length && bytes[at] === space) at++;
      if (at >= length) return this.#last ? this.#finish(cell, length, length) : this.#unfinished(from);
      if (bytes[at] === carriageReturn) at++;
      if (at < length && bytes[at] === newline) {
        // A line of nothing but spaces is an empty line.
        if (cell > 0) return this.#finish(cell, at, at + 1);
        this.consumed = at + 1;
        return this.next();
      }
      const start = at;
      while (at < length && bytes[at] !== space && bytes[at] !== newline && bytes[at] !== carriageReturn) at++;
      if (cell < starts.length) {
        starts[cell] = start;
        ends[cell] = at;
        quoted[cell] = 0;
      }
      if (at > start) cell++;
    }
  }

  #delimiterAt(at: number): boolean {
    const delimiter = this.#delimiter;
    for (let i = 0; i < delimiter.length; i++) if (this.bytes[at + i] !== delimiter[i]) return false;
    return true;
  }

  #finish(cells: number, end: number, next: number): Found {
    if (cells === 0) return ((this.consumed = next), Found.end);
    this.cells = cells;
    this.recordEnd = withoutReturn(this.bytes, this.recordStart, end);
    this.consumed = next;
    return Found.record;
  }

  /** The bytes end inside a record: wait for more, unless there are none or the record is unbelievably long. */
  #unfinished(from: number): Found {
    if (this.#last || this.bytes.length - from > maxRecordBytes) return this.#brokenAt(from);
    return Found.end;
  }

  #brokenAt(from: number): Found {
    let at = from;
    while (at < this.bytes.length && this.bytes[at] !== newline) at++;
    this.recordEnd = withoutReturn(this.bytes, from, at);
    this.consumed = Math.min(at + 1, this.bytes.length);
    this.cells = 0;
    return Found.broken;
  }
}

/** A cell's text, with doubled quotes undone. */
export function cellText(reader: Records, cell: number, quote: string): string {
  const text = decoder.decode(reader.bytes.subarray(reader.starts[cell], reader.ends[cell]));
  return reader.quoted[cell] === 2 ? text.replaceAll(quote + quote, quote) : text;
}

function withoutReturn(bytes: Uint8Array, start: number, end: number): number {
  return end > start && bytes[end - 1] === carriageReturn ? end - 1 : end;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const lenient = new TextDecoder();
