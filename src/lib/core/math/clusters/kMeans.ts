import { Random } from '../../base/random';
import { inStretches, type RunContext } from '../../base/run';
import type { Assignment, KMeansFit, KMeansOptions } from '../kernels';
import type { Points } from '../points';

/**
 * Points where an implementation of the kernels has laid them, with all loops over them. It keeps for each point a
 * label, and for each centre the sum and the number of the points labelled with it.
 */
export interface PlacedPoints {
  /** Takes all labels off, and forgets which centres {@link nearer} kept. */
  begin(k: number): void;
  /** For each of `centres`: the sum over all points of the squared distance to it or to the nearest kept centre. With `keep`, the first of them is kept. */
  nearer(centres: Float32Array, keep: boolean, run: RunContext): Promise<Float64Array>;
  /** The point at which the running sum of squared distances to the nearest kept centre first passes `target`. */
  pick(target: number): number;
  /** Labels each point with its nearest centre; what comes back is good until the next call. */
  step(centres: Float32Array, run: RunContext): Promise<{ sums: Float64Array; sizes: Int32Array; changed: number }>;
  /** The squared distance of each point to the centre of its label. */
  distances(centres: Float32Array, run: RunContext): Promise<Float32Array>;
  /** Takes one point to another label. */
  move(row: number, label: number): void;
  /** The nearest of some centres, and the sum of the squared distances; `labelled` where a step has left the labels of just these centres. */
  assign(centres: Float32Array, run: RunContext, labelled?: boolean): Promise<Assignment & { inertia: number }>;
}

/** k-means over points that lie somewhere: k-means++, Lloyd's iterations and the choice between starts. */
export async function fitKMeans(
  placed: PlacedPoints,
  points: Points,
  options: KMeansOptions,
  seed: number,
  run: RunContext,
): Promise<KMeansFit> {
  const { k, tolerance } = options;
  if (!(k >= 1 && k <= points.rows)) throw new RangeError(`k-means with k = ${k} of ${points.rows} points`);
  if (options.centres && options.centres.length !== k * points.columns)
    throw new RangeError(`${options.centres.length} numbers are not ${k} centres`);
  const starts = options.centres ? 1 : Math.max(1, options.starts);
  const least = tolerance > 0 ? tolerance * (await meanVariance(points, run)) : 0;
  let best: (Assignment & { centres: Float32Array; inertia: number; iterations: number }) | undefined;
  for (let start = 0; start < starts; start++) {
    placed.begin(k);
    const first = options.centres ? options.centres.slice() : await plusPlus(placed, points, k, new Random(seed, start), run);
    const report = (iteration: number) =>
      run.report({
        stage: 'cluster',
        done: start * options.maxIterations + iteration,
        total: starts * options.maxIterations,
        unit: 'steps',
        values: { start: start + 1, iteration },
      });
    const { centres, iterations, settled } = await lloyd(placed, points, first, least, options.maxIterations, run, report);
    const assigned = await placed.assign(centres, run, settled);
    if (!best || assigned.inertia < best.inertia) best = { ...assigned, centres, iterations };
  }
  return inOrder(best!, k, points.columns);
}

/**
 * Each next centre is a point drawn with odds of its squared distance to the nearest so far; of some such draws the one
 * that leaves the least is taken (Arthur & Vassilvitskii 2007; scikit-learn takes 2 + ⌊ln k⌋ draws).
 */
async function plusPlus(placed: PlacedPoints, points: Points, k: number, random: Random, run: RunContext): Promise<Float32Array> {
  const { rows, columns, values } = points;
  const trials = 2 + Math.floor(Math.log(k));
  const centres = new Float32Array(k * columns);
  centres.set(values.subarray(...span(random.below(rows), columns)));
  let [potential] = await placed.nearer(centres.subarray(0, columns), true, run);
  const candidates = new Float32Array(trials * columns);
  for (let centre = 1; centre < k; centre++) {
    for (let trial = 0; trial < trials; trial++) {
      // All points lie on centres already: which one comes next makes no difference.
      const row = potential > 0 ? placed.pick(random.uniform() * potential) : random.below(rows);
      candidates.set(values.subarray(...span(row, columns)), trial * columns);
    }
    const potentials = await placed.nearer(candidates, false, run);
    const chosen = candidates.subarray(...span(potentials.indexOf(Math.min(...potentials)), columns));
    centres.set(chosen, centre * columns);
    [potential] = await placed.nearer(chosen, true, run);
  }
  return centres;
}

