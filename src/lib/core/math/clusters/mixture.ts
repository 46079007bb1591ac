import { Random } from '../../base/random';
import { untold, type RunContext } from '../../base/run';
import type { Kernels } from '../kernels';
import { sampleRows, takeRows, type Points } from '../points';
import { Densities, type MixtureParameters } from './densities';

export interface MixtureOptions {
  k: number;
  /** `full`: each cluster is an ellipsoid of any direction; `diagonal`: traits are independent within a cluster. */
  covariance: 'full' | 'diagonal';
  /** k-means fits to begin with; the likeliest is kept. */
  starts: number;
  maxIterations: number;
  /** Ends once the mean log-likelihood rises by less. */
  tolerance: number;
  /** Added to the diagonal of each covariance. */
  regularization: number;
  /** People the mixture is fitted on at most; everyone can be placed afterwards. */
  sample: number;
  /** Responsibilities to begin with (rows × k) instead of k-means; there is one start then, and no sample. */
  responsibilities?: Float32Array;
}

export const mixtureDefaults: MixtureOptions = {
  k: 8,
  covariance: 'full',
  starts: 1,
  maxIterations: 100,
  tolerance: 1e-3,
  regularization: 1e-6,
  sample: 20_000,
};

/** The heaviest component first, ties by the means' first coordinates. */
export interface Mixture extends MixtureParameters {
  /** Mean log-likelihood of a point the mixture was fitted on. */
  logLikelihood: number;
  /** −2 log L + parameters · log n on those points: the lower, the better. */
  bic: number;
  iterations: number;
  converged: boolean;
  /** Points it was fitted on. */
  sampled: number;
}

export interface MixturePlaces {
  /** The component that most likely made each point. */
  labels: Int32Array;
  /** How likely it is that one, 1/k … 1. */
  certainties: Float32Array;
  /** Mean log-likelihood. */
  logLikelihood: number;
}

/**
 * Gaussian mixture by expectation and maximisation (Dempster, Laird & Rubin 1977), as scikit-learn's GaussianMixture has
 * it. Reports the stage `mixture` with steps.
 * @throws RangeError where k is not 1 … rows
 */
export async function fitMixture(
  points: Points,
  given: Partial<MixtureOptions>,
  kernels: Kernels,
  seed: number,
  run: RunContext,
): Promise<Mixture> {
  const options = { ...mixtureDefaults, ...given };
  const { k, maxIterations } = options;
  const isSample = !options.responsibilities && points.rows > options.sample;
  const sampled = isSample ? takeRows(points, sampleRows(points.rows, options.sample, new Random(seed, 4000))) : points;
  const starts = options.responsibilities ? 1 : Math.max(1, options.starts);
  let best: Mixture | undefined;
  for (let start = 0; start < starts; start++) {
    const beginning = options.responsibilities ?? (await startOf(sampled, k, kernels, seed + start, run));
    const report = (iteration: number, logLikelihood: number) =>
      run.report({
        stage: 'mixture',
        done: start * maxIterations + iteration,
        total: starts * maxIterations,
        unit: 'steps',
        values: { start: start + 1, iteration, logLikelihood },
      });
    const fit = await maximise(sampled, beginning, options, run, report);
    if (!best || fit.logLikelihood > best.logLikelihood) best = fit;
  }
  return inOrder(best!);
}

/** Everyone's component by the mixture, whoever it was fitted on. */
export async function placeInMixture(points: Points, mixture: Mixture, run: RunContext): Promise<MixturePlaces> {
  const { rows } = points;
  const labels = new Int32Array(rows);
  const certainties = new Float32Array(rows);
  const densities = new Densities(mixture);
  let logLikelihood = 0;
  for (let row = 0; row < rows; row++) {
    logLikelihood += densities.at(points.values, row);
    const { shares } = densities;
    let label = 0;
    for (let component = 1; component < shares.length; component++) if (shares[component] > shares[label]) label = component;
    labels[row] = label;
    certainties[row] = shares[label];
    if (row % 512 === 0) await run.breathe();
  }
  return { labels, certainties, logLikelihood: logLikelihood / Math.max(1, rows) };
}

/** How likely each component made each point: rows × k. */
export async function responsibilities(points: Points, mixture: Mixture, run: RunContext): Promise<Float32Array> {
  const shares = new Float32Array(points.rows * mixture.k);
  const densities = new Densities(mixture);
  for (let row = 0; row < points.rows; row++) {
    densities.at(points.values, row);
    shares.set(densities.shares, row * mixture.k);
    if (row % 512 === 0) await run.breathe();
  }
  return shares;
}

/** Everybody wholly in their cluster by k-means. */
async function startOf(points: Points, k: number, kernels: Kernels, seed: number, run: RunContext): Promise<Float32Array> {
  const { labels } = await kernels.kmeans(points, { k, starts: 1, maxIterations: 100, tolerance: 1e-4 }, seed, untold(run));
  const shares = new Float32Array(points.rows * k);
  labels.forEach((label, row) => (shares[row * k + label] = 1));
  return shares;
}

