import type { Diagnostic } from '../../base/errors';
import { moneyBound } from '../bounds';
import type { Records } from '../records';
import { guessTime } from '../parse/guessTime';
import { numberReaders } from '../parse/numbers';
import { earliestTime, latestTime, timeParser } from '../parse/times';
import type { TimeZone } from '../parse/timeZone';
import { isConsentColumn, isConsentDate, isConsentTime, readConsent } from '../privacy/consents';
import type { Mapping } from '../roles';
import { brokenCell, CellInterner, emptyCell } from './cells';
import type { TextColumn } from './columns';
import { TextPool } from './textPool';

/** What the cells of an attribute must be; text can be anything. */
type AttributeKind = 'text' | 'number' | 'consent' | 'time';

const kindOfAttribute: Record<string, AttributeKind> = {
  price: 'number',
  cost: 'number',
  stock: 'number',
};

/**
 * Puts the cells of one attribute of users or items into a pool in the canonical writing of their kind: `1234.5`,
 * `true` or `false`, `2026-05-01T01:00:00Z`. A cell that does not fit is left empty, and {@link problems} says so.
 *
 * A consent cell without a yes or no, empty or not, becomes the empty text: the newer file no longer says that the
 * person agreed, and a consent is never invented.
 */
export class AttributeCells {
  readonly pool = new TextPool();
  readonly #kind: AttributeKind;
  readonly #cells: CellInterner;
  /** Of a raw cell's code, the code of its canonical writing. */
  readonly #canonical: number[] = [];
  /** The row that each code was first seen in; only for times, which are read at the end. */
  readonly #firstRow: number[] = [];
  readonly #faults = { unfit: new Fault(), broken: new Fault() };
  readonly #blank: number;

  /**
   * @param name canonical name of the attribute, or its own
   * @param column name in the file, for the person
   */
  constructor(
    name: string,
    private readonly column: string,
    private readonly mapping: Mapping,
    private readonly zone: TimeZone,
    /** The column is of consents, and of those only the ones that are dates are read: when somebody agreed. */
    private readonly ofConsents = false,
  ) {
    this.#kind = kindOf(name, mapping);
    const quote = mapping.quote === '' ? -1 : mapping.quote.charCodeAt(0);
    const isRaw = this.#kind === 'number' || this.#kind === 'consent';
    this.#cells = new CellInterner(isRaw ? new TextPool() : this.pool, quote);
    this.#blank = this.#kind === 'consent' ? this.pool.internText('') : emptyCell;
  }

  /** Whether a cell that says nothing counts, too, where a person occurs in several rows. */
  get isConsent(): boolean {
    return this.#kind === 'consent';
  }

