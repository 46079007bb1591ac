import { swapDayAndMonth } from '../dayMonth';
import type { TimeFormat } from '../roles';
import { earliestTime, latestTime, serialDays, timeParser } from './times';
import { utcZone } from './timeZone';

export interface TimeGuess {
  format: TimeFormat;
  /** Share of the texts that the format reads, 0 … 1. */
  share: number;
  /** The other reading that fits as well: day and month cannot be told apart. */
  alternative?: TimeFormat;
}

const dates = [
  '%Y-%m-%d',
  '%Y/%m/%d',
  '%Y.%m.%d',
  '%m/%d/%Y',
  '%d/%m/%Y',
  '%d-%m-%Y',
  '%m-%d-%Y',
  '%d.%m.%Y',
  '%m/%d/%y',
  '%d/%m/%y',
  '%d.%m.%y',
  '%y-%m-%d',
  '%d-%m-%y',
  '%y/%m/%d',
];
const namedDates = ['%d-%b-%Y', '%d-%b-%y', '%d %b %Y', '%b %d, %Y', '%b %d %Y', '%Y年%m月%d日', '%y年%m月%d日'];
const clocks = ['', ' %H:%M', ' %H:%M:%S', ' %I:%M %p', ' %I:%M:%S %p', '%H:%M', '%H:%M:%S'];
/** Behind dates as Chinese programs write them: 2026/5/1 下午 2:30, 2026年5月1日 下午2时30分. */
const chineseClocks = [' %p%I:%M', ' %p%I:%M:%S', ' %p %I:%M', ' %p %I:%M:%S', '%p%I:%M', '%p%I:%M:%S'];
const chineseDates = ['%Y-%m-%d', '%Y/%m/%d', '%Y.%m.%d', '%Y年%m月%d日'];
const chineseHours = ['%H时%M分', '%H时%M分%S秒', ' %H时%M分', ' %H时%M分%S秒', '%H点%M分'];

/** In order of preference where several fit alike; a slash is read month first, dots and dashes day first. */
const formats: readonly TimeFormat[] = [
  { kind: 'text', pattern: '%Y%m%d' },
  { kind: 'text', pattern: '%Y%m%d%H%M%S' },
  { kind: 'text', pattern: '%Y%m%d%H%M' },
  { kind: 'unix-seconds' },
  { kind: 'unix-milliseconds' },
  { kind: 'unix-microseconds' },
  ...[...dates, ...namedDates].flatMap((date) => clocks.map((clock): TimeFormat => ({ kind: 'text', pattern: date + clock }))),
  ...chineseDates.flatMap((date) => chineseClocks.map((clock): TimeFormat => ({ kind: 'text', pattern: date + clock }))),
  ...chineseHours.map((clock): TimeFormat => ({ kind: 'text', pattern: `%Y年%m月%d日${clock}` })),
];

const sampledTexts = 400;

/**
 * The time format that reads most of the texts; undefined where they are no times.
 * @param mayBeSerial the column is headed like a time, so that numbers like 45000.5 are a spreadsheet's days
 */
export function guessTime(texts: readonly string[], mayBeSerial = false): TimeGuess | undefined {
  const filled = texts.filter((text) => text.trim() !== '');
  // Spread over all of them: a file in order of time shows a day beyond the twelfth only later.
  const step = Math.max(1, filled.length / sampledTexts);
  const sample = Array.from({ length: Math.min(filled.length, sampledTexts) }, (_, i) => filled[Math.floor(i * step)]);
  if (sample.length === 0) return undefined;
  const encoded = sample.map((text) => encoder.encode(text));
  let best: { format: TimeFormat; fitting: number } | undefined;
  for (const format of formats) {
    const parse = timeParser(format, utcZone);
    let fitting = 0;
    for (const bytes of encoded) if (isPlausible(parse(bytes, 0, bytes.length), format, bytes.length)) fitting++;
    if (fitting > (best?.fitting ?? 0)) best = { format, fitting };
  }
  if (!best) return mayBeSerial ? serialGuess(sample) : undefined;
  const guess = { format: best.format, share: best.fitting / sample.length };
  if (best.format.kind !== 'text') return guess;
  const evidence = dayMonthEvidence(filled, best.format.pattern);
  if (!evidence) return guess;
  const swapped: TimeFormat = { kind: 'text', pattern: swapDayAndMonth(best.format.pattern) };
  if (evidence.fitsOther > evidence.fits) return { ...guess, format: swapped };
  return evidence.fits === 0 ? { ...guess, alternative: swapped } : guess;
}

function serialGuess(sample: readonly string[]): TimeGuess | undefined {
  const isSerial = (text: string) => /^\s*\d{5}(\.\d+)?\s*$/.test(text) && Number(text) >= serialDays.from && Number(text) <= serialDays.to;
  const share = sample.filter(isSerial).length / sample.length;
  return share >= 0.9 ? { format: { kind: 'excel-serial' }, share } : undefined;
}

/** How many dates only one order of day and month can read. */
export interface DayMonthEvidence {
  /** Dates that the pattern reads and its swap does not. */
  fits: number;
  /** Dates that only the swap reads, and the first of them: its position among the texts. */
  fitsOther: number;
  firstOther: number;
}

/** What the texts say of the order of day and month in a pattern; undefined where it has no such order to doubt. */
export function dayMonthEvidence(texts: readonly string[], pattern: string): DayMonthEvidence | undefined {
  const other = swapDayAndMonth(pattern);
  if (!formats.some((format) => format.kind === 'text' && format.pattern === other) || other === pattern) return undefined;
  const parse = timeParser({ kind: 'text', pattern }, utcZone);
  const parseOther = timeParser({ kind: 'text', pattern: other }, utcZone);
  const evidence: DayMonthEvidence = { fits: 0, fitsOther: 0, firstOther: -1 };
  texts.forEach((text, position) => {
    const bytes = encoder.encode(text);
    const reads = !Number.isNaN(parse(bytes, 0, bytes.length));
    if (reads === !Number.isNaN(parseOther(bytes, 0, bytes.length))) return;
    if (reads) evidence.fits++;
    else if (evidence.fitsOther++ === 0) evidence.firstOther = position;
  });
  return evidence;
}

/** Numbers are times only within the years that data is about: 8 digits can be an id. */
function isPlausible(ts: number, format: TimeFormat, length: number): boolean {
  if (!(ts >= earliestTime && ts < latestTime)) return false;
  if (format.kind === 'text') return !/^%Y%m%d/.test(format.pattern) || ts >= Date.UTC(1960, 0, 1) * 1000;
  const digits = { 'unix-seconds': 9, 'unix-milliseconds': 12, 'unix-microseconds': 15, 'excel-serial': 5 }[format.kind];
  return length >= digits && ts >= Date.UTC(1980, 0, 1) * 1000 && ts < Date.UTC(2070, 0, 1) * 1000;
}

const encoder = new TextEncoder();
