import { Random } from '$lib/core/base/random';
import type { Points } from '$lib/core/math/points';

/** Points around `clusters` places, which lie `apart` from each other on average; the labels are those places. */
export function pointsAround(rows: number, columns: number, clusters: number, apart: number, seed = 1, farFromZero = 0) {
  const random = new Random(seed);
  const places = Float64Array.from({ length: clusters * columns }, () => (apart / Math.sqrt(2 * columns)) * random.normal());
  return pointsAt(places, clusters, rows, random, farFromZero);
}

/** Points around as many places as there are columns, each `apart` from all others. */
export function pointsApart(rows: number, clusters: number, apart: number, seed = 1) {
  const places = Float64Array.from({ length: clusters ** 2 }, (_, at) => (at % (clusters + 1) === 0 ? apart / Math.SQRT2 : 0));
  return pointsAt(places, clusters, rows, new Random(seed));
}

function pointsAt(places: Float64Array, clusters: number, rows: number, random: Random, farFromZero = 0) {
  const columns = places.length / clusters;
  const labels = Int32Array.from({ length: rows }, () => random.below(clusters));
  const values = new Float32Array(rows * columns);
  labels.forEach((label, row) => {
    for (let column = 0; column < columns; column++) {
      values[row * columns + column] = farFromZero + places[label * columns + column] + random.normal();
    }
  });
  return { points: { rows, columns, values } satisfies Points, labels };
}

export function pointsOf({ columns, values }: { columns: number; values: number[] }, rows = values.length / columns): Points {
  return { rows, columns, values: Float32Array.from(values.slice(0, rows * columns)) };
}
