import type { TimeFormat } from '../roles';
import type { TimeZone } from './timeZone';

/** Reads a time from a cell as UTC microseconds; NaN where the cell is not one. */
export type TimeParser = (bytes: Uint8Array, start: number, end: number) => number;

/** Times outside these are data errors (a year 9999 that stands for "never", a zero date), UTC microseconds. */
export const earliestTime = Date.UTC(1900, 0, 1) * 1000;
export const latestTime = Date.UTC(2200, 0, 1) * 1000;

export function timeParser(format: TimeFormat, zone: TimeZone): TimeParser {
  switch (format.kind) {
    case 'unix-seconds':
      return (bytes, start, end) => Math.round(plainNumber(bytes, start, end) * 1e6);
    case 'unix-milliseconds':
      return (bytes, start, end) => Math.round(plainNumber(bytes, start, end) * 1e3);
    case 'unix-microseconds':
      return (bytes, start, end) => Math.round(plainNumber(bytes, start, end));
    case 'excel-serial':
      return (bytes, start, end) => serialTime(plainNumber(bytes, start, end), zone);
    case 'text':
      return calendarParser(format.pattern, zone);
  }
}

/** What a whole cell of a spreadsheet's day number can be: days from 1954 to 2119. */
export const serialDays = { from: 20_000, to: 80_000 };

/** Days from the spreadsheets' day 0, 1899-12-30, to 1970. */
const serialOf1970 = 25_569;

/** The fraction is a time of day to the millisecond: a double has no room for more. */
function serialTime(serial: number, zone: TimeZone): number {
  const local = Math.round((serial - serialOf1970) * 86_400_000) * 1000;
  return local >= earliestTime && local <= latestTime ? zone.toUtc(local) : local;
}

const parts = 'YmdHMSybBp';

interface Step {
  /** A conversion letter, or a literal's byte. */
  part: string;
  literal: number;
  /** Most digits that the part takes; fewer will do when `exact` is not set. */
  digits: number;
  exact: boolean;
}

/**
 * A parser for `strptime` patterns with %Y %m %d %H %M %S %y %b %B %p. Seconds may have a fraction, and an offset
 * (`Z`, `+08:00`, ` -0400`) may follow any time; without one it is local time of the zone. %p reads AM and PM, and the
 * parts of a Chinese day (上午, 下午 …), in which an hour past twelve stays as it is.
 *
 * @throws Error on a pattern with other conversions.
 */
