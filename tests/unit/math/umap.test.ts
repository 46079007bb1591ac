import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cancelled } from '../../../src/lib/core/base/errors';
import { Random } from '../../../src/lib/core/base/random';
import { atOnce, createRunContext, quietContext } from '../../../src/lib/core/base/run';
import { nearestNeighbours } from '../../../src/lib/core/math/neighbours';
import { squaredDistance, type Points } from '../../../src/lib/core/math/points';
import { fitCurve } from '../../../src/lib/core/math/umap/curve';
import { fuzzyGraph } from '../../../src/lib/core/math/umap/graph';
import { umap, umapDefaults } from '../../../src/lib/core/math/umap';

/** Made by scripts/reference/people_map.py with umap-learn 0.5.9 and scikit-learn 1.7. */
const reference = JSON.parse(readFileSync('tests/fixtures/umap.json', 'utf8')) as {
  curves: [minDistance: number, a: number, b: number][];
  pairs: [one: number, other: number, weight: number][];
  view: number[];
  trustOfView: number;
  trustOfLarge: { umap: number[]; pca: number };
};
const columns = 8;
const groups = 5;

/** The same crowd as the script's: five groups on arcs, so that no straight view shows them all. */
function crowd(rows: number): Points {
  const values = Float32Array.from({ length: rows * columns }, (_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    const along = Math.sin(row * 0.37) * 2;
    const noise = Math.sin(row * 12.9898 + column * 78.233) + Math.sin(row * 3.7 + column * 1.3);
    return 0.25 * (3 * Math.sin((row % groups) * 2.1 + column * 1.7) + Math.sin(along + column) + 0.4 * noise);
  });
  return { rows, columns, values };
}

function asPoints(values: Float32Array, columns: number): Points {
  return { rows: values.length / columns, columns, values };
}

function smallCrowd(): Points {
  const points = crowd(120);
  // Two who are exactly alike.
  points.values.copyWithin(7 * columns, 2 * columns, 3 * columns);
  return points;
}

describe('a map by UMAP', () => {
  it('lays alike people together, apart from the others', async () => {
    const random = new Random(1);
    // Regulars and newcomers differ in everything, by far more than people of one kind do.
    const values = Float32Array.from({ length: 120 * 4 }, (_, at) => 8 * (Math.floor(at / 4) % 2) + random.normal());
    const places = await umap(asPoints(values, 4), umapDefaults, 1, quietContext());
    const { indices } = await nearestNeighbours(asPoints(places, 2), 5, quietContext());
    expect(indices.every((other, at) => other % 2 === Math.floor(at / 5) % 2)).toBe(true);
  });

  it('is as true to who is near whom as umap-learn’s, by scikit-learn’s trustworthiness', async () => {
    // Our own measure says of their map what scikit-learn says.
    expect(await trustworthiness(smallCrowd(), Float32Array.from(reference.view), 8)).toBeCloseTo(reference.trustOfView, 4);
    const points = crowd(1000);
    const theirs = Math.min(...reference.trustOfLarge.umap);
    for (const seed of [1]) {
      const places = await umap(points, umapDefaults, seed, quietContext());
      const ours = await trustworthiness(points, places, 12);
      expect(ours).toBeGreaterThan(theirs - 0.005);
      expect(ours).toBeGreaterThan(reference.trustOfLarge.pca);
    }
  });

  it('is the same for the same seed, another for another, and near where it was told to begin', async () => {
    const points = crowd(150);
    const run = (seed: number, more = {}) => umap(points, { ...umapDefaults, epochs: 60, ...more }, seed, quietContext());
    const first = await run(1);
    expect(await run(1)).toEqual(first);
    expect(await run(2)).not.toEqual(first);
    // A start from left to right by the first column is still there to be seen.
    const start = Float32Array.from({ length: 300 }, (_, at) => (at % 2 === 0 ? points.values[(at / 2) * columns] : 0));
    const begun = await run(1, { start });
    const middle = (isLeft: boolean) => {
      const own = Array.from({ length: 150 }, (_, i) => i).filter((i) => points.values[i * columns] < 0 === isLeft);
      return own.reduce((sum, i) => sum + begun[2 * i], 0) / own.length;
    };
    expect(middle(true)).toBeLessThan(middle(false) - 2);
  });

  it('knows nobody, one and two people, and people who are all alike', async () => {
    for (const rows of [0, 1, 2, 40]) {
      const places = await umap(asPoints(new Float32Array(rows * 3).fill(2), 3), { ...umapDefaults, epochs: 20 }, 1, quietContext());
      expect(places).toHaveLength(rows * 2);
      expect(places.every(Number.isFinite)).toBe(true);
    }
  });

  it('tells how far it is, and stops when it is told to', async () => {
    const stop = new AbortController();
    const stages = new Set<string>();
    const run = createRunContext(stop.signal, ({ stage, done }) => {
      stages.add(stage);
      if (stage === 'umap' && done === 3) stop.abort();
    });
    await expect(umap(crowd(200), umapDefaults, 1, run)).rejects.toThrow(Cancelled);
    expect([...stages]).toEqual(['neighbours', 'umap']);
  });
});

