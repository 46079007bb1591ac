import type { DecimalMark } from '../roles';

/**
 * Cells of one column after another, written into one run of bytes: the canonical text of typed values. Integers have
 * no `.0`, decimals are the shortest that read back, times are `YYYY-MM-DD HH:MM:SS[.ffffff]`.
 */
export class CellWriter {
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(1 << 20);
  used = 0;
  #dayOfLast = NaN;
  #dayText = new Uint8Array(10);

  /** @param decimal what stands before the decimals of numbers: beside texts with a comma, numbers are read as these are */
  constructor(private readonly decimal: DecimalMark = 'point') {}

  clear(): void {
    this.used = 0;
  }

  reserve(more: number): void {
    if (this.used + more <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.used + more));
    larger.set(this.bytes.subarray(0, this.used));
    this.bytes = larger;
  }

  copy(from: Uint8Array, start: number, end: number): void {
    this.reserve(end - start);
    this.bytes.set(from.subarray(start, end), this.used);
    this.used += end - start;
  }

  text(text: string): void {
    // No UTF-16 unit takes more than three bytes.
    this.reserve(text.length * 3);
    this.used += encoder.encodeInto(text, this.bytes.subarray(this.used)).written;
  }

  /** A whole number below 2^53, either sign. */
  integer(value: number): void {
    this.reserve(20);
    this.#digits(value);
  }

  number(value: number): void {
    if (Number.isInteger(value) && Math.abs(value) < 1e15) return this.integer(value);
    // Up to four decimals, and no more digits than a double tells apart: then these digits are the shortest.
    const scaled = Math.round(value * 10_000);
    if (scaled / 10_000 === value && Math.abs(scaled) < 1e15) return this.#scaled(scaled, 4);
    const text = plainNumber(value);
    this.text(this.decimal === 'comma' ? text.replace('.', ',') : text);
  }

  /** A number of single precision: the shortest that reads back as the same one. */
  single(value: number): void {
    if (Number.isInteger(value)) return this.number(value);
    for (let digits = 6; digits < 9; digits++) {
      const short = Number(value.toPrecision(digits));
      if (Math.fround(short) === value) return this.number(short);
    }
    this.number(Number(value.toPrecision(9)));
  }

  /** A decimal as its unscaled digits. */
  fixed(unscaled: bigint, scale: number): void {
    if (scale <= 0) return this.text((unscaled * 10n ** BigInt(-scale)).toString());
    const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
    const fraction = digits.slice(-scale).replace(/0+$/, '');
    this.text(`${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}${fraction && `.${fraction}`}`);
  }

  day(days: number): void {
    this.reserve(40);
    if (days !== this.#dayOfLast) {
      this.#dayOfLast = days;
      this.#dayText = encoder.encode(dateText(days));
    }
    this.bytes.set(this.#dayText, this.used);
    this.used += this.#dayText.length;
  }

  /**
   * A time as whole seconds since 1970 and the millionths beyond them.
   * @param isUtc whether the file says that it is UTC, and not a local time
   */
  time(seconds: number, micros: number, isUtc: boolean): void {
    const days = Math.floor(seconds / 86_400);
    this.day(days);
    this.bytes[this.used++] = 32;
    this.clock(seconds - days * 86_400, micros);
    if (isUtc) this.bytes[this.used++] = 90;
  }

  /** A time of day. */
  clock(seconds: number, micros: number): void {
    this.reserve(20);
    const { bytes } = this;
    const hour = Math.floor(seconds / 3600);
    const minute = Math.floor(seconds / 60) % 60;
    this.#pair(hour);
    bytes[this.used++] = 58;
    this.#pair(minute);
    bytes[this.used++] = 58;
    this.#pair(seconds % 60);
    if (micros === 0) return;
    bytes[this.used++] = 46;
    let unit = 100_000;
    for (let rest = micros; rest > 0; unit /= 10) {
      const digit = Math.floor(rest / unit);
      bytes[this.used++] = 48 + digit;
      rest -= digit * unit;
    }
  }

  #pair(value: number): void {
    const tens = (value / 10) | 0;
    this.bytes[this.used++] = 48 + tens;
    this.bytes[this.used++] = 48 + value - tens * 10;
  }

  #scaled(scaled: number, decimals: number): void {
    this.reserve(24);
    let rest = scaled;
    let places = decimals;
    while (rest % 10 === 0) {
      rest /= 10;
      places--;
    }
    if (rest < 0) {
      this.bytes[this.used++] = 45;
      rest = -rest;
    }
    const unit = 10 ** places;
    const whole = Math.floor(rest / unit);
    this.#digits(whole);
    this.bytes[this.used++] = this.decimal === 'comma' ? 44 : 46;
    let fraction = rest - whole * unit;
    for (let place = places - 1; place >= 0; place--) {
      this.bytes[this.used + place] = 48 + (fraction % 10);
      fraction = Math.floor(fraction / 10);
    }
    this.used += places;
  }

  #digits(value: number): void {
    const { bytes } = this;
    let rest = value;
    if (rest < 0) {
      bytes[this.used++] = 45;
      rest = -rest;
    }
    let digits = 1;
    for (let limit = 10; rest >= limit; limit *= 10) digits++;
    for (let at = this.used + digits - 1; at >= this.used; at--) {
      const next = Math.floor(rest / 10);
      bytes[at] = 48 + rest - next * 10;
      rest = next;
    }
    this.used += digits;
  }
}

/** `2026-05-01` of a number of days since 1970; years beyond four digits have them all. */
export function dateText(days: number): string {
  const date = new Date(days * 86_400_000);
  if (Number.isNaN(date.getTime())) return '';
  const year = date.getUTCFullYear();
  const pad = (value: number, digits: number) => String(value).padStart(digits, '0');
  return `${year < 0 ? '-' : ''}${pad(Math.abs(year), 4)}-${pad(date.getUTCMonth() + 1, 2)}-${pad(date.getUTCDate(), 2)}`;
}

/** The number as JSON and CSV would write it without an exponent, where that is not absurdly long. */
export function plainNumber(value: number): string {
  const text = String(value);
  return text.includes('e') && Number.isInteger(value) && Math.abs(value) < 1e40 ? BigInt(value).toString() : text;
}

const encoder = new TextEncoder();
