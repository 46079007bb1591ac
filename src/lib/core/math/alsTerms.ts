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

/** λ of each row: `others` is how many columns there are. */
export function rowRegularization(rowStarts: Int32Array, others: number, options: AlsOptions): Float64Array {
  const { regularization, frequencyScaling, unobservedWeight } = options;
  return Float64Array.from(
    { length: rowStarts.length - 1 },
    (_, row) => regularization * (rowStarts[row + 1] - rowStarts[row] + unobservedWeight * others) ** frequencyScaling,
  );
}

/** Normal numbers with standard deviation σ / √factors, the same for a seed whatever computes with them. */
export function initialFactors(rows: number, options: AlsOptions, seed: number, stream: number): Float32Array {
  const random = new Random(seed, stream);
  const deviation = options.initialScale / Math.sqrt(options.factors);
  return Float32Array.from({ length: rows * options.factors }, () => deviation * random.normal());
}
