import { describe, expect, it } from 'vitest';
import { Random } from '$lib/core/base/random';
import { looksOf } from '$lib/core/results/looks';
import type { Trial } from '$lib/core/results/trial';

/** A campaign of 600 people, half of them held out, who buy with a chance over thirty days, the earlier the likelier. */
function campaign(seed: number, chances: [control: number, treated: number]) {
  const random = new Random(seed);
  const people = 600;
  const firstDay = Int32Array.from({ length: people }, (_, person) =>
    random.uniform() < chances[person % 2] ? Math.min(29, Math.floor(random.exponential(1 / 9))) : -1,
  );
  const rows = [0, 1].map((arm) => Int32Array.from({ length: people / 2 }, (_, i) => 2 * i + arm));
  return looksOf({ firstDay, windowDays: 30 } as Trial, rows[0], rows[1], 0.95);
}

describe('looking at a campaign every day', () => {
  const campaigns = 300;

  it('takes luck for an effect in at most 5 of 100 campaigns over all days, where the ordinary interval does far more often', () => {
    const alarms = { always: 0, once: 0 };
    for (let seed = 0; seed < campaigns; seed++) {
      const looks = campaign(seed, [0.3, 0.3]);
      if (looks.some(({ low, high }) => low > 0 || high < 0)) alarms.always++;
      if (looks.some(({ onceLow, onceHigh }) => onceLow > 0 || onceHigh < 0)) alarms.once++;
    }
    expect(alarms.always / campaigns).toBeLessThanOrEqual(0.05);
    expect(alarms.once / campaigns).toBeGreaterThan(0.1);
  });

  it('still sees an effect that is there', () => {
    let seen = 0;
    for (let seed = 0; seed < 100; seed++) if (campaign(seed, [0.2, 0.4]).at(-1)!.low > 0) seen++;
    expect(seen).toBeGreaterThan(80);
  });

  it('has nothing to say before somebody has bought, or without dates', () => {
    expect(campaign(1, [0, 0])).toEqual([]);
    expect(looksOf({ windowDays: null } as Trial, new Int32Array(1), new Int32Array(1), 0.95)).toEqual([]);
  });
});
