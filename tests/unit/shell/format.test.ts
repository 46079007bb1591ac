import { describe, expect, it } from 'vitest';
import { createFormat, noValue, parseNumber, type FormatSettings } from '../../../src/lib/state/figures';

const shanghai: FormatSettings = { locale: 'zh-CN', timeZone: 'Asia/Shanghai', currency: 'CNY', numbers: 'full' };
const london: FormatSettings = { locale: 'en', timeZone: 'Europe/London', currency: 'GBP', numbers: 'full' };

it('writes a shop in London and one in Shanghai as their keepers would', () => {
  const en = createFormat(london);
  const zh = createFormat(shanghai);
  expect(en.money(1234.5)).toBe('£1,234.50');
  expect(zh.money(1234.5)).toBe('¥1,234.50');
  expect(en.count(20_013)).toBe('20,013');
  expect(createFormat({ ...shanghai, numbers: 'short' }).count(20_013)).toBe('2万');
  expect(createFormat({ ...london, numbers: 'short' }).count(12_345)).toBe('12.3K');
  expect(createFormat({ ...london, numbers: 'short' }).count(999)).toBe('999');
  expect(en.percent(0.1234)).toBe('12.3%');
  // What rounds to nothing has no sign.
  expect([en.fixed(-0.001, 2), en.percent(-0.0001), en.fixed(-0.01, 2)]).toEqual(['0.00', '0%', '-0.01']);
  expect(zh.bytes(48_211_000)).toMatch(/^48\s?MB$/);
});

it('shows an instant in the plan’s zone, and local text as it stands', () => {
  const zh = createFormat(shanghai);
  const en = createFormat(london);
  // 17:30 in London on 31 October is half past one the next day in Shanghai.
  expect(zh.date('2025-10-31T17:30:00Z')).toBe('2025年11月1日');
  expect(en.date('2025-10-31T17:30:00Z')).toBe('Oct 31, 2025');
  expect(en.dateTime('2011-12-09T12:50:00')).toBe('Dec 9, 2011, 12:50');
  expect(zh.until('2026-11-01T00:00:00')).toBe('2026年10月31日 24:00');
  expect(en.until('2026-03-01')).toBe('Feb 28, 2026 24:00');
  expect(en.until('2011-12-09T12:50:00')).toBe('Dec 9, 2011, 12:50');
  expect(zh.date('2011-12-09')).toBe('2011年12月9日');
  expect(en.date('not a date')).toBe('not a date');
});

it('writes durations in at most two units', () => {
  const en = createFormat(london);
  expect(en.duration(0.34)).toBe('0.3 sec');
  expect(en.duration(59.6)).toBe('1 min');
  expect(en.duration(125)).toBe('2 min 5 sec');
  expect(en.duration(7260)).toBe('2 hr 1 min');
});

it('says that there is no value instead of NaN or null', () => {
  const en = createFormat(london);
  for (const write of [en.number, en.count, en.axis, en.money, en.percent, en.bytes, en.duration, en.days]) {
    expect([write(null), write(undefined), write(NaN)]).toEqual([noValue, noValue, noValue]);
  }
  expect(en.date(null)).toBe(noValue);
});

describe('parseNumber', () => {
  it.each([
    ['1,234.5', 1234.5],
    [' 12 ', 12],
    ['１２３', 123],
    ['1.2万', 12_000],
    ['3亿', 300_000_000],
    ['2k', 2000],
    ['12%', 0.12],
    ['-0.5', -0.5],
    ['.5', 0.5],
  ])('reads %s', (text, number) => expect(parseNumber(text)).toBe(number));

  it.each(['', 'twelve', '1.2.3', '5 apples', '--3', 'Infinity'])('refuses %j', (text) => expect(parseNumber(text)).toBeUndefined());

  it('reads back whatever it wrote', () => {
    const en = createFormat(london);
    for (let value = -1e9; value < 1e9; value += 12_345_678.9) expect(parseNumber(en.number(value, 12))).toBeCloseTo(value, 6);
  });
});
