import type { RunContext } from '../../base/run';
import type { Kernels } from '../kernels';
import type { Points } from '../points';

export interface ChooseKOptions {
  /** Numbers of clusters to look at; from ≥ 2. */
  from: number;
  to: number;
  /** People to take at most. */
  sample: number;
  /** Of them, for the silhouette at most. */
  silhouetteSample: number;
  references: number;
  resamples: number;
  starts: number;
}

export const chooseKDefaults: ChooseKOptions = {
  from: 2,
  to: 10,
  sample: 20_000,
  silhouetteSample: 3_000,
  references: 10,
  resamples: 10,
  starts: 3,
};

export interface CandidateK {
  k: number;
  inertia: number;
  silhouette: number;
  gap: number;
  gapError: number;
  stability: number;
}

export interface ChoiceOfK {
  candidates: CandidateK[];
  /** Which k each way proposes: the highest silhouette, Tibshirani's rule, the largest k among the most stable. */
  proposals: { silhouette: number; gap: number; stability: number };
  /** People looked at, and of how many. */
  sampled: number;
  of: number;
}

/** Reports the stage `chooseK` with steps. */
export async function chooseK(
  points: Points,
  options: Partial<ChooseKOptions>,
  kernels: Kernels,
  seed: number,
  run: RunContext,
): Promise<ChoiceOfK> {
  throw new Error(`not yet ${points.rows} ${options.from} ${kernels.info.kind} ${seed} ${run.signal.aborted}`);
}
