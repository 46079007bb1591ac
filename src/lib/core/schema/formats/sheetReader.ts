import type { DecimalMark } from '../roles';
import { CellWriter } from './cellWriter';
import { NumberKind, type SharedTexts } from './workbookParts';
import type { XmlHandler } from './xml';

/** A sheet has no more columns than this. */
const mostColumns = 16_384;
/** Longer than what a cell of a sheet can hold. */
const mostCharacters = 1 << 20;

/** What a sheet's cells need to be read. */
export interface SheetContext {
  texts: SharedTexts;
  kinds: Uint8Array;
  is1904: boolean;
}

/**
 * Takes a sheet's XML in and gives its rows: for each, the cells that are not empty, by column (from 0), as UTF-8 in
 * {@link writer}. Formulas are their stored value, errors are empty, dates are `YYYY-MM-DD HH:MM:SS`.
 */
export class SheetReader implements XmlHandler {
  readonly writer: CellWriter;
  /** Of the row that just ended. */
  readonly columns: number[] = [];
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  #column = -1;
  #type = '';
  #style = 0;
  #value = '';
  #isValue = false;
  #phonetic = 0;

  /**
   * @param endRow called with each row that has cells
   * @param decimal the mark of the sheet's texts, which its numbers then have, too
   */
  constructor(
    private readonly context: SheetContext,
    private readonly endRow: (row: SheetReader) => void,
    decimal?: DecimalMark,
  ) {
    this.writer = new CellWriter(decimal);
  }

  open(name: string, attribute: (name: string) => string | undefined): void {
    switch (name) {
      case 'row':
        this.columns.length = this.starts.length = this.ends.length = 0;
        this.writer.clear();
        this.#column = -1;
        break;
      case 'c': {
        const place = attribute('r');
        this.#column = place === undefined ? this.#column + 1 : columnOf(place);
        this.#type = attribute('t') ?? 'n';
        this.#style = Number(attribute('s') ?? 0);
        this.#value = '';
        break;
      }
      case 'rPh':
        this.#phonetic++;
        break;
      case 'v':
      case 't':
        this.#isValue = this.#phonetic === 0;
    }
  }

  close(name: string): void {
    switch (name) {
      case 'v':
      case 't':
        this.#isValue = false;
        break;
      case 'rPh':
        this.#phonetic--;
        break;
      case 'c':
        if (this.#value !== '' && this.#column < mostColumns) this.#endCell();
        break;
      case 'row':
        if (this.columns.length > 0) this.endRow(this);
    }
  }

  text(piece: string): void {
    if (this.#isValue && this.#value.length < mostCharacters) this.#value += piece;
  }

  #endCell(): void {
    const { writer } = this;
    const start = writer.used;
    this.#write(this.#value);
    if (writer.used === start) return;
    this.columns.push(this.#column);
    this.starts.push(start);
    this.ends.push(writer.used);
  }

  #write(value: string): void {
    const { writer, context } = this;
    switch (this.#type) {
      case 's': {
        const { bytes, offsets, count } = context.texts;
        const text = Number(value);
        if (text >= 0 && text < count) writer.copy(bytes, offsets[text], offsets[text + 1]);
        return;
      }
      case 'b':
        return writer.text(value.trim() === '1' ? 'true' : 'false');
      case 'e':
        return;
      case 'd':
        return writer.text(value.trim().replace('T', ' ').replace(/Z$/, ''));
      case 'n': {
        const number = Number(value);
        if (value.trim() === '' || Number.isNaN(number)) return;
        const kind = (context.kinds[this.#style] ?? NumberKind.plain) as NumberKind;
        if (kind === NumberKind.plain || number < 0) return writer.number(number);
        return this.#writeDate(number, kind);
      }
      default:
        // Excel writes control characters as _x000D_.
        return writer.text(
          value.includes('_x')
            ? value.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
            : value,
        );
    }
  }

  #writeDate(serial: number, kind: NumberKind): void {
    const { writer, context } = this;
    // To the millisecond: a double has no room for more.
    const milliseconds = Math.round(serial * 86_400_000);
    const days = Math.floor(milliseconds / 86_400_000);
    const rest = milliseconds - days * 86_400_000;
    const seconds = Math.floor(rest / 1000);
    const micros = (rest % 1000) * 1000;
    if (kind === NumberKind.clock && days === 0) return writer.clock(seconds, micros);
    // The calendar of 1900 has a 29th of February, which was none: days before it are one more.
    const epoch = context.is1904 ? daysTo1904 : days < 60 ? daysTo1900 + 1 : daysTo1900;
    const day = days + epoch;
    if (day > latestDay) return writer.number(serial);
    writer.time(day * 86_400 + seconds, micros, false);
  }
}

/** From the day 0 of each calendar to 1970. */
const daysTo1900 = -25_569;
const daysTo1904 = -24_107;
/** The end of the year 9999. */
const latestDay = 2_932_896;

/** The column of `BC23`, from 0. */
export function columnOf(place: string): number {
  let column = 0;
  for (let at = 0; at < place.length; at++) {
    const letter = place.charCodeAt(at) & ~32;
    if (letter < 65 || letter > 90) break;
    column = column * 26 + letter - 64;
  }
  return column - 1;
}
