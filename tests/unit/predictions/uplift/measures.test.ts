import { describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { chiSquareUpper } from '$lib/core/math/distributions';
import { effectAtShare, effectOf } from '$lib/core/predictions/uplift/measures/atShare';
import { qiniWithBand } from '$lib/core/predictions/uplift/measures/bands';
import { curveSums, qiniCurve, upliftCurve } from '$lib/core/predictions/uplift/measures/curve';
import { causalmlAuuc, causalmlQini, skliftAuuc, skliftQini } from '$lib/core/predictions/uplift/measures/presets';
import { ratioTest } from '$lib/core/predictions/uplift/measures/randomisation';
import { upliftCalibrationError, upliftTenths } from '$lib/core/predictions/uplift/measures/tenths';
import reference from '../../../fixtures/uplift.json';

/** Eight people by predicted uplift: of the first four the message won both whom it reached, of the last four it lost one. */
const eight = {
  uplift: [0.8, 0.7, 0.6, 0.5, 0.2, 0.1, 0, -0.3],
  treated: [1, 0, 1, 0, 1, 0, 1, 0],
  outcome: [1, 0, 1, 0, 0, 0, 0, 1],
};

describe('measures of uplift', () => {
  it('say what a message brought among the people with the highest predictions', () => {
    expect(effectAtShare(eight, 0.5, 'overall')).toMatchObject({ treated: 2, control: 2, treatedMean: 1, controlMean: 0, uplift: 1 });
    const everybody = effectOf(eight, [0, 1, 2, 3, 4, 5, 6, 7]);
    expect(everybody).toMatchObject({ treatedMean: 0.5, controlMean: 0.25, uplift: 0.25 });
    // √(.5·.5/4 + .25·.75/4) is .331 and 1.96 of these .648.
    expect(everybody.high - everybody.uplift).toBeCloseTo(0.648, 3);
    const sums = curveSums(eight);
    expect([...sums.people]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(qiniCurve(sums).at(-1)).toBe(1);
    expect(upliftCurve(sums).at(-1)).toBe(2);
  });

  it('lay predicted beside observed uplift in equal parts', () => {
    const halves = upliftTenths(eight, 2);
    expect(halves.map(({ people, predicted, uplift }) => [people, predicted, uplift])).toEqual([
      [4, expect.closeTo(0.65, 12), 1],
      [4, expect.closeTo(0, 12), -0.5],
    ]);
    expect(upliftCalibrationError(halves)).toBeCloseTo((0.35 + 0.5) / 2, 12);
  });

  it('count arms alike where campaigns addressed different shares', () => {
    // Two campaigns without any effect: one of eager people wrote to nine in ten, one of others to one in ten.
    const rows = [...Array(20).keys()];
    const treated = rows.map((row) => (row < 10 ? (row < 9 ? 1 : 0) : row === 10 ? 1 : 0));
    const outcome = rows.map((row) => (row < 10 ? 1 : 0));
    expect(effectOf({ treated, outcome }, rows).uplift).toBeCloseTo(0.8, 12);
    const weight = rows.map((row) => 0.5 / (row < 10 === (treated[row] === 1) ? 0.9 : 0.1));
    expect(effectOf({ treated, outcome, weight }, rows).uplift).toBeCloseTo(0, 12);
  });

  for (const { name, ...wanted } of reference.curves) {
    it(`are those of scikit-uplift and causalml: ${name}`, () => {
      const tested = { uplift: wanted.uplift, treated: wanted.treated, outcome: wanted.outcome };
      if (wanted.people) {
        const sums = curveSums(tested);
        expect([...sums.people]).toEqual(wanted.people);
        qiniCurve(sums).forEach((value, i) => expect(value).toBeCloseTo(wanted.qini![i], 9));
        upliftCurve(sums).forEach((value, i) => expect(value).toBeCloseTo(wanted.uplifts![i], 9));
        expect(skliftQini(tested)).toBeCloseTo(wanted.skliftQini!, 10);
        expect(skliftAuuc(tested)).toBeCloseTo(wanted.skliftAuuc!, 10);
        for (const { share, overall, by_group } of wanted.atShare!) {
          expect(effectAtShare(tested, share, 'overall').uplift).toBeCloseTo(overall, 12);
          expect(effectAtShare(tested, share, 'by_group').uplift).toBeCloseTo(by_group, 12);
        }
      } else expect(skliftQini(tested)).toBeNaN();
      if (wanted.causalmlQini === undefined) return;
      expect(causalmlQini(tested)).toBeCloseTo(wanted.causalmlQini, 10);
      expect(causalmlAuuc(tested)).toBeCloseTo(wanted.causalmlAuuc!, 10);
    });
  }

  it('have bands that hold the curve, the same again for the same seed', async () => {
    const [tested] = reference.curves;
    const made = await qiniWithBand(tested, { seed: 3, resamples: 100, steps: 20 }, quietContext());
    expect(await qiniWithBand(tested, { seed: 3, resamples: 100, steps: 20 }, quietContext())).toEqual(made);
    expect(made.points).toHaveLength(21);
    const last = made.points[20];
    expect(last.gain).toBe(last.random);
    expect(last.gain).toBeCloseTo(effectOf(tested, tested.uplift.map((_, row) => row)).uplift * 240, 9); // prettier-ignore
    for (const { gain, low, high } of made.points.slice(2)) {
      expect(low).toBeLessThan(gain);
      expect(high).toBeGreaterThan(gain);
    }
    expect(made.coefficientLow).toBeLessThan(made.coefficient);
    expect(made.coefficientHigh).toBeGreaterThan(made.coefficient);
    // The interval of everybody's effect by resampling is about that by the normal distribution.
    const everybody = effectOf(tested, tested.uplift.map((_, row) => row)); // prettier-ignore
    expect((last.high - last.low) / 240 / (everybody.high - everybody.low)).toBeGreaterThan(0.75);
    expect((last.high - last.low) / 240 / (everybody.high - everybody.low)).toBeLessThan(1.3);
  });

  it('alarm on a mismatch of shares as SciPy does', () => {
    for (const { treated, control, chiSquare, p } of reference.ratios) {
      const found = ratioTest([{ treated, control }], 0.5);
      expect(found.chiSquare).toBeCloseTo(chiSquare, 8);
      expect(Math.abs(found.p / p - 1)).toBeLessThan(1e-9);
    }
    for (const { x, degrees, p } of reference.tails) expect(Math.abs(chiSquareUpper(x, degrees) / p - 1)).toBeLessThan(1e-9);
  });
});
