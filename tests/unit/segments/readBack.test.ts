import { describe, expect, it } from 'vitest';
import { addDays, resolveAsOf } from '$lib/core/schema/asOf';
import { readBack, timesOf } from '$lib/core/segments/readBack';
import { windowOf } from '$lib/core/segments/window';

const asOf = '2026-06-01T00:00:00';

describe('reading a rule back', () => {
  it('gives a line for each condition, with absolute dates, and lets "not" join its line', () => {
    const lines = readBack(
      {
        all: [
          { trait: 'daysSinceLastOrder', between: [60, 180] },
          { not: { any: [{ event: 'order_completed', atLeast: 2, withinDays: 30 }, { not: { not: { segment: 'champions' } } }] } },
        ],
      },
      asOf,
    );
    expect(lines).toEqual([
      { path: '', depth: 0, negated: false, kind: 'all', conditions: 2 },
      { path: 'all.0', depth: 1, negated: false, kind: 'trait', trait: 'daysSinceLastOrder', operator: 'between', operands: [60, 180] },
      { path: 'all.1.not', depth: 1, negated: true, kind: 'any', conditions: 2 },
      {
        path: 'all.1.not.any.0',
        depth: 2,
        negated: false,
        kind: 'event',
        event: 'order_completed',
        times: { kind: 'atLeast', times: 2 },
        window: { from: '2026-05-02T00:00:00', to: asOf, days: 30 },
        where: [],
      },
      { path: 'all.1.not.any.1.not.not', depth: 2, negated: false, kind: 'segment', segment: 'champions' },
    ]);
  });

  it('says how often as a person would', () => {
    expect(timesOf({})).toEqual({ kind: 'once-or-more' });
    expect(timesOf({ atLeast: 0 })).toEqual({ kind: 'any' });
    expect(timesOf({ atMost: 0 })).toEqual({ kind: 'never' });
    expect(timesOf({ atMost: 3 })).toEqual({ kind: 'atMost', times: 3 });
    expect(timesOf({ atLeast: 2, atMost: 2 })).toEqual({ kind: 'exactly', times: 2 });
    expect(timesOf({ atLeast: 2, atMost: 4 })).toEqual({ kind: 'between', low: 2, high: 4 });
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
    for (const wrong of ['yesterday', '2026-02-30', '2026-13-01', '2026-05-01T10:00:00'])
      expect(() => resolve(wrong, 'UTC')).toThrow(expect.objectContaining({ code: 'as_of_invalid' }));
  });

  it('counts days over month ends and leap years', () => {
    expect(addDays('2024-03-01', -1)).toBe('2024-02-29');
    expect(addDays('2025-12-31', 1)).toBe('2026-01-01');
    expect(windowOf({ withinDays: 366 }, '2025-01-01T00:00:00')).toEqual({ from: '2024-01-01T00:00:00', to: '2025-01-01T00:00:00' });
    expect(windowOf({ from: '0001-01-01', to: '9999-12-31' }, asOf)).toEqual({ from: '0001-01-01T00:00:00', to: asOf });
    expect(windowOf({ to: '2026-05-30' }, asOf)).toEqual({ from: null, to: '2026-05-31T00:00:00' });
  });
});
