import { describe, expect, it } from 'vitest';
import { Random } from '$lib/core/base/random';
import { applyCalibration, chooseCalibration, fitIsotonic, fitPlatt } from '$lib/core/predictions/calibrate';
import { auc, calibrationBins, calibrationError, logLoss } from '$lib/core/predictions/metrics';
import expected from '../../fixtures/calibration.json';

/** Customers with a true chance, and a model that says another. */
function shop(rows: number, say: (chance: number) => number, seed = 1) {
  const random = new Random(seed);
  const chances = Float64Array.from({ length: rows }, () => random.uniform() ** 2);
  return {
    said: Float32Array.from(chances, say),
    did: Uint8Array.from(chances, (chance) => (random.uniform() < chance ? 1 : 0)),
  };
}

describe('calibration', () => {
  it('brings down a model that promises twice the orders that come', () => {
    const twice = (chance: number) => 1 - (1 - chance) ** 2;
    const [learnt, later] = [shop(2000, twice), shop(2000, twice, 2)];
    const { calibration, candidates } = chooseCalibration(learnt.said, learnt.did);
    expect(calibration.method).not.toBe('none');
    const calibrated = applyCalibration(calibration, later.said);
    expect(logLoss(calibrated, later.did)).toBeLessThan(logLoss(later.said, later.did));
    expect(calibrationError(calibrationBins(calibrated, later.did))).toBeLessThan(0.04);
    expect(calibrationError(calibrationBins(later.said, later.did))).toBeGreaterThan(0.1);
    expect(candidates[0].logLoss).toBeGreaterThan(Math.min(...candidates.map((each) => each.logLoss)));
  });

  it('leaves alone what is right already, and what is too little to learn from', () => {
    const honest = shop(2000, (chance) => chance);
    expect(chooseCalibration(honest.said, honest.did).calibration).toEqual({ method: 'none' });
    const few = shop(40, (chance) => 0.5 + chance / 2);
    expect(chooseCalibration(few.said, few.did).calibration.method).not.toBe('isotonic');
  });

  it('takes the bent curve where a sigmoid does not fit', () => {
    // Nearly right among the unlikely, far too sure of all the others.
    const bent = shop(4000, (chance) => (chance < 0.1 ? chance : 0.9 + chance / 11));
    expect(chooseCalibration(bent.said, bent.did).calibration.method).toBe('isotonic');
  });

  it('never turns the order of two customers round; a sigmoid keeps it exactly', () => {
    const { said, did } = shop(500, (chance) => Math.sqrt(chance));
    const order = Array.from(said, (_, row) => row).sort((a, b) => said[a] - said[b]);
    for (const fit of [fitPlatt, fitIsotonic]) {
      const calibrated = applyCalibration(fit(said, did), said);
      order.slice(1).forEach((row, i) => expect(calibrated[row]).toBeGreaterThanOrEqual(calibrated[order[i]]));
    }
    expect(auc(applyCalibration(fitPlatt(said, did), said), did)).toBeCloseTo(auc(said, did), 6);
  });

  it('stays finite where the model is sure of everything', () => {
    const [said, did] = [Float32Array.of(0, 0, 0, 1, 1, 1), Uint8Array.of(0, 0, 0, 1, 1, 1)];
    for (const fit of [fitPlatt, fitIsotonic]) {
      const calibrated = applyCalibration(fit(said, did), Float32Array.of(0, 0.5, 1));
      expect(calibrated.every(Number.isFinite)).toBe(true);
      expect(calibrated[0]).toBeLessThan(calibrated[2]);
    }
  });

  for (const given of expected.cases) {
    it(`is what scikit-learn computes (${given.name})`, () => {
      const [fit, labels, other] = [Float32Array.from(given.fit), Uint8Array.from(given.labels), Float32Array.from(given.other)];
      const farthest = (found: Float32Array, wanted: number[]) => Math.max(...wanted.map((value, row) => Math.abs(value - found[row])));
      // scikit-learn ends its L-BFGS earlier than Newton's method does.
      expect(farthest(applyCalibration(fitPlatt(fit, labels), other), given.sigmoid)).toBeLessThan(1e-4);
      const isotonic = fitIsotonic(fit, labels);
      expect(farthest(applyCalibration(isotonic, other), given.isotonic)).toBeLessThan(1e-6);
      expect(isotonic.chances).toHaveLength(given.knots.chances.length);
      given.knots.logits.forEach((logit, i) => expect(isotonic.logits[i]).toBeCloseTo(logit, 5));
    });
  }
});
