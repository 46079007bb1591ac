import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { guessTime } from '../../../src/lib/core/schema/parse/guessTime';
import { timeParser } from '../../../src/lib/core/schema/parse/times';
import { TimeZone } from '../../../src/lib/core/schema/parse/timeZone';
import type { TimeFormat } from '../../../src/lib/core/schema/roles';

const utc = new TimeZone('UTC');
const read = (text: string, format: TimeFormat, zone = utc) => {
  const bytes = new TextEncoder().encode(text);
  const time = timeParser(format, zone)(bytes, 0, bytes.length);
  return Number.isNaN(time) ? null : new Date(time / 1000).toISOString();
};
const guessed = (texts: string[], headedLikeTime = false) => {
  const guess = guessTime(texts, headedLikeTime);
  return guess && texts.map((text) => read(text, guess.format));
};

describe('a time', () => {
  it.each([
    ['offsets', ['2026-09-03 10:14:00 -0400', '2026-09-03T22:14:00+08:00', '2026-09-03T14:14:00Z'], '2026-09-03T14:14:00.000Z'],
    ['seconds', ['1788444840', '1788444840'], '2026-09-03T14:14:00.000Z'],
    ['milliseconds', ['1788444840000', '1788444840000'], '2026-09-03T14:14:00.000Z'],
    ['microseconds', ['1788444840000000', '1788444840000000'], '2026-09-03T14:14:00.000Z'],
    ['Chinese dates', ['2026年9月3日 14:14', '2026年09月03日 14:14'], '2026-09-03T14:14:00.000Z'],
    ['Chinese hours', ['2026年9月3日 14时14分', '2026年9月3日 14时14分'], '2026-09-03T14:14:00.000Z'],
    ['下午', ['2026/9/3 下午2:14', '2026/9/3 下午 2:14'.replace(' 2', '2')], '2026-09-03T14:14:00.000Z'],
    ['下午 with spaces', ['2026-9-3 下午 2:14:00', '2026-9-3 下午 02:14:00'], '2026-09-03T14:14:00.000Z'],
    ['two-digit years', ['3.9.26 14:14', '03.09.26 14:14'], '2026-09-03T14:14:00.000Z'],
    ['two-digit years first', ['26年9月3日 14:14', '26年9月3日 14:14'], '2026-09-03T14:14:00.000Z'],
  ])('is guessed from %s', (_what, texts, wanted) => {
    expect(guessed(texts)).toEqual(texts.map(() => wanted));
  });

  it('before noon and after it is told apart in Chinese', () => {
    const format: TimeFormat = { kind: 'text', pattern: '%Y/%m/%d %p%I:%M' };
    const day = (part: string, hour: string) => read(`2026/5/1 ${part}${hour}`, format)?.slice(11, 16) ?? null;
    expect([day('上午', '8:30'), day('上午', '12:10'), day('上午', '0:10'), day('中午', '12:10'), day('下午', '1:30'), day('下午', '13:30'), day('晚上', '11:59')]).toEqual(
      ['08:30', '00:10', '00:10', '12:10', '13:30', '13:30', '23:59'],
    ); // prettier-ignore
    expect([day('上午', '13:30'), day('下午', '0:10'), day('', '8:30'), day('下午', '24:00')]).toEqual([null, null, null, null]);
  });

  it('is a spreadsheet’s day only under a header that speaks of time', () => {
    expect(guessed(['46268.5930555556', '46269'], true)).toEqual(['2026-09-03T14:14:00.000Z', '2026-09-04T00:00:00.000Z']);
    expect(guessed(['46268.5930555556', '46269'])).toBeUndefined();
    // A price, a number of pieces and a postcode are no days.
    expect(guessed(['12.50', '99'], true)).toBeUndefined();
  });

  it('that does not occur is read with the offset from before, and one that occurs twice is the earlier', () => {
    const format: TimeFormat = { kind: 'text', pattern: '%Y-%m-%d %H:%M:%S' };
    const newYork = new TimeZone('America/New_York');
    expect(read('2026-03-08 02:30:00', format, newYork)).toBe('2026-03-08T07:30:00.000Z');
    expect(read('2026-11-01 01:30:00', format, newYork)).toBe('2026-11-01T05:30:00.000Z');
    const chatham = new TimeZone('Pacific/Chatham');
    expect(read('2026-04-05 03:00:00', format, chatham)).toBe('2026-04-04T13:15:00.000Z');
    expect(read('2026-05-01 08:30:00', { kind: 'excel-serial' }, chatham)).toBeNull();
    expect(read('46143.354166667', { kind: 'excel-serial' }, new TimeZone('Asia/Shanghai'))).toBe('2026-05-01T00:30:00.000Z');
  });
});

describe('the same file', () => {
  // The zone of the process is set before anything of it is loaded: in a page nobody can choose it.
  it('gives the same result whatever the zone of the machine', { timeout: 120_000 }, async () => {
    const script = fileURLToPath(new URL('./zoneProbe.ts', import.meta.url));
    const results = await Promise.all(
      ['UTC', 'Asia/Shanghai', 'America/New_York', 'Pacific/Chatham'].map(async (zone) => {
        const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script], { env: { ...process.env, TZ: zone } });
        return { zone, ...(JSON.parse(stdout) as { offset: number; events: unknown[]; preview: unknown }) };
      }),
    );
    // The probe ran in different zones, or it would prove nothing.
    expect(new Set(results.map(({ offset }) => offset)).size).toBe(4);
    for (const { events, preview } of results.slice(1))
      expect({ events, preview }).toEqual({ events: results[0].events, preview: results[0].preview });
    expect(results[0].events).toEqual([
      // Of the file's own zone, whatever the plan's is.
      { file: 'berlin', ts: '2026-03-29T01:30:00Z' },
      { file: 'berlin', ts: '2026-03-29T01:30:00Z' },
      { file: 'berlin', ts: '2026-10-25T00:30:00Z' },
      { file: 'berlin', ts: '2026-06-30T22:00:00Z' },
      // Of the plan's zone.
      { file: 'plan', ts: '2026-03-28T18:30:00Z' },
      { file: 'plan', ts: '2026-03-28T19:30:00Z' },
      { file: 'plan', ts: '2026-10-24T18:30:00Z' },
      { file: 'plan', ts: '2026-06-30T16:00:00Z' },
      { file: 'serial', ts: '2026-04-30T22:00:00Z' },
      { file: 'serial', ts: '2026-05-01T06:30:00Z' },
      { file: 'offset', ts: '2026-09-03T14:14:00Z' },
      { file: 'offset', ts: '2026-09-03T14:14:00Z' },
    ]);
  });
});
