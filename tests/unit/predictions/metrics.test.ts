import { describe, expect, it } from 'vitest';
import { auc, averagePrecision, brier, calibrationBins, liftByDecile, logLoss } from '$lib/core/predictions/metrics';
import expected from '../../fixtures/propensity-metrics.json';

describe('measures of a prediction', () => {
  it('say how often a buyer is ranked above a customer who did not buy', () => {
    // Ann and Bo bought. Ann is above both others, Bo above one and level with the other.
    expect(auc([0.9, 0.4, 0.4, 0.1], [1, 1, 0, 0])).toBe((2 + 1.5) / 4);
  });

  it('give the first tenth a lift of ten when all buyers are in it', () => {
    const labels = Array.from({ length: 100 }, (_, i) => (i < 10 ? 1 : 0));
    const [scores, recency] = [labels.map((label) => label), labels.map((label) => -label)];
    const lift = liftByDecile(scores, recency, labels);
    expect(lift.map(({ lift }) => lift)).toEqual([10, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(lift.reduce((sum, { baselinePositives }) => sum + baselinePositives, 0)).toBe(10);
    expect(lift[9].baselineLift).toBeCloseTo(10, 12);
  });

  it('put customers who never ordered last when recent buyers come first', () => {
    const lift = liftByDecile([1, 2, 3, 4], [-Infinity, -3, -Infinity, -9], [0, 1, 0, 1]);
    expect(lift.map(({ baselinePositives }) => baselinePositives)).toEqual([1, 1, 0, 0]);
  });

  for (const given of expected.cases) {
    it(`are what scikit-learn computes (${given.name})`, () => {
      const { scores, labels } = given;
      expect(auc(scores, labels)).toBeCloseTo(given.auc, 12);
      expect(averagePrecision(scores, labels)).toBeCloseTo(given.averagePrecision, 12);
      expect(logLoss(scores, labels)).toBeCloseTo(given.logLoss, 10);
      expect(brier(scores, labels)).toBeCloseTo(given.brier, 12);
      const bins = calibrationBins(scores, labels);
      expect(bins.map(({ customers }) => customers)).toEqual(given.calibration.map(({ customers }) => customers));
      bins.forEach((bin, i) => {
        expect(bin.predicted).toBeCloseTo(given.calibration[i].predicted, 12);
        expect(bin.observed).toBeCloseTo(given.calibration[i].observed, 12);
      });
      liftByDecile(scores, given.baseline, labels).forEach((decile, i) => {
        expect(decile.positives).toBe(given.lift[i].positives);
        expect(decile.lift).toBeCloseTo(given.lift[i].lift, 12);
        expect(decile.baselineLift).toBeCloseTo(given.lift[i].baselineLift, 12);
      });
    });
  }
});
