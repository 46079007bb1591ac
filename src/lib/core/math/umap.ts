import { Random } from '../base/random';
import { inSteps, type RunContext } from '../base/run';
import { nearestNeighbours } from './neighbours';
import type { Points } from './points';
import { fitCurve } from './umap/curve';
import { fuzzyGraph } from './umap/graph';
import { layOut } from './umap/layout';

export interface UmapOptions {
  /** How many are looked at around each point, itself counted: more shows the whole, fewer the details. */
  neighbours: number;
  /** How close the most alike may come on the map, 0 to 1: larger spreads crowds. */
  minDistance: number;
  /** Rounds of moving; more costs time in proportion. By the number of points when left out. */
  epochs?: number;
  /** Places to begin with, two for each point, such as principal components: keeps the whole in shape. Else chance. */
  start?: Float32Array;
}

export const umapDefaults: UmapOptions = { neighbours: 15, minDistance: 0.1 };

/**
 * A map on which alike points lie close: uniform manifold approximation and projection (McInnes, Healy & Melville 2018,
 * arXiv:1802.03426). The same bytes for the same seed. Every pair of points is compared, so the caller takes a sample of
 * at most some ten thousand (fifteen seconds with 20 columns).
 * @returns x and y of each point in turn
 * @throws Cancelled
 */
export async function umap(
  points: Points,
  { neighbours, minDistance, epochs, start }: UmapOptions,
  seed: number,
  run: RunContext,
): Promise<Float32Array> {
  const { rows } = points;
  const random = new Random(seed);
  const places = start ? spread(start, random) : Float64Array.from({ length: rows * 2 }, () => random.uniform() * 20 - 10);
  const others = Math.min(neighbours, rows) - 1;
  if (others < 1) return Float32Array.from(places);
  const found = await nearestNeighbours(points, others, run);
  const graph = await inSteps(fuzzyGraph(found, others), run);
  await layOut(places, graph, fitCurve(minDistance), epochs ?? epochsFor(rows), random, run);
  return Float32Array.from(places);
}

function epochsFor(rows: number): number {
  if (rows <= 2500) return 500;
  return rows <= 5000 ? 300 : 200;
}

/** The given places about zero, the farthest at ten, each a little off, so that nobody stands exactly on another. */
function spread(start: Float32Array, random: Random): Float64Array {
  const middle = [0, 1].map((axis) => {
    let sum = 0;
    for (let at = axis; at < start.length; at += 2) sum += start[at];
    return start.length > 0 ? (sum * 2) / start.length : 0;
  });
  const moved = Float64Array.from(start, (value, at) => value - middle[at % 2]);
  let farthest = 0;
  for (const value of moved) farthest = Math.max(farthest, Math.abs(value));
  return moved.map((value) => (farthest > 0 ? (value / farthest) * 10 : 0) + random.normal() * 1e-3);
}
