import { describe, expect, it } from 'vitest';
import { addDays, resolveAsOf } from '$lib/core/schema/asOf';
import type { Phrase } from '$lib/core/segments/phrase';
import { readBack } from '$lib/core/segments/readBack';

const asOf = '2026-06-01T00:00:00';

describe('reading a rule back', () => {
  it('gives a line for each condition, and lets "not" join its line', () => {
    const lines = readBack(
      {
        all: [
          { trait: 'daysSinceLastOrder', between: [60, 180] },
          { not: { any: [{ event: 'order_completed', atLeast: 2, withinDays: 30 }, { not: { not: { segment: 'champions' } } }] } },
          { not: { segment: 'lost' } },
        ],
      },
      { asOf },
    );
    expect(lines.map(({ path, depth, negated, phrase }) => [path, depth, negated, phrase.say])).toEqual([
      ['', 0, false, 'segments_say_all'],
      ['all.0', 1, false, 'segments_say_trait'],
      ['all.1.not', 1, true, 'segments_say_any'],
      ['all.1.not.any.0', 2, false, 'segments_say_event'],
      ['all.1.not.any.1.not.not', 2, false, 'segments_say_segment'],
      ['all.2.not', 1, true, 'segments_say_segment'],
    ]);
    const days = { trait: 'daysSinceLastOrder' };
    expect(lines[1].phrase.gaps).toEqual({
      trait: { is: 'trait', value: 'daysSinceLastOrder' },
      comparison: {
        is: 'phrase',
        phrase: {
          say: 'segments_say_between',
          gaps: { low: { is: 'number', value: 60, as: days }, high: { is: 'number', value: 180, as: days } },
        },
      },
    });
  });

  it('says how often as a person would', () => {
    const said = (times: { atLeast?: number; atMost?: number }) => {
      const [{ phrase }] = readBack({ event: 'order_completed', ...times }, { asOf });
      const { say, gaps = {} } = (phrase.gaps!.times as { phrase: Phrase }).phrase;
      return [say.replace('segments_say_times_', ''), ...Object.values(gaps).map((gap) => 'value' in gap && gap.value)];
    };
    expect(said({})).toEqual(['once']);
    expect(said({ atLeast: 0 })).toEqual(['any']);
    expect(said({ atMost: 0 })).toEqual(['never']);
    expect(said({ atMost: 3 })).toEqual(['atMost', 3]);
    expect(said({ atLeast: 2, atMost: 2 })).toEqual(['exactly', 2]);
    expect(said({ atLeast: 2, atMost: 4 })).toEqual(['between', 2, 4]);
  });
});

describe('asOf', () => {
  const resolve = (plan: string, timeZone: string, lastEvent = '2026-05-31T16:30:00.000Z') =>
    resolveAsOf({ asOf: plan, timeZone }, { lastEvent });

  it('latest is the midnight after the local day of the last event', () => {
    expect(resolve('latest', 'UTC')).toBe('2026-06-01T00:00:00');
    // Half past midnight in Shanghai is already the first of June.
    expect(resolve('latest', 'Asia/Shanghai')).toBe('2026-06-02T00:00:00');
    expect(resolve('latest', 'America/New_York')).toBe('2026-06-01T00:00:00');
  });

  it('a date is local, and an instant the beginning of its local day', () => {
    expect(resolve('2026-03-01', 'Asia/Shanghai')).toBe('2026-03-01T00:00:00');
    expect(resolve('2026-02-28T16:00:00Z', 'Asia/Shanghai')).toBe('2026-03-01T00:00:00');
    expect(resolve('2026-02-28T15:59:59Z', 'Asia/Shanghai')).toBe('2026-02-28T00:00:00');
    expect(resolve('2026-03-01T00:00:00+08:00', 'UTC')).toBe('2026-02-28T00:00:00');
  });

  it('is nothing without data, and refused where it is no time', () => {
    expect(resolveAsOf({ asOf: 'latest', timeZone: 'UTC' }, null)).toBeNull();
    // Customers alone have no last day; whoever signed up is there, and a date that was chosen counts.
    const alone = { lastEvent: null, users: 3 };
    expect(resolveAsOf({ asOf: 'latest', timeZone: 'UTC' }, alone)).toBe('2100-01-01T00:00:00');
    expect(resolveAsOf({ asOf: '2026-05-01', timeZone: 'UTC' }, alone)).toBe('2026-05-01T00:00:00');
    expect(resolveAsOf({ asOf: 'latest', timeZone: 'UTC' }, { lastEvent: null, users: 0 })).toBeNull();
    for (const wrong of ['yesterday', '2026-02-30', '2026-13-01', '2026-05-01T10:00:00'])
      expect(() => resolve(wrong, 'UTC')).toThrow(expect.objectContaining({ code: 'as_of_invalid' }));
  });

  it('counts days over month ends and leap years', () => {
    expect(addDays('2024-03-01', -1)).toBe('2024-02-29');
    expect(addDays('2025-12-31', 1)).toBe('2026-01-01');
  });
});
