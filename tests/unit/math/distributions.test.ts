import { describe, expect, it } from 'vitest';
import {
  betaCdf,
  betaQuantile,
  chiSquareUpper,
  normalCdf,
  normalQuantile,
  normalUpper,
  studentQuantile,
  studentTwoSided,
} from '$lib/core/math/distributions';
import reference from '../../fixtures/experiments.json';

const { distributions } = reference;

/** Equal to so many parts of the value, however small that is. */
function expectNear(value: number, wanted: number, relative = 1e-11): void {
  expect(Math.abs(value - wanted), `${value} instead of ${wanted}`).toBeLessThanOrEqual(relative * Math.abs(wanted) + 1e-300);
}

describe('distributions are SciPy’s, in the tails too', () => {
  it('normal', () => {
    for (const [x, upper] of distributions.normalUpper) {
      expectNear(normalUpper(x), upper);
      expectNear(normalCdf(-x), upper);
    }
    for (const [p, x] of distributions.normalQuantile) expectNear(normalQuantile(p), x);
    expect(normalQuantile(0)).toBe(-Infinity);
    expect(normalQuantile(1)).toBe(Infinity);
  });

  it('chi-square', () => {
    for (const [x, degrees, upper] of distributions.chiSquareUpper) expectNear(chiSquareUpper(x, degrees), upper);
    expect(chiSquareUpper(0, 3)).toBe(1);
  });

  it('Student’s', () => {
    for (const [t, degrees, p] of distributions.studentTwoSided) expectNear(studentTwoSided(t, degrees), p);
    for (const [p, degrees, t] of distributions.studentQuantile) expectNear(studentQuantile(p, degrees), t);
  });

  it('beta', () => {
    for (const [x, a, b, below] of distributions.betaCdf) expectNear(betaCdf(x, a, b), below, 1e-9);
    for (const [p, a, b, x] of distributions.betaQuantile) expectNear(betaQuantile(p, a, b), x, 1e-10);
  });
});
