import { describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { Random } from '$lib/core/base/random';
import { proportionEffect } from '$lib/core/experiments/proportions';
import { levelTogether } from '$lib/core/experiments/together';
import { measureTrial } from '$lib/core/results/measure';
import { resultText } from '$lib/core/results/resultText';
import type { Trial } from '$lib/core/results/trial';

/** Two coupons beside those who got none; of each arm so many people and so many buyers. */
function campaign(arms: { id: string; people: number; bought: number }[]): Trial {
  const armOf = Uint8Array.from(arms.flatMap(({ people }, arm) => Array.from({ length: people }, () => arm)));
  const values = Float64Array.from(arms.flatMap(({ people, bought }) => Array.from({ length: people }, (_, i) => Number(i < bought))));
  return {
    people: {
      campaign: 'coupons',
      ids: [...armOf.keys()].map(String),
      arms: arms.map(({ id }) => id),
      armOf,
      from: new Float64Array(armOf.length),
      shares: null,
    },
    metrics: [{ id: 'ordered', kind: 'share', isMoney: false, values }],
    currency: null,
    windowDays: null,
    span: null,
    findings: [],
  };
}
const measured = (bought: number[]) =>
  measureTrial(
    campaign(['control', 'tenth', 'fifth'].slice(0, bought.length).map((id, i) => ({ id, people: 1000, bought: bought[i] }))),
    {},
    quietContext(),
  );

describe('several coupons beside one control', () => {
  it('hold together: each interval is wider than it would be alone', async () => {
    const [alone, both] = [await measured([100, 128]), await measured([100, 128, 101])];
    expect([alone.eachLevel, both.eachLevel]).toEqual([0.95, 0.975]);
    const [one, two] = [alone, both].map(({ results }) => results[0]);
    expect([one.verdict.code, two.verdict.code]).toEqual(['more', 'unseen']);
    expect(one.verdict.low).toBeGreaterThan(0);
    // What is called unseen never stands beside an interval above zero.
    expect(two.verdict.low).toBeLessThan(0);
    expect(two.metrics[0].adjustedP).toBeCloseTo(2 * one.metrics[0].adjustedP, 12);
    expect(resultText(both)).toContain('95 % intervals (97.5 % each, so that they hold for all 2 arms together)');
  });

  it('are said to do something exactly where the interval leaves out zero', async () => {
    const random = new Random(5);
    for (let i = 0; i < 15; i++) {
      const { results } = await measured([100, 80 + random.below(70), 80 + random.below(70)]);
      for (const { verdict } of results) expect(verdict.code).toBe(verdict.low > 0 ? 'more' : verdict.high < 0 ? 'fewer' : 'unseen');
    }
  });

  it('are wrong about one of the two in no more than 5 % of campaigns in which neither does anything', () => {
    const random = new Random(11);
    const draw = () => ({ people: 1000, did: Array.from({ length: 1000 }, () => random.uniform()).filter((each) => each < 0.1).length });
    const wrongAt = (level: number) => {
      let wrong = 0;
      for (let campaign = 0; campaign < 1000; campaign++) {
        const control = draw();
        const effects = [draw(), draw()].map((arm) => proportionEffect(control, arm, level));
        if (effects.some(({ low, high }) => low > 0 || high < 0)) wrong++;
      }
      return wrong / 1000;
    };
    expect(wrongAt(levelTogether(0.95, 2))).toBeLessThan(0.06);
    expect(wrongAt(0.95)).toBeGreaterThan(0.07);
  });
});
