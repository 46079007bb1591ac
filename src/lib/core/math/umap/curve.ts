/** How likely two points of the map belong together: `1 / (1 + a · d^2b)` for a distance d. */
export interface Curve {
  a: number;
  b: number;
}

const samples = 300;

/**
 * The curve that comes closest to "certainly up to the least distance, then falling off as e^-d": least squares at 300
 * distances from 0 to 3, by Gauss–Newton steps that are halved until they help.
 */
export function fitCurve(minDistance: number): Curve {
  const distances = Array.from({ length: samples }, (_, i) => (3 * i) / (samples - 1));
  const wanted = distances.map((d) => (d < minDistance ? 1 : Math.exp(minDistance - d)));
  let curve: Curve = { a: 1, b: 1 };
  let error = errorOf(curve, distances, wanted);
  for (let round = 0; round < 100; round++) {
    const step = stepOf(curve, distances, wanted);
    let part = 1;
    let next = curve;
    let nextError = error;
    for (; part > 1e-9; part /= 2) {
      next = { a: curve.a + part * step.a, b: curve.b + part * step.b };
      nextError = next.a > 0 && next.b > 0 ? errorOf(next, distances, wanted) : Infinity;
      if (nextError < error) break;
    }
    if (!(nextError < error)) break;
    [curve, error] = [next, nextError];
  }
  return curve;
}

function errorOf({ a, b }: Curve, distances: readonly number[], wanted: readonly number[]): number {
  return distances.reduce((sum, d, i) => sum + (1 / (1 + a * d ** (2 * b)) - wanted[i]) ** 2, 0);
}

/** Solves the two normal equations. */
function stepOf({ a, b }: Curve, distances: readonly number[], wanted: readonly number[]): Curve {
  let [aa, ab, bb, ra, rb] = [0, 0, 0, 0, 0];
  distances.forEach((d, i) => {
    if (d === 0) return;
    const power = d ** (2 * b);
    const value = 1 / (1 + a * power);
    const byA = -power * value * value;
    const byB = 2 * a * Math.log(d) * byA;
    const rest = wanted[i] - value;
    [aa, ab, bb] = [aa + byA * byA, ab + byA * byB, bb + byB * byB];
    [ra, rb] = [ra + byA * rest, rb + byB * rest];
  });
  const determinant = aa * bb - ab * ab;
  return { a: (ra * bb - rb * ab) / determinant, b: (aa * rb - ab * ra) / determinant };
}
