import { Random } from '../../base/random';
import { untold, type RunContext } from '../../base/run';
import type { Kernels } from '../kernels';
import { sampleRows, takeRows, type Points } from '../points';
import { comparedFits, gapStatistic, kOfGap } from './gapStatistic';
import { silhouettes } from './silhouette';
import { stability } from './stability';

export interface ChooseKOptions {
  /** Numbers of clusters to look at; from ≥ 2, and to no more than there are people. */
  from: number;
  to: number;
  /** People to take at most. */
  sample: number;
  /** Of them, for the silhouette at most: its time grows with the square. */
  silhouetteSample: number;
  /** Reference sets of the gap statistic for each k. */
  references: number;
  /** Halves that are fitted again for each k. */
  resamples: number;
  /** Starts of each fit. */
  starts: number;
}

export const chooseKDefaults: ChooseKOptions = {
  from: 2,
  to: 10,
  sample: 10_000,
  silhouetteSample: 3_000,
  references: 8,
  resamples: 6,
  starts: 2,
};

export interface CandidateK {
  k: number;
  /** Of the sampled people. */
  inertia: number;
  silhouette: number;
  gap: number;
  gapError: number;
  stability: number;
}

export interface ChoiceOfK {
  candidates: CandidateK[];
  /** Which k each way proposes: the highest silhouette, Tibshirani's rule, the largest k that is about as stable as the most stable. */
  proposals: { silhouette: number; gap: number; stability: number };
  /** People looked at, and of how many. */
  sampled: number;
  of: number;
}

/** Adjusted Rand indices that differ by no more count as equally stable. */
const asStable = 0.02;

/** What three ways of looking say of how many clusters there are. Reports the stage `chooseK` with steps. */
export async function chooseK(
  points: Points,
  given: Partial<ChooseKOptions>,
  kernels: Kernels,
  seed: number,
  run: RunContext,
): Promise<ChoiceOfK> {
  const options = { ...chooseKDefaults, ...given };
  const rows = sampleRows(points.rows, options.sample, new Random(seed, 3000));
  const sampled = rows.length === points.rows ? points : takeRows(points, rows);
  const { from, references, resamples, starts } = options;
  const to = Math.min(options.to, sampled.rows);
  const ks = Array.from({ length: to - from + 1 }, (_, at) => from + at);
  // A step is about one fit.
  const total = ks.length * (1 + resamples + references);
  const report = (done: number) => run.report({ stage: 'chooseK', done, total, unit: 'steps' });
  const quiet = untold(run);
  const found: { k: number; inertia: number; stability: number; labels: Int32Array }[] = [];
  for (const k of ks) {
    report(found.length * (1 + resamples));
    const { labels, inertia } = await kernels.kmeans(sampled, { k, starts, ...comparedFits }, seed, quiet);
    const stable = await stability(sampled, labels, { k, resamples, starts }, kernels, seed, quiet);
    found.push({ k, inertia, stability: stable.mean, labels });
  }
  const labelings = found.map(({ labels }) => labels);
  const near = await silhouettes(sampled, labelings, { sample: options.silhouetteSample, seed }, quiet);
  const gapRun = {
    ...quiet,
    report: ({ done }: { done: number }) => report(ks.length * (1 + resamples) + done),
  };
  const inertias = found.map(({ inertia }) => inertia);
  const gaps = await gapStatistic(sampled, { from, to, references, starts, inertias }, kernels, seed, gapRun);
  const candidates = found.map(({ k, inertia, stability: stable }, at) => ({
    k,
    inertia,
    silhouette: near[at].mean,
    gap: gaps[at].gap,
    gapError: gaps[at].error,
    stability: stable,
  }));
  return { candidates, proposals: proposalsOf(candidates), sampled: sampled.rows, of: points.rows };
}

function proposalsOf(candidates: CandidateK[]): ChoiceOfK['proposals'] {
  const best = candidates.reduce((a, b) => (b.silhouette > a.silhouette ? b : a));
  const mostStable = Math.max(...candidates.map((candidate) => candidate.stability));
  return {
    silhouette: best.k,
    gap: kOfGap(candidates.map(({ k, gap, gapError }) => ({ k, gap, error: gapError }))),
    stability: candidates.findLast((candidate) => candidate.stability >= mostStable - asStable)!.k,
  };
}
