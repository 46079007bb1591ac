import { Random } from '../base/random';
import type { AlsOptions } from './kernels';

/**
 * The parts of the iALS objective that both implementations share. With S the observed pairs,
 *
 *   Σ_S c_ui (1 − w_u·h_i)² + α0 Σ_u Σ_i (w_u·h_i)² + Σ_u λ_u ‖w_u‖² + Σ_i λ_i ‖h_i‖²,
 *   c_ui = 1 + alpha · value,  λ_u = λ (|I_u| + α0 |I|)^ν,  λ_i = λ (|U_i| + α0 |U|)^ν
 *
 * (Hu, Koren & Volinsky 2008; Rendle, Krichene, Zhang & Koren 2021, with α0 on every pair as they have it).
 */
export function confidences(values: Float32Array, alpha: number): Float32Array {
  return values.map((value) => 1 + alpha * value);
}

/** How users are solved once the items stand: exactly where sweeps go on from what came before, as for somebody who is folded in. */
export function finalOptions(options: AlsOptions): AlsOptions {
  return options.solver === 'block' ? { ...options, solver: 'cholesky' } : options;
}

/** λ of each row: `others` is how many columns there are. */
export function rowRegularization(rowStarts: Int32Array, others: number, options: AlsOptions): Float64Array {
  const { regularization, frequencyScaling, unobservedWeight } = options;
  return Float64Array.from(
    { length: rowStarts.length - 1 },
    (_, row) => regularization * (rowStarts[row + 1] - rowStarts[row] + unobservedWeight * others) ** frequencyScaling,
  );
}

/**
 * Normal numbers with standard deviation σ / √factors, the same for a seed whatever computes with them; with
 * `known`, only rows that have pairs and are zero there.
 */
export function initialFactors(
  rowStarts: Int32Array,
  options: AlsOptions,
  seed: number,
  stream: number,
  known?: Float32Array,
): Float32Array {
  const random = new Random(seed, stream);
  const deviation = options.initialScale / Math.sqrt(options.factors);
  const factors = Float32Array.from({ length: (rowStarts.length - 1) * options.factors }, () => deviation * random.normal());
  for (let row = 0; known && row < rowStarts.length - 1; row++) {
    const start = row * options.factors;
    const begin = known.subarray(start, start + options.factors);
    if (rowStarts[row] === rowStarts[row + 1] || begin.some((value) => value !== 0)) factors.set(begin, start);
  }
  return factors;
}
