import { describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { beforeAfter, ljungBox } from '$lib/core/experiments/beforeAfter';
import { differenceInDifferences } from '$lib/core/experiments/differenceInDifferences';
import { displacement } from '$lib/core/experiments/displacement';
import { simplexWeights, syntheticControl } from '$lib/core/experiments/syntheticControl';
import { leastSquares } from '$lib/core/math/leastSquares';
import { cochran } from '$lib/core/results/strataEffects';
import reference from '../../fixtures/results.json';

const refused = (code: string) => expect.objectContaining({ name: 'UserError', code });

describe('before and after, as statsmodels has it', () => {
  const { values, firstDay, effects, ljungBox: box, placebo, short } = reference.beforeAfter;
  const stretches = reference.beforeAfter.stretches.map(([id, from, to]) => ({ id: String(id), from: Number(from), to: Number(to) }));
  const found = beforeAfter(Float64Array.from(values), firstDay, stretches);

  it('takes trend, week and year off, with errors that remember the day before (GLSAR)', () => {
    effects.forEach((wanted, i) => {
      const { perDay, low, high, p } = found.effects[i];
      expect(perDay).toBeCloseTo(wanted.perDay, 8);
      expect([low, high]).toEqual([expect.closeTo(wanted.low, 8), expect.closeTo(wanted.high, 8)]);
      expect(p).toBeCloseTo(wanted.p, 9);
    });
    // Twelve a day were planted, and five fewer in the three weeks after; days that go together make both less sure.
    expect(Math.abs(found.effects[0].perDay - 12)).toBeLessThan(3);
    expect(found.effects[1].high).toBeLessThan(0);
    expect(found.effects[0].total).toBeCloseTo(21 * found.effects[0].perDay, 9);
  });

  it('tests what it assumes: errors that go together, and an effect where nothing happened', () => {
    expect(found.assumptions.independence.q).toBeCloseTo(box.q, 8);
    expect(found.assumptions.independence.p).toBeCloseTo(box.p, 12);
    expect(found.assumptions.placebo!.perDay).toBeCloseTo(placebo.perDay, 8);
    expect(found.assumptions.placebo!.p).toBeCloseTo(placebo.p, 8);
    expect(ljungBox(Float64Array.from([1, -1, 1, -1, 1, -1, 1, -1]), 1).p).toBeLessThan(0.05);
  });

  it('leaves the year out where none lies before', () => {
    const late = beforeAfter(Float64Array.from(values.slice(short.from)), firstDay + short.from, stretches);
    expect([found.hasYear, late.hasYear]).toEqual([true, false]);
    expect(late.effects[0].perDay).toBeCloseTo(short.perDay, 8);
    expect(late.effects[0].p).toBeCloseTo(short.p, 8);
  });

  it('refuses too short a history, and days that the data does not have', () => {
    const few = Float64Array.from(values.slice(690));
    expect(() => beforeAfter(few, firstDay + 690, stretches)).toThrow(refused('before_after_short'));
    const beyond = [{ id: 'x', from: firstDay + 750, to: firstDay + 900 }];
    expect(() => beforeAfter(Float64Array.from(values), firstDay, beyond)).toThrow(refused('before_after_outside'));
  });
});

describe('difference in differences', () => {
  const { units, periods, after, ...wanted } = reference.differenceInDifferences;
  const panel = { units, periods, after, values: Float64Array.from(wanted.values), treated: Uint8Array.from(wanted.treated) };

  it('is the coefficient of two-way fixed effects, with errors by shop', () => {
    const { effect } = differenceInDifferences(panel);
    expect(effect.difference).toBeCloseTo(wanted.twoWayFixedEffects, 9);
    expect(effect.error).toBeCloseTo(wanted.error, 9);
    expect(effect.p).toBeCloseTo(wanted.p, 9);
  });

  it('tests whether both sides went alike before', () => {
    const { parallelTrends, path } = differenceInDifferences(panel);
    expect(parallelTrends!.chiSquare).toBeCloseTo(wanted.trends.chiSquare, 7);
    expect(parallelTrends!.p).toBeCloseTo(wanted.trends.p, 9);
    expect(path[after - 1].difference).toBe(0);
    const { slopes, gap, effect } = differenceInDifferences(panel);
    expect(slopes!.difference).toBeCloseTo(wanted.slopes.difference, 9);
    expect(slopes!.p).toBeCloseTo(wanted.slopes.p, 9);
    const mean = (of: typeof gap) => of.reduce((sum, { difference }) => sum + difference, 0) / of.length;
    expect(mean(gap.slice(0, after))).toBeCloseTo(0, 9);
    expect(mean(gap.slice(after))).toBeCloseTo(effect.difference, 9);
    // A side that had been growing by itself is found out.
    const growing = panel.values.map((value, i) => value + (panel.treated[Math.floor(i / periods)] ? 2 * (i % periods) : 0));
    expect(differenceInDifferences({ ...panel, values: growing }).parallelTrends!.p).toBeLessThan(0.001);
    expect(differenceInDifferences({ ...panel, after: 1 }).parallelTrends).toBeNull();
  });

  it('wants two of each side, and periods on both', () => {
    expect(() => differenceInDifferences({ ...panel, treated: new Uint8Array(units).fill(1, 0, 1) })).toThrow(refused('did_units'));
    expect(() => differenceInDifferences({ ...panel, after: 0 })).toThrow(refused('did_periods'));
  });
});

describe('synthetic control', () => {
  const { treated, donors, after, weights, effect, ratios, p } = reference.syntheticControl;
  const series = donors.map((donor) => Float64Array.from(donor));

  it('mixes donors as SLSQP does, and has its placebos', async () => {
    const found = await syntheticControl(Float64Array.from(treated), series, after, quietContext());
    weights.forEach((weight, i) => expect(found.weights[i]).toBeCloseTo(weight, 5));
    expect(found.weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
    expect(Math.min(...found.weights)).toBeGreaterThanOrEqual(0);
    expect(found.effect).toBeCloseTo(effect, 5);
    ratios.forEach((ratio, i) => expect(found.placebo.ratios[i] / ratio).toBeCloseTo(1, 4));
    expect(found.placebo.p).toBe(p);
    expect(found.misfit).toBeLessThan(0.2);
  });

  it('gives one donor everything where the treated unit is that one', () => {
    expect([...simplexWeights(series[2], series)].map((weight) => Number(weight.toFixed(6)))).toEqual([0, 0, 1, 0, 0, 0, 0, 0, 0]);
  });

  it('says where the donors do not make up the unit, and refuses too few', async () => {
    const far = Float64Array.from(treated, (value) => value + 100);
    expect((await syntheticControl(far, series, after, quietContext())).misfit).toBeGreaterThan(1);
    await expect(syntheticControl(far, series.slice(0, 1), after, quietContext())).rejects.toEqual(refused('synthetic_donors'));
    await expect(syntheticControl(far, series, 1, quietContext())).rejects.toEqual(refused('synthetic_periods'));
  });
});

describe('what is only moved', () => {
  const arms = [0, 1].map((arm) => ({
    gaining: Float64Array.from(reference.displacement.gaining[arm]),
    losing: Float64Array.from(reference.displacement.losing[arm]),
  }));

  it('is a share of the gain with Fieller’s interval', () => {
    const { displaced, gained, lost, net, isDisplaced } = displacement(arms[0], arms[1]);
    expect(net.difference).toBeCloseTo(gained.difference + lost.difference, 9);
    expect(displaced!.share).toBeCloseTo(reference.displacement.share, 9);
    expect(displaced!.low).toBeCloseTo(reference.displacement.low, 8);
    expect(displaced!.high).toBeCloseTo(reference.displacement.high, 8);
    expect(isDisplaced).toBe(lost.p < 0.05);
  });

  it('is nothing where nothing was gained', () => {
    expect(displacement(arms[1], arms[0]).displaced).toBeNull();
  });
});

describe('groups', () => {
  it('differ by Cochran’s Q', () => {
    const { effects, errors, q, p } = reference.cochran;
    const found = cochran(effects.map((difference, i) => ({ difference, error: errors[i] })));
    expect(found.q).toBeCloseTo(q, 9);
    expect(found.p).toBeCloseTo(p, 9);
  });
});

describe('least squares', () => {
  it('refuses regressors that are sums of others', () => {
    const x = Float64Array.from([1, 2, 3, 1, 3, 4, 1, 5, 6, 1, 9, 10]);
    expect(leastSquares(x, [1, 2, 3, 4], 3)).toBeNull();
  });
});