async function maximise(
  points: Points,
  beginning: Float32Array,
  options: MixtureOptions,
  run: RunContext,
  report: (iteration: number, logLikelihood: number) => void,
): Promise<Mixture> {
  const { rows } = points;
  const { k, maxIterations, tolerance } = options;
  const moments = new Moments(points, options);
  for (let row = 0; row < rows; row++) {
    moments.add(row, beginning.subarray(row * k, (row + 1) * k));
    if (row % 512 === 0) await run.breathe();
  }
  let [last, iterations, converged] = [-Infinity, 0, false];
  while (!converged && iterations < maxIterations) {
    // Expectation and the sums for the next maximisation in one pass, so that nobody's shares need be kept.
    const densities = new Densities(moments.maximised());
    let sum = 0;
    for (let row = 0; row < rows; row++) {
      sum += densities.at(points.values, row);
      moments.add(row, densities.shares);
      if (row % 512 === 0) await run.breathe();
    }
    converged = Math.abs(sum / rows - last) < tolerance;
    last = sum / rows;
    report(++iterations, last);
  }
  const parameters = moments.maximised();
  const densities = new Densities(parameters);
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    sum += densities.at(points.values, row);
    if (row % 512 === 0) await run.breathe();
  }
  const bic = -2 * sum + freeParameters(parameters) * Math.log(rows);
  return { ...parameters, logLikelihood: sum / rows, bic, iterations, converged, sampled: rows };
}

/** Shares below this move nothing that is told; most people have only one or two above it. */
const leastShare = 1e-12;

/**
 * Sums of shares, of points and of their products for each component, about the means of before, so that little is lost
 * where a cluster lies far from zero.
 */
class Moments {
  readonly #size: number;
  #about: Float64Array;
  #shares: Float64Array;
  #sums: Float64Array;
  #products: Float64Array;
  readonly #difference: Float64Array;

  constructor(
    private readonly points: Points,
    private readonly options: MixtureOptions,
  ) {
    const { k, covariance } = options;
    const { rows, columns, values } = points;
    this.#size = covariance === 'full' ? columns * columns : columns;
    this.#about = new Float64Array(k * columns);
    for (let at = 0; at < rows * columns; at++) this.#about[at % columns] += values[at] / rows;
    for (let component = 1; component < k; component++) this.#about.copyWithin(component * columns, 0, columns);
    this.#shares = new Float64Array(k);
    this.#sums = new Float64Array(k * columns);
    this.#products = new Float64Array(k * this.#size);
    this.#difference = new Float64Array(columns);
  }

  add(row: number, shares: ArrayLike<number>): void {
    const { columns, values } = this.points;
    const isFull = this.options.covariance === 'full';
    const difference = this.#difference;
    const about = this.#about;
    const sums = this.#sums;
    const products = this.#products;
    for (let component = 0; component < this.options.k; component++) {
      const share = shares[component];
      if (share < leastShare) continue;
      this.#shares[component] += share;
      const mean = component * columns;
      for (let column = 0; column < columns; column++) {
        difference[column] = values[row * columns + column] - about[mean + column];
        sums[mean + column] += share * difference[column];
      }
      let at = component * this.#size;
      if (!isFull) {
        for (let column = 0; column < columns; column++) products[at++] += share * difference[column] ** 2;
        continue;
      }
      for (let i = 0; i < columns; i++, at += columns) {
        const weighted = share * difference[i];
        for (let j = 0; j <= i; j++) products[at + j] += weighted * difference[j];
      }
    }
  }

  /** The parameters that make the sums likeliest; the next sums begin at nothing. */
  maximised(): MixtureParameters {
    const { k, covariance, regularization } = this.options;
    const { columns, rows } = this.points;
    const means = new Float64Array(k * columns);
    const covariances = new Float64Array(k * this.#size);
    for (let component = 0; component < k; component++) {
      const share = this.#shares[component] + 10 * Number.EPSILON;
      const moved = this.#sums.subarray(component * columns, (component + 1) * columns).map((sum) => sum / share);
      for (let column = 0; column < columns; column++)
        means[component * columns + column] = this.#about[component * columns + column] + moved[column];
      const start = component * this.#size;
      for (let i = 0; i < columns; i++) {
        if (covariance === 'diagonal') {
          covariances[start + i] = Math.max(0, this.#products[start + i] / share - moved[i] ** 2) + regularization;
          continue;
        }
        for (let j = 0; j <= i; j++) {
          const value = this.#products[start + i * columns + j] / share - moved[i] * moved[j] + (i === j ? regularization : 0);
          covariances[start + i * columns + j] = value;
          covariances[start + j * columns + i] = value;
        }
      }
    }
    const weights = this.#shares.map((share) => share / rows);
    this.#about = means;
    this.#shares = new Float64Array(k);
    this.#sums = new Float64Array(k * columns);
    this.#products = new Float64Array(k * this.#size);
    return { k, columns, covariance, weights, means, covariances };
  }
}

function freeParameters({ k, columns, covariance }: MixtureParameters): number {
  return k - 1 + k * columns + k * (covariance === 'full' ? (columns * (columns + 1)) / 2 : columns);
}

/** The heaviest component first, ties by the means' first coordinates. */
function inOrder(mixture: Mixture): Mixture {
  const { k, columns, weights, means, covariances } = mixture;
  const order = [...weights.keys()].sort((a, b) => weights[b] - weights[a] || means[a * columns] - means[b * columns] || a - b);
  const ordered = (values: Float64Array) => {
    const size = values.length / k;
    const result = new Float64Array(values.length);
    order.forEach((component, place) => result.set(values.subarray(component * size, (component + 1) * size), place * size));
    return result;
  };
  return { ...mixture, weights: ordered(weights), means: ordered(means), covariances: ordered(covariances) };
}
