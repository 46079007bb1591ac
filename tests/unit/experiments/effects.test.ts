import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Random } from '$lib/core/base/random';
import { bayesianRates } from '$lib/core/experiments/bayes';
import { cupedEffect } from '$lib/core/experiments/cuped';
import { sumsOf } from '$lib/core/experiments/effect';
import { meanEffect, ratioEffect, ratioSumsOf } from '$lib/core/experiments/means';
import { peopleNeeded, powerOf, smallestEffect } from '$lib/core/experiments/power';
import { proportionEffect, type ArmCounts } from '$lib/core/experiments/proportions';
import { sampleRatio } from '$lib/core/experiments/sampleRatio';
import { levelTogether, pTogether } from '$lib/core/experiments/together';
import { alwaysValid } from '$lib/core/experiments/sequential';
import reference from '../../fixtures/experiments.json';

const counts = ([people, did]: number[]): ArmCounts => ({ people, did });
const cookieCats = new URL('../../../../shared/data/cookie-cats/cookie_cats.csv', import.meta.url);

describe('effects are those of SciPy and statsmodels', () => {
  it('of proportions: Newcombe’s interval, the pooled z test', () => {
    for (const { control, treated, low, high, p } of reference.proportions) {
      const effect = proportionEffect(counts(control), counts(treated));
      expect(effect.low).toBeCloseTo(low, 12);
      expect(effect.high).toBeCloseTo(high, 12);
      expect(effect.p / p).toBeCloseTo(1, 9);
    }
  });

  it('of three arms beside one control: intervals and p that hold together', () => {
    const { people, did, p, intervals } = reference.together;
    const arm = (at: number) => ({ people: people[at], did: did[at] });
    intervals.forEach(([low, high], i) => {
      const effect = proportionEffect(arm(0), arm(i + 1), levelTogether(0.95, 3));
      expect([effect.low, effect.high]).toEqual([expect.closeTo(low, 10), expect.closeTo(high, 10)]);
      expect(pTogether(effect.p, 3)).toBeCloseTo(p[i], 9);
    });
    expect(levelTogether(0.95, 1)).toBe(0.95);
  });

  it('of means: Welch’s', () => {
    const { control, treated, p, low, high } = reference.means;
    const effect = meanEffect(sumsOf(control), sumsOf(treated));
    expect(effect.p).toBeCloseTo(p, 10);
    expect([effect.low, effect.high]).toEqual([expect.closeTo(low, 8), expect.closeTo(high, 8)]);
  });

  it('of ratios of sums: the delta method', () => {
    const { money, orders, difference, error, p } = reference.ratios;
    const [control, treated] = [0, 1].map((arm) => ratioSumsOf(money[arm], orders[arm]));
    const effect = ratioEffect(control, treated);
    expect(effect.difference).toBeCloseTo(difference, 9);
    expect((effect.high - effect.low) / 2 / 1.959963984540054 / error).toBeCloseTo(1, 9);
    expect(effect.p).toBeCloseTo(p, 9);
  });

  it('with what was known before: the slope of a regression', () => {
    const { before, after, controls, theta, explained, difference, p } = reference.cuped;
    const arm = (from: number, to?: number) => ({ before: before.slice(from, to), after: after.slice(from, to) });
    const effect = cupedEffect(arm(0, controls), arm(controls));
    expect(effect.theta).toBeCloseTo(theta, 9);
    expect(effect.explained).toBeCloseTo(explained, 9);
    expect(effect.difference).toBeCloseTo(difference, 9);
    expect(effect.p / p).toBeCloseTo(1, 6);
  });

  it('in Bayes’ way, with Jeffreys’ prior', () => {
    for (const { control, treated, better, lossIfControl, lossIfTreated } of reference.bayes) {
      const rates = bayesianRates(counts(control), counts(treated));
      expect(rates.better).toBeCloseTo(better, 8);
      // Those are means of four million draws.
      expect(rates.lossIfControl).toBeCloseTo(lossIfControl, 4);
      expect(rates.lossIfTreated).toBeCloseTo(lossIfTreated, 4);
    }
  });

  it('of a split that is not what was asked for', () => {
    const { people, chiSquare, p } = reference.sampleRatio;
    const found = sampleRatio(people, [1, 1]);
    expect(found.chiSquare).toBeCloseTo(chiSquare, 8);
    expect(found.p / p).toBeCloseTo(1, 8);
    expect(found.alarms).toBe(true);
    expect(sampleRatio([900, 100], [90, 10]).alarms).toBe(false);
  });

  it('of power: people, effect and chance fit together', () => {
    for (const { power, people, ...question } of reference.power) {
      expect(powerOf(question, people)).toBeCloseTo(power, 8);
      const needed = peopleNeeded(question, power);
      expect(Math.abs(needed - people)).toBeLessThanOrEqual(1);
      if (question.effect > 0) expect(smallestEffect(question, people, power)).toBeCloseTo(question.effect, 8);
    }
    expect(peopleNeeded({ rate: 0.1, effect: 0, controlShare: 0.5 })).toBe(Infinity);
    expect(smallestEffect({ rate: 0.999, controlShare: 0.5 }, 20)).toBeNull();
  });
});