function calendarParser(pattern: string, zone: TimeZone): TimeParser {
  const steps = compile(pattern);
  const isPlain = pattern === '%Y-%m-%d %H:%M:%S';
  const twelveHours = steps.some((step) => step.part === 'p');
  let dayOfLast = NaN;
  let dayKey = -1;

  return function parse(bytes, start, end) {
    let at = start;
    let stop = end;
    while (at < stop && bytes[at] === 32) at++;
    while (stop > at && bytes[stop - 1] === 32) stop--;
    if (isPlain && stop - at === 19) {
      const seconds = plainClock(bytes, at);
      // Most rows share their day with the row before; another day takes the long way, once.
      if (seconds >= 0 && plainDay(bytes, at) === dayKey) {
        const local = (dayOfLast * 86_400 + seconds) * 1e6;
        return local < earliestTime || local > latestTime ? local : zone.toUtc(local);
      }
    }
    let year = 1970;
    let month = 1;
    let day = 1;
    let hour = 0;
    let minute = 0;
    let seconds = 0;
    let micros = 0;
    let afternoon = -1;
    for (const step of steps) {
      if (step.part === '') {
        // A `T` between date and time is as good as a space.
        if (at >= stop || (bytes[at] !== step.literal && !(step.literal === 32 && bytes[at] === 84))) return NaN;
        at++;
        continue;
      }
      if (step.part === 'b' || step.part === 'B') {
        month = monthAt(bytes, at, stop);
        if (month === 0) return NaN;
        at += 3;
        while (at < stop && isLetter(bytes[at])) at++;
        continue;
      }
      if (step.part === 'p') {
        const part = chinesePartOfDay(bytes, at, stop);
        if (part >= 0) {
          afternoon = part;
          at += 6;
          continue;
        }
        const letter = bytes[at] | 32;
        if (at + 1 >= stop || (letter !== 97 && letter !== 112) || (bytes[at + 1] | 32) !== 109) return NaN;
        afternoon = letter === 112 ? 1 : 0;
        at += 2;
        continue;
      }
      let value = 0;
      let digits = 0;
      while (digits < step.digits && at < stop && isDigit(bytes[at])) {
        value = value * 10 + bytes[at] - 48;
        digits++;
        at++;
      }
      if (digits === 0 || (step.exact && digits < step.digits)) return NaN;
      switch (step.part) {
        case 'Y':
          year = value;
          break;
        case 'y':
          year = value < 69 ? 2000 + value : 1900 + value;
          break;
        case 'm':
          month = value;
          break;
        case 'd':
          day = value;
          break;
        case 'H':
          hour = value;
          break;
        case 'M':
          minute = value;
          break;
        case 'S':
          seconds = value;
          if (at < stop && (bytes[at] === 46 || bytes[at] === 44)) {
            let unit = 100_000;
            for (at++; at < stop && isDigit(bytes[at]); at++) {
              micros += (bytes[at] - 48) * unit;
              unit = Math.floor(unit / 10);
            }
          }
          break;
      }
    }
    if (twelveHours) {
      // 上午0:30 and 下午13:30 are written, too.
      if (hour > 23 || (hour < 1 && afternoon === 1)) return NaN;
      if (hour > 12) {
        if (afternoon === 0) return NaN;
      } else hour = (hour % 12) + (afternoon === 1 ? 12 : 0);
    }
    if (hour > 23 || minute > 59 || seconds > 60 || month < 1 || month > 12 || day < 1 || day > 31) return NaN;
    // Most rows share their day with the row before.
    const key = year * 512 + month * 32 + day;
    if (key !== dayKey) {
      const days = daysSince1970(year, month, day);
      if (days !== days) return NaN;
      dayOfLast = days;
      dayKey = key;
    }
    const local = (dayOfLast * 86_400 + hour * 3600 + minute * 60 + seconds) * 1e6 + micros;
    // The zone is not asked about years that no data is from: it would work out all the years between.
    if (at === stop) return local < earliestTime || local > latestTime ? local : zone.toUtc(local);
    const offset = offsetAt(bytes, at, stop);
    return local - offset * 1e6;
  };
}

/** The seconds of the day of `YYYY-MM-DD HH:MM:SS`; negative where it is not one, so that the long way decides. */
function plainClock(bytes: Uint8Array, at: number): number {
  if (bytes[at + 4] !== 45 || bytes[at + 7] !== 45 || bytes[at + 13] !== 58 || bytes[at + 16] !== 58) return -1;
  if (bytes[at + 10] !== 32 && bytes[at + 10] !== 84) return -1;
  const hour = plainPair(bytes, at + 11);
  const minute = plainPair(bytes, at + 14);
  const second = plainPair(bytes, at + 17);
  return hour > 23 || minute > 59 || second > 60 ? -1 : hour * 3600 + minute * 60 + second;
}

/** The day of `YYYY-MM-DD` as one number, the same as the long way's; NaN where it is not one. */
function plainDay(bytes: Uint8Array, at: number): number {
  const month = plainPair(bytes, at + 5);
  const day = plainPair(bytes, at + 8);
  // Beyond these a month would run into the next year's numbers.
  if (month > 12 || day > 31) return NaN;
  return (plainPair(bytes, at) * 100 + plainPair(bytes, at + 2)) * 512 + month * 32 + day;
}

/** Two digits, or a number that no part of a time is. */
function plainPair(bytes: Uint8Array, at: number): number {
  const tens = bytes[at] - 48;
  const ones = bytes[at + 1] - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : 1e9;
}

