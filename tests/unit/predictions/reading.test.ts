import { describe, expect, it } from 'vitest';
import { mae, normalisedGini, rmse, spearman } from '$lib/core/predictions/amounts';
import { precisionRecallCurve, rocCurve } from '$lib/core/predictions/curves';
import { aucDifference, aucInterval } from '$lib/core/predictions/delong';
import { bestDepth, breakEvenChance, depthPoints, pointAtShare, profitOf, testedDepthPoints } from '$lib/core/predictions/depth';
import { forecastOf } from '$lib/core/predictions/forecast';
import { spreadOf, stabilityIndex } from '$lib/core/predictions/drift';
import { concordance, doneBy } from '$lib/core/predictions/times';
import { byHazard, dayOfMedian } from '$lib/core/predictions/hazard';
import { logistic } from '$lib/core/predictions/learners/logistic';
import type { LabeledRows } from '$lib/core/predictions/learners/learner';
import { ridge } from '$lib/core/math/linear/ridge';
import { resolveOptions } from '$lib/core/base/options';
import { quietContext } from '$lib/core/base/run';
import { openNodeTensors } from '$lib/platform/node/tensors';
import { toolsOf } from '../../support/tools';
import expected from '../../fixtures/reading-predictions.json';

describe('an audience by depth', () => {
  // Five people; two have the same chance.
  const chances = [0.2, 0.8, 0.1, 0.5, 0.5];
  const coupon = { costPerContact: 2, marginPerOutcome: 10 };

  it('goes down as far as a contact is expected to bring more than it costs', () => {
    const points = depthPoints(chances);
    expect(points.map(({ customers }) => customers)).toEqual([1, 3, 4, 5]);
    expect(points.map(({ threshold }) => threshold)).toEqual([0.8, 0.5, 0.2, 0.1]);
    expect(depthPoints(Float32Array.of(0.123456, 0.123411)).map(({ threshold }) => threshold)).toEqual([0.12345, 0.1]);
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

  it('says whom to address, and what came of the same advice', () => {
    // A hundred people of each chance; of the test's surest 70 came and not 90.
    const likely = Float64Array.from({ length: 300 }, (_, i) => [0.9, 0.5, 0.1][Math.floor(i / 100)]);
    const cameOf = (most: number) => Float64Array.from(likely, (_, i) => (i % 100 < [most, 50, 10][Math.floor(i / 100)] ? 1 : 0));
    const section = { today: depthPoints(likely), test: testedDepthPoints(likely, likely, cameOf(70)) };
    const { now, then, breakEven } = forecastOf(section, { costPerContact: 6, marginPerOutcome: 10 });
    expect(breakEven).toBe(0.6);
    // 90 ± 1.96 √(100 · 0.9 · 0.1), bounds rounded outwards.
    expect(now).toMatchObject({ customers: 100, range: { low: 84, high: 96 }, isEverybody: false });
    expect(now!.expected).toBeCloseTo(90, 9);
    expect(now!.profit).toBeCloseTo(300, 9);
    expect(then).toMatchObject({ customers: 100, share: 1 / 3, happened: 70, profit: 100, came: 'fewer' });
    const cameAsSaid = { ...section, test: testedDepthPoints(likely, likely, cameOf(88)) };
    expect(forecastOf(cameAsSaid, { costPerContact: 6, marginPerOutcome: 10 }).then!.came).toBe('as-expected');
    expect(forecastOf(section, { costPerContact: 10, marginPerOutcome: 10 })).toEqual({ now: null, then: null, breakEven: 1 });
    // A report from before the deviations were kept says no range.
    const older = { today: section.today.map(({ deviation: _, ...point }) => point), test: section.test };
    expect(forecastOf(older, { costPerContact: 0, marginPerOutcome: 10 }).now).toMatchObject({
      customers: 300,
      range: null,
      isEverybody: true,
    });
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

  it('of many rows a part is looked at, and the ends of a curve stay', () => {
    const many = Float64Array.from({ length: 250_001 }, (_, i) => (i * 7919) % 1000);
    const spread = spreadOf('spend', [{ kind: 'number', values: many }]);
    expect(stabilityIndex(spread, many)).toBe(0);
    spread.shares.forEach((share) => expect(share).toBeCloseTo(0.1, 2));
    const labels = many.map((value, i) => (value > 500 && i % 3 ? 1 : 0));
    const roc = rocCurve(many, labels);
    expect(roc.length).toBeLessThan(125);
    expect([roc[0], roc.at(-1)]).toEqual([
      [0, 0],
      [1, 1],
    ]);
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

  it('of a straight line with a penalty', () => {
    const { values, targets, weights, intercept } = expected.ridge;
    const found = ridge(values.flat(), 3, targets, 10);
    found.weights.forEach((weight, i) => expect(weight).toBeCloseTo(weights[i], 10));
    expect(found.intercept).toBeCloseTo(intercept, 10);
  });

  it('tells the day on which half have done it, and none that is years ahead', () => {
    expect([0, 0.4, 1, 1.2, 30].map((days) => dayOfMedian('2026-11-01T00:00:00', days))).toEqual([
      '2026-11-01',
      '2026-11-01',
      '2026-11-01',
      '2026-11-02',
      '2026-11-30',
    ]);
    expect(dayOfMedian('2026-11-01T00:00:00', 3650)).toBeNull();
  });

  it('of times that hazards tell: with nothing to go by, the life table itself', async () => {
    const { days, happened } = expected.times;
    const values = new Float32Array(days.length).map((_, i) => (i % 2 ? 1 : -1));
    const rows: LabeledRows = {
      inputs: { rows: days.length, columns: 1, values },
      labels: { kind: 'duration', days: Float64Array.from(days), happened: Uint8Array.from(happened) },
    };
    const learner = byHazard(logistic, 60);
    const tools = toolsOf(openNodeTensors);
    const options = resolveOptions(logistic.id, logistic.options, { regularization: 1e-4 });
    const { state } = await learner.fit({ train: rows, validation: rows }, options, 1, tools, quietContext());
    const said = await learner.predictAll!(state, rows.inputs, tools, quietContext());
    // Both kinds of customers together: their difference is learnt, their mean is the table's, whose periods are of five days.
    const table = lifeTable(days, happened, 5);
    const mean = (chances: Float32Array) => chances.reduce((sum, chance) => sum + chance, 0) / chances.length;
    expect(mean(said.withinAll)).toBeCloseTo(table(60), 2);
    expect(mean(said.within30)).toBeCloseTo(table(30), 2);
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

/** The share that did it by a day, where who is watched until some day of a period is watched to its end. */
function lifeTable(days: number[], happened: number[], length: number): (day: number) => number {
  const periodOf = (day: number) => Math.ceil(day / length);
  return (until) => {
    let still = 1;
    for (let period = 1; period <= until / length; period++) {
      const atRisk = days.filter((day) => periodOf(day) >= period).length;
      const did = days.filter((day, i) => periodOf(day) === period && happened[i]).length;
      still *= 1 - did / atRisk;
    }
    return 1 - still;
  };
}