/** Lloyd's iterations until no label changes (`settled`), or the centres' squared moves sum to no more than `least`. */
async function lloyd(
  placed: PlacedPoints,
  points: Points,
  first: Float32Array,
  least: number,
  maxIterations: number,
  run: RunContext,
  report: (iteration: number) => void,
): Promise<{ centres: Float32Array; iterations: number; settled: boolean }> {
  const { columns } = points;
  let centres = first;
  let iterations = 0;
  while (iterations < maxIterations) {
    const { sums, sizes, changed } = await placed.step(centres, run);
    const moved = await fillEmpty(placed, centres, sizes, run);
    const next = centres.slice();
    for (let at = 0; at < next.length; at++) {
      const size = sizes[Math.floor(at / columns)];
      if (size > 0) next[at] = sums[at] / size;
    }
    const shift = next.reduce((sum, value, at) => sum + (value - centres[at]) ** 2, 0);
    centres = next;
    report(++iterations);
    if (changed + moved === 0) return { centres, iterations, settled: true };
    if (shift <= least) break;
    await run.breathe();
  }
  return { centres, iterations, settled: false };
}

/** Gives each empty cluster one of the points that lie farthest from their centres; says how many it moved. */
async function fillEmpty(placed: PlacedPoints, centres: Float32Array, sizes: Int32Array, run: RunContext): Promise<number> {
  const empty = [...sizes.keys()].filter((cluster) => sizes[cluster] === 0);
  if (empty.length === 0) return 0;
  const distances = await placed.distances(centres, run);
  const farthest = largest(distances, empty.length).filter((row) => distances[row] > 0);
  farthest.forEach((row, at) => placed.move(row, empty[at]));
  return farthest.length;
}

/** The places of the largest values, the largest first, ties to the lower place. */
function largest(values: Float32Array, count: number): number[] {
  const places: number[] = [];
  for (let place = 0; place < values.length; place++) {
    if (places.length === count && !(values[place] > values[places[count - 1]])) continue;
    const at = places.findIndex((other) => values[place] > values[other]);
    places.splice(at === -1 ? places.length : at, 0, place);
    if (places.length > count) places.pop();
  }
  return places;
}

/** The largest cluster first, ties by the centres' first coordinates. */
function inOrder(
  { centres, labels, inertia, iterations }: Assignment & { centres: Float32Array; inertia: number; iterations: number },
  k: number,
  columns: number,
): KMeansFit {
  const sizes = new Int32Array(k);
  for (let row = 0; row < labels.length; row++) sizes[labels[row]]++;
  const order = [...sizes.keys()].sort((a, b) => sizes[b] - sizes[a] || centres[a * columns] - centres[b * columns] || a - b);
  const placeOf = new Int32Array(k);
  order.forEach((cluster, place) => (placeOf[cluster] = place));
  const ordered = new Float32Array(centres.length);
  order.forEach((cluster, place) => ordered.set(centres.subarray(...span(cluster, columns)), place * columns));
  for (let row = 0; row < labels.length; row++) labels[row] = placeOf[labels[row]];
  return { centres: ordered, labels, sizes: Int32Array.from(order, (cluster) => sizes[cluster]), inertia, iterations };
}

/** The mean of the columns' variances. */
async function meanVariance({ rows, columns, values }: Points, run: RunContext): Promise<number> {
  const sums = new Float64Array(columns);
  const squares = new Float64Array(columns);
  // About the first point, so that little is lost where all lie far from zero.
  await inStretches(rows, run, (start, end) => {
    for (let row = start, at = start * columns; row < end; row++) {
      for (let column = 0; column < columns; column++, at++) {
        const difference = values[at] - values[column];
        sums[column] += difference;
        squares[column] += difference * difference;
      }
    }
  });
  return sums.reduce((total, sum, column) => total + (squares[column] - (sum * sum) / rows) / rows, 0) / columns;
}

function span(row: number, columns: number): [number, number] {
  return [row * columns, (row + 1) * columns];
}