function compile(pattern: string): Step[] {
  const steps: Step[] = [];
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] !== '%') {
      // Literals are compared as UTF-8 bytes: 2026年5月1日.
      for (const literal of encoder.encode(pattern[i])) steps.push({ part: '', literal, digits: 0, exact: false });
      continue;
    }
    let letter = pattern[++i];
    // Fractions and offsets are read wherever they stand.
    if (letter === 'f' || letter === 'z' || letter === 'g') {
      if (letter === 'f' && steps.at(-1)?.literal === 46) steps.pop();
      continue;
    }
    if (letter === 'I') letter = 'H';
    if (!parts.includes(letter)) throw new Error(`the time pattern "${pattern}" has %${letter}, which is not supported`);
    // Names of months and parts of the day are words.
    const digits = 'bBp'.includes(letter) ? 0 : letter === 'Y' ? 4 : 2;
    steps.push({ part: letter, literal: 0, digits, exact: letter === 'Y' });
  }
  // Digits that touch the next part's digits have to be all there: %Y%m%d.
  steps.forEach((step, i) => {
    if (step.digits > 0 && (steps[i + 1]?.digits ?? 0) > 0) step.exact = true;
    if (step.digits > 0 && (steps[i - 1]?.digits ?? 0) > 0) step.exact = true;
  });
  return steps;
}

/** Seconds east of UTC, or NaN where the rest of the cell is no offset. */
function offsetAt(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  if (bytes[at] === 32) at++;
  if ((bytes[at] | 32) === 122 && at + 1 === end) return 0;
  if (end - at === 3 && bytes[at] === 85 && bytes[at + 1] === 84 && bytes[at + 2] === 67) return 0;
  const sign = bytes[at] === 43 ? 1 : bytes[at] === 45 ? -1 : 0;
  if (sign === 0) return NaN;
  let digits = '';
  for (at++; at < end; at++) {
    if (isDigit(bytes[at])) digits += bytes[at] - 48;
    else if (bytes[at] !== 58) return NaN;
  }
  if (digits.length !== 2 && digits.length !== 4) return NaN;
  return sign * (Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2) || 0) * 60);
}

/** NaN for a day that its month does not have. */
export function daysSince1970(year: number, month: number, day: number): number {
  const ms = Date.UTC(year, month - 1, day);
  return new Date(ms).getUTCDate() === day ? ms / 86_400_000 : NaN;
}

function plainNumber(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  let scale = 0;
  let digits = 0;
  for (let i = start; i < end; i++) {
    const digit = bytes[i] - 48;
    if (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      scale *= 10;
      digits++;
    } else if (bytes[i] === 46 && scale === 0) scale = 1;
    else if (bytes[i] !== 32) return NaN;
  }
  if (digits === 0 || digits > 17) return NaN;
  return scale > 1 ? value / scale : value;
}

const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

function monthAt(bytes: Uint8Array, at: number, end: number): number {
  if (at + 3 > end) return 0;
  return monthNames.indexOf(String.fromCharCode(bytes[at] | 32, bytes[at + 1] | 32, bytes[at + 2] | 32)) + 1;
}

/** 0 before noon, 1 after, -1 where there is none of these words, all of two characters. */
function chinesePartOfDay(bytes: Uint8Array, at: number, end: number): number {
  if (at + 6 > end || bytes[at] < 0xe0) return -1;
  for (const { word, afternoon } of partsOfDay) if (word.every((byte, i) => bytes[at + i] === byte)) return afternoon;
  return -1;
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}

function isLetter(byte: number): boolean {
  return (byte | 32) >= 97 && (byte | 32) <= 122;
}

const encoder = new TextEncoder();
const partsOfDay = [
  ...['上午', '凌晨', '早上', '早晨'].map((word) => ({ word: encoder.encode(word), afternoon: 0 })),
  ...['下午', '中午', '晚上', '傍晚'].map((word) => ({ word: encoder.encode(word), afternoon: 1 })),
];
