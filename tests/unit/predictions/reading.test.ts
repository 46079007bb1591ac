import { describe, expect, it } from 'vitest';
import { mae, normalisedGini, rmse, spearman } from '$lib/core/predictions/amounts';
import { precisionRecallCurve, rocCurve } from '$lib/core/predictions/curves';
import { aucDifference, aucInterval } from '$lib/core/predictions/delong';
import { bestDepth, breakEvenChance, depthPoints, pointAtShare, profitOf, testedDepthPoints } from '$lib/core/predictions/depth';
import { spreadOf, stabilityIndex } from '$lib/core/predictions/drift';
import { concordance, doneBy } from '$lib/core/predictions/times';
import expected from '../../fixtures/reading-predictions.json';

describe('an audience by depth', () => {
  // Five people; two have the same chance.
  const chances = [0.2, 0.8, 0.1, 0.5, 0.5];
  const coupon = { costPerContact: 2, marginPerOutcome: 10 };

  it('goes down as far as a contact is expected to bring more than it costs', () => {
    const points = depthPoints(chances);
    expect(points.map(({ customers }) => customers)).toEqual([1, 3, 4, 5]);
    expect(points.map(({ threshold }) => threshold)).toEqual([0.8, 0.5, 0.2, 0.1]);
    expect(points[1].expected).toBeCloseTo(1.8, 12);
    // The fourth brings 2 and costs 2: the smaller of equals.
    expect(bestDepth(points, coupon)!.customers).toBe(3);
    expect(profitOf({ customers: 3, outcomes: 1.8 }, coupon)).toBeCloseTo(12, 12);
    expect(breakEvenChance(coupon)).toBe(0.2);
  });

  it('earns nothing from those who would have done it anyway, and may be worth nobody', () => {
    expect(bestDepth(depthPoints(chances), { ...coupon, anywayShare: 0.7 })!.customers).toBe(1);
    expect(bestDepth(depthPoints(chances), { ...coupon, anywayShare: 1 })).toBeNull();
    expect(breakEvenChance({ ...coupon, anywayShare: 1 })).toBe(Infinity);
    expect(bestDepth(depthPoints(chances), { costPerContact: 0, marginPerOutcome: 1 })!.customers).toBe(5);
    expect(bestDepth([], coupon)).toBeNull();
  });

  it('is held against what came of it, and against as many in the order of a baseline', () => {
    const points = testedDepthPoints(chances, [5, 1, 4, 3, 2], [0, 1, 0, 1, 0]);
    expect(points.map(({ happened, baseline }) => [happened, baseline])).toEqual([
      [1, 0],
      [2, 1],
      [2, 1],
      [2, 2],
    ]);
    expect(pointAtShare(points, 0.62)!.customers).toBe(3);
  });

  it('knows nobody without a chance, and stays small with many people', () => {
    expect(depthPoints([NaN, 0.5, NaN]).map(({ customers }) => customers)).toEqual([1]);
    const many = depthPoints(Float32Array.from({ length: 30_001 }, (_, i) => i / 30_001));
    expect(many).toHaveLength(200);
    expect(many.at(-1)!.customers).toBe(30_001);
  });
});

describe('what scikit-learn, lifelines and the definitions say', () => {
  for (const given of expected.cases) {
    it(`of AUC, its interval and its curves (${given.name})`, () => {
      const { ours, theirs, labels } = given;
      const close = (found: object, wanted: Record<string, number>) => {
        for (const [name, value] of Object.entries(wanted)) expect((found as Record<string, number>)[name], name).toBeCloseTo(value, 12);
      };
      close(aucInterval(ours, labels), given.auc);
      close(aucDifference(ours, theirs, labels), given.difference);
      const curves = [
        [rocCurve(ours, labels), given.roc],
        [precisionRecallCurve(ours, labels).slice(1), given.pr],
      ];
      for (const [found, wanted] of curves) {
        // Below the first threshold scikit-learn repeats itself where recall is complete.
        const distinct = wanted.slice(0, found.length);
        expect(found.length).toBeGreaterThan(5);
        found.forEach(([x, y], i) => {
          expect(x).toBeCloseTo(distinct[i][0], 12);
          expect(y).toBeCloseTo(distinct[i][1], 12);
        });
      }
    });
  }

  it('of an order against itself: no difference at all', () => {
    const { ours, labels } = expected.cases[0];
    expect(aucDifference(ours, ours, labels)).toEqual({ value: 0, low: 0, high: 0, z: 0 });
  });

  it('of drift', () => {
    const { then, now, value, same } = expected.psi;
    const column = { kind: 'number' as const, values: Float64Array.from(then, (each) => each ?? NaN) };
    const spread = spreadOf('spend', [column]);
    expect(stabilityIndex(spread, Float64Array.from(now))).toBeCloseTo(value, 10);
    expect(stabilityIndex(spread, column.values)).toBeCloseTo(same, 10);
    expect(value).toBeGreaterThan(0.25);
  });

  it('of texts a new value is a shift, the same ones are none', () => {
    const spread = spreadOf('country', [{ kind: 'text', values: ['CN', 'CN', 'DE', null] }]);
    expect(stabilityIndex(spread, ['DE', 'CN', null, 'CN'])).toBe(0);
    expect(stabilityIndex(spread, ['FR', 'FR', 'FR', 'FR'])).toBeGreaterThan(1);
  });

  it('of amounts', () => {
    const { predicted, actual, ...wanted } = expected.amounts;
    expect(rmse(predicted, actual)).toBeCloseTo(wanted.rmse, 10);
    expect(mae(predicted, actual)).toBeCloseTo(wanted.mae, 10);
    expect(spearman(predicted, actual)).toBeCloseTo(wanted.spearman, 12);
    expect(normalisedGini(predicted, actual)).toBeCloseTo(wanted.gini, 12);
    expect(normalisedGini(actual, actual)).toBe(1);
  });

  it('of times', () => {
    const { days, happened, expected: told, concordance: c, by } = expected.times;
    expect(concordance({ days, happened }, told)).toBeCloseTo(c, 12);
    expect(concordance({ days: [1, 2], happened: [0, 0] }, [1, 2])).toBe(0.5);
    const found = doneBy(
      { days, happened },
      by.map((each) => each.days),
    );
    by.forEach(({ share }, i) => expect(found[i]).toBeCloseTo(share, 12));
  });
});
