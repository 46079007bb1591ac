import type { RunContext } from '../../base/run';
import { Random } from '../../base/random';
import { hdbscan, mostHdbscanPoints, placeByDensity, type Hdbscan } from '../../math/clusters/hdbscan';
import { fitMixture, mixtureDefaults, placeInMixture, type Mixture } from '../../math/clusters/mixture';
import { centresOf, cutTree, mostWardPoints, ward } from '../../math/clusters/ward';
import type { Kernels } from '../../math/kernels';
import { sampleRows, squaredDistance, takeRows, type Points } from '../../math/points';
import type { Json, ModelState, StateArray } from '../../recommenders/modelState';
import type { TraitShape } from './shape';

export type GroupMethod = 'kmeans' | 'mixture' | 'ward' | 'hdbscan';

/** What was learnt of the groups; who comes later is placed by it. */
export type Groups = { order: number[] } & (
  | { method: 'kmeans' | 'ward'; centres: Float32Array }
  | { method: 'mixture'; mixture: Mixture }
  | { method: 'hdbscan'; sample: Points; fit: Hdbscan }
);

export interface GroupOptions {
  method: GroupMethod;
  /** hdbscan finds how many there are by itself. */
  k: number;
  /** Share of the people below which there is no group (hdbscan). */
  leastShare: number;
}

/** Each person's group and how well they fit it, 0 … 1; −1 and 0 for those in none. */
export interface Placed {
  labels: Int32Array;
  fits: Float32Array;
}

/** Groups on the sample that the method can bear, in the method's own order. */
export async function findGroups(
  points: Points,
  { method, k, leastShare }: GroupOptions,
  kernels: Kernels,
  seed: number,
  run: RunContext,
): Promise<Groups> {
  const part = (most: number) => (points.rows <= most ? points : takeRows(points, sampleRows(points.rows, most, new Random(seed, 2))));
  switch (method) {
    case 'kmeans': {
      const { centres } = await kernels.kmeans(points, { k, starts: 4, maxIterations: 300, tolerance: 1e-4 }, seed, run);
      return { method, centres, order: upTo(k) };
    }
    case 'mixture':
      return { method, mixture: await fitMixture(points, { ...mixtureDefaults, k }, kernels, seed, run), order: upTo(k) };
    case 'ward': {
      const sample = part(mostWardPoints);
      return { method, centres: centresOf(sample, cutTree(await ward(sample, run), k), k), order: upTo(k) };
    }
    case 'hdbscan': {
      const sample = part(Math.min(mostHdbscanPoints, 10_000));
      const fit = await hdbscan(sample, { minClusterSize: Math.max(5, Math.round(leastShare * sample.rows)), minSamples: 10 }, run);
      return { method, sample, fit, order: upTo(fit.clusters) };
    }
  }
}

/** Places people, numbered in the groups' `order`. */
export async function placeInGroups(groups: Groups, points: Points, kernels: Kernels, run: RunContext): Promise<Placed> {
  const { labels, fits } = await placed(groups, points, kernels, run);
  return { labels: renumbered(labels, groups.order), fits };
}

/** Labels as they were found, numbered in an order; -1 stays. */
export function renumbered(labels: Int32Array, order: readonly number[]): Int32Array {
  const numberOf = order.map((_, label) => order.indexOf(label));
  return labels.map((label) => (label < 0 ? -1 : numberOf[label]));
}

async function placed(groups: Groups, points: Points, kernels: Kernels, run: RunContext): Promise<Placed> {
  switch (groups.method) {
    case 'mixture': {
      const { labels, certainties } = await placeInMixture(points, groups.mixture, run);
      return { labels, fits: certainties };
    }
    case 'hdbscan': {
      const { labels, probabilities } = await placeByDensity(points, groups.sample, groups.fit, kernels, run);
      return { labels, fits: probabilities };
    }
    default: {
      const { labels } = await kernels.assign(points, groups.centres, run);
      return { labels, fits: await nearness(points, groups.centres, labels, run) };
    }
  }
}

