import { AlsJob, floatAt, indexAt } from './job';
import { dot } from './vectors';

/** partials[block] = Σ c (1 − x·y)² over the block's observed pairs + Σ λ ‖x‖² over its rows, in float64. */
export function lossBlock(job: AlsJob, scratch: usize, block: i32): void {
  const stride = (<usize>job.padded) << 2;
  const to = indexAt(job.blockStarts, block + 1);
  let sum: f64 = 0;
  for (let row = indexAt(job.blockStarts, block); row < to; row++) {
    const x = job.target + <usize>row * stride;
    const last = indexAt(job.rowStarts, row + 1);
    for (let entry = indexAt(job.rowStarts, row); entry < last; entry++) {
      const miss: f64 = 1 - <f64>dot(x, job.fixed + <usize>indexAt(job.columns, entry) * stride, stride);
      sum += <f64>floatAt(job.weights, entry) * miss * miss;
    }
    sum += <f64>floatAt(job.regularization, row) * <f64>dot(x, x, stride);
  }
  store<f64>(job.partials + ((<usize>block) << 3), sum);
}

/** partials[block] = Σ λ ‖x‖² over the block's rows alone. */
export function penaltyBlock(job: AlsJob, scratch: usize, block: i32): void {
  const stride = (<usize>job.padded) << 2;
  const to = indexAt(job.blockStarts, block + 1);
  let sum: f64 = 0;
  for (let row = indexAt(job.blockStarts, block); row < to; row++) {
    const x = job.target + <usize>row * stride;
    sum += <f64>floatAt(job.regularization, row) * <f64>dot(x, x, stride);
  }
  store<f64>(job.partials + ((<usize>block) << 3), sum);
}
