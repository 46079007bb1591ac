import { numberReaders } from '../parse/numbers';
import type { DecimalMark } from '../roles';
import type { NumberColumn, TextColumn } from './columns';
import { TextPool } from './textPool';

/**
 * Kept columns of events in the type of their cells. What a cell is does not depend on the others: a plain number is that
 * number, `TRUE` and `False` are `true` and `false`, anything else is text as given. A column of nothing but numbers is one
 * of numbers; in any other column they are written as {@link numberText} writes them. So a property says the same whether
 * its files came at once or one by one.
 */
export function typedProperties(
  properties: ReadonlyMap<string, TextColumn>,
  decimal: DecimalMark = 'point',
): Map<string, TextColumn | NumberColumn> {
  return new Map([...properties].map(([name, column]) => [name, typedProperty(column, decimal)]));
}

export function typedProperty({ codes, pool }: TextColumn, decimal: DecimalMark): TextColumn | NumberColumn {
  // A row that was rejected in the end may have left a text that no cell has.
  const used = new Uint8Array(pool.size);
  for (const code of codes) if (code >= 0) used[code] = 1;
  const read = plainNumberReader(decimal);
  const numbers = new Float64Array(pool.size).fill(NaN);
  let texts = 0;
  let numeric = 0;
  for (let code = 0; code < pool.size; code++) {
    if (used[code] === 0) continue;
    texts++;
    const text = pool.text(code);
    numbers[code] = read(text);
    if (numbers[code] === numbers[code]) numeric++;
  }
  if (texts > 0 && numeric === texts)
    return { kind: 'number', values: Float64Array.from(codes, (code) => (code < 0 ? NaN : numbers[code])) };
  const written = new TextPool(texts);
  const translation = Int32Array.from({ length: pool.size }, (_, code) => {
    if (used[code] === 0) return -1;
    if (numbers[code] === numbers[code]) return written.internText(numberText(numbers[code]));
    const text = pool.text(code);
    return written.internText(/^(true|false)$/i.test(text) ? text.toLowerCase() : text);
  });
  return { kind: 'text', codes: codes.map((code) => (code < 0 ? code : translation[code])), pool: written };
}

/**
 * Reads a plain number: digits, a sign, one decimal mark, marks between thousands. NaN for anything else, also for what
 * looks like a code (leading zeros) and for more digits than a double keeps apart.
 */
function plainNumberReader(decimal: DecimalMark): (text: string) => number {
  const { number } = numberReaders(decimal);
  const shape = decimal === 'comma' ? commaShape : pointShape;
  return (text) => {
    if (!shape.test(text) || text.replace(/^-?0[.,]0*|\D/g, '').length > mostDigits) return NaN;
    const bytes = encoder.encode(text);
    return number(bytes, 0, bytes.length);
  };
}

/**
 * A number as the engine writes a double as text, so that a property that is a number in one source and text in another
 * has one writing. (`12`, `0.5`; below a ten-thousandth with an exponent of two digits, `5e-05`.)
 */
export function numberText(value: number): string {
  if (value !== 0 && Math.abs(value) < 1e-4) return value.toExponential().replace(/e-(\d)$/, 'e-0$1');
  return String(value);
}

/** The number whose writing a text is; NaN where it is none. */
export function numberOfText(text: string): number {
  const value = Number(text);
  return Number.isFinite(value) && Math.abs(value) < 1e15 && numberText(value) === text ? value : NaN;
}

/** A double keeps every number of so many digits apart. */
const mostDigits = 15;
const pointShape = /^-?(0|[1-9]\d{0,2}(,\d{3})+|[1-9]\d*)(\.\d+)?$/;
const commaShape = /^-?(0|[1-9]\d{0,2}(\.\d{3})+|[1-9]\d*)(,\d+)?$/;
const encoder = new TextEncoder();
