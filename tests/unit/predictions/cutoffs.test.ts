import { describe, expect, it } from 'vitest';
import { UserError } from '$lib/core/base/errors';
import { planCutoffs } from '$lib/core/predictions/cutoffs';

describe('cut-offs', () => {
  it('test June on what was known on 1 June, choose on May, and learn from the months before', () => {
    expect(planCutoffs('2025-01-01', '2026-07-01T00:00:00', 30)).toEqual({
      test: '2026-06-01T00:00:00',
      validation: '2026-05-02T00:00:00',
      train: ['2026-01-02T00:00:00', '2026-02-01T00:00:00', '2026-03-03T00:00:00', '2026-04-02T00:00:00'],
    });
  });

  it('let no outcome overlap another, and none reach past asOf', () => {
    for (const days of [1, 7, 14, 30, 60]) {
      const { train, validation, test } = planCutoffs('2025-01-01', '2026-03-01T00:00:00', days);
      const all = [...train, validation, test, '2026-03-01T00:00:00'].map((cutoff) => Date.parse(`${cutoff}Z`) / 86_400_000);
      expect(all.slice(1).map((end, i) => end - all[i])).toEqual(all.slice(1).map(() => days));
    }
  });

  it('say how long a question may be when the history is too short', () => {
    const ask = () => planCutoffs('2026-01-01', '2026-03-01T00:00:00', 30);
    expect(ask).toThrow(UserError);
    expect(ask).toThrow('The data covers 59 days; learning what happens within 30 days needs 120.');
    try {
      ask();
    } catch (error) {
      expect((error as UserError).code).toBe('propensity_history_too_short');
      const longest = Number((error as UserError).values.longest);
      expect(longest).toBeGreaterThan(0);
      expect(() => planCutoffs('2026-01-01', '2026-03-01T00:00:00', longest)).not.toThrow();
    }
  });
});
