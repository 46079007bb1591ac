import { describe, expect, it } from 'vitest';
import { digamma, logGamma } from '$lib/core/math/gamma';
import { invertPositive } from '$lib/core/math/invertPositive';
import { hessian, minimize, type Differentiable } from '$lib/core/math/minimize';
import { betaQuadrature, gaussLegendre } from '$lib/core/math/quadrature';

/** Rosenbrock's valley: its minimum is 0 at (1, 1). */
const valley: Differentiable = ([x, y], gradient) => {
  gradient[0] = -2 * (1 - x) - 400 * x * (y - x * x);
  gradient[1] = 200 * (y - x * x);
  return (1 - x) ** 2 + 100 * (y - x * x) ** 2;
};

describe('minimize', () => {
  it('walks down a bent valley to its lowest point', async () => {
    const { point, value, converged, evaluations } = await minimize(valley, [-1.2, 1]);
    expect([...point].map((part) => Math.round(part * 1e6) / 1e6)).toEqual([1, 1]);
    expect(value).toBeLessThan(1e-15);
    expect(converged).toBe(true);
    expect(evaluations).toBeLessThan(80);
  });

  it('stays at a bound where the valley goes on, and finds the lowest point there', async () => {
    const { point, gradient, converged } = await minimize(valley, [-0.5, 0.3], { bound: 0.5 });
    // Along y = x² at the bound: x = .5, y = .25.
    expect(point[0]).toBe(0.5);
    expect(point[1]).toBeCloseTo(0.25, 8);
    expect(gradient[0]).toBe(0);
    expect(converged).toBe(true);
  });

  it('goes round where the function is not defined', async () => {
    const { point, converged } = await minimize(
      ([x], gradient) => {
        if (x <= 0) return Infinity;
        gradient[0] = 1 - 1 / x;
        return x - Math.log(x);
      },
      [30],
      { longestStep: 100 },
    );
    expect(converged).toBe(true);
    expect(point[0]).toBeCloseTo(1, 8);
  });

  it('ends with what its pause throws', async () => {
    await expect(minimize(valley, [-1.2, 1], { pause: () => Promise.reject(new Error('cancelled')) })).rejects.toThrow('cancelled');
  });

  it('knows second derivatives and their inverse, and where there is none', () => {
    const found = hessian(valley, [1, 1]);
    [802, -400, -400, 200].forEach((value, i) => expect(found[i]).toBeCloseTo(value, 3));
    const inverse = invertPositive(found, 2)!;
    [0.5, 1, 1, 2.005].forEach((value, i) => expect(inverse[i]).toBeCloseTo(value, 5));
    expect(invertPositive(Float64Array.of(1, 2, 2, 1), 2)).toBeNull();
  });
});

describe('special functions and rules of quadrature', () => {
  it('ln Γ and ψ are those of SciPy', () => {
    // scipy.special.gammaln and digamma
    for (const [x, log, psi] of [
      [1e-3, 6.907178885383853, -1000.5755719318103],
      [0.5, 0.5723649429247, -1.9635100260214235],
      [3.7, 1.428072326665388, 1.1671535393615113],
      [1234.5, 7550.550901077894, 7.1180162318279985],
    ]) {
      expect(logGamma(x) / log).toBeCloseTo(1, 12);
      expect(digamma(x) / psi).toBeCloseTo(1, 12);
    }
    expect(logGamma(1)).toBeCloseTo(0, 14);
    expect(logGamma(2)).toBeCloseTo(0, 14);
  });

  it('Gauss’s rules are exact for polynomials: moments of an interval and of beta distributions', () => {
    const legendre = gaussLegendre(8);
    for (let power = 0; power < 16; power++) {
      const sum = legendre.nodes.reduce((total, node, i) => total + legendre.weights[i] * node ** power, 0);
      expect(sum).toBeCloseTo(power % 2 ? 0 : 2 / (power + 1), 12);
    }
    for (const [a, b] of [
      [0.793, 2.426],
      [0.5, 0.5],
      [1, 1],
      [3, 40],
      [1e-3, 7],
    ]) {
      const { nodes, weights } = betaQuadrature(a, b, 12);
      let moment = 1;
      for (let power = 0; power < 24; power++) {
        const sum = nodes.reduce((total, node, i) => total + weights[i] * node ** power, 0);
        expect([a, b, power, sum / moment]).toEqual([a, b, power, expect.closeTo(1, 8)]);
        moment *= (a + power) / (a + b + power);
      }
    }
  });
});
