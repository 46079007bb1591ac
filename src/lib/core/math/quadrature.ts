import { symmetricEigen } from './svd/symmetricEigen';

/** Where a function is asked, and how much each answer weighs. */
export interface Quadrature {
  nodes: Float64Array;
  weights: Float64Array;
}

/** Gauss's rule of `count` nodes for ∫ f(x) dx over [−1, 1]: exact for polynomials up to degree 2·count − 1. */
export function gaussLegendre(count: number): Quadrature {
  const { nodes, weights } = betaQuadrature(1, 1, count);
  return { nodes: nodes.map((node) => 2 * node - 1), weights: weights.map((weight) => 2 * weight) };
}

/**
 * Gauss's rule for the mean of f(p) where p is Beta(a, b), on [0, 1]; weights add up to 1. Nodes are eigenvalues of the
 * Jacobi polynomials' recurrence (Golub & Welsch 1969).
 */
export function betaQuadrature(a: number, b: number, count: number): Quadrature {
  // The weight (1 − t)^α (1 + t)^β over t = 2p − 1.
  const [alpha, beta] = [b - 1, a - 1];
  const sum = alpha + beta;
  const matrix = new Float64Array(count * count);
  for (let n = 0; n < count; n++) {
    const twice = 2 * n + sum;
    // Where the sum is 0 or −2 the quotient is 0/0; its value is the mean of the weight.
    matrix[n * count + n] = n === 0 ? (beta - alpha) / (sum + 2) : (beta * beta - alpha * alpha) / (twice * (twice + 2));
    if (n === 0) continue;
    const first = n === 1;
    const square = first
      ? (4 * (1 + alpha) * (1 + beta)) / ((sum + 2) * (sum + 2) * (sum + 3))
      : (4 * n * (n + alpha) * (n + beta) * (n + sum)) / (twice * twice * (twice + 1) * (twice - 1));
    matrix[n * count + n - 1] = matrix[(n - 1) * count + n] = Math.sqrt(square);
  }
  const steps = symmetricEigen(matrix, count);
  let step = steps.next();
  while (!step.done) step = steps.next();
  const { values, vectors } = step.value;
  return {
    nodes: values.map((value) => Math.min(1, Math.max(0, (1 + value) / 2))),
    weights: Float64Array.from(values, (_, i) => vectors[i * count] ** 2),
  };
}
