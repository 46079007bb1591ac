import { Random } from '$lib/core/base/random';
import type { Points } from '$lib/core/math/points';

/** Points around `clusters` places, which lie `apart` from each other on average; the labels are those places. */
export function pointsAround(rows: number, columns: number, clusters: number, apart: number, seed = 1, farFromZero = 0) {
  const random = new Random(seed);
  const places = Float64Array.from({ length: clusters * columns }, () => (apart / Math.sqrt(2 * columns)) * random.normal());
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
