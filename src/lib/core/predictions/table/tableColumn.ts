import { isMissing } from '../../schema/inspect/columnGuess';
import { numberReaders, type NumberReader } from '../../schema/parse/numbers';
import type { DecimalMark } from '../../schema/roles';
import type { RawFeature } from '../features';

type Kind = 'number' | 'day' | 'text';

/** One column of a table while it is read: what it holds is guessed from some cells, and found to be mistaken by others. */
export class TableColumn {
  /** A cell was met that is no number or no date. */
  isMistaken = false;
  readonly #kind: Kind;
  readonly #read: NumberReader;
  #numbers = new Float64Array(0);
  #texts: (string | null)[] = [];
  #length = 0;
  readonly #shared = new Map<string, string>();

  /** @param cells some of the column's cells; null where it is of texts whatever they look like */
  constructor(
    readonly name: string,
    cells: readonly string[] | null,
    decimal: DecimalMark,
  ) {
    const number = numberReaders(decimal).number;
    const [asNumber, asDay] = [orMissing(number), orMissing(dayOf)];
    const fits = (read: NumberReader) =>
      cells !== null &&
      cells.every((cell) => {
        const bytes = encoder.encode(cell);
        return read(bytes, 0, bytes.length) !== Infinity;
      });
    this.#kind = fits(asNumber) ? 'number' : fits(asDay) ? 'day' : 'text';
    this.#read = this.#kind === 'day' ? asDay : asNumber;
    if (this.#kind !== 'text') this.#numbers = new Float64Array(1024);
  }

  get isText(): boolean {
    return this.#kind === 'text';
  }

  addEmpty(): void {
    if (this.isText) this.#texts.push(null);
    else this.#push(NaN);
  }

  addText(cell: string): void {
    const text = cell.trim();
    if (isMissing(text)) return this.addEmpty();
    // One string for all cells that are alike, instead of one each.
    let shared = this.#shared.get(text);
    if (shared === undefined) this.#shared.set(text, (shared = text));
    this.#texts.push(shared);
  }

  addNumber(bytes: Uint8Array, start: number, end: number): void {
    const value = start === end ? NaN : this.#read(bytes, start, end);
    if (value === Infinity) this.isMistaken = true;
    this.#push(value);
  }

  feature(rows: number): RawFeature {
    const { name: id } = this;
    if (this.isText) return { id, origin: 'profile', kind: 'text', values: this.#texts };
    return { id, origin: 'profile', kind: 'number', values: this.#numbers.slice(0, rows) };
  }

  #push(value: number): void {
    if (this.#length === this.#numbers.length) {
      const longer = new Float64Array(2 * this.#length);
      longer.set(this.#numbers);
      this.#numbers = longer;
    }
    this.#numbers[this.#length++] = value;
  }
}

/** NaN for a cell that stands for an empty one, infinite for one that is not what it should be. */
function orMissing(read: NumberReader): NumberReader {
  return (bytes, start, end) => {
    const value = read(bytes, start, end);
    if (Number.isFinite(value)) return value;
    const text = decoder.decode(bytes.subarray(start, end)).trim();
    return isMissing(text) || placeholders.has(text) ? NaN : Infinity;
  };
}

/** What stands for an empty cell among numbers and dates, where it cannot be a name. */
const placeholders = new Set(['?', '-', 'NA', 'N/A', 'n/a', 'na']);

/** Days since 1970, with the time of day as the fraction. */
function dayOf(bytes: Uint8Array, start: number, end: number): number {
  const match = isoDate.exec(decoder.decode(bytes.subarray(start, end)));
  return match ? Date.parse(`${match[1]}T${match[2] ?? '00:00:00'}Z`) / 86_400_000 : NaN;
}

const isoDate = /^\s*(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)Z?)?\s*$/;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
