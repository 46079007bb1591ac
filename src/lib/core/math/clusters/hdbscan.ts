import type { RunContext } from '../../base/run';
import type { Kernels } from '../kernels';
import { squaredDistance, takeRows, type Points } from '../points';
import { condense, excessOfMass, type Condensed } from './condensedTree';
import { inMergingOrder, type Merge } from './merges';
import { largestFirst } from './names';

/** More points than this are refused: time grows with the square. */
export const mostHdbscanPoints = 20_000;

export interface HdbscanOptions {
  /** Fewer points than this are no cluster. */
  minClusterSize: number;
  /** The distance to the so-manieth nearest point (itself counted, as scikit-learn does) is how dense it is there; larger calls more points noise. */
  minSamples: number;
}

export interface Hdbscan {
  /** How many clusters, the largest first, ties by their first rows. */
  clusters: number;
  /** −1 is noise. */
  labels: Int32Array;
  /** How firmly a point belongs, 0 (noise) … 1 (the dense core). */
  probabilities: Float32Array;
  /** Distance to the minSamples-th nearest point. */
  coreDistances: Float32Array;
  /** For each cluster: the density (1 / distance) at which it came to be, and the highest in it. */
  birth: Float64Array;
  densest: Float64Array;
}

/**
 * Clusters of any shape where people lie densely, and noise between them (Campello, Moulavi & Sander 2013; McInnes & Healy
 * 2017): the minimum spanning tree over mutual reachability, condensed, and of nested clusters those with the greatest
 * excess of mass. All people together are no cluster. Time is rows² × columns, memory rows × minSamples. Reports the stage
 * `cluster` with rows.
 * @throws RangeError above {@link mostHdbscanPoints}
 */
export async function hdbscan(points: Points, options: HdbscanOptions, run: RunContext): Promise<Hdbscan> {
  const { rows } = points;
  if (rows > mostHdbscanPoints) throw new RangeError(`HDBSCAN of ${rows} points, where ${mostHdbscanPoints} are the most`);
  const report = (done: number) => run.report({ stage: 'cluster', done, total: 2 * rows, unit: 'rows' });
  const cores = await squaredCoreDistances(points, Math.min(rows, Math.max(1, options.minSamples)), run, report);
  const edges = await spanningTree(points, cores, run, (done) => report(rows + done));
  const tree = condense(inMergingOrder(edges, rows), Math.max(2, options.minClusterSize));
  return { ...labelsOf(tree, excessOfMass(tree), rows), coreDistances: Float32Array.from(cores, Math.sqrt) };
}

export interface DensityPlaces {
  labels: Int32Array;
  probabilities: Float32Array;
}

/**
 * Everybody's cluster from a fit on a sample: that of the nearest clustered person of the sample, where the larger of the
 * distance to that person and that person's core distance is within the distance at which the cluster came to be; −1
 * otherwise. How dense it is around the newcomers themselves is not known, so that fewer are noise than in the sample:
 * people of the sample keep the labels of the fit.
 */
export async function placeByDensity(
  points: Points,
  sample: Points,
  fit: Hdbscan,
  kernels: Kernels,
  run: RunContext,
): Promise<DensityPlaces> {
  const labels = new Int32Array(points.rows).fill(-1);
  const probabilities = new Float32Array(points.rows);
  const clustered = Int32Array.from(fit.labels.keys()).filter((row) => fit.labels[row] >= 0);
  if (clustered.length === 0) return { labels, probabilities };
  const nearest = await kernels.assign(points, takeRows(sample, clustered).values, run);
  for (let row = 0; row < points.rows; row++) {
    const person = clustered[nearest.labels[row]];
    const cluster = fit.labels[person];
    const density = 1 / Math.max(fit.coreDistances[person], Math.sqrt(nearest.distances[row]));
    if (density < fit.birth[cluster]) continue;
    labels[row] = cluster;
    probabilities[row] = Math.min(1, density / fit.densest[cluster]);
  }
  return { labels, probabilities };
}

/** The squared distance of each point to the `count`-th nearest, itself counted. */
async function squaredCoreDistances(
  { rows, columns, values }: Points,
  count: number,
  run: RunContext,
  report: (rows: number) => void,
): Promise<Float64Array> {
  const others = count - 1;
  if (others === 0) return new Float64Array(rows);
  // For each point its nearest so far, ascending.
  const nearest = new Float64Array(rows * others).fill(Infinity);
  const put = (row: number, distance: number) => {
    const start = row * others;
    let at = start + others - 1;
    if (!(distance < nearest[at])) return;
    for (; at > start && nearest[at - 1] > distance; at--) nearest[at] = nearest[at - 1];
    nearest[at] = distance;
  };
  for (let a = 0; a < rows; a++) {
    for (let b = 0; b < a; b++) {
      const distance = squaredDistance(values, a, values, b, columns);
      put(a, distance);
      put(b, distance);
    }
    // The time goes with a².
    if (a % 256 === 0) report((a * a) / rows);
    await run.breathe();
  }
  return Float64Array.from({ length: rows }, (_, row) => nearest[(row + 1) * others - 1]);
}

/** The minimum spanning tree (Prim 1957) where two points are max(core, core, distance) apart. */
async function spanningTree(
  { rows, columns, values }: Points,
  cores: Float64Array,
  run: RunContext,
  report: (rows: number) => void,
): Promise<Merge[]> {
  const edges: Merge[] = [];
  const outside = Int32Array.from({ length: rows }, (_, row) => row);
  const apart = new Float64Array(rows).fill(Infinity);
  const inside = new Int32Array(rows);
  let last = 0;
  // Whoever has come in gives the place among those outside to the one at the end.
  for (let left = rows - 1, place = 0; left > 0; left--) {
    outside[place] = outside[left];
    let least = Infinity;
    for (let at = 0; at < left; at++) {
      const other = outside[at];
      const core = Math.max(cores[last], cores[other]);
      if (core < apart[other]) {
        const distance = Math.max(core, squaredDistance(values, last, values, other, columns));
        if (distance < apart[other]) {
          apart[other] = distance;
          inside[other] = last;
        }
      }
      if (apart[other] < least) [least, place] = [apart[other], at];
    }
    last = outside[place];
    edges.push({ a: inside[last], b: last, height: Math.sqrt(least) });
    // The time goes with the square of how many are left.
    if (left % 256 === 0) report(rows - (left * left) / rows);
    await run.breathe();
  }
  return edges;
}

/** Each point has the selected cluster that it, or the cluster it fell out of, is in. */
function labelsOf(tree: Condensed, selected: Set<number>, rows: number): Omit<Hdbscan, 'coreDistances'> {
  const chosen = new Int32Array(tree.clusters).fill(-1);
  // Parents come before their children.
  for (let cluster = 0; cluster < tree.clusters; cluster++) {
    chosen[cluster] = selected.has(cluster) ? cluster : cluster === 0 ? -1 : chosen[tree.parents[cluster]];
  }
  const names = Int32Array.from(tree.clusterOf, (cluster) => chosen[cluster]);
  const labels = largestFirst(names);
  const clusters = selected.size;
  const birth = new Float64Array(clusters);
  const densest = new Float64Array(clusters);
  const probabilities = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    if (labels[row] < 0) continue;
    birth[labels[row]] = tree.births[names[row]];
    densest[labels[row]] = tree.densest[names[row]];
    probabilities[row] = Math.min(1, tree.left[row] / tree.densest[names[row]]);
  }
  return { clusters, labels, probabilities, birth, densest };
}