  /** The code of the cell in {@link pool}, -1 where it is empty or does not fit. `row` is 1-based. */
  intern(reader: Records, cell: number, row: number): number {
    if (cell >= reader.cells) return this.#blank;
    const before = this.#cells.pool.size;
    const code = this.#cells.intern(reader, cell);
    if (code < 0) {
      if (code === brokenCell) this.#faults.broken.note(row, '');
      return this.#blank;
    }
    if (this.#kind === 'text') return code;
    if (this.#kind === 'time') {
      if (this.#cells.pool.size > before) this.#firstRow[code] = row;
      return code;
    }
    const canonical = (this.#canonical[code] ??= this.#learn(this.#cells.pool.text(code)));
    if (canonical !== unfit) return canonical;
    this.#faults.unfit.note(row, this.#cells.pool.text(code));
    return this.#blank;
  }

  /** Whether a code of {@link intern} is a cell that says nothing of the person. */
  isBlank(code: number): boolean {
    return code === this.#blank;
  }

  /** The column of the codes that {@link intern} gave. */
  finish(codes: Int32Array): TextColumn {
    if (this.#kind === 'time') return this.#times(codes);
    const column: TextColumn = { kind: 'text', codes, pool: this.pool };
    return this.#kind === 'text' && this.mapping.decimal === 'comma' ? withPoints(column) : column;
  }

  /** What did not fit, after {@link finish}. */
  problems(): Diagnostic[] {
    const { column } = this;
    const { unfit, broken } = this.#faults;
    const found: Diagnostic[] = [];
    if (unfit.count > 0) {
      const code = `unfit_${this.#kind}`;
      const values = { column, count: unfit.count, row: unfit.row, example: unfit.example };
      found.push({ code, severity: 'warning', ...unfitWords(this.#kind, values), row: unfit.row, column, values });
    }
    if (broken.count > 0)
      found.push({
        code: 'unfit_encoding',
        severity: 'warning',
        message: `${broken.count} cells of "${column}" have characters that are not valid in the encoding of the file, the first in row ${broken.row}; they were left empty.`,
        hint: 'Choose another encoding, or export the file again.',
        row: broken.row,
        column,
        values: { column, count: broken.count, row: broken.row },
      });
    return found;
  }

  #learn(text: string): number {
    const canonical = this.#kind === 'consent' ? canonicalConsent(text) : canonicalNumber(text, this.mapping);
    return canonical === undefined ? unfit : this.pool.internText(canonical);
  }

  #times(codes: Int32Array): TextColumn {
    const texts = this.ofConsents ? this.pool.texts().map((text) => (isConsentDate(text) ? text : '')) : this.pool.texts();
    const pool = new TextPool(texts.length);
    const format = guessTime(texts.filter((text) => text !== ''))?.format;
    const parse = format && timeParser(format, this.zone);
    const canonical = texts.map((text) => {
      const bytes = encoder.encode(text);
      const time = parse ? parse(bytes, 0, bytes.length) : NaN;
      return time >= earliestTime && time < latestTime ? pool.internText(new Date(time / 1000).toISOString().replace('.000Z', 'Z')) : unfit;
    });
    const read = codes.map((code) => {
      if (code < 0 || canonical[code] !== unfit) return code < 0 ? code : canonical[code];
      if (texts[code] === '') return emptyCell;
      this.#faults.unfit.note(this.#firstRow[code], texts[code]);
      return emptyCell;
    });
    return { kind: 'text', codes: read, pool };
  }
}

function kindOf(name: string, mapping: Mapping): AttributeKind {
  if (isConsentColumn(name)) return 'consent';
  // An item's date is shown as the file writes it; only those of a user are compared with instants.
  if (isConsentTime(name) || (name === 'created_at' && mapping.kind !== 'items')) return 'time';
  return kindOfAttribute[name] ?? 'text';
}

/** How often something was wrong, and where first. */
class Fault {
  count = 0;
  row = Infinity;
  example = '';

  note(row: number, text: string): void {
    this.count++;
    if (row >= this.row) return;
    this.row = row;
    this.example = text.slice(0, 80);
  }
}

function canonicalConsent(text: string): string | undefined {
  const answer = readConsent(text);
  return answer < 0 ? undefined : answer === 1 ? 'true' : 'false';
}

function canonicalNumber(text: string, { decimal }: Mapping): string | undefined {
  const bytes = encoder.encode(text);
  const { number, tenThousandths } = numberReaders(decimal);
  const value = number(bytes, 0, bytes.length);
  if (!(value > -moneyBound && value < moneyBound)) return undefined;
  return String(tenThousandths(bytes, 0, bytes.length) / 10_000);
}

/** A kept column of numbers with decimal commas, written with points as everywhere inside; other columns as they are. */
function withPoints(column: TextColumn): TextColumn {
  const texts = column.pool.texts();
  if (texts.length === 0 || !texts.every((text) => /^-?(0|[1-9]\d{0,2}(\.\d{3})+|[1-9]\d*)(,\d+)?$/.test(text))) return column;
  const pool = new TextPool(texts.length);
  const written = texts.map((text) => pool.internText(text.replaceAll('.', '').replace(',', '.')));
  return { kind: 'text', codes: column.codes.map((code) => (code < 0 ? code : written[code])), pool };
}

function unfitWords(kind: AttributeKind, { column, count, row, example }: { column: string; count: number; row: number; example: string }) {
  const where = `the first in row ${row} ("${example}")`;
  switch (kind) {
    case 'consent':
      return {
        message: `${count} cells of "${column}" are neither yes nor no, ${where}; they count as no consent.`,
        hint: 'Write true or false, or yes or no.',
      };
    case 'time':
      return {
        message: `${count} cells of "${column}" are not dates of the format of the others, ${where}; they were left empty.`,
        hint: 'Write all dates in one format.',
      };
    default:
      return {
        message: `${count} cells of "${column}" are no numbers that can be kept, ${where}; they were left empty.`,
        hint: 'Check the decimal mark, or take out what is not a number.',
      };
  }
}

const unfit = -3;
const encoder = new TextEncoder();
