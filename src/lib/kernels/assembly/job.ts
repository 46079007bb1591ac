/**
 * What one half of a sweep works on, as a record in memory that every thread reads. The field order is the one that
 * core/math/simd/alsJob.ts writes.
 */
@unmanaged
export class AlsJob {
  /** First row of each block, and one past the last. */
  blockStarts: usize;
  rowStarts: usize;
  columns: usize;
  /** Confidence of each observed pair, float32. */
  weights: usize;
  /** The factors that are solved for, and those that are held, `padded` floats a row. */
  target: usize;
  fixed: usize;
  /** α0 · fixedᵀ fixed, `padded × padded`. */
  gramian: usize;
  /** λ of each row, float32. */
  regularization: usize;
  factors: i32;
  padded: i32;
  cgSteps: i32;
  /** Where blocks put their sums: float32 matrices (gramian) or float64 numbers (loss). */
  partials: usize;
  /** How many factors are solved for at once, a multiple of eight. */
  subspace: i32;
}

// @ts-ignore: decorator
@inline
export function indexAt(list: usize, index: i32): i32 {
  return load<i32>(list + ((<usize>index) << 2));
}

// @ts-ignore: decorator
@inline
export function floatAt(list: usize, index: i32): f32 {
  return load<f32>(list + ((<usize>index) << 2));
}