it('the graph of who belongs to whom is that of umap-learn', async () => {
  const k = 9;
  const graph = atOnce(fuzzyGraph(await nearestNeighbours(smallCrowd(), k, quietContext()), k));
  const ours: [number, number, number][] = [];
  for (let row = 0; row < 120; row++) {
    for (let at = graph.rowStarts[row]; at < graph.rowStarts[row + 1]; at++) {
      if (row < graph.columns[at]) ours.push([row, graph.columns[at], graph.weights[at]]);
    }
  }
  expect(ours.map(([one, other]) => [one, other])).toEqual(reference.pairs.map(([one, other]) => [one, other]));
  ours.forEach(([, , weight], at) => expect(weight).toBeCloseTo(reference.pairs[at][2], 4));
});

it('the curve is that of umap-learn', () => {
  for (const [minDistance, a, b] of reference.curves) {
    const curve = fitCurve(minDistance);
    expect(curve.a).toBeCloseTo(a, 3);
    expect(curve.b).toBeCloseTo(b, 3);
  }
});

describe('nearest neighbours', () => {
  it('are those that sorting all others gives, equal ones by their index', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 600 }), fc.integer({ min: 1, max: 12 }), fc.integer(), async (rows, wanted, seed) => {
        const k = Math.min(wanted, rows - 1);
        const random = new Random(seed);
        // Whole numbers, so that many distances are equal.
        const points = Float32Array.from({ length: rows * 3 }, () => random.below(6));
        const { indices, distances } = await nearestNeighbours(asPoints(points, 3), k, quietContext());
        const row = random.below(rows);
        const distance = (i: number) => Math.hypot(...[0, 1, 2].map((c) => points[row * 3 + c] - points[i * 3 + c]));
        const all = Array.from({ length: rows }, (_, i) => i)
          .filter((i) => i !== row)
          .sort((one, other) => distance(one) ** 2 - distance(other) ** 2 || one - other);
        const squares = (of: Iterable<number>) => Array.from(of, (d) => Math.round(d * d));
        expect(squares(distances.subarray(row * k, row * k + k))).toEqual(squares(all.slice(0, k).map(distance)));
        expect(squares(Array.from(indices.subarray(row * k, row * k + k), distance))).toEqual(squares(all.slice(0, k).map(distance)));
        expect(new Set(indices.subarray(row * k, row * k + k)).size).toBe(k);
      }),
      { seed: 5, numRuns: 40 },
    );
  });

  it('refuses more neighbours than there are others', async () => {
    await expect(nearestNeighbours(asPoints(new Float32Array(6), 2), 3, quietContext())).rejects.toThrow(RangeError);
  });
});

/**
 * How far the map's neighbours are among the real ones: 1 when all of them are (Venna & Kaski 2001), as scikit-learn
 * counts it.
 */
async function trustworthiness({ rows, columns, values }: Points, places: Float32Array, k: number): Promise<number> {
  const shown = await nearestNeighbours(asPoints(places, 2), k, quietContext());
  let wrong = 0;
  for (let i = 0; i < rows; i++) {
    const real = Float64Array.from({ length: rows }, (_, j) => squaredDistance(values, i, values, j, columns));
    for (const j of shown.indices.subarray(i * k, i * k + k)) {
      let nearer = 0;
      for (let other = 0; other < rows; other++) if (other !== i && real[other] < real[j]) nearer++;
      wrong += Math.max(0, nearer + 1 - k);
    }
  }
  return 1 - (wrong * 2) / (rows * k * (2 * rows - 3 * k - 1));
}
