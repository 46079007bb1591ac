import type { RunContext } from '../../base/run';
import type { Kernels } from '../kernels';
import type { Points } from '../points';

export interface GapOptions {
  from: number;
  to: number;
  /** Reference sets for each k; more make the standard error smaller. */
  references: number;
  starts: number;
}

export interface Gap {
  k: number;
  /** Σ over clusters of squared distances to the centre (W_k). */
  inertia: number;
  /** Mean log W_k of the reference sets less log W_k of the points. */
  gap: number;
  /** s_k = sd · √(1 + 1/references). */
  error: number;
}

/** Tibshirani, Walther & Hastie 2001, references uniform in the box of the principal components (their choice b). */
export async function gapStatistic(points: Points, options: GapOptions, kernels: Kernels, seed: number, run: RunContext): Promise<Gap[]> {
  throw new Error(`not yet ${points.rows} ${options.from} ${kernels.info.kind} ${seed} ${run.signal.aborted}`);
}

/** The first k with gap(k) ≥ gap(k + 1) − s(k + 1); the last k where there is none. */
export function kOfGap(gaps: Gap[]): number {
  throw new Error(`not yet ${gaps.length}`);
}