/** 1 − (distance to the own centre) / (distance to the next nearest): the silhouette by centres (Hruschka et al. 2004). */
async function nearness(
  { rows, columns, values }: Points,
  centres: Float32Array,
  labels: Int32Array,
  run: RunContext,
): Promise<Float32Array> {
  const k = centres.length / columns;
  const fits = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    if ((row & 0x3fff) === 0) await run.breathe();
    let next = Infinity;
    for (let centre = 0; centre < k; centre++)
      if (centre !== labels[row]) next = Math.min(next, squaredDistance(values, row, centres, centre, columns));
    const own = squaredDistance(values, row, centres, labels[row], columns);
    fits[row] = next === Infinity ? 1 : next === 0 ? 0 : Math.max(0, 1 - Math.sqrt(own / next));
  }
  return fits;
}

const format = 'groups/1';

/** Everything that is needed to place people again. */
export interface KeptGroups {
  groups: Groups;
  shapes: TraitShape[];
}

export function stateOfGroups({ groups, shapes }: KeptGroups): ModelState {
  const { method, order } = groups;
  const arrays: Record<string, StateArray> = {};
  const put = (name: string, data: StateArray['data'], shape: number[], axes: string[]) => (arrays[name] = { data, shape, axes });
  let rest: Record<string, Json> = {};
  switch (groups.method) {
    case 'mixture': {
      const { weights, means, covariances, ...figures } = groups.mixture;
      put('weights', weights, [weights.length], ['groups']);
      put('means', means, [weights.length, figures.columns], ['groups', 'traits']);
      put('covariances', covariances, [weights.length, covariances.length / weights.length], ['groups', 'cells']);
      rest = { mixture: figures as unknown as Json };
      break;
    }
    case 'hdbscan': {
      const { sample, fit } = groups;
      put('sample', sample.values, [sample.rows, sample.columns], ['people', 'traits']);
      put('labels', fit.labels, [sample.rows], ['people']);
      put('probabilities', fit.probabilities, [sample.rows], ['people']);
      put('coreDistances', fit.coreDistances, [sample.rows], ['people']);
      put('birth', fit.birth, [fit.birth.length], ['groups']);
      put('densest', fit.densest, [fit.densest.length], ['groups']);
      rest = { clusters: fit.clusters };
      break;
    }
    default:
      put('centres', groups.centres, [order.length, groups.centres.length / order.length], ['groups', 'traits']);
  }
  return { format, arrays, meta: { method, order, shapes: shapes as unknown as Json[], ...rest } };
}

/** The other way round; null where the state is of something else. */
export function groupsOfState({ format: is, arrays, meta }: ModelState): KeptGroups | null {
  if (is !== format) return null;
  const method = meta.method as GroupMethod;
  const order = meta.order as number[];
  const shapes = meta.shapes as unknown as TraitShape[];
  const data = <T extends StateArray['data']>(name: string) => arrays[name].data as T;
  switch (method) {
    case 'mixture': {
      const figures = meta.mixture as unknown as Omit<Mixture, 'weights' | 'means' | 'covariances'>;
      const mixture = {
        ...figures,
        weights: data<Float64Array>('weights'),
        means: data<Float64Array>('means'),
        covariances: data<Float64Array>('covariances'),
      };
      return { groups: { method, order, mixture }, shapes };
    }
    case 'hdbscan': {
      const [rows, columns] = arrays.sample.shape;
      const fit: Hdbscan = {
        clusters: Number(meta.clusters),
        labels: data<Int32Array>('labels'),
        probabilities: data<Float32Array>('probabilities'),
        coreDistances: data<Float32Array>('coreDistances'),
        birth: data<Float64Array>('birth'),
        densest: data<Float64Array>('densest'),
      };
      return { groups: { method, order, sample: { rows, columns, values: data<Float32Array>('sample') }, fit }, shapes };
    }
    default:
      return { groups: { method, order, centres: data<Float32Array>('centres') }, shapes };
  }
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