describe.skipIf(!existsSync(cookieCats))('Cookie Cats (skipped where ../shared/data/cookie-cats is missing)', () => {
  it('comes to the published p of retention after a week, and of the split', () => {
    const arms = { gate_30: { people: 0, did: 0 }, gate_40: { people: 0, did: 0 } };
    const [header, ...lines] = readFileSync(cookieCats, 'utf8').trim().split(/\r?\n/);
    const [version, week] = ['version', 'retention_7'].map((name) => header.split(',').indexOf(name));
    for (const line of lines) {
      const cells = line.split(',');
      const arm = arms[cells[version] as keyof typeof arms];
      arm.people++;
      if (cells[week].toLowerCase() === 'true') arm.did++;
    }
    const effect = proportionEffect(arms.gate_30, arms.gate_40);
    expect(effect.p.toFixed(4)).toBe('0.0016');
    expect(effect.difference.toFixed(4)).toBe('-0.0082');
    expect([effect.low, effect.high].map((each) => each.toFixed(4))).toEqual(['-0.0133', '-0.0031']);
    expect(sampleRatio([arms.gate_30.people, arms.gate_40.people], [1, 1]).p.toFixed(4)).toBe('0.0086');
  });
});

describe('an interval that may be looked at every day', () => {
  const looks = [200, 400, 800, 1200, 1600, 2400, 3200, 4800];

  /** How often an effect of nothing is taken for one at any look, in experiments without an effect. */
  function falseAlarms(isSeen: (difference: number, error: number, people: number) => boolean): number {
    const experiments = 400;
    let alarms = 0;
    for (let experiment = 0; experiment < experiments; experiment++) {
      const random = new Random(experiment);
      const sums = [0, 0];
      let person = 0;
      for (const people of looks) {
        for (; person < people; person++) sums[person % 2] += random.uniform() < 0.2 ? 1 : 0;
        const [p0, p1] = sums.map((sum) => sum / (people / 2));
        const error = Math.sqrt((p0 * (1 - p0) + p1 * (1 - p1)) / (people / 2));
        if (isSeen(p1 - p0, error, people)) {
          alarms++;
          break;
        }
      }
    }
    return alarms / experiments;
  }

  it('alarms falsely in at most 5 % of experiments over all looks, where an ordinary one does far more often', () => {
    const always = falseAlarms((difference, error, people) => alwaysValid({ difference }, error, people, 2000).p < 0.05);
    const ordinary = falseAlarms((difference, error) => Math.abs(difference / error) > 1.96);
    expect(always).toBeLessThanOrEqual(0.05);
    expect(ordinary).toBeGreaterThan(0.1);
  });

  it('is wider than the ordinary one, and leaves out 0 exactly where p is below 1 − level', () => {
    for (const difference of [0.01, 0.03, 0.045, 0.06]) {
      const { low, high, p } = alwaysValid({ difference }, 0.012, 3000, 2000);
      expect(high - difference).toBeGreaterThan(1.96 * 0.012);
      expect(difference - low).toBeCloseTo(high - difference, 12);
      expect(p < 0.05).toBe(low > 0);
    }
  });
});
