import { Random } from '../../base/random';
import { untold, type RunContext } from '../../base/run';
import type { Kernels } from '../kernels';
import type { Points } from '../points';
import { principalComponents, project } from './principalComponents';

export interface GapOptions {
  from: number;
  to: number;
  /** Reference sets for each k; more make the standard error smaller. */
  references: number;
  /** Of k-means, for the points and the references alike. */
  starts: number;
  /** Inertia of k = from … to where it is known already, from as many starts. */
  inertias?: number[];
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

/** How k-means is run where many fits are compared: the last labels do not matter. */
export const comparedFits = { maxIterations: 100, tolerance: 1e-4 };

/**
 * How much tighter the clusters are than those of points without any (Tibshirani, Walther & Hastie 2001): references are
 * uniform in the box of the principal components, their choice b. Reports the stage `gap` with steps.
 */
export async function gapStatistic(points: Points, options: GapOptions, kernels: Kernels, seed: number, run: RunContext): Promise<Gap[]> {
  const { from, to, references, starts } = options;
  const quiet = untold(run);
  const inertiaOf = async (of: Points, k: number) => (await kernels.kmeans(of, { k, starts, ...comparedFits }, seed, quiet)).inertia;
  const sizes = Array.from({ length: to - from + 1 }, (_, at) => from + at);
  const inertias = options.inertias ?? [];
  if (!options.inertias) for (const k of sizes) inertias.push(await inertiaOf(points, k));

  const box = await boxOf(points, run);
  const logs = sizes.map(() => new Float64Array(references));
  for (let reference = 0; reference < references; reference++) {
    // A stream of its own beside those of the fits.
    const drawn = uniformIn(box, points.rows, new Random(seed, 1000 + reference));
    for (const [at, k] of sizes.entries()) {
      logs[at][reference] = log(await inertiaOf(drawn, k));
      run.report({ stage: 'gap', done: reference * sizes.length + at + 1, total: references * sizes.length, unit: 'steps' });
    }
  }
  return sizes.map((k, at) => {
    const mean = logs[at].reduce((sum, value) => sum + value, 0) / references;
    const variance = logs[at].reduce((sum, value) => sum + (value - mean) ** 2, 0) / references;
    return { k, inertia: inertias[at], gap: mean - log(inertias[at]), error: Math.sqrt(variance * (1 + 1 / references)) };
  });
}

/** The first k with gap(k) ≥ gap(k + 1) − s(k + 1); the last k where there is none. */
export function kOfGap(gaps: { k: number; gap: number; error: number }[]): number {
  const found = gaps.slice(0, -1).find(({ gap }, at) => gap >= gaps[at + 1].gap - gaps[at + 1].error);
  return (found ?? gaps[gaps.length - 1]).k;
}

/** The ranges along the principal components; turning does not change distances, so references stay in these coordinates. */
async function boxOf(points: Points, run: RunContext): Promise<{ low: number; high: number }[]> {
  const { rows, columns, values } = await project(points, await principalComponents(points, points.columns, run), run);
  const box = Array.from({ length: columns }, () => ({ low: Infinity, high: -Infinity }));
  for (let row = 0, at = 0; row < rows; row++) {
    for (const range of box) {
      range.low = Math.min(range.low, values[at]);
      range.high = Math.max(range.high, values[at++]);
    }
  }
  return box;
}

function uniformIn(box: { low: number; high: number }[], rows: number, random: Random): Points {
  const values = new Float32Array(rows * box.length);
  for (let at = 0; at < values.length;) for (const { low, high } of box) values[at++] = low + (high - low) * random.uniform();
  return { rows, columns: box.length, values };
}

/** Points that all lie on their centres would be infinitely tight. */
function log(inertia: number): number {
  return Math.log(Math.max(inertia, 1e-12));
}
