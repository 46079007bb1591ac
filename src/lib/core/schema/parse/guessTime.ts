import type { TimeFormat } from '../roles';
import { earliestTime, latestTime, timeParser } from './times';
import { TimeZone } from './timeZone';

export interface TimeGuess {
  format: TimeFormat;
  /** Share of the texts that the format reads, 0 … 1. */
  share: number;
  /** The other reading that fits as well: day and month cannot be told apart. */
  alternative?: TimeFormat;
}

const dates = ['%Y-%m-%d', '%Y/%m/%d', '%Y.%m.%d', '%m/%d/%Y', '%d/%m/%Y', '%d-%m-%Y', '%m-%d-%Y', '%d.%m.%Y', '%m/%d/%y', '%d/%m/%y'];
const namedDates = ['%d-%b-%Y', '%d %b %Y', '%b %d, %Y', '%b %d %Y', '%Y年%m月%d日'];
const clocks = ['', ' %H:%M', ' %H:%M:%S', ' %I:%M %p', ' %I:%M:%S %p', '%H:%M', '%H:%M:%S'];

/** In order of preference where several fit alike; a slash is read month first, dots and dashes day first. */
const formats: readonly TimeFormat[] = [
  { kind: 'text', pattern: '%Y%m%d' },
  { kind: 'text', pattern: '%Y%m%d%H%M%S' },
  { kind: 'text', pattern: '%Y%m%d%H%M' },
  { kind: 'unix-seconds' },
  { kind: 'unix-milliseconds' },
  ...[...dates, ...namedDates].flatMap((date) => clocks.map((clock): TimeFormat => ({ kind: 'text', pattern: date + clock }))),
];

/** The time format that reads most of the texts; undefined where they are no times. */
export function guessTime(texts: readonly string[]): TimeGuess | undefined {
  const sample = texts.filter((text) => text.trim() !== '').slice(0, 400);
  if (sample.length === 0) return undefined;
  const encoded = sample.map((text) => encoder.encode(text));
  const utc = new TimeZone('UTC');
  let best: { format: TimeFormat; fitting: number } | undefined;
  let alternative: TimeFormat | undefined;
  for (const format of formats) {
    const parse = timeParser(format, utc);
    let fitting = 0;
    for (const bytes of encoded) if (isPlausible(parse(bytes, 0, bytes.length), format, bytes.length)) fitting++;
    if (fitting === 0) continue;
    if (!best || fitting > best.fitting) {
      best = { format, fitting };
      alternative = undefined;
    } else if (fitting === best.fitting && isDayMonthSwap(format, best.format)) alternative = format;
  }
  return best && { format: best.format, share: best.fitting / sample.length, ...(alternative && { alternative }) };
}

/** Numbers are times only within the years that data is about: 8 digits can be an id. */
function isPlausible(ts: number, format: TimeFormat, length: number): boolean {
  if (!(ts >= earliestTime && ts < latestTime)) return false;
  if (format.kind === 'text') return !/^%Y%m%d/.test(format.pattern) || ts >= Date.UTC(1960, 0, 1) * 1000;
  const digits = format.kind === 'unix-seconds' ? 9 : 12;
  return length >= digits && ts >= Date.UTC(1980, 0, 1) * 1000 && ts < Date.UTC(2070, 0, 1) * 1000;
}

function isDayMonthSwap(a: TimeFormat, b: TimeFormat): boolean {
  if (a.kind !== 'text' || b.kind !== 'text') return false;
  return swapDayAndMonth(a.pattern) === b.pattern;
}

export function swapDayAndMonth(pattern: string): string {
  return pattern.replace(/%[dm]/g, (part) => (part === '%d' ? '%m' : '%d'));
}

const encoder = new TextEncoder();
